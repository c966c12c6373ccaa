"""Training from the window: the same command in its own process, started, watched, stopped, resumed, used."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.gui import theme, training
from app.gui.catalogue import Catalogue
from app.gui.main_window import MainWindow
from app.gui.panels.training import TrainingPanel
from lifting import trainings
from tests.app.gui.conftest import MakeWindow
from tests.app.gui.trainings import fake_run
from tests.lifting.mocap_files import write_mocap
from tests.lifting.tiny_training import PRESET

pytestmark = pytest.mark.gui
WAIT_MS = 200_000  # a process that imports torch on a busy machine


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for the user's lifters and trainings; where a test fails, what it left running is ended."""
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path / "home" / "models"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield tmp_path / "home"
    left = [trainings.running_pid(out) for out in trainings.list_trainings(tmp_path / "home" / "trainings")]
    for process in filter(None, left):
        os.kill(process, signal.SIGTERM)
    assert not any(left), "no training outlives its test"


@pytest.fixture
def preset(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(PRESET.replace("epoch_steps = 5", "epoch_steps = 20"))
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_mocap(tmp_path / "data")


def opened(window: MainWindow, qtbot: QtBot) -> TrainingPanel:
    window.actions_.by_id["train"].trigger()
    qtbot.waitUntil(lambda: window.docks["training"].content is not None, timeout=5000)
    panel = window.docks["training"].content
    assert isinstance(panel, TrainingPanel)
    return panel


def fill(panel: TrainingPanel, preset: Path, data: Path, qtbot: QtBot, steps: int = 0) -> None:
    panel.form.add_preset(str(preset))
    panel.form.data.setText(str(data))
    panel.form.steps.setValue(steps)
    qtbot.waitUntil(panel.form.start.isEnabled, timeout=20000)


def wait_state(panel: TrainingPanel, qtbot: QtBot, *states: str) -> None:
    def there() -> bool:
        status = panel.view.status
        return status is not None and status.state in states

    qtbot.waitUntil(there, timeout=WAIT_MS)


# ---------------------------------------------------------------- a real training


@pytest.mark.slow
@pytest.mark.timeout(900)  # two processes import torch, on a machine that may be busy
def test_a_training_is_started_watched_stopped_and_resumed_and_its_lifter_can_be_chosen(
    make_window: MakeWindow, preset: Path, data: Path, home: Path, qtbot: QtBot
) -> None:
    window = make_window(catalogue=Catalogue())
    panel = opened(window, qtbot)
    fill(panel, preset, data, qtbot, steps=400)
    assert panel.form.name.text() == "my_tiny" and "3 people" in panel.form.facts.text()
    qtbot.mouseClick(panel.form.start, Qt.MouseButton.LeftButton)
    out = home / "trainings" / "my_tiny"
    assert panel.view.status is not None and panel.view.status.state == "starting"
    qtbot.waitUntil(lambda: len(panel.view.status.record) >= 2, timeout=WAIT_MS)
    wait_state(panel, qtbot, "running")
    process = trainings.running_pid(out)
    assert process not in (0, os.getpid()) and "torch" not in _loaded_by_the_dock()
    assert window.choices.lifter.findData("my_tiny") >= 0, "the best so far can be chosen while it trains"
    qtbot.mouseClick(panel.view.stop, Qt.MouseButton.LeftButton)
    wait_state(panel, qtbot, "stopped")
    status = panel.view.status
    assert status.resumable and 40 <= status.step < 400 and panel.view.resume.isVisible()
    assert len(panel.view.errors.getPlotItem().listDataItems()) >= 2, "curves are drawn"
    assert not [card for card in window.notices.cards if card.kind == "error"]
    qtbot.mouseClick(panel.view.resume, Qt.MouseButton.LeftButton)
    wait_state(panel, qtbot, "finished")
    assert panel.view.status.step == 400 and not trainings.running_pid(out)
    assert [line["step"] for line in panel.view.status.record] == list(range(20, 401, 20)), "no evaluation twice"
    assert any("my_tiny is trained" in card.text for card in window.notices.cards)
    qtbot.mouseClick(panel.view.use, Qt.MouseButton.LeftButton)
    assert window.document.state.lifter == "my_tiny" and window.choices.lifter.id() == "my_tiny"
    assert window.choices.lifter.label_of("my_tiny") == "my_tiny (tiny)"
    assert window.catalogue.lifter("my_tiny", "test").name == "my_tiny"
    panel.training_chosen.emit(None)
    assert panel.form.name.text() == "my_tiny_2", "a free name for the next one"


def _loaded_by_the_dock() -> set[str]:
    """What a fresh interpreter has loaded after importing the dock."""
    import subprocess

    code = "import sys, app.gui.panels.training, app.gui.training; print(*{n.partition('.')[0] for n in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=True)
    return set(done.stdout.split())


@pytest.mark.slow
def test_closing_asks_and_a_training_goes_on_without_the_window(
    make_window: MakeWindow, preset: Path, data: Path, home: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(catalogue=Catalogue())
    panel = opened(window, qtbot)
    fill(panel, preset, data, qtbot, steps=100_000)
    qtbot.mouseClick(panel.form.start, Qt.MouseButton.LeftButton)
    wait_state(panel, qtbot, "running")
    answers = iter(("", training.KEEP))
    asked: list[str] = []
    monkeypatch.setattr(window.training, "ask", lambda names: asked.append(names) or next(answers))
    window.close()
    assert window.isVisible() and asked == ["my_tiny"], "Cancel keeps the window"
    window.close()
    out = home / "trainings" / "my_tiny"
    assert not window.isVisible() and trainings.running_pid(out)
    again = make_window(catalogue=Catalogue())
    panel = opened(again, qtbot)
    wait_state(panel, qtbot, "running")
    assert panel.trainings.currentData() == out, "what runs is what is shown"
    qtbot.mouseClick(panel.view.stop, Qt.MouseButton.LeftButton)
    wait_state(panel, qtbot, "stopped")
    for process in training._left:
        process.wait(60)
    training._left.clear()


@pytest.mark.slow
def test_closing_can_stop_and_save_first(
    make_window: MakeWindow, preset: Path, data: Path, home: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(catalogue=Catalogue())
    panel = opened(window, qtbot)
    fill(panel, preset, data, qtbot, steps=100_000)
    qtbot.mouseClick(panel.form.start, Qt.MouseButton.LeftButton)
    wait_state(panel, qtbot, "running")
    monkeypatch.setattr(window.training, "ask", lambda names: training.STOP)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT_MS)
    out = home / "trainings" / "my_tiny"
    assert not trainings.running_pid(out) and (out / trainings.CHECKPOINT).exists()


@pytest.mark.slow
def test_what_ends_a_training_is_told_once(
    make_window: MakeWindow, preset: Path, data: Path, qtbot: QtBot, home: Path
) -> None:
    window = make_window(catalogue=Catalogue())
    panel = opened(window, qtbot)
    fill(panel, preset, data, qtbot)
    (data / "train.npz").write_bytes((data / "train.npz").read_bytes()[:2000])
    qtbot.mouseClick(panel.form.start, Qt.MouseButton.LeftButton)
    wait_state(panel, qtbot, "failed")
    qtbot.wait(1500)
    cards = [card for card in window.notices.cards if "train.npz" in card.text]
    assert len(cards) == 1 and cards[0].kind == "warning" and not cards[0].details
    assert "train.npz" in panel.view.state.text() and panel.view.resume.text() == "Start &again"


# ---------------------------------------------------------------- the form


def test_a_wrong_folder_is_one_line_and_nothing_can_be_started(
    make_window: MakeWindow, data: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    panel = opened(make_window(), qtbot)
    form = panel.form
    form.data.setText(str(data))
    qtbot.waitUntil(form.start.isEnabled, timeout=20000)
    form.data.setText(str(tmp_path))
    assert not form.start.isEnabled()
    qtbot.waitUntil(lambda: "must hold train.npz, val.npz" in form.facts.text(), timeout=20000)
    assert not form.start.isEnabled() and "\n" not in form.facts.text()
    form.data.setText(str(data))
    qtbot.waitUntil(form.start.isEnabled, timeout=20000)
    form.preset.setCurrentIndex(form.preset.findData("graphsh"))
    qtbot.waitUntil(lambda: "it holds motion capture files" in form.facts.text(), timeout=20000)
    assert not form.start.isEnabled(), "the preset is one for Human3.6M"


def test_a_folder_is_dropped_and_remembered(make_window: MakeWindow, data: Path, qtbot: QtBot, home: Path) -> None:
    window = make_window()
    form = opened(window, qtbot).form
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(data))])
    action, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    form.dropEvent(QDropEvent(QPointF(5, 5), action, mime, buttons, Qt.KeyboardModifier.NoModifier))
    assert form.data.text() == str(data)
    form.remember(window.preferences)
    window.close()
    assert opened(make_window(), qtbot).form.data.text() == str(data)


