"""Run in a process of its own with QT_SCALE_FACTOR set: looks at the window at that scale, prints what it finds.

    QT_SCALE_FACTOR=2 python -m tests.app.gui.scaled CLIP [--language de] [--picture FILE]

Prints one JSON object; the tests are in test_scaling.py.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QWidget

from app.gui import language, theme
from app.gui.application import make_application
from app.gui.main_window import MainWindow
from app.gui.preferences import Preferences
from tests.app.gui.pause import pause, wait
from tests.app.gui.stand_ins import StandInCatalogue


def pixels(image: QImage) -> np.ndarray:
    """(H, W, 3) device px."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def overlay_error(window: MainWindow) -> float:
    """Farthest a place of the picture is seen from where the skeleton's joint at that place is drawn, in px of it.

    The picture is made black but for a white dot at one joint after the other; where the dot is, is measured on the
    screen, in device px; where the joint is drawn, is what the view draws it at.
    """
    from poses.sequences import VideoFrame

    view = window.workspace.video
    figure = view.poses[0]
    height, width = view.pixels.shape[:2]
    worst = 0.0
    for joint in np.flatnonzero(np.isfinite(figure.xy).all(axis=1)):
        x, y = figure.xy[joint]
        image = np.zeros((height, width, 3), np.uint8)
        rows, columns = np.mgrid[:height, :width]
        # Area of every px of the picture that a square of 4 px around the place covers: its middle is the place itself.
        cover = np.clip(2.5 - np.abs(columns + 0.5 - x), 0, 1) * np.clip(2.5 - np.abs(rows + 0.5 - y), 0, 1)
        image[:] = np.round(255 * cover)[..., None]
        view.set_option("show_skeleton", False)
        view.set_frame(VideoFrame(0, 0.0, image))
        seen = pixels(view.grab().toImage()).sum(axis=-1).astype(float)
        seen[seen < 120] = 0  # the ground
        if not seen.any():
            continue  # outside what is seen at this zoom
        at = np.array([(seen.sum(0) * np.arange(seen.shape[1])).sum(), (seen.sum(1) * np.arange(seen.shape[0])).sum()])
        found = (at / seen.sum() + 0.5) / view.devicePixelRatioF()
        if np.any(found < 12) or np.any(found > [view.width() - 12, view.height() - 12]):
            continue  # partly outside
        worst = max(worst, float(np.abs(found - view.to_widget(figure.xy[joint])).max()) / view.scale())
    view.set_option("show_skeleton", True)
    return worst


def zoom_in(window: MainWindow, steps: int) -> None:
    view = window.workspace.video
    at = QPointF(view.width() * 0.4, view.height() * 0.6)
    wheel = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    view.wheelEvent(wheel)


def hovered_3d(window: MainWindow) -> list[tuple[str, str]]:
    """(joint drawn there, joint named there) for joints of the 3D view, found on the screen by their place."""
    view = window.workspace.scene
    figure = view.poses[0]
    points, _ = view.orbit.project(figure.xyz, view.width(), view.height())
    out = []
    for joint in (0, 3, 6, 10, 13, 16):
        at = QPointF(*points[joint])
        none = Qt.MouseButton.NoButton
        kind = QMouseEvent.Type.MouseMove
        view.mouseMoveEvent(QMouseEvent(kind, at, view.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier))
        out.append((figure.skeleton.joint_names[joint], view._tags._joint.text().split("   ")[0]))
    return out


def drawn_3d_error(window: MainWindow) -> float:
    """Distance, in widget px, of the large dot of a selected joint on the screen from where it should be."""
    view = window.workspace.scene
    joint = 16
    point, _ = view.orbit.project(view.poses[0].xyz[joint], view.width(), view.height())
    before = pixels(view.grab().toImage())
    window.document.select(0, joint)
    pause(60)
    changed = np.argwhere(np.abs(pixels(view.grab().toImage()) - before).max(axis=-1) > 40)[:, ::-1]
    middle = (changed.min(axis=0) + changed.max(axis=0) + 1) / 2 / view.devicePixelRatioF()
    return float(np.abs(middle - point).max())


def cut_off(window: MainWindow) -> list[str]:
    """Texts that have less room than they need."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not widget.width():
            continue
        label = isinstance(widget, QLabel) and not widget.wordWrap()
        if (label or isinstance(widget, QAbstractButton)) and widget.text():  # type: ignore[attr-defined]
            need, what = widget.sizeHint().width(), widget.text()
        elif isinstance(widget, QComboBox) and widget.currentText():
            need, what = widget.fontMetrics().horizontalAdvance(widget.currentText()) + 30, widget.currentText()
        else:
            continue
        if need > widget.width() + 1 or widget.height() + 1 < widget.fontMetrics().height():
            found.append(f"{what}: {need} of {widget.width()}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("clip", type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    make_application(["marey-test"])
    language.install(options.language)
    theme.apply(theme.DARK)
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(f"{folder}/settings.ini", QSettings.Format.IniFormat)
        window = MainWindow(Preferences(settings), StandInCatalogue(), painter_only=True)
        window.resize(1200, 800)
        window.show()
        print(json.dumps(look(window, options.clip, options.picture)))
        window.document.close()
        window.close()


def look(window: MainWindow, clip: Path, picture: Path | None) -> dict[str, Any]:
    window.files.open(str(clip))
    wait(lambda: window.workspace.video.has_picture)
    window.actions_.by_id["analyse"].trigger()
    wait(lambda: window.document.motion is not None and not window.controller.busy)
    window.player.seek(5)
    wait(lambda: window.view_controller.frame_view.frame == 5)
    found: dict[str, Any] = {"ratio": window.devicePixelRatioF()}
    timeline = window.workspace.timeline
    timeline.grab()
    wait(lambda: timeline.thumbnails._kept)
    found["thumbnail"] = [image.height() for image in timeline.thumbnails._kept.values()]
    found["cut_off"] = cut_off(window)
    for id in ("joints", "settings", "plots", "compare", "attention"):
        window.open_dock(id)
        pause(150)
        found["cut_off"] += cut_off(window)
    if picture is not None:
        window.grab().save(str(picture))
    found["hovered"] = hovered_3d(window)
    found["drawn_3d"] = drawn_3d_error(window)
    found["overlay"] = [overlay_error(window)]
    for steps in (3, 4):
        zoom_in(window, steps)
        found["overlay"].append(overlay_error(window))
    return found


if __name__ == "__main__":
    main()
