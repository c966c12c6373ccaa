"""The window: makes the parts and connects them. What they do is in the parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QLabel,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QToolButton,
    QWidget,
)

from app.gui import theme
from app.gui.actions import TOOLBAR, Actions
from app.gui.analysis_commands import AnalysisCommands
from app.gui.analysis_controller import AnalysisController
from app.gui.catalogue import Catalogue, first_choice
from app.gui.dock_controller import DockController
from app.gui.document import Document
from app.gui.editor import Editor
from app.gui.file_commands import FileCommands
from app.gui.help_commands import HelpCommands
from app.gui.language import languages
from app.gui.log import describe
from app.gui.page_layout import PageLayout
from app.gui.panels.docks import DOCKS, Dock, FullTabTitles, arrange
from app.gui.panels.notice import Notices
from app.gui.panels.plugin_choice import PluginChoice
from app.gui.panels.status import Status
from app.gui.panels.welcome import Welcome
from app.gui.people_commands import PeopleCommands
from app.gui.player import Player
from app.gui.preferences import Preferences
from app.gui.text import tr
from app.gui.training import TrainingController
from app.gui.view_commands import ViewCommands
from app.gui.view_controller import ViewController
from app.gui.widgets import configured
from app.gui.workspace import Workspace
from poses.errors import UserError


class MainWindow(QMainWindow):
    """Marey's window. `command` tells the table of commands which method does what.

    closing: it closes now. may_leave: asked before what is open is given up; False where the user would rather stay.
    """

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
        self.catalogue.device = preferences.text("device", "auto")
        self.document = Document(self)
        self.player = Player(self)
        self.controller = AnalysisController(self.document, self.catalogue, self)
        self.notices = Notices(self)
        self.may_leave: Callable[[], bool] = lambda: True
        self.files, self.analysis, self.view, self.help = (
            FileCommands(self),
            AnalysisCommands(self),
            ViewCommands(self),
            HelpCommands(self),
        )
        self.page_layout = PageLayout(self, preferences.state("layout"))
        self.actions_ = Actions(self, self.command)
        self.workspace = Workspace(self.actions_, painter_only)
        self.editor, self.people = Editor(self), PeopleCommands(self)
        self.view_controller, self.dock_controller = ViewController(self), DockController(self)
        self.training = TrainingController(self)
        self.welcome = Welcome()
        self.stack, self.status = QStackedWidget(), Status(self.actions_)
        self._build_centre()
        self.detector_choice = PluginChoice(tr("Detector"))
        self.lifter_choice = PluginChoice(tr("Lifter"))
        self._build_toolbar()
        FullTabTitles(self)
        self.docks = {kind.id: Dock(kind, self, self.dock_controller.dock_created) for kind in DOCKS}
        for dock in self.docks.values():
            self.notices.stay_above(dock)
        self._build_menus()
        self._connect()
        self._fill_choices()
        self._restore()
        self.document.opened.emit()

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
        return partial(self.attempt, getattr(owner, method))

    def show_saved(self) -> None:
        """The mark in the title that something is not saved."""
        self.setWindowModified(self.document.unsaved)

    def attempt(self, call: Callable[..., object], *values: object) -> object:
        """Do something the user asked for; what goes wrong is told, and the window goes on."""
        try:
            return call(*values)
        except Exception as error:
            self.show_error(error)
            return None

    def show_error(self, error: BaseException) -> None:
        """One notification; a defect of ours goes to the log file too."""
        text, details = describe(error)
        if not isinstance(error, UserError):
            import logging

            logging.getLogger(__name__).error("%s", text, exc_info=error)
        self.notices.show("warning" if isinstance(error, UserError) else "error", text, details)

    def open_dock(self, id: str) -> None:
        """Show a dock in front of its neighbours."""
        self.docks[id].show()
        self.docks[id].raise_()

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
        self.attempt(self.files.drop, paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.training.may_close():
            event.ignore()
            return
        self.player.pause()
        if not self.may_leave():
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

    def _build_toolbar(self) -> None:
        bar = configured(QToolBar(tr("Main toolbar")), objectName="toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        widgets: dict[str, QWidget] = {"DETECTOR": self.detector_choice, "LIFTER": self.lifter_choice}
        stretch = QWidget()
        stretch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        widgets["STRETCH"] = stretch
        for name in TOOLBAR:
            if not name:
                bar.addSeparator()
            elif name in widgets:
                if name != "STRETCH":
                    bar.addWidget(configured(QLabel(widgets[name].accessibleName()), objectName="muted"))
                bar.addWidget(widgets[name])
            else:
                button = QToolButton()
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
                button.setDefaultAction(self.actions_.by_id[name])
                button.setText(self.actions_.by_id[name].text().replace("&", "").rstrip("…"))
                if name == "analyse":
                    button.setObjectName("primary")
                bar.addWidget(button)
        self.addToolBar(bar)
        self.toolbar = bar

    def _build_menus(self) -> None:
        menus = self.actions_.fill_menus(self.menuBar())
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        view = menus["View"]
        before = self.actions_.by_id["theme_system"]
        for dock in self.docks.values():
            view.insertAction(before, dock.toggleViewAction())
        self.language_menu = menus["View"].addMenu(tr("Lan&guage"))
        menus["View"].insertMenu(self.actions_.by_id["full_screen"], self.language_menu)
        self._fill_languages(self.language_menu)
        self.recent_menu = menus["File"].addMenu(tr("Open &recent"))
        menus["File"].insertMenu(self.actions_.by_id["open_example"], self.recent_menu)
        self.recent_menu.aboutToShow.connect(self._fill_recent)

    def _fill_languages(self, menu: QMenu) -> None:
        """The system's language and those there are, each under its own name."""
        group = QActionGroup(self)
        chosen = self.preferences.text("language")
        for code, name in {"": tr("Language of the s&ystem"), **languages()}.items():
            action = menu.addAction(name)
            action.setObjectName(f"language_{code or 'system'}")
            action.setCheckable(True)
            action.setChecked(code == chosen)
            action.triggered.connect(partial(self._choose_language, code))
            group.addAction(action)

    def _choose_language(self, code: str, _checked: bool = False) -> None:
        self.attempt(self.view.set_language, code)

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for path in self.preferences.recent():
            self.recent_menu.addAction(path).triggered.connect(partial(self._open_recent, path))
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction(tr("Nothing yet")).setEnabled(False)

    def _open_recent(self, path: str, _checked: bool = False) -> None:
        self.attempt(self.files.open, path)

    def _connect(self) -> None:
        self.welcome.open_requested.connect(self.actions_.by_id["open"].trigger)
        self.welcome.example_requested.connect(self.actions_.by_id["open_example"].trigger)
        self.welcome.camera_requested.connect(self.actions_.by_id["camera"].trigger)
        self.welcome.recent_requested.connect(self._open_recent)
        self.detector_choice.chosen.connect(self.command("analysis.choose_detector"))
        self.lifter_choice.chosen.connect(self.choose_lifter)
        self.player.playing_changed.connect(self.show_playing)
        for changed in (self.document.saved_changed, self.document.motion_changed, self.document.opened):
            changed.connect(self.show_saved)
        self.view_controller.connect_all()
        self.editor.connect_all()

    def _fill_choices(self) -> None:
        detectors, lifters = self.catalogue.detectors(), self.catalogue.lifters()
        chosen = self.preferences.text("detector"), self.preferences.text("lifter")
        self.controller.detector = first_choice(detectors, chosen[0], self.catalogue.default_detector)
        self.controller.lifter = first_choice(lifters, chosen[1], self.catalogue.default_lifter())
        self.controller.detector_options = tuple(self.preferences.texts(f"options_{self.controller.detector}"))
        self.detector_choice.set_plugins(detectors, self.controller.detector)
        self.lifter_choice.set_plugins(lifters, self.controller.lifter)

    def refill_lifters(self) -> None:
        """There are new weights."""
        self.lifter_choice.set_plugins(self.catalogue.lifters(), self.controller.lifter)

    def choose_lifter(self, id: str) -> None:
        """Another lifter lifts what was detected at once; nothing is detected again."""
        self.controller.lifter = id
        self.lifter_choice.set_id(id)
        self.preferences.set("lifter", id)
        if not self.controller.detecting:
            self.attempt(self.controller.relift)

    def _restore(self) -> None:
        self.view.tick_theme()
        self.renew_welcome()
        arrange(self, self.docks)
        self.restoreGeometry(self.preferences.state("geometry"))
