"""Every text of the window passes through `tr`, so that it can be translated."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    """`text` in the user's language where a translation is installed."""
    return QCoreApplication.translate("marey", text)
