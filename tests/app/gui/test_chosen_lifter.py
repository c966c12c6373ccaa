"""The lifter that is chosen is the one that is shown, remembered and used, whenever it was chosen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.file_drop import add_weights
from app.gui.main_window import MainWindow
from lifting import SHIPPED, list_cards
from poses.skeletons import H36M16
from tests.app.gui.conftest import MakeWindow, analyse, texts, wait_detected, wait_idle
from tests.app.gui.stand_ins import SlowLifting, StandInCatalogue
from tests.app.gui.streams import Source, http

pytestmark = pytest.mark.gui


def pick(window: MainWindow, id: str, qtbot: QtBot) -> None:
    """In the box, by its keys."""
    box = window.choices.lifter
    box.setFocus()
    key = Qt.Key.Key_Down if box.findData(id) > box.currentIndex() else Qt.Key.Key_Up
    for _ in range(box.count()):
        if box.id() != id:
            qtbot.keyClick(box, key)
    assert box.id() == id


def test_one_chosen_during_an_analysis_lifts_its_result(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip, wait_s=0.02)
    window.actions_.by_id["analyse"].trigger()
    wait_detected(window, qtbot, 4)
    pick(window, "deep", qtbot)
    qtbot.waitUntil(lambda: window.document.motion is not None, timeout=30000)
    wait_idle(window, qtbot)
    assert isinstance(window.catalogue, StandInCatalogue) and len(window.catalogue.made) == 1
    assert window.document.motion is not None and window.document.motion.lifter == "deep"
    assert window.choices.lifter.id() == "deep" and window.preferences.text("lifter") == "deep"
    analyse(window, qtbot)
    assert window.document.motion.lifter == "deep" and window.choices.lifter.id() == "deep"


def test_one_chosen_before_cancel_lifts_what_was_detected(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip, wait_s=0.05)
    window.actions_.by_id["analyse"].trigger()
    wait_detected(window, qtbot, 8)
    pick(window, "deep", qtbot)
    window.actions_.by_id["cancel"].trigger()
    qtbot.waitUntil(lambda: window.document.motion is not None, timeout=30000)
    wait_idle(window, qtbot)
    assert window.document.motion is not None and window.document.motion.lifter == "deep"
    assert window.choices.lifter.id() == "deep"


def test_cancelling_what_a_choice_began_goes_back_to_the_lifter_that_is_shown(
    make_window: MakeWindow, clip: Path, qtbot: QtBot
) -> None:
    window = make_window(SlowLifting(only="deep"), video=clip)
    analyse(window, qtbot)
    pick(window, "deep", qtbot)
    assert window.controller.busy
    window.actions_.by_id["cancel"].trigger()
    wait_idle(window, qtbot)
    assert window.document.motion is not None and window.document.motion.lifter == "flat"
    assert window.choices.lifter.id() == "flat" and window.preferences.text("lifter") == "flat"


def test_one_that_cannot_be_loaded_is_not_shown_as_chosen(analysed: MainWindow, qtbot: QtBot) -> None:
    pick(analysed, "broken", qtbot)
    wait_idle(analysed, qtbot)
    assert any("do not match their card" in text for text in texts(analysed))
    assert analysed.document.motion is not None and analysed.document.motion.lifter == "flat"
    assert analysed.choices.lifter.id() == "flat" and analysed.preferences.text("lifter") == "flat"


def test_on_a_live_camera_the_choice_takes_effect(make_window: MakeWindow, qtbot: QtBot) -> None:
    with http(Source(5000), "mjpeg") as address:
        window = make_window()
        window.files.follow(address, "")
        qtbot.waitUntil(lambda: bool(window.view_controller.frame_view.poses_3d), timeout=30000)
        pick(window, "deep", qtbot)

        def by_the_other() -> bool:
            poses = window.view_controller.frame_view.poses_3d
            return bool(poses) and poses[0].skeleton == H36M16

        qtbot.waitUntil(by_the_other, timeout=15000)
        pick(window, "broken", qtbot)
        qtbot.waitUntil(lambda: any("do not match their card" in text for text in texts(window)), timeout=15000)
        qtbot.waitUntil(lambda: window.choices.lifter.id() == "deep", timeout=5000)
        assert window.controller.is_live and by_the_other(), "the stream goes on with the one before"
        window.actions_.by_id["cancel"].trigger()


def test_weights_with_the_name_of_a_shipped_lifter_get_another_and_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors.numpy import load_file, save_file

    monkeypatch.setenv("MAREY_MODELS", str(tmp_path / "mine"))
    out = tmp_path / "out"
    out.mkdir()
    for ending in (".json", ".safetensors"):
        shutil.copy(SHIPPED / f"graphsh{ending}", out)
    assert add_weights(out / "graphsh.json") == "graphsh", "the very weights that were shipped are there already"
    assert not (tmp_path / "mine").exists()

    import hashlib
    import json

    values = load_file(out / "graphsh.safetensors")
    first = sorted(values)[0]
    values[first] = values[first] + 1e-3
    save_file(values, out / "graphsh.safetensors")
    card = json.loads((out / "graphsh.json").read_text())
    card["sha256"] = hashlib.sha256((out / "graphsh.safetensors").read_bytes()).hexdigest()
    (out / "graphsh.json").write_text(json.dumps(card))
    name = add_weights(out / "graphsh.json")
    assert name == "graphsh_2"
    assert list_cards()[name].sha256 == card["sha256"] != list_cards()["graphsh"].sha256
    assert add_weights(out / "graphsh.json") == name, "dropped again it is the same one"

    from lifting import load_lifter

    assert load_lifter(name, device="cpu").name == name
