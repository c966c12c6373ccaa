"""The window: makes the parts and connects them. What they do is in the parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QTabWidget, QWidget

from app.gui import theme
from app.gui.actions import Actions
from app.gui.analysis_commands import AnalysisCommands
from app.gui.analysis_controller import AnalysisController
from app.gui.autosave import Autosave
from app.gui.catalogue import Catalogue
from app.gui.detection_choice import DetectionChoice
from app.gui.dock_controller import DockController
from app.gui.document import Document
from app.gui.drop_commands import DropCommands
from app.gui.editor import Editor
from app.gui.file_commands import FileCommands
from app.gui.help_commands import HelpCommands
from app.gui.job_reports import JobReports
from app.gui.menus import WindowMenus, toolbar
from app.gui.page_layout import PageLayout
from app.gui.panels.docks import DOCKS, Dock, FullTabTitles, arrange
from app.gui.panels.notice import Notices
from app.gui.panels.status import Status
from app.gui.panels.welcome import Welcome
from app.gui.people_commands import PeopleCommands
from app.gui.player import Player
from app.gui.plugin_choices import PluginChoices
from app.gui.preferences import Preferences
from app.gui.reporter import Reporter
from app.gui.training import TrainingController
from app.gui.view_commands import ViewCommands
from app.gui.view_controller import ViewController
from app.gui.workspace import Workspace


class MainWindow(QMainWindow):
    """Marey's window. `command` tells the table of commands which method does what. closing: it closes now."""

    closing = Signal()

    def __init__(
        self, preferences: Preferences, catalogue: Catalogue | None = None, painter_only: bool = False
    ) -> None:
        super().__init__()
        self.setWindowIcon(theme.program_icon())
        self.setAcceptDrops(True)
        self.resize(1480, 920)
        self.setMinimumSize(760, 520)
        self.setDockNestingEnabled(True)
        self.preferences = preferences
        self.catalogue = catalogue or Catalogue()
        self.document, self.player = Document(self), Player(self)
        self.controller = AnalysisController(self.document, self.catalogue, self)
        self.notices = Notices(self)
        self.reporter = Reporter(self.notices, self)
        self.actions_ = Actions(self, self.command)
        self.workspace, self.welcome = Workspace(self.actions_, painter_only), Welcome()
        self.stack, self.status = QStackedWidget(), Status(self.actions_)
        self.docks: dict[str, Dock] = {}
        self.choices = PluginChoices(self.document, self.catalogue, preferences, self)
        self._build_commands()
        self._build_controllers()
        self._build_centre()
        self.addToolBar(toolbar(self.actions_, {"DETECTOR": self.choices.detector, "LIFTER": self.choices.lifter}))
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        FullTabTitles(self)
        self.docks |= {kind.id: Dock(kind, self, self._dock_created) for kind in DOCKS}
        for dock in self.docks.values():
            self.notices.stay_above(dock)
        self.menus = WindowMenus(self.menuBar(), self.actions_, self.docks, preferences, self)
        self._connect()
        self.choices.fill()
        self._restore()
        self.document.opened.emit()

    def _build_commands(self) -> None:
        """What the user can ask for, by the names that the table of commands uses."""
        document, controller, player, preferences = self.document, self.controller, self.player, self.preferences
        reporter, workspace, docks = self.reporter, self.workspace, self.docks
        self.files = FileCommands(document, controller, player, preferences, reporter, docks, workspace.splitter, self)
        self.analysis = AnalysisCommands(
            document, controller, player, self.catalogue, preferences, reporter, self.open_dock,
            self.status.showMessage, self,
        )  # fmt: skip
        self.view = ViewCommands(workspace, docks, self.actions_, preferences, reporter, self.open_dock, self)
        self.help = HelpCommands(self.actions_, docks, workspace.scene, self)
        self.editor = Editor(document, workspace.video, reporter, self)
        self.people = PeopleCommands(document, self.editor, reporter, self)
        self.drops = DropCommands(document, self.files, self.analysis, self.choices, preferences, self.notices)
        self.page_layout = PageLayout(self, self.stack, self.welcome, workspace, docks, preferences.state("layout"))

    def _build_controllers(self) -> None:
        """Between the state and what is seen."""
        document, controller, player = self.document, self.controller, self.player
        self.detection = DetectionChoice(document, self.catalogue, self.preferences, self)
        self.detection.chosen.connect(self.analysis.choose_detection)
        self.dock_controller = DockController(
            document, controller, player, self.catalogue, self.docks, self.workspace.scene, self.view,
            self.detection, self.reporter,
            self,
        )  # fmt: skip
        self.view_controller = ViewController(
            document, controller, player, self.workspace, self.page_layout, self.dock_controller,
            self.choices.lifter.label_of, self,
        )  # fmt: skip
        self.job_reports = JobReports(document, controller, player, self.status, self.reporter, self)
        self.training = TrainingController(
            lambda: self.docks["training"], self.choices, self.preferences, self.reporter, self.status.showMessage, self
        )

    def _build_centre(self) -> None:
        self.stack.addWidget(self.welcome)
        self.stack.addWidget(self.workspace)
        self.setCentralWidget(self.stack)
        self.setStatusBar(self.status)
        self.notices.lie_over(self.workspace.splitter, self.stack)

    def command(self, target: str) -> Callable[..., object]:
        """The method a command names; what it raises becomes a notification."""
        part, _, method = target.partition(".")
        places = {"window": self, "video": self.workspace.video, "timeline": self.workspace.timeline}
        owner = places.get(part) or getattr(self, part)
        return self.reporter.guarded(getattr(owner, method))

    def open_dock(self, id: str) -> None:
        """Show a dock in front of its neighbours."""
        self.docks[id].bring_up()

    def keep_unsaved(self, folder: Path) -> Autosave:
        """Ask for what is not saved before it is given up, and keep it in a folder meanwhile."""
        autosave = Autosave(self.document, self.controller, self.files.save_analysis, self.reporter, folder, self)
        self.closing.connect(autosave.end)
        return autosave

    def show_playing(self, playing: bool) -> None:
        self.actions_.set_icon("play", theme.icon("pause" if playing else "play"))

    def renew_welcome(self) -> None:
        """The first page in the colours of the theme, with the files opened last."""
        self.welcome.set_recent(self.preferences.recent())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        self.reporter.attempt(self.drops.drop, paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.training.may_close():
            event.ignore()
            return
        self.player.pause()
        if not self.document.may_leave():
            event.ignore()
            return
        self.closing.emit()
        self.preferences.set("geometry", self.saveGeometry())
        self.preferences.set("layout", self.page_layout.layout())
        self.preferences.save()
        self.controller.close()
        self.training.close()
        self.dock_controller.close_threads()
        self.files.close_threads()
        self.workspace.timeline.close_threads()
        self.workspace.scene.close_surface()
        event.accept()

    def _dock_created(self, id: str, content: QWidget) -> None:
        """A dock came into sight: brought up to date, the first time connected."""
        if id == "training":
            self.training.show_panel(content)
        self.dock_controller.dock_created(id, content)

    def _connect(self) -> None:
        for name, action in (("open", "open"), ("example", "open_example"), ("camera", "camera")):
            getattr(self.welcome, f"{name}_requested").connect(self.actions_.by_id[action].trigger)
        open_file = self.reporter.guarded(self.files.open)
        self.welcome.recent_requested.connect(open_file)
        self.menus.recent_requested.connect(open_file)
        self.menus.language_requested.connect(self.reporter.guarded(self.view.set_language))
        self.choices.detector.chosen.connect(self.command("analysis.choose_detector"))
        self.player.playing_changed.connect(self.show_playing)
        self.document.resolved.connect(self._show_state)
        self.document.opened.connect(self.renew_welcome)
        self.controller.finished.connect(self.editor.take)
        self.editor.changed.connect(self._show_state)
        self.view.theme_changed.connect(self.renew_welcome)
        self.view.options_changed.connect(self.view_controller.show_badges)
        self.dock_controller.plot_save_requested.connect(self.command("files.save_plot"))
        self.dock_controller.comparison_requested.connect(self.command("analysis.compare"))
        self.dock_controller.device_chosen.connect(self.analysis.choose_device)
        self.workspace.timeline.person_requested.connect(self.people.select)
        self.workspace.timeline.rename_requested.connect(self.command("people.rename"))
        self.workspace.scene.preset_requested.connect(self.view.look_from)
        self.training.close_requested.connect(self.close)

    def _show_state(self) -> None:
        """Which commands there are, and the mark in the title that something is not saved."""
        self.setWindowModified(self.document.unsaved)
        self.actions_.set_there(self.document.resolved_state.needs | self.editor.there())
        self.actions_.set_undo_texts(self.editor.stack.undoText(), self.editor.stack.redoText())

    def _restore(self) -> None:
        self.view.tick_theme()
        self.renew_welcome()
        arrange(self, self.docks)
        self.restoreGeometry(self.preferences.state("geometry"))
