"""The log file, and one hook for errors nobody caught: they are logged and shown, and never close the window."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from app.gui.message_translation import translate_message
from app.log_file import log_file
from poses.errors import UserError

_log = logging.getLogger("app")


def start_log(path: Path | None = None) -> Path | None:
    """Write warnings and errors to a file of limited size; None where it may not be written."""
    path = path or log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    except OSError:
        return None
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(file)
    root.setLevel(min(root.level or logging.WARNING, logging.WARNING))
    return path


def stop_log() -> None:
    """Close the log files that `start_log` opened."""
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, RotatingFileHandler)]:
        root.removeHandler(handler)
        handler.close()


def describe(error: BaseException) -> tuple[str, str]:
    """One line for the user, and details to copy: none where the user can mend it himself."""
    if isinstance(error, UserError):
        return translate_message(str(error)), ""
    details = "".join(traceback.format_exception(error)).strip()
    return f"{type(error).__name__}: {error}", details


class ErrorHook(QObject):
    """Catches what nobody caught, in every thread; `caught(error)` comes in the thread of its receiver."""

    caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: Callable[..., object] = sys.excepthook
        self._before_thread = threading.excepthook

    def install(self) -> None:
        self._before, self._before_thread = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_error
        threading.excepthook = self._on_thread_error

    def remove(self) -> None:
        sys.excepthook, threading.excepthook = self._before, self._before_thread

    def _on_error(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("an error nobody caught", exc_info=(kind, error, trace))
        self.caught.emit(error)

    def _on_thread_error(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_error(args.exc_type, args.exc_value, args.exc_traceback)
