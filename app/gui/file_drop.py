"""What was dropped on the window: videos, analyses, 2D keypoints, weights, folders."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from app.gui.text import tr
from app.pipeline.picture_folder import numbered
from app.project import ENDING
from poses.errors import UserError
from poses.files import check_folder, write_aside

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
    if first.is_dir() and numbered(first):
        return FileDrop("open", first, len(paths) - 1)
    if first.suffix.lower() in RESULTS:
        raise UserError(tr("not supported: {0} is a motion already; drop the video it is of").format(first.name))
    if first.is_dir():
        raise UserError(tr("not supported: there is no video in the folder {0}").format(first.name))
    raise UserError(tr("not supported: {0} is not a video (drop MP4, MOV, AVI, MKV or WebM)").format(first.name))


def add_weights(card_path: Path) -> str:
    """Check a card and its weights and copy both to the user's own; returns the lifter's id. UserError otherwise.

    Weights that are there already are not copied; others whose name is taken get a number.
    """
    from lifting import list_cards, load_lifter, user_folder
    from lifting.card import read_card, write_card
    from lifting.trainings import free_name

    card = read_card(card_path)
    load_lifter(card, device="cpu")  # refuses what does not match its card
    known = next((other.name for other in list_cards().values() if other.sha256 == card.sha256), "")
    if known:
        return known
    card, weights, folder = replace(card, name=free_name(card.name)), card.weights, user_folder()
    check_folder(folder)
    with write_aside(folder / f"{card.name}.safetensors") as aside:
        shutil.copyfile(weights, aside)
    write_card(card, folder)
    return card.name


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
