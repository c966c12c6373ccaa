"""Starting the window."""

from __future__ import annotations

import os
import signal
import sys

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.gui import language, theme
from app.gui.autosave import autosave_folder
from app.gui.log import ErrorHook, start_log, stop_log
from app.gui.main_window import MainWindow
from app.gui.preferences import APPLICATION, ORGANISATION, Preferences
from app.gui.preload import freeze_garbage_collector
from app.gui.widgets import configured
from app.gui.worker import wait_for_the_last

SWITCH_S = 0.0005  # how long the window's thread waits for a busy worker to let it run Python: a tenth of the usual


def run_window(paths: list[str]) -> int:
    """Show the window, with the first of these videos open; returns the exit code when it is closed."""
    app = make_application(sys.argv[:1])
    start_log()
    preferences = Preferences()
    language.install(preferences.text("language"))
    theme.apply(theme.chosen(preferences.text("theme")))
    window = MainWindow(preferences)
    hook = ErrorHook(window)
    hook.caught.connect(window.reporter.show_error)
    hook.install()
    pulse = _let_ctrl_c_in(window)
    QGuiApplication.styleHints().colorSchemeChanged.connect(window.view.system_changed)
    window.show()
    freeze_garbage_collector()
    autosave = window.keep_unsaved(autosave_folder())
    QTimer.singleShot(0, autosave, autosave.offer)
    if paths:
        QTimer.singleShot(0, window, lambda: window.reporter.attempt(window.files.open, paths[0]))
    try:
        return app.exec()
    finally:
        wait_for_the_last()
        pulse.stop()
        hook.remove()
        stop_log()


def make_application(arguments: list[str]) -> QApplication:
    """The QApplication with its names; OpenCV's own Qt plugins, which would be found first, are not looked at."""
    os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
    sys.setswitchinterval(SWITCH_S)
    app = QApplication.instance() or QApplication(arguments or ["marey"])
    assert isinstance(app, QApplication)
    QCoreApplication.setOrganizationName(ORGANISATION)
    QCoreApplication.setApplicationName(APPLICATION)
    QGuiApplication.setApplicationDisplayName("Marey")
    QGuiApplication.setDesktopFileName("marey")
    app.setWindowIcon(theme.program_icon())
    return app


def _let_ctrl_c_in(window: MainWindow) -> QTimer:
    """Ctrl-C in the terminal closes the window; Python sees it only when it gets to run now and then."""
    signal.signal(signal.SIGINT, lambda *_: window.close())
    pulse = configured(QTimer(window), interval=300)
    pulse.timeout.connect(lambda: None)
    pulse.start()
    return pulse
