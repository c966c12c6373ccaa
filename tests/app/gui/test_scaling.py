"""Screens of high resolution: at every scale the skeleton lies on the picture, nothing is cut off, joints are found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.gui.views.timeline import STRIP_GAP
from app.gui.views.timeline_drawing import STRIP
from tests.conftest import ROOT

pytestmark = [pytest.mark.gui, pytest.mark.slow]


def at_scale(scale: str, clip: Path, code: str, picture: Path | None = None) -> dict[str, Any]:
    """What is found in a process of its own: the scale is read once, when the program starts."""
    command = [sys.executable, "-m", "tests.app.gui.scaled", str(clip), "--language", code]
    command += ["--picture", str(picture)] if picture is not None else []
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


@pytest.mark.parametrize(("scale", "code"), [("1.5", "de"), ("2", "en")])
def test_everything_lies_where_it_belongs_at_every_scale(scale: str, code: str, clip: Path) -> None:
    found = at_scale(scale, clip, code)
    assert found["ratio"] == float(scale)
    assert max(found["overlay"]) < 0.5, "joints lie on the picture, to half a px of it, at every zoom"
    assert all(drawn == named for drawn, named in found["hovered"])
    assert found["drawn_3d"] < 1.5
    assert set(found["thumbnail"]) == {round((STRIP - STRIP_GAP) * float(scale))}, "small pictures are sharp"
    assert found["cut_off"] == []
