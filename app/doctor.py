"""What must be right on a machine for the program to work: each check says what it found and how to fix it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from poses.errors import UserError

OK, NOTE, FAILS = "ok", "note", "fails"
SETUP = "run 'python3 start.py setup'"


@dataclass(frozen=True)
class CheckResult:
    """Outcome of a check. state: "ok", "note" (works, but not everything), "fails"; fix: what to do, "" where ok."""

    name: str
    state: str
    found: str
    fix: str = ""

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


Check = Callable[[], CheckResult]


def run_checks(checks: Sequence[tuple[str, Check]] | None = None) -> list[CheckResult]:
    """Run the checks (all of them by default); a check that breaks is a finding too, never an exception."""
    findings = []
    for name, check in CHECKS if checks is None else checks:
        try:
            findings.append(check())
        except Exception as error:
            text = " ".join(str(error).split())
            findings.append(CheckResult(name, FAILS, f"{type(error).__name__}: {text}", SETUP))
    return findings


def to_text(findings: Sequence[CheckResult]) -> str:
    """One line a finding, the fix below it."""
    lines = []
    for finding in findings:
        lines.append(f"{finding.state:5}  {finding.name}: {finding.found}")
        if finding.fix:
            lines.append(f"       fix: {finding.fix}")
    bad = sum(finding.state == FAILS for finding in findings)
    lines.append("all is well" if not bad else f"{bad} of {len(findings)} checks fail")
    return "\n".join(lines)


def check_python() -> CheckResult:
    found = ".".join(str(n) for n in sys.version_info[:3])
    if (3, 11) <= sys.version_info[:2] < (3, 13):
        return CheckResult("Python", OK, found)
    return CheckResult("Python", FAILS, f"{found}, it must be 3.11 or 3.12", "install Python 3.12 and " + SETUP)


def check_decoding() -> CheckResult:
    """Write a short video and read it back: as many frames, the same times."""
    import av
    import numpy as np

    from app.pipeline.video import probe, read_frames

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "check.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("mpeg4", rate=25)
            stream.width = stream.height = 64
            stream.pix_fmt = "yuv420p"
            for shade in range(10):
                image = np.full((64, 64, 3), shade * 20, dtype=np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
            container.mux(stream.encode(None))
        times = [round(frame.time_s, 3) for frame in read_frames(probe(path))]
    if times != [round(n / 25, 3) for n in range(10)]:
        return CheckResult("decoding", FAILS, f"PyAV {av.__version__} read back {times}", SETUP)
    codecs = {"h264", "hevc", "vp9", "av1", "mpeg4", "mjpeg", "gif"}
    lacking = sorted(codecs - av.codecs_available)
    if lacking:
        return CheckResult("decoding", NOTE, f"PyAV {av.__version__} lacks {', '.join(lacking)}", "pip install av")
    return CheckResult("decoding", OK, f"PyAV {av.__version__}")


def check_opengl() -> CheckResult:
    """Make an OpenGL context in a process of its own, because a broken driver takes the process with it."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    environment = dict(os.environ)
    if sys.platform.startswith("linux") and not any(environment.get(name) for name in screens):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    call = [sys.executable, "-c", _GL_PROBE]
    try:
        done = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return CheckResult("OpenGL", FAILS, "making an OpenGL context hangs", "update the graphics driver")
    out = done.stdout.strip().splitlines()
    answer = out[-1] if out else ""
    if done.returncode == 0 and answer.startswith("GL "):
        return CheckResult("OpenGL", OK, answer[3:])
    if answer == "none":
        if environment.get("QT_QPA_PLATFORM") == "offscreen":
            fix = "for the window start marey where there is a screen, or under xvfb-run"
            return CheckResult("OpenGL", NOTE, "no screen here; 'marey run' needs none", fix)
        fix = "install OpenGL (Debian: apt-get install libgl1 libegl1); until then the simple 3D view is used"
        return CheckResult("OpenGL", NOTE, "no OpenGL context can be made", fix)
    why = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
    fix = "apt-get install libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libxcb-cursor0 (Debian, Ubuntu), or "
    return CheckResult("OpenGL", FAILS, f"the window cannot start: {why}", fix + SETUP)


_GL_PROBE = """
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext
app = QGuiApplication([])
surface, context = QOffscreenSurface(), QOpenGLContext()
surface.create()
if context.create() and context.makeCurrent(surface):
    version = context.format().version()
    print("GL", f"{version[0]}.{version[1]}")
else:
    print("none")
"""


def check_devices() -> CheckResult:
    import torch

    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    there = ["cpu", *(["cuda: " + torch.cuda.get_device_name(0)] if cuda else []), *(["mps"] if mps else [])]
    (torch.ones(2, 2) @ torch.ones(2, 2)).sum().item()
    return CheckResult("devices", OK, f"torch {torch.__version__} on {', '.join(there)}")


def check_detectors() -> CheckResult:
    """The default detector must run; the others are extras."""
    from detectors import list_detectors

    plugins = list_detectors()
    default = plugins.get("blazepose")
    if default is None or default.unavailable_reason:
        return CheckResult(
            "detectors", FAILS, f"blazepose: {default.unavailable_reason if default else 'is missing'}", SETUP
        )
    others = [f"{id} ({plugin.unavailable_reason})" for id, plugin in plugins.items() if plugin.unavailable_reason]
    able = ", ".join(id for id, plugin in plugins.items() if plugin.available)
    return CheckResult("detectors", OK, able + (f"; not here: {'; '.join(others)}" if others else ""))


def check_weights() -> CheckResult:
    """Every card's weights load, with the checksum the card gives."""
    from lifting import list_lifters, load_lifter

    plugins = list_lifters()
    broken = {}
    for name, plugin in plugins.items():
        try:
            if plugin.unavailable_reason:
                raise UserError(plugin.unavailable_reason)
            load_lifter(name, device="cpu")
        except UserError as error:
            broken[name] = str(error)
    fix = "get the weights again (git checkout assets/models), or train some with 'marey train'"
    if not plugins or len(broken) == len(plugins):
        return CheckResult("weights", FAILS, "; ".join(broken.values()) or "there is not one lifter", fix)
    if broken:
        return CheckResult("weights", FAILS, "; ".join(f"{name}: {why}" for name, why in broken.items()), fix)
    return CheckResult("weights", OK, ", ".join(plugins))


def check_writing() -> CheckResult:
    """Settings, weights, logs and results can be written."""
    import platformdirs

    from poses.files import check_folder

    folders = [
        Path(where("marey", appauthor=False))
        for where in (platformdirs.user_config_dir, platformdirs.user_data_dir, platformdirs.user_log_dir)
    ]
    for folder in (*folders, Path(tempfile.gettempdir())):
        try:
            check_folder(folder)
        except UserError as error:
            return CheckResult("write rights", FAILS, str(error), f"make {folder} writable for you (chmod u+w)")
    try:
        check_folder(Path())
    except UserError:
        return CheckResult("write rights", NOTE, f"{Path.cwd()} may not be written", "use --out with 'marey run'")
    return CheckResult("write rights", OK, f"settings in {folders[0]}")


CHECKS: tuple[tuple[str, Check], ...] = (
    ("Python", check_python),
    ("decoding", check_decoding),
    ("OpenGL", check_opengl),
    ("devices", check_devices),
    ("detectors", check_detectors),
    ("weights", check_weights),
    ("write rights", check_writing),
)
