"""Pictures of the window in every state, for the README and for looking at. Needs a screen (xvfb-run) and real videos.

    xvfb-run -a -s "-screen 0 1700x1050x24" python -m tests.app.gui.screenshots VIDEO [--out DIR]
        [--people VIDEO] [--nobody VIDEO] [--readme] [--seek N] [--look dark] [--scale 2] [--language de]

Every dock and every state, dark and light. --readme writes docs/window.png only. --scale 2, with a screen twice as
large (3400x2100): as on a sharp screen.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QToolButton

from app.gui import language, theme
from app.gui.application import make_application
from app.gui.main_window import MainWindow
from app.gui.preferences import Preferences
from tests.app.gui.pause import pause, wait
from tests.app.gui.spread import spread

ROOT = Path(__file__).resolve().parents[3]


class Studio:
    """A window that is driven through its states and photographed."""

    def __init__(self, look: str, folder: Path) -> None:
        self.folder, self.look = folder, look
        self._settings = tempfile.TemporaryDirectory()
        theme.apply(theme.THEMES[look])
        settings = QSettings(f"{self._settings.name}/settings.ini", QSettings.Format.IniFormat)
        self.window = MainWindow(Preferences(settings))
        self.window.preferences.set("theme", look)
        self.window.resize(1640, 980)
        self.window.show()
        pause(300)

    def shoot(self, name: str) -> Path:
        """The window as the screen shows it, its dialogs included."""
        pause(350)
        path = self.folder / f"{self.look}_{name}.png"
        screen = QApplication.primaryScreen()
        place = self.window.geometry()
        screen.grabWindow(0, place.x(), place.y(), place.width(), place.height()).save(str(path), "PNG", 0)  # 0: small
        print(path)
        return path

    def wait(self, until: Callable[[], bool], seconds: float = 1800) -> None:
        wait(until, seconds)

    def open(self, video: Path) -> None:
        self.window.files.open(str(video))
        self.wait(lambda: self.window.document.name == video.name and self.window.workspace.video.has_picture)

    def analyse(self, half_way: str = "") -> None:
        self.window.actions_.by_id["analyse"].trigger()
        if half_way:
            self.wait(lambda: not self.window.controller.busy or self.window.status.bar.value() > 12)
            self.shoot(half_way)
        self.wait(lambda: not self.window.controller.busy)

    def seek(self, frame: int) -> None:
        self.window.player.seek(frame)
        self.wait(lambda: self.window.view_controller.frame_view.frame == frame)
        pause(400)

    def lift_with(self, lifter: str) -> None:
        self.window.choices.lifter.set_id(lifter)
        self.window.choices.lifter.chosen.emit(lifter)
        self.wait(lambda: not self.window.controller.busy)

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self._settings.cleanup()


def readme_picture(video: Path, frame: int) -> None:
    """docs/window.png: an analysed video with the 3D beside it and the network's view."""
    studio = Studio("dark", ROOT / "docs")
    studio.window.resize(1140, 720)
    studio.open(video)
    studio.analyse()
    studio.lift_with("convformer_t27")
    studio.window.actions_.by_id["ghost"].trigger()
    studio.seek(frame)
    view: Any = studio.window.docks["attention"].content
    studio.wait(lambda: view.shown_map is not None)
    dismiss(studio.window)
    studio.shoot("window").replace(ROOT / "docs" / "window.png")
    studio.close()


def dismiss(window: MainWindow) -> None:
    for card in list(window.notices.cards):
        card.dismiss()


def close_boxes(window: MainWindow) -> None:
    for box in QApplication.topLevelWidgets():
        if box is not window and box.isVisible():
            box.close()


def first_states(studio: Studio, video: Path, frame: int) -> None:
    """From the first page to an analysed clip."""
    window = studio.window
    window.preferences.add_recent(str(video))
    window.renew_welcome()
    studio.shoot("01_welcome")
    studio.open(video)
    studio.shoot("02_opened")
    window.document.set_range(max(frame - 12, 0), frame + 12)
    studio.analyse("03_analysing")
    studio.seek(frame)
    studio.shoot("04_analysed")
    dismiss(window)


