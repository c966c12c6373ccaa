"""Pictures of the window in every state, for the README and for looking at. Needs a screen (xvfb-run) and real videos.

    xvfb-run -a -s "-screen 0 1700x1050x24" python -m tests.app.gui.screenshots VIDEO [--out DIR] [--readme] [--seek N]

--readme writes docs/window.png only.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.gui import theme
from app.gui.application import make_application
from app.gui.main_window import MainWindow
from app.gui.preferences import Preferences

ROOT = Path(__file__).resolve().parents[3]


class Studio:
    """A window that is driven through its states and photographed."""

    def __init__(self, look: str, folder: Path) -> None:
        self.folder = folder
        self._settings = tempfile.TemporaryDirectory()
        theme.apply(theme.THEMES[look])
        settings = QSettings(f"{self._settings.name}/settings.ini", QSettings.Format.IniFormat)
        self.window = MainWindow(Preferences(settings))
        self.window.preferences.set("theme", look)
        self.window.resize(1640, 980)
        self.window.show()
        QTest.qWait(300)

    def shoot(self, name: str) -> Path:
        """The window as the screen shows it, its dialogs included."""
        QTest.qWait(350)
        path = self.folder / f"{name}.png"
        screen = QApplication.primaryScreen()
        place = self.window.geometry()
        screen.grabWindow(0, place.x(), place.y(), place.width(), place.height()).save(str(path))
        print(path)
        return path

    def wait(self, until: Callable[[], bool], seconds: float = 300) -> None:
        end = time.monotonic() + seconds
        while not until():
            QTest.qWait(30)
            if time.monotonic() > end:
                raise TimeoutError

    def open(self, video: Path) -> None:
        self.window.files.open(str(video))
        self.wait(lambda: self.window.document.name == video.name and self.window.workspace.video.has_picture)

    def analyse(self, half_way: str = "") -> None:
        self.window.actions_.by_id["analyse"].trigger()
        if half_way:
            self.wait(lambda: not self.window.conductor.busy or self.window.status.bar.value() > 12)
            self.shoot(half_way)
        self.wait(lambda: not self.window.conductor.busy)

    def seek(self, frame: int) -> None:
        self.window.player.seek(frame)
        self.wait(lambda: self.window.showing.shown.frame == frame)
        QTest.qWait(400)

    def lift_with(self, lifter: str) -> None:
        self.window.lifter_choice.set_id(lifter)
        self.window.lifter_choice.chosen.emit(lifter)
        self.wait(lambda: not self.window.conductor.busy)

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self._settings.cleanup()


def readme_picture(video: Path, frame: int) -> None:
    """docs/window.png: an analysed video with the 3D beside it and the network's view."""
    studio = Studio("dark", ROOT / "docs")
    studio.open(video)
    studio.analyse()
    studio.window.player.seek(frame)
    studio.seek(frame)
    for card in list(studio.window.notices.cards):
        card.dismiss()
    studio.shoot("window")
    studio.close()


def all_states(video: Path, folder: Path, look: str, frame: int) -> None:
    """Every state and every dock in one look."""
    studio = Studio(look, folder)
    window = studio.window
    window.preferences.add_recent(str(video))
    window.renew_welcome()
    studio.shoot(f"{look}_1_welcome")
    studio.open(video)
    studio.shoot(f"{look}_2_opened")
    studio.analyse(f"{look}_3_analysing")
    studio.seek(frame)
    studio.shoot(f"{look}_4_analysed")
    for card in list(window.notices.cards):
        card.dismiss()
    others = [id for id, part in window.catalogue.lifters().items() if part.runs and id != window.conductor.lifter]
    if others:
        studio.lift_with(others[0])
        studio.seek(frame)
    window.document.select(0, 13)
    for id in ("joints", "settings", "plots", "compare", "attention"):
        if id in window.docks:
            window.open_dock(id)
            studio.shoot(f"{look}_5_{id}")
    window.actions_.by_id["arcs"].trigger()
    studio.shoot(f"{look}_6_arcs")
    window.actions_.by_id["export"].trigger()
    studio.shoot(f"{look}_7_export")
    if window.files.dialog is not None:
        window.files.dialog.close()
    window.help.search()
    studio.shoot(f"{look}_8_search")
    for box in QApplication.topLevelWidgets():
        if box is not window and box.isVisible():
            box.close()
    window.attempt(window.files.drop, ["/notes.txt"])
    window.attempt(lambda: 1 / 0)
    studio.shoot(f"{look}_9_errors")
    studio.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--seek", type=int, default=30)
    parser.add_argument("--look", choices=["dark", "light"], action="append")
    parser.add_argument("--readme", action="store_true")
    options = parser.parse_args()
    make_application(["marey"])
    if options.readme:
        readme_picture(options.video, options.seek)
        return
    options.out.mkdir(parents=True, exist_ok=True)
    for look in options.look or ["dark", "light"]:
        all_states(options.video, options.out, look, options.seek)


if __name__ == "__main__":
    main()
