"""Trainings started from the window: processes of their own, which outlive it where the user wants that."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from app.gui.panels.docks import Dock
from app.gui.plugin_choices import PluginChoices
from app.gui.preferences import Preferences
from app.gui.reporter import Reporter
from app.gui.text import mark, number, tr
from app.gui.training_watch import TrainingStatus, TrainingWatcher
from app.gui.widgets import configured
from app.gui.worker import LatestAnswer
from app.session.request import Request
from lifting import trainings
from lifting.data_folder import check_data
from lifting.preset import Preset
from poses.errors import UserError
from poses.files import check_folder

LOOK_EVERY_MS = 700
# Processes that were left running when their window was closed; nobody waits for them.
_left: list[subprocess.Popen[bytes]] = []
KEEP, STOP = "keep", "stop"
STOPPED = (130, 143, -signal.SIGTERM, -signal.SIGINT)  # exit codes of a training that was asked to end
QUESTION = mark("A training is running: {0}.")
CHOICES = mark("It can go on without the window; the Training dock shows it again. Or it is saved and stopped now.")


class TrainingController(QObject):
    """Starts, watches, stops and resumes trainings; puts their weights where lifters are looked for.

    close_requested: they were stopped so that the window can be closed, and are through.
    """

    close_requested = Signal()

    def __init__(
        self, dock: Callable[[], Dock], choices: PluginChoices, preferences: Preferences, reporter: Reporter,
        say: Callable[[str], object], parent: QWidget,
    ) -> None:  # fmt: skip
        """dock: where trainings are shown. say: a short text in the status bar. parent: of dialogs."""
        super().__init__(parent)
        self._dock, self._choices, self._preferences, self._reporter = dock, choices, preferences, reporter
        self._say, self._parent = say, parent
        self._processes: dict[Path, subprocess.Popen[bytes]] = {}
        self._codes: dict[Path, int] = {}
        self._watched: dict[Path, TrainingWatcher] = {}
        self._published: dict[Path, int] = {}
        self._closing = False
        self.shown: Path | None = None
        self._timer = configured(QTimer(self), interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._checker, self._check = LatestAnswer(self), Request()
        QTimer.singleShot(0, self, lambda: reporter.attempt(self._catch_up))

    @property
    def folder(self) -> Path:
        """Where new trainings go, a sub-folder each."""
        return Path(self._preferences.text("training_folder") or trainings.trainings_folder())

    @property
    def panel(self) -> Any:
        """What is in the dock, None before it was seen."""
        return self._dock().content

    def show(self) -> None:
        """The dock, in front."""
        self._dock().bring_up()

    def show_panel(self, panel: Any) -> None:
        """The dock came into sight, the first time or again."""
        if not panel.property("connected"):
            self._connect(panel)
        self._timer.start()
        self._look()

    def _connect(self, panel: Any) -> None:
        guarded = self._reporter.guarded
        panel.form.start_requested.connect(guarded(self.start))
        panel.form.check_requested.connect(self.check)
        panel.form.folder_chosen.connect(self.choose_folder)
        panel.training_chosen.connect(self.choose)
        panel.view.stop_requested.connect(guarded(self.stop))
        panel.view.resume_requested.connect(guarded(self.resume))
        panel.view.folder_requested.connect(guarded(self.open_folder))
        panel.view.use_requested.connect(guarded(self.use))
        panel.form.restore(self._preferences, self.folder)
        busy = [out for out in trainings.list_trainings(self.folder) if trainings.running_pid(out)]
        self.choose(self.shown or (busy[0] if busy else None))

    def refresh(self) -> None:
        """Another training is shown."""
        if self.panel is not None:
            self._timer.start()
            self._look()

    # ------------------------------------------------------------ what the user asks for

    def check(self, preset: Preset, folder: str) -> None:
        """Look, in another thread, whether a preset can be trained on what is in a folder."""

        def look() -> tuple[Preset, str, str, bool]:
            try:
                return preset, folder, check_data(Path(folder), preset.data), True
            except UserError as error:
                return preset, folder, str(error), False

        self._check.end()
        self._check = self._checker.ask(look, self._checked, self._reporter.show_error)

    def choose_folder(self, folder: str) -> None:
        self._preferences.set("training_folder", folder)
        self._fill_runs()

    def start(self, request: trainings.TrainingRequest) -> None:
        """Start a new training in a new sub-folder."""
        trainings.check_name(request.name)
        if trainings.free_name(request.name) != request.name:
            raise UserError(tr("a lifter is called {0} already; choose another name").format(request.name))
        out = trainings.new_folder(self.folder, request.name)
        self.panel.form.remember(self._preferences)
        self._start(out, request)

    def resume(self) -> None:
        """Go on with the shown training, from the beginning where it has no checkpoint."""
        request = trainings.read_request(self.shown) if self.shown else None
        if self.shown is None or request is None:
            return
        if trainings.running_pid(self.shown):
            raise UserError(tr("this training is running"))
        self._start(self.shown, request)

    def stop(self) -> None:
        """Let the shown training save and end."""
        if self.shown is not None:
            self._stop(self.shown)
            self._look()

    def open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.shown or self.folder)))

    def use(self) -> None:
        """Lift with the weights of the shown training."""
        status = self._training_status(self.shown) if self.shown else None
        if status is not None:
            self._publish(status)
            self._choices.choose_lifter(status.name)

    def choose(self, out: Path | None) -> None:
        """Show another training, or the form for a new one (None)."""
        self.shown = out
        self._fill_runs()
        self.refresh()

    # ------------------------------------------------------------ processes

    def _start(self, out: Path, request: trainings.TrainingRequest) -> None:
        check_folder(out)
        (out / trainings.STOP).unlink(missing_ok=True)
        words = command(request.arguments(out, (out / trainings.CHECKPOINT).exists()))
        trainings.append_request(out, request)
        with (out / trainings.LOG).open("ab") as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M')}  {' '.join(words)}\n".encode())
            log.flush()
            new_group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
            self._processes[out] = subprocess.Popen(
                words,
                cwd=Path(__file__).resolve().parents[2],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the window's terminal is not for it
                creationflags=new_group,
            )
        self._codes.pop(out, None)
        self.choose(out)

    def _stop(self, out: Path) -> None:
        """Also while it still loads, when it does not hold its folder yet."""
        if not trainings.request_stop(out) and out in self._processes:
            self._processes[out].terminate()

    def _look(self) -> None:
        """What became of the trainings since last time."""
        for out, process in list(self._processes.items()):
            code = process.poll()
            if code is not None:
                del self._processes[out]
                self._codes[out] = code
                self._ended(out, code)
        statuses = {
            out: self._training_status(out) for out in {*self._processes, *([self.shown] if self.shown else [])}
        }
        for status in statuses.values():
            self._publish(status)
        if self.panel is not None and self.shown is not None:
            self.panel.set_training_status(statuses[self.shown])
        busy = any(status.active for status in statuses.values())
        if not busy:
            self._timer.stop()
            if self._closing:
                self._closing = False  # who cancels the closing now has had the last word
                self.close_requested.emit()

    def _training_status(self, out: Path) -> TrainingStatus:
        watched = self._watched.setdefault(out, TrainingWatcher(out))
        code = self._codes.get(out, 0)
        failed = ""
        if code not in (0, *STOPPED):
            failed = trainings.read_problem(out) or tr("it ended with code {0}").format(code)
        return watched.look(out in self._processes, failed)

    def _ended(self, out: Path, code: int) -> None:
        """Tell how a training ended, once."""
        status = self._training_status(out)
        self._publish(status)
        if status.state == "failed":
            kind = "warning" if code == 2 else "error"
            details = "" if code == 2 else status.log
            self._reporter.notices.show(kind, f"{status.name}: {status.problem}", details)
        elif status.state == "finished" and status.best is not None:
            text = tr("{0} is trained: {1} mm on motion that is not in training. It is in the list of lifters.")
            self._reporter.notices.show("info", text.format(status.name, number(status.best[1], 0)))

    # ------------------------------------------------------------ weights

    def _publish(self, status: TrainingStatus) -> None:
        """Put the best weights so far into the list of lifters, after each evaluation."""
        if self._published.get(status.out) == len(status.record):
            return
        self._published[status.out] = len(status.record)
        if status.record and self._reporter.attempt(trainings.publish, status.out, status.name):
            self._choices.refill_lifters(status.name)

    def _catch_up(self) -> None:
        """Weights of trainings that went on while no window was open."""
        for out in trainings.list_trainings(self.folder):
            request = trainings.read_request(out)
            if request is not None and trainings.finished_card(out, request.name) is not None:
                self._publish(self._training_status(out))

    # ------------------------------------------------------------ the dock

    def _fill_runs(self) -> None:
        if self.panel is None:
            return
        outs = trainings.list_trainings(self.folder)
        if self.shown is not None and self.shown not in outs:
            outs.insert(0, self.shown)
        self.panel.set_trainings([(out, self._training_status(out)) for out in outs], self.shown)
        self.panel.form.set_taken(trainings.free_name)

    def _checked(self, answer: tuple[Preset, str, str, bool]) -> None:
        preset, folder, text, good = answer
        form = self.panel.form
        if (preset, folder) == (form.chosen(), form.folder_of_data()):  # else it comes late
            form.set_data_facts(text, good)

    # ------------------------------------------------------------ the end

    def may_close(self) -> bool:
        """Whether the window may be closed now; asks where trainings that it started are running."""
        self._closing = False
        running = [out for out, process in self._processes.items() if process.poll() is None]
        if running:
            answer = self.ask(", ".join(out.name for out in running))
            if answer == STOP:
                self._closing = True
                for out in running:
                    self._stop(out)
                self._say(tr("Saving the training…"))
                self._timer.start()
            return answer == KEEP
        return True

    def ask(self, names: str) -> str:
        """What shall become of running trainings: KEEP, STOP, or "" to keep the window open."""
        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(tr(QUESTION).format(names))
        box.setInformativeText(tr(CHOICES))
        keep = box.addButton(tr("&Keep running"), QMessageBox.ButtonRole.AcceptRole)
        stop = box.addButton(tr("&Stop and save"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(keep)
        box.exec()
        clicked = box.clickedButton()
        return KEEP if clicked is keep else STOP if clicked is stop else ""

    def close(self) -> None:
        """The window is closed; what runs goes on."""
        self._timer.stop()
        self._checker.close()
        _left.extend(process for process in self._processes.values() if process.poll() is None)
        self._processes = {}


def command(arguments: list[str]) -> list[str]:
    """The same `marey` that this is, with these arguments."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "app", *arguments]
