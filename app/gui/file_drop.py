"""What was dropped on the window, and what is done with it: videos, analyses, 2D keypoints, weights, folders."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.gui.text import tr
from app.project import ENDING
from poses.errors import UserError

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow

VIDEO_ENDINGS = (".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg", ".wmv", ".gif", ".ts", ".3gp")
KEYPOINT_ENDINGS = (".json", ".csv", ".npz", ".h5", ".hdf5")
RESULTS = (".bvh", ".trc", ".glb", ".gltf", ".c3d", ".fbx")


@dataclass(frozen=True)
class FileDrop:
    """What is to be done: kind is "open", "keypoints" or "weights"; others: how many more there were."""

    kind: str
    path: Path
    others: int = 0


def interpret_drop(paths: list[str]) -> FileDrop:
    """What the dropped files are; UserError, in one plain line, where nothing can be done with any of them."""
    if not paths:
        raise UserError(tr("not supported: what was dropped is not a file of this computer"))
    found = [one for path in paths for one in _inside(Path(path))]
    for kind in ("open", "weights", "keypoints"):
        fitting = [path for path in found if _kind(path) == kind]
        if kind == "weights":
            fitting = sorted({path.with_suffix(".json") for path in fitting})
        if kind == "keypoints" and fitting and Path(paths[0]).is_dir():
            return FileDrop(kind, Path(paths[0]))  # OpenPose writes a file for every frame
        if fitting:
            return FileDrop(kind, fitting[0], len(fitting) - 1)
    first = Path(paths[0])
    if first.suffix.lower() in RESULTS:
        raise UserError(tr("not supported: {0} is a motion already; drop the video it is of").format(first.name))
    if first.is_dir():
        raise UserError(tr("not supported: there is no video in the folder {0}").format(first.name))
    raise UserError(tr("not supported: {0} is not a video (drop MP4, MOV, AVI, MKV or WebM)").format(first.name))


def handle_drop(drop: FileDrop, window: MainWindow) -> None:
    """Do what is to be done with it, and say what was not done."""
    if drop.kind == "open":
        window.files.open(str(drop.path))
        if drop.others:
            text = tr("One video is open at a time: {0} of those dropped is opened. 'marey run' does many in a row.")
            window.notices.show("info", text.format(drop.path.name))
    elif drop.kind == "weights":
        name = add_weights(drop.path)
        window.catalogue.forget(name)
        window.refill_lifters()
        window.choose_lifter(name)
        window.notices.show("info", tr("{0} is among the lifters now, and chosen.").format(name))
    else:
        _take_keypoints(drop.path, window)


def add_weights(card_path: Path) -> str:
    """Check a card and its weights and copy both to the user's own; returns the lifter's id. UserError otherwise."""
    from lifting import load_lifter, user_folder
    from lifting.card import read_card

    card = read_card(card_path)
    load_lifter(card, device="cpu")  # refuses what does not match its card
    folder = user_folder()
    if folder.resolve() != card_path.parent.resolve():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(card.weights, folder)
            shutil.copy2(card_path, folder)
        except OSError as error:
            raise UserError(tr("{0} cannot be copied to {1}: {2}").format(card.name, folder, error)) from error
    return card.name


def _take_keypoints(path: Path, window: MainWindow) -> None:
    """2D keypoints of the open video, computed elsewhere: chosen as its detector."""
    if window.document.info is None:
        raise UserError(tr("{0} holds 2D keypoints: open the video they are of first").format(path.name))
    options = [f"path={path}"]
    window.preferences.set("options_keypoint_files", options)
    window.detector_choice.set_id("keypoint_files")
    window.analysis.choose_detector("keypoint_files")
    window.notices.show("info", tr("{0} takes the place of the detector. Press Analyse.").format(path.name))


def _inside(path: Path) -> list[Path]:
    """The file itself, or what lies in the folder (not in folders in it)."""
    try:
        return sorted(path.iterdir()) if path.is_dir() else [path]
    except OSError as error:
        raise UserError(tr("the folder {0} cannot be read: {1}").format(path.name, error.strerror or error)) from error


def _kind(path: Path) -> str:
    ending = path.suffix.lower()
    if ending in (*VIDEO_ENDINGS, ENDING):
        return "open"
    if ending == ".safetensors" or (ending == ".json" and path.with_suffix(".safetensors").is_file()):
        return "weights"
    return "keypoints" if ending in KEYPOINT_ENDINGS else ""
