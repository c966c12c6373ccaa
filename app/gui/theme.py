"""Colours, fonts, icons and the style sheet, light and dark."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.gui.people import shades
from app.gui.style import STYLE

ICONS = Path(__file__).resolve().parents[2] / "assets" / "icons"

# Drawings that the style sheet names; it takes no colours, so there is one of each for a theme.
DRAWN = ("chevron", "chevron_up", "chevron_left", "chevron_right", "dock_close", "dock_float")

# Blue and orange of Okabe and Ito's set: told apart with every kind of colour blindness.
SIDES = {"left": "#3fa7ec", "right": "#f0a020", "middle": "#c3cad6"}


@dataclass(frozen=True)
class Theme:
    """Colours by their use, as #rrggbb."""

    name: str
    window: str
    panel: str
    raised: str
    hover: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    stage: str
    grid: str
    good: str
    doubtful: str
    bad: str
    middle: str

    def sides(self, person: str = "") -> dict[str, str]:
        """Colours of "left", "right" and "middle" bones in 3D; on the picture the middle is always light.

        person: the colour of one of several people (app.gui.people), whose sides are shades of it; "": somebody alone.
        """
        return shades(person) if person else {**SIDES, "middle": self.middle}


DARK = Theme(
    name="dark",
    window="#14171c",
    panel="#1b1f26",
    raised="#252a33",
    hover="#303742",
    border="#2e343e",
    text="#e7eaf0",
    muted="#98a2b3",
    accent="#4f93ff",
    on_accent="#ffffff",
    stage="#0d0f13",
    grid="#3a424e",
    good="#3fb68b",
    doubtful="#e6b450",
    bad="#e5695f",
    middle="#c3cad6",
)
LIGHT = Theme(
    name="light",
    window="#eef0f3",
    panel="#fbfcfd",
    raised="#ffffff",
    hover="#e4e8ee",
    border="#d3d8e0",
    text="#1a1f28",
    muted="#5b6575",
    accent="#1f6feb",
    on_accent="#ffffff",
    stage="#e2e6ec",
    grid="#b4bcc8",
    good="#1f8f66",
    doubtful="#b97a09",
    bad="#c9382c",
    middle="#5d6878",
)
THEMES = {"dark": DARK, "light": LIGHT}


def chosen(name: str) -> Theme:
    """The theme of that name; for "system", or any other name, the one the system asks for."""
    if name in THEMES:
        return THEMES[name]
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def current() -> Theme:
    """The theme that is applied."""
    app = QApplication.instance()
    return THEMES.get(str(app.property("theme")) if app else "", LIGHT)


def apply(theme: Theme) -> None:
    """Give the whole program this look."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setProperty("theme", theme.name)
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style_sheet(theme))


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.panel,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.Light: theme.raised,
    }
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.Text, role.WindowText, role.ButtonText):
        faint = QColor(theme.muted)
        faint.setAlpha(140)
        palette.setColor(QPalette.ColorGroup.Disabled, which, faint)
    return palette


def _style_sheet(theme: Theme) -> str:
    return STYLE.substitute(
        asdict(theme),
        glass=_alpha(theme.panel, 215),
        accent_hover=_mix(theme.accent, theme.text, 0.12),
        selection=_mix(theme.panel, theme.accent, 0.32),
        tick=(ICONS / "tick.svg").as_posix(),
        **{name: (ICONS / f"{name}_{theme.name}.svg").as_posix() for name in DRAWN},
    )


def _alpha(colour: str, alpha: int) -> str:
    c = QColor(colour)
    return f"rgba({c.red()}, {c.green()}, {c.blue()}, {alpha})"


def _mix(a: str, b: str, part: float) -> str:
    one, two = QColor(a), QColor(b)
    return QColor.fromRgbF(
        one.redF() * (1 - part) + two.redF() * part,
        one.greenF() * (1 - part) + two.greenF() * part,
        one.blueF() * (1 - part) + two.blueF() * part,
    ).name()


def icon(name: str, theme: Theme | None = None) -> QIcon:
    """The line drawing assets/icons/NAME.svg in the text colour of the theme, fainter where disabled."""
    theme = theme or current()
    made = QIcon()
    made.addPixmap(_drawn(name, theme.text), QIcon.Mode.Normal)
    made.addPixmap(_drawn(name, theme.border if theme is LIGHT else "#4a525f"), QIcon.Mode.Disabled)
    return made


def tinted(name: str, colour: str) -> QIcon:
    """The line drawing in a colour of its own, muted where disabled."""
    made = QIcon(_drawn(name, colour))
    made.addPixmap(_drawn(name, current().muted), QIcon.Mode.Disabled)
    return made


@lru_cache(maxsize=256)
def _drawn(name: str, colour: str, size: int = 48) -> QPixmap:
    drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    pixmap.setDevicePixelRatio(2.0)
    return pixmap


def program_icon() -> QIcon:
    """Marey's own sign, for the window and the task bar."""
    return QIcon(str(ICONS / "marey.svg"))


def tinted_colour(colour: str, alpha: int = 255) -> QColor:
    """#rrggbb with an alpha of 0 to 255."""
    made = QColor(colour)
    made.setAlpha(alpha)
    return made
