"""Drives of the commands that change what is seen (see `drives`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from app.gui import theme
from app.gui.main_window import MainWindow
from app.gui.views.orbit import PRESETS, facing
from tests.app.gui.stage import Drive, Stage


def scales(look: Callable[[MainWindow], float], factor: float, stage: Stage) -> Drive:
    before = look(stage.window)
    yield
    np.testing.assert_allclose(look(stage.window) / before, factor)


def fit(stage: Stage) -> Drive:
    video = stage.window.workspace.video
    video.fit()
    before = video.scale()
    video.zoom(3.0)
    yield
    assert video.scale() == before


def whole_timeline(stage: Stage) -> Drive:
    timeline = stage.window.workspace.timeline
    timeline.zoom_out()
    whole = span(stage.window)
    timeline.zoom(4.0)
    yield
    assert span(stage.window) == whole


def span(window: MainWindow) -> float:
    """Pixels between two frames on the timeline."""
    return window.workspace.timeline.x_of(20) - window.workspace.timeline.x_of(10)


def wider(sign: int, stage: Stage) -> Drive:
    stage.window.workspace.timeline.zoom(2.0)
    before = span(stage.window)
    yield
    assert np.sign(span(stage.window) - before) == sign


def theme_is(name: str, stage: Stage) -> Drive:
    yield
    assert stage.window.preferences.text("theme") == name and theme.current() is theme.chosen(name)


def full_screen(stage: Stage) -> Drive:
    yield
    stage.until(stage.window.isFullScreen)
    stage.window.view.toggle_full_screen()
    stage.until(lambda: not stage.window.isFullScreen())


def reset_layout(stage: Stage) -> Drive:
    stage.window.docks["plots"].show()
    stage.window.docks["joints"].hide()
    yield
    assert stage.window.docks["plots"].isHidden() and not stage.window.docks["joints"].isHidden()


def looks_from(name: str, stage: Stage) -> Drive:
    scene = stage.window.workspace.scene
    scene.set_preset("side" if name == "top" else "top")
    yield
    figure = scene.poses[0]
    azimuth, elevation = scene.eye.camera_direction if name == "camera" else PRESETS[name]
    azimuth += 0.0 if name == "camera" else facing(figure.xyz, figure.skeleton)
    np.testing.assert_allclose(np.cos(np.radians(scene.orbit.azimuth_deg - azimuth)), 1.0)
    np.testing.assert_allclose(scene.orbit.elevation_deg, elevation)


def orbit_changes(part: str, sign: int, stage: Stage) -> Drive:
    scene = stage.window.workspace.scene
    scene.set_preset("corner")
    before = value_of(scene.orbit, part)
    yield
    assert np.sign(value_of(scene.orbit, part) - before) == sign


def value_of(orbit: Any, part: str) -> float:
    return float(np.linalg.norm(orbit.centre)) if part == "centre" else float(getattr(orbit, part))


def moved(stage: Stage) -> Drive:
    scene = stage.window.workspace.scene
    before = np.array(scene.orbit.centre)
    yield
    assert np.linalg.norm(np.array(scene.orbit.centre) - before) > 0.01


def frame_figures(stage: Stage) -> Drive:
    scene = stage.window.workspace.scene
    scene.frame_figures()
    before = scene.orbit.distance
    scene.zoom(4.0)
    yield
    np.testing.assert_allclose(scene.orbit.distance, before)


def arcs(stage: Stage) -> Drive:
    yield
    stage.until(lambda: stage.window.workspace.scene.arcs)


def open_log(stage: Stage) -> Drive:
    yield
    assert stage.opened.endswith("marey.log")


def option(name: str) -> Callable[[MainWindow], object]:
    return lambda window: getattr(window.workspace.scene.options, name)
