"""The centre of the window: picture and 3D side by side, the player's buttons and the timeline under them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from app.gui.actions import Actions
from app.gui.panels.transport import Transport
from app.gui.views.opengl import without_opengl
from app.gui.views.scene_view import SceneView
from app.gui.views.timeline import Timeline
from app.gui.views.video_view import VideoView

INSET, FRAME = 10, 20  # px between a badge and the sides of its view; px that a badge is wider than its text
LANE_MENU = ("rename_person", "split_person", "merge_people", "exchange_people", "mask_span", "swap_span")


class Workspace(QWidget):
    """Holds the views; knows nothing of what they show."""

    def __init__(self, actions: Actions, painter_only: bool = False) -> None:
        super().__init__()
        _prepare_opengl(self)
        self.video = VideoView()
        self.scene = SceneView(painter_only=painter_only)
        self.transport = Transport(actions)
        self.timeline = Timeline()
        self.timeline.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.timeline.addActions([actions.by_id[id] for id in LANE_MENU])
        self.video_badge = Badge(self.video)
        self.scene_badge = Badge(self.scene)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.video)
        self.splitter.addWidget(self.scene)
        self.splitter.setSizes([500, 500])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.transport)
        layout.addWidget(self.timeline)


def _prepare_opengl(widget: QWidget) -> None:
    """Tell Qt that this window will show OpenGL.

    Else the first 3D view makes the native window anew while it is on the screen, which flickers and takes the keyboard
    away from it.
    """
    if not without_opengl():
        from PySide6.QtOpenGLWidgets import QOpenGLWidget

        QOpenGLWidget(widget).hide()


class Badge(QLabel):
    """A short note in the lower left corner of a view; hidden while it is empty."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.setObjectName("badge")
        self._view, self._whole = view, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        view.installEventFilter(self)

    def set_text(self, text: str) -> None:
        self._whole = text
        self.setVisible(bool(text))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        """As much of the text as there is room for."""
        room = self._view.width() - 2 * INSET - FRAME
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room))
        self.setToolTip(self._whole)
        self.adjustSize()
        self.move(INSET, self._view.height() - self.height() - INSET)
        self.raise_()
