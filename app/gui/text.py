"""Every text of the window passes through `tr`, so that it can be translated; every number through `number`."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

CONTEXT = "marey"


def tr(text: str) -> str:
    """`text` in the user's language where a translation is installed."""
    return QCoreApplication.translate(CONTEXT, text)


def tr_n(text: str, count: int) -> str:
    """`text` with %n replaced by a count, in the grammatical number that goes with it; English has a file for this."""
    return QCoreApplication.translate(CONTEXT, text, None, count)


def mark(text: str) -> str:
    """The text itself, noted for translators: for tables whose texts go through `tr` when they are shown."""
    return text


def number(value: float, decimals: int = 2) -> str:
    """A number as the user's language writes it, without separators between thousands."""
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(round(float(value), decimals) + 0.0, "f", decimals)  # never -0.00