def docks_and_lifters(studio: Studio, frame: int) -> None:
    """What every lifter sees, and every dock."""
    window = studio.window
    window.document.select(0, window.document.motion.persons[0].world.skeleton.index("LWrist"))  # type: ignore[union-attr]
    window.open_dock("attention")
    for id in [id for id, part in window.catalogue.lifters().items() if part.available]:
        studio.lift_with(id)
        studio.seek(frame)
        pause(2500)  # the lifter is loaded once more, for its maps
        studio.shoot(f"05_attention_{id}")
    window.actions_.by_id["arcs"].trigger()
    studio.shoot("06_arcs")
    window.actions_.by_id["arcs"].trigger()
    for id in ("joints", "settings", "training", "plots", "compare"):
        window.open_dock(id)
        studio.shoot(f"07_{id}")
    window.analysis.compare()
    studio.wait(lambda: not window.controller.busy)
    studio.shoot("08_compared")
    spread(window)
    pause(500)
    studio.shoot("08_all_docks")
    window.page_layout.reset()


def editing(studio: Studio, frame: int) -> None:
    """Corrections by hand: a joint moved, a span, people split and named."""
    window = studio.window
    window.actions_.by_id["edit_joints"].trigger()
    window.actions_.by_id["names"].trigger()
    window.editor.nudge((30, -20))
    studio.wait(lambda: not window.controller.busy)
    window.people.split()
    studio.wait(lambda: not window.controller.busy)
    studio.shoot("09_edits")
    window.people.rename()
    studio.shoot("10_rename")
    close_boxes(window)
    for id in ("names", "edit_joints", "undo", "undo"):
        window.actions_.by_id[id].trigger()
        studio.wait(lambda: not window.controller.busy)


def boxes(studio: Studio) -> None:
    """Every dialog, the search, the menus, the notifications."""
    window = studio.window
    for n, id in enumerate(("export", "search", "camera", "shortcuts", "about", "detector_options")):
        window.actions_.by_id[id].trigger()
        studio.shoot(f"{11 + n}_{id}")
        close_boxes(window)
    menu = window.menuBar().actions()[1].menu()
    menu.popup(window.menuBar().mapToGlobal(window.menuBar().actionGeometry(menu.menuAction()).bottomLeft()))  # type: ignore[union-attr]
    studio.shoot("17_menu")
    menu.close()  # type: ignore[union-attr]
    window.reporter.attempt(window.drops.drop, ["/notes.txt"])
    window.reporter.attempt(lambda: 1 / 0)
    window.notices.cards[-1].findChildren(QToolButton)[1].click()
    studio.shoot("18_errors")
    dismiss(window)
    for size in ((1024, 700), (760, 520)):
        window.resize(*size)
        studio.shoot(f"19_small_{size[0]}")
    window.resize(1640, 980)
    window.page_layout.reset()


def other_videos(studio: Studio, people: Path | None, nobody: Path | None) -> None:
    """Two people, and a frame without anybody."""
    window = studio.window
    for name, video, persons in (("20_two_people", people, 2), ("21_nobody", nobody, 1)):
        if video is None:
            continue
        window.document.change(settings=replace(window.document.state.settings, persons=persons))
        studio.open(video)
        window.document.set_range(0, 24)
        studio.analyse()
        studio.seek(12 if persons == 2 else 0)
        studio.shoot(name)
        dismiss(window)


def live(studio: Studio, video: Path) -> None:
    """A file as if it were a camera."""
    window = studio.window
    window.files.follow(str(video), "")
    studio.wait(lambda: bool(window.view_controller.frame_view.poses_3d) or not window.controller.busy)
    studio.shoot("22_live")
    window.analysis.cancel()
    studio.wait(lambda: not window.controller.busy)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--seek", type=int, default=30)
    parser.add_argument("--look", choices=["dark", "light"], action="append")
    parser.add_argument("--people", type=Path, help="a video of two people")
    parser.add_argument("--nobody", type=Path, help="a video that begins with nobody")
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--scale", default="1")
    parser.add_argument("--language", default="en")
    options = parser.parse_args()
    os.environ["QT_SCALE_FACTOR"] = options.scale
    make_application(["marey"])
    language.install(options.language)
    if options.readme:
        readme_picture(options.video, options.seek)
        return
    options.out.mkdir(parents=True, exist_ok=True)
    for look in options.look or ["dark", "light"]:
        studio = Studio(look, options.out)
        first_states(studio, options.video, options.seek)
        docks_and_lifters(studio, options.seek)
        editing(studio, options.seek)
        boxes(studio)
        other_videos(studio, options.people, options.nobody)
        live(studio, options.nobody or options.video)
        studio.close()


if __name__ == "__main__":
    main()
