"""What went wrong is told once, and the window goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from app.gui.log import describe
from app.gui.panels.notice import Notices
from poses.errors import UserError


class Reporter(QObject):
    """Does what the user asked for and tells what goes wrong in a notification."""

    def __init__(self, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.notices = notices

    def attempt(self, call: Callable[..., object], *values: object) -> object:
        """Do something the user asked for; what it raises is told, and the answer is None."""
        try:
            return call(*values)
        except Exception as error:
            self.show_error(error)
            return None

    def guarded(self, call: Callable[..., object]) -> Callable[..., object]:
        """`call`, with what it raises told: for signals."""
        return partial(self.attempt, call)

    def show_error(self, error: BaseException) -> None:
        """One notification; a defect of ours goes to the log file too."""
        text, details = describe(error)
        if not isinstance(error, UserError):
            logging.getLogger(__name__).error("%s", text, exc_info=error)
        self.notices.show("warning" if isinstance(error, UserError) else "error", text, details)
