"""Notifications: small cards over the window that block nothing, with details to copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.text import tr
from app.gui.widgets import configured

SHOWN_MS = {"info": 9000, "note": 20000}
AT_MOST = 4
WIDTH, LEAST_WIDTH, ASIDE = 400, 240, 18
Actions = Sequence[tuple[str, Callable[[], object]]]


class Notice(QFrame):
    """One card. kind: "info", "note", "warning" or "error".

    An info, or a note about a result, goes away by itself where it has no buttons; what went wrong stays until closed.

    actions: (text, what to do) of buttons; pressing one closes the card.
    """

    def __init__(self, parent: QWidget, kind: str, text: str, details: str = "", actions: Actions = ()) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.kind, self.text, self.details = kind, text, details
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(text)
        self.setFixedWidth(WIDTH)
        colours = theme.current()
        colour = {"error": colours.bad, "warning": colours.doubtful, "note": colours.doubtful}.get(kind, colours.accent)
        sign = QLabel()
        sign.setPixmap(theme.tinted("warning" if kind == "note" else kind, colour).pixmap(QSize(20, 20)))
        message = configured(QLabel(text), wordWrap=True)
        message.setAlignment(Qt.AlignmentFlag.AlignTop)
        message.setContentsMargins(0, 2, 0, 0)
        message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = configured(
            QToolButton(), icon=theme.icon("cancel"), toolTip=tr("Close"), accessibleName=tr("Close notification")
        )
        close.clicked.connect(self.dismiss)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(message, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 8, 12)
        layout.addLayout(top)
        if details:
            self._add_details(layout)
        self._timer = configured(QTimer(self), singleShot=True, interval=SHOWN_MS.get(kind, 0))
        self._timer.timeout.connect(self.dismiss)
        if actions:
            self._add_actions(layout, actions)
        if kind in SHOWN_MS and not details and not actions:
            self._timer.start()

    def _add_details(self, layout: QVBoxLayout) -> None:
        text = configured(QPlainTextEdit(self.details), readOnly=True)
        text.setMaximumHeight(140)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.hide()
        show = configured(QToolButton(), text=tr("Details"), checkable=True)
        show.toggled.connect(text.setVisible)
        show.toggled.connect(lambda _shown: self.fit())
        copy = configured(QToolButton(), text=tr("Copy"), icon=theme.icon("copy"))
        copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        copy.clicked.connect(self.copy)
        row = QHBoxLayout()
        row.setContentsMargins(30, 0, 0, 0)
        row.addWidget(show)
        row.addWidget(copy)
        row.addStretch()
        layout.addLayout(row)
        layout.addWidget(text)

    def _add_actions(self, layout: QVBoxLayout, actions: Actions) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(30, 4, 0, 0)
        for text, act in actions:
            button = QPushButton(text)
            button.clicked.connect(self.dismiss)
            button.clicked.connect(lambda _checked=False, act=act: act())
            row.addWidget(button)
        row.addStretch()
        layout.addLayout(row)

    def copy(self) -> None:
        """Text and details to the clipboard."""
        QGuiApplication.clipboard().setText(f"{self.text}\n\n{self.details}")

    def dismiss(self) -> None:
        self._timer.stop()
        self.hide()
        self.setParent(None)
        self.deleteLater()

    def fit(self, width: int | None = None) -> None:
        """As high as its text is at this width: the size hint of a wrapped label knows only a guess of it."""
        if width is not None:
            self.setFixedWidth(width)
        self.ensurePolished()
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.resize(self.width(), layout.totalHeightForWidth(self.width()))


class Notices(QObject):
    """The cards of a window, stacked in the lower right corner of a part of it (`lie_over`), else of its own."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.cards: list[Notice] = []
        self._over: tuple[QWidget, ...] = ()
        self._later = configured(QTimer(self), singleShot=True, interval=0)
        self._later.timeout.connect(self._place)
        window.installEventFilter(self)

    def show(self, kind: str, text: str, details: str = "", actions: Actions = ()) -> Notice:
        """A new card; the same text twice in a row is shown once."""
        for card in self.cards:
            if (card.kind, card.text) == (kind, text):
                return card
        while len(self.cards) >= AT_MOST:
            self.cards[0].dismiss()
        card = Notice(self._window, kind, text, details, actions)
        card.installEventFilter(self)
        self.cards.append(card)
        card.fit()
        card.show()
        self._place()
        return card

    def lie_over(self, *parts: QWidget) -> None:
        """Parts of the window for the cards to lie over: the first one in sight, so that they cover no dock."""
        self._over = parts
        for part in parts:
            part.installEventFilter(self)

    def stay_above(self, widget: QWidget) -> None:
        """A neighbour that is brought to the front now and then; the cards stay before it."""
        widget.installEventFilter(self)

    def clear(self, kind: str) -> None:
        """Close the cards of one kind."""
        for card in [c for c in self.cards if c.kind == kind]:
            card.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._place()
        elif not isinstance(watched, Notice):
            if event.type() in (QEvent.Type.ZOrderChange, QEvent.Type.Resize, QEvent.Type.Show):
                self._later.start()
        elif event.type() in (QEvent.Type.Hide, QEvent.Type.Resize):
            self.cards = [c for c in self.cards if not c.isHidden()]
            self._place()
        return False

    def _place(self) -> None:
        over = next((part for part in self._over if part.isVisible()), self._window)
        corner = over.mapTo(self._window, over.rect().bottomRight())
        bottom = corner.y() - ASIDE
        width = max(min(WIDTH, over.width() - 2 * ASIDE), LEAST_WIDTH)
        for card in reversed(self.cards):
            if card.width() != width:
                card.fit(width)
            card.move(max(corner.x() - card.width() - ASIDE, 0), max(bottom - card.height(), 0))
            card.raise_()
            bottom -= card.height() + 10
