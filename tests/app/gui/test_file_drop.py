"""Anything dropped on the window is taken for what it is, or refused in one plain line."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.gui import drop_commands
from app.gui.file_drop import add_weights, interpret_drop
from app.gui.main_window import MainWindow
from lifting import SHIPPED
from poses.errors import UserError
from tests.app.gui.conftest import MakeWindow, texts


def touch(folder: Path, *names: str) -> list[str]:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"")
    return [str(folder / name) for name in names]


@pytest.mark.parametrize(
    ("names", "kind", "first", "others"),
    [
        (["notes.txt", "b.mp4", "a.mov"], "open", "b.mp4", 1),
        (["kept.marey"], "open", "kept.marey", 0),
        (["poses.json"], "keypoints", "poses.json", 0),
        (["tracks.h5"], "keypoints", "tracks.h5", 0),
        (["net.json", "net.safetensors"], "weights", "net.json", 0),
        (["net.safetensors"], "weights", "net.json", 0),
    ],
)
def test_files_are_taken_for_what_they_are(
    tmp_path: Path, names: list[str], kind: str, first: str, others: int
) -> None:
    found = interpret_drop(touch(tmp_path, *names))
    assert (found.kind, found.path.name, found.others) == (kind, first, others)


def test_a_folder_gives_its_first_video_or_its_keypoints(tmp_path: Path) -> None:
    touch(tmp_path / "clips", "z.txt", "b.mp4", "a.mp4")
    assert interpret_drop([str(tmp_path / "clips")]).path.name == "a.mp4"
    touch(tmp_path / "openpose", "v_000_keypoints.json", "v_001_keypoints.json")
    found = interpret_drop([str(tmp_path / "openpose")])
    assert (found.kind, found.path.name) == ("keypoints", "openpose")
    touch(tmp_path / "pictures", "p_001.png", "p_002.png", "notes.txt")
    found = interpret_drop([str(tmp_path / "pictures")])
    assert (found.kind, found.path.name) == ("open", "pictures")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.txt", "notes.txt is not a video"),
        ("dance.bvh", "dance.bvh is a motion already"),
        ("empty", "there is no video in the folder empty"),
        ("", "not a file of this computer"),
    ],
)
def test_anything_else_is_refused_in_one_line(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="not supported") as caught:
        interpret_drop([str(tmp_path / name)] if name else [])
    assert text in str(caught.value)


def test_weights_are_checked_and_copied_to_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from safetensors.numpy import load_file, save_file

    monkeypatch.setenv("MAREY_MODELS", str(tmp_path / "mine"))
    card = next(iter(sorted(SHIPPED.glob("graphsh.json"))))
    for ending in (".json", ".safetensors"):
        shutil.copy(card.with_suffix(ending), tmp_path)
    assert add_weights(tmp_path / card.name) == "graphsh"
    assert not (tmp_path / "mine").exists(), "the shipped ones are there already"
    weights = tmp_path / "graphsh.safetensors"
    halved = {name: np.asarray(0.5 * values, dtype=values.dtype) for name, values in load_file(weights).items()}
    save_file(halved, weights)
    about = json.loads((tmp_path / card.name).read_text(encoding="utf-8"))
    about["sha256"] = hashlib.sha256(weights.read_bytes()).hexdigest()
    (tmp_path / card.name).write_text(json.dumps(about), encoding="utf-8")
    name = add_weights(tmp_path / card.name)
    assert name != "graphsh", "the shipped lifter keeps its name"
    assert sorted(p.name for p in (tmp_path / "mine").iterdir()) == [f"{name}.json", f"{name}.safetensors"]
    weights.write_bytes(weights.read_bytes()[:-8] + b"01234567")
    shutil.rmtree(tmp_path / "mine")
    with pytest.raises(UserError):
        add_weights(tmp_path / card.name)
    assert not (tmp_path / "mine").exists(), "what does not match its card is not kept"


def drop(window: MainWindow, *urls: QUrl) -> None:
    data = QMimeData()
    data.setUrls(list(urls))
    action, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(50, 50), action, data, buttons, keys))


@pytest.mark.gui
def test_a_video_dropped_among_others_is_opened_and_the_rest_is_told(
    make_window: MakeWindow, clip: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window()
    drop(window, QUrl("https://example.org/a.mp4"))
    assert "not a file of this computer" in texts(window)[0]
    other = shutil.copy(clip, tmp_path / "other.mp4")
    drop(window, QUrl.fromLocalFile(str(clip)), QUrl.fromLocalFile(str(other)))
    qtbot.waitUntil(lambda: window.document.info is not None, timeout=15000)
    assert window.document.name == "clip.mp4"
    assert any("One video is open at a time: clip.mp4" in text for text in texts(window))


@pytest.mark.gui
def test_keypoints_and_weights_dropped_are_chosen(
    make_window: MakeWindow, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poses = tmp_path / "poses.json"
    poses.write_text(json.dumps({}))
    window = make_window()
    drop(window, QUrl.fromLocalFile(str(poses)))
    assert "open the video they are of first" in texts(window)[0]
    window = make_window(video=clip)
    drop(window, QUrl.fromLocalFile(str(poses)))
    assert window.document.state.detector == "keypoint_files"
    assert window.document.state.detector_options == (f"path={poses}",)
    monkeypatch.setattr(drop_commands, "add_weights", lambda path: "deep")
    drop(window, QUrl.fromLocalFile(str(touch(tmp_path, "deep.safetensors")[0])))
    assert window.document.state.lifter == "deep" and window.choices.lifter.id() == "deep"
