"""Commands about files: opening, dropping, exporting, saving pictures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from app.export import list_exporters, write_all
from app.gui.file_drop import VIDEO_ENDINGS, handle_drop, interpret_drop
from app.gui.log import describe
from app.gui.panels.camera_dialog import CameraDialog
from app.gui.panels.export_dialog import ExportDialog, part_of
from app.gui.text import tr
from app.gui.worker import LatestAnswer
from app.project import ENDING, SavedAnalysis, read_analysis, write_analysis
from poses.errors import UserError

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"


class FileCommands(QObject):
    """exported(paths): files were written."""

    exported = Signal(list)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: ExportDialog | None = None
        self.writer = LatestAnswer(self)
        self.writer.answered.connect(self._written)
        self.writer.failed.connect(self._not_written)

    def close_threads(self) -> None:
        self.writer.close()

    def choose(self) -> None:
        """Ask for a video."""
        endings = " ".join(f"*{e}" for e in (*VIDEO_ENDINGS, ENDING))
        folder = self._window.preferences.text("folder")
        chosen = f"{tr('Videos and analyses')} ({endings});;{tr('All files')} (*)"
        path, _ = QFileDialog.getOpenFileName(self._window, tr("Open video"), folder, chosen)
        if path:
            self.open(path)

    def open(self, path: str) -> None:
        """Open a video or a saved analysis; what is wrong with it is told in a notification."""
        self._window.player.pause()
        saved = read_analysis(Path(path)) if Path(path).suffix.lower() == ENDING else None
        if not self._window.may_leave():
            return
        if saved is None:
            self._window.controller.open(path)
        else:
            self._window.controller.open(saved.detections.video, saved, Path(path).resolve())
            self._window.preferences.add_recent(str(Path(path).resolve()))

    def open_example(self) -> None:
        """The sample video that start.py fetched."""
        found = sorted(SAMPLES.glob("*.mp4"))
        if not found:
            raise UserError(tr("the sample video is not here yet: run 'python3 start.py' once, it fetches it"))
        self.open(str(found[0]))

    def choose_camera(self) -> None:
        """Ask for a camera or stream, and whether to record it."""
        self.camera_dialog = CameraDialog(self._window, self._window.preferences)
        self.camera_dialog.chosen.connect(self.follow)
        self.camera_dialog.show()

    def follow(self, source: str, record: str) -> None:
        """Follow a source live; record: where to, "" for nowhere."""
        self._window.player.pause()
        if self._window.may_leave():
            self._window.controller.follow(source, Path(record) if record else None)

    def drop(self, paths: list[str]) -> None:
        """Something was dropped: videos, analyses, keypoints, weights, or a folder of them (app.gui.file_drop)."""
        handle_drop(interpret_drop(paths), self._window)

    def save_analysis(self) -> None:
        """Detections, corrections and choices into one file, so that nothing has to be detected again.

        Asks for a name the first time; later the same file is written anew.
        """
        if self._window.document.place is None:
            self.save_analysis_as()
        else:
            self._save_to(self._window.document.place)

    def save_analysis_as(self) -> None:
        """Into another file."""
        document = self._window.document
        if document.detections is None or document.motion is None:
            return
        start = str(Path(document.detections.video).with_suffix(ENDING))
        if not os.access(Path(start).parent, os.W_OK):
            start = str(Path.home() / Path(start).name)
        path, _ = QFileDialog.getSaveFileName(self._window, tr("Save analysis"), start, f"Marey (*{ENDING})")
        if path:
            self._save_to(Path(path) if path.endswith(ENDING) else Path(path + ENDING))

    def _save_to(self, place: Path) -> None:
        document = self._window.document
        assert document.detections is not None and document.motion is not None
        write_analysis(
            place, SavedAnalysis(document.detections, document.edits, document.settings, document.motion.lifter)
        )
        document.set_saved(place)
        self._window.preferences.add_recent(str(place.resolve()))
        self._told([place])

    def close_video(self) -> None:
        """Back to the first page."""
        if self._window.may_leave():
            self._window.controller.close_video()

    def export(self) -> None:
        """Show the export dialog."""
        document, preferences = self._window.document, self._window.preferences
        if document.motion is None:
            return
        folder = preferences.text("export_folder") or _writable_folder(document.motion.video)
        chosen = preferences.texts("export_formats")
        self.dialog = ExportDialog(
            self._window, document.motion, list_exporters(), chosen, folder, document.range is not None
        )
        self.dialog.export_requested.connect(self._write)
        self.dialog.destroyed.connect(self._forget_dialog)
        self.dialog.show()

    def save_picture(self) -> None:
        """The views as they are, as PNG."""
        name = f"{Path(self._window.document.name).stem}_{self._window.document.frame:05d}.png"
        folder = Path(self._window.preferences.text("export_folder") or str(Path.home()))
        path, _ = QFileDialog.getSaveFileName(self._window, tr("Save picture"), str(folder / name), "PNG (*.png)")
        if path:
            if not self._window.workspace.splitter.grab().save(path):
                raise UserError(tr("{0} cannot be written; choose another folder").format(path))
            self._told([Path(path)])

    def save_map(self) -> None:
        """The shown map as picture and numbers."""
        view: Any = self._window.docks["attention"].content
        if view is None or view.shown_map is None:
            raise UserError(tr("there is no map to save: open 'Attention' on an analysed frame"))
        self._save(tr("Save map"), "map", view.save)

    def save_plot(self) -> None:
        view: Any = self._window.docks["plots"].content
        if view is not None:
            self._save(tr("Save plot"), "plot", view.save)

    def _save(self, title: str, name: str, save: object) -> None:
        folder = Path(self._window.preferences.text("export_folder") or str(Path.home()))
        path, _ = QFileDialog.getSaveFileName(self._window, title, str(folder / f"{name}.png"), "PNG (*.png)")
        if not path:
            return
        try:
            self._told(save(Path(path)))  # type: ignore[operator]
        except OSError as error:
            raise UserError(tr("{0} cannot be written: {1}").format(path, error)) from error

    def _told(self, paths: list[Path]) -> None:
        self._window.notices.show("info", tr("Written: {0}").format(", ".join(map(str, paths))))

    def _write(self, formats: list[str], persons: list[int], whole: bool, folder: str, stem: str) -> None:
        document = self._window.document
        assert document.motion is not None
        preferences = self._window.preferences
        preferences.set("export_formats", formats)
        preferences.set("export_folder", folder)
        rows = None
        if not whole and document.range is not None:
            first, last = document.range
            rows = np.flatnonzero((document.motion.frame >= first) & (document.motion.frame <= last))
        motion = part_of(document.motion, persons, rows)
        self.writer.ask(lambda: write_all(motion, formats, Path(folder), stem))

    def _written(self, _number: int, answer: tuple[list[Path], list[str]]) -> None:
        paths, warnings = answer
        self._window.document.set_saved()
        if self.dialog is not None:
            self.dialog.set_written(paths, warnings)
        else:
            self._told(paths)
        self.exported.emit([str(p) for p in paths])

    def _not_written(self, _number: int, error: Exception) -> None:
        text, details = describe(error)
        self._window.notices.show("error", text, details)
        if self.dialog is not None:
            self.dialog.set_failed(text)

    def _forget_dialog(self) -> None:
        self.dialog = None


def _writable_folder(video: str) -> str:
    """The video's own folder, or the user's where nothing may be written there."""
    folder = Path(video).resolve().parent
    return str(folder if os.access(folder, os.W_OK) else Path.home())
