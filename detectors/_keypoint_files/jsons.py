"""JSON files and folders of them: which program wrote them is told by their contents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from detectors._keypoint_files import coco, mmpose, openpose
from detectors._keypoint_files.recording import Recording, damaged
from poses.errors import UserError
from poses.schema import read_json


def read_folder(folder: Path, skeleton: str | None) -> Recording:
    """A folder with a file for each frame: of OpenPose, AlphaPose or MMPose."""
    files = sorted(folder.glob("*_keypoints.json")) or sorted(folder.glob("*.json"))
    if not files:
        raise UserError(f"{folder} must hold OpenPose files NAME_000000000000_keypoints.json, found none")
    if isinstance(read_json(files[0]), list):
        return mmpose.read_pictures(files, folder, skeleton)
    return openpose.read_openpose(files, folder, skeleton)


def read_one(path: Path, skeleton: str | None) -> Recording:
    """One JSON file with all frames: COCO, AlphaPose or MMPose."""
    content = read_json(path)
    if isinstance(content, dict):
        return _read_table(path, content, skeleton)
    if isinstance(content, list) and any(isinstance(one, dict) and "instances" in one for one in content[:1]):
        return mmpose.read_inferencer(path, content, skeleton)
    if isinstance(content, list) and any(isinstance(one, dict) and "keypoint_scores" in one for one in content[:1]):
        raise UserError(f"{path} is one picture of MMPose: give the folder with all of them")
    if isinstance(content, list):
        return coco.read_results(path, content, skeleton)
    raise damaged(path, "neither COCO, AlphaPose, MMPose nor OpenPose JSON")


def _read_table(path: Path, content: dict[str, Any], skeleton: str | None) -> Recording:
    if "instance_info" in content:
        return mmpose.read_demo(path, content, skeleton)
    if "annotations" in content:
        return coco.read_annotations(path, content, skeleton)
    if "people" in content or "bodies" in content:
        raise UserError(f"{path} is one frame of OpenPose: give the folder with all of them")
    first = next(iter(content.values()), None)
    if isinstance(first, dict) and ("people" in first or "bodies" in first):
        return openpose.read_alphapose(path, content, skeleton)
    raise damaged(path, "neither COCO, AlphaPose, MMPose nor OpenPose JSON")