def test_presets_are_grouped_with_label_and_source_and_a_lifter_fits_the_network(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    form = opened(make_window(), qtbot).form
    assert form.preset.currentText() == "GraphSH" and "Xu and Takano" in form.about.text()
    headers = [i for i in range(form.preset.count()) if form.preset.itemData(i) is None]
    assert [form.preset.itemText(i) for i in headers] == ["Free motion capture", "Human3.6M", "HumanEva-I"]
    assert not any(form.preset.model().item(i).isEnabled() for i in headers)
    begins = [form.begin.itemData(i) for i in range(form.begin.count())]
    assert begins[0] == "" and "graphsh" in begins and not any("convformer" in name for name in begins)


def test_a_taken_name_is_refused(make_window: MakeWindow, data: Path, qtbot: QtBot, home: Path) -> None:
    window = make_window()
    form = opened(window, qtbot).form
    form.data.setText(str(data))
    qtbot.waitUntil(form.start.isEnabled, timeout=20000)
    for name, message in (("graphsh", "is called graphsh already"), ("two words", "name of weights")):
        form.name.setText(name)
        qtbot.mouseClick(form.start, Qt.MouseButton.LeftButton)
        assert any(message in card.text for card in window.notices.cards)
    assert not (home / "trainings").exists(), "nothing was started"


# ---------------------------------------------------------------- what is read from the folder


def test_earlier_trainings_are_listed_and_shown(make_window: MakeWindow, home: Path, qtbot: QtBot) -> None:
    out = fake_run(home)
    window = make_window()
    panel = opened(window, qtbot)
    texts = [panel.trainings.itemText(i) for i in range(panel.trainings.count())]
    assert texts == ["New training", "mine — stopped"]
    panel.training_chosen.emit(out)
    assert panel.pages.currentIndex() == 1
    assert "20 of 40 steps" in panel.view.state.text() and "85.0 mm at step 15" in panel.view.best.text()
    for look in (theme.LIGHT, theme.DARK):
        theme.apply(look)
        panel.set_theme()
        assert panel.view.loss.backgroundBrush().color().name() == look.panel


@pytest.fixture(autouse=True)
def dark_again() -> Iterator[None]:
    yield
    theme.apply(theme.DARK)
