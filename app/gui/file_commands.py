"""Commands about files: opening, dropping, exporting, saving pictures."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.export import list_exporters, write_all
from app.gui.analysis_controller import AnalysisController
from app.gui.document import Document
from app.gui.file_drop import VIDEO_ENDINGS
from app.gui.log import describe
from app.gui.panels.camera_dialog import CameraDialog
from app.gui.panels.docks import Dock
from app.gui.panels.export_dialog import ExportDialog, part_of
from app.gui.player import Player
from app.gui.preferences import Preferences
from app.gui.reporter import Reporter
from app.gui.text import tr
from app.gui.worker import LatestAnswer
from app.project import ENDING, SavedAnalysis, read_analysis, write_analysis
from poses.errors import UserError

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"


class FileCommands(QObject):
    """exported(paths): files were written."""

    exported = Signal(list)

    def __init__(
        self, document: Document, controller: AnalysisController, player: Player, preferences: Preferences,
        reporter: Reporter, docks: Mapping[str, Dock], picture: QWidget, parent: QWidget,
    ) -> None:  # fmt: skip
        """picture: what is saved as a picture. parent: of dialogs."""
        super().__init__(parent)
        self._document, self._controller, self._player = document, controller, player
        self._preferences, self._reporter = preferences, reporter
        self._docks, self._picture, self._parent = docks, picture, parent
        self.dialog: ExportDialog | None = None
        self.writer = LatestAnswer(self)
        document.opened.connect(self._remember)

    def _remember(self) -> None:
        """Among the files opened last."""
        if (info := self._document.info) is not None:
            self._preferences.add_recent(str(Path(info.path).resolve()))

    def close_threads(self) -> None:
        self.writer.close()

    def choose(self) -> None:
        """Ask for a video."""
        endings = " ".join(f"*{e}" for e in (*VIDEO_ENDINGS, ENDING))
        folder = self._preferences.text("folder")
        chosen = f"{tr('Videos and analyses')} ({endings});;{tr('All files')} (*)"
        path, _ = QFileDialog.getOpenFileName(self._parent, tr("Open video"), folder, chosen)
        if path:
            self.open(path)

    def choose_pictures(self) -> None:
        """Ask for a folder of numbered pictures."""
        folder = self._preferences.text("folder")
        path = QFileDialog.getExistingDirectory(self._parent, tr("Open folder of pictures"), folder)
        if path:
            self.open(path)

    def open(self, path: str) -> None:
        """Open a video or a saved analysis; what is wrong with it is told in a notification."""
        self._player.pause()
        saved = read_analysis(Path(path)) if Path(path).suffix.lower() == ENDING else None
        if not self._document.may_leave():
            return
        if saved is None:
            self._controller.open(path)
        else:
            self._controller.open(saved.detections.video, saved, Path(path).resolve())
            self._preferences.add_recent(str(Path(path).resolve()))

    def open_example(self) -> None:
        """The sample video that start.py fetched."""
        found = sorted(SAMPLES.glob("*.mp4"))
        if not found:
            raise UserError(tr("the sample video is not here yet: run 'python3 start.py' once, it fetches it"))
        self.open(str(found[0]))

    def choose_camera(self) -> None:
        """Ask for a camera or stream, and whether to record it."""
        self.camera_dialog = CameraDialog(self._parent, self._preferences)
        self.camera_dialog.chosen.connect(self.follow)
        self.camera_dialog.show()

    def follow(self, source: str, record: str) -> None:
        """Follow a source live; record: where to, "" for nowhere."""
        self._player.pause()
        if self._document.may_leave():
            self._controller.follow(source, Path(record) if record else None)

    def save_analysis(self) -> None:
        """Detections, corrections and choices into one file, so that nothing has to be detected again.

        Asks for a name the first time; later the same file is written anew.
        """
        place = self._document.state.place
        if not place:
            self.save_analysis_as()
        elif self._document.detections is not None:
            self._save_to(Path(place))

    def save_analysis_as(self) -> None:
        """Into another file."""
        document = self._document
        if document.detections is None:
            return
        start = str(Path(document.detections.video).with_suffix(ENDING))
        if not os.access(Path(start).parent, os.W_OK):
            start = str(Path.home() / Path(start).name)
        path, _ = QFileDialog.getSaveFileName(self._parent, tr("Save analysis"), start, f"Marey (*{ENDING})")
        if path:
            self._save_to(Path(path) if path.endswith(ENDING) else Path(path + ENDING))

    def _save_to(self, place: Path) -> None:
        document = self._document
        assert document.detections is not None
        recipe = document.state.analysis.recipe or document.state.recipe
        write_analysis(
            place, SavedAnalysis(document.detections, document.edits, document.state.settings, recipe.lifter)
        )
        document.set_saved(place)
        self._preferences.add_recent(str(place.resolve()))
        self._told([place])

    def close_video(self) -> None:
        """Back to the first page."""
        if self._document.may_leave():
            self._controller.close_video()

    def export(self) -> None:
        """Show the export dialog."""
        document, preferences = self._document, self._preferences
        if document.motion is None:
            return
        folder = preferences.text("export_folder") or _writable_folder(document.motion.video)
        chosen = preferences.texts("export_formats")
        self.dialog = ExportDialog(
            self._parent, document.motion, list_exporters(), chosen, folder, document.range is not None
        )
        self.dialog.export_requested.connect(self._write)
        self.dialog.destroyed.connect(self._forget_dialog)
        self.dialog.show()

    def save_picture(self) -> None:
        """The views as they are, as PNG."""
        name = f"{Path(self._document.name).stem}_{self._document.frame:05d}.png"
        folder = Path(self._preferences.text("export_folder") or str(Path.home()))
        path, _ = QFileDialog.getSaveFileName(self._parent, tr("Save picture"), str(folder / name), "PNG (*.png)")
        if path:
            if not self._picture.grab().save(path):
                raise UserError(tr("{0} cannot be written; choose another folder").format(path))
            self._told([Path(path)])

    def save_map(self) -> None:
        """The shown map as picture and numbers."""
        view: Any = self._docks["attention"].content
        if view is None or view.shown_map is None:
            raise UserError(tr("there is no map to save: open 'Attention' on an analysed frame"))
        self._save(tr("Save map"), "map", view.save)

    def save_plot(self) -> None:
        view: Any = self._docks["plots"].content
        if view is not None:
            self._save(tr("Save plot"), "plot", view.save)

    def _save(self, title: str, name: str, save: object) -> None:
        folder = Path(self._preferences.text("export_folder") or str(Path.home()))
        path, _ = QFileDialog.getSaveFileName(self._parent, title, str(folder / f"{name}.png"), "PNG (*.png)")
        if not path:
            return
        try:
            self._told(save(Path(path)))  # type: ignore[operator]
        except OSError as error:
            raise UserError(tr("{0} cannot be written: {1}").format(path, error)) from error

    def _told(self, paths: list[Path]) -> None:
        self._reporter.notices.show("info", tr("Written: {0}").format(", ".join(map(str, paths))))

    def _write(self, formats: list[str], persons: list[int], whole: bool, folder: str, stem: str) -> None:
        document = self._document
        assert document.motion is not None
        preferences = self._preferences
        preferences.set("export_formats", formats)
        preferences.set("export_folder", folder)
        rows = None
        if not whole and document.range is not None:
            first, last = document.range
            rows = np.flatnonzero((document.motion.frame >= first) & (document.motion.frame <= last))
        motion = part_of(document.motion, persons, rows)
        self.writer.ask(lambda: write_all(motion, formats, Path(folder), stem), self._written, self._not_written)

    def _written(self, answer: tuple[list[Path], list[str]]) -> None:
        """An export is no saving: corrections, detections and settings cannot be had back from it."""
        paths, warnings = answer
        if self.dialog is not None:
            self.dialog.set_written(paths, warnings)
        else:
            self._told(paths)
        self.exported.emit([str(p) for p in paths])

    def _not_written(self, error: Exception) -> None:
        text, details = describe(error)
        self._reporter.notices.show("error", text, details)
        if self.dialog is not None:
            self.dialog.set_failed(text)

    def _forget_dialog(self) -> None:
        self.dialog = None


def _writable_folder(video: str) -> str:
    """The video's own folder, or the user's where nothing may be written there."""
    folder = Path(video).resolve().parent
    return str(folder if os.access(folder, os.W_OK) else Path.home())
