"""Whether OpenGL can be used here. vispy itself does not fall back, and a window that waits for it stays black."""

from __future__ import annotations

import os
from functools import cache

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

from app.gui.text import tr


@cache
def without_opengl() -> str:
    """Why there is no OpenGL, "" where there is. Needs the QApplication; found out once."""
    if os.environ.get("MAREY_NO_OPENGL"):
        return tr("switched off by MAREY_NO_OPENGL")
    if QGuiApplication.platformName() in ("offscreen", "minimal"):
        return tr("this screen has no OpenGL")
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    if not context.create() or not context.makeCurrent(surface):
        return tr("no OpenGL context could be made")
    context.doneCurrent()
    return ""
