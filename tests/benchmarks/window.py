"""The window: time until it is visible, and what takes it; how long its thread is blocked; memory over 2,000 frames.

    xvfb-run -a -s "-screen 0 1600x1000x24" python -m tests.benchmarks.window start|blocked|soak [VIDEO]

start: five starts of a fresh process (the first fills the caches) and the imports that take longest. blocked: gaps
between ticks of a 10 ms timer while a real video is analysed and played. soak: 2,000 frames shown, lifters and views
switched; resident memory before and after.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

STARTED = """
import time; begin = time.perf_counter()
import sys
from PySide6.QtCore import QSettings, QTimer
from app.gui.application import make_application
app = make_application(["marey"])
from app.gui import theme
from app.gui.main_window import MainWindow
from app.gui.preferences import Preferences
imported = time.perf_counter()
theme.apply(theme.chosen("dark"))
window = MainWindow(Preferences(QSettings(sys.argv[1], QSettings.Format.IniFormat)))
built = time.perf_counter()
window.show()
while not window.windowHandle().isExposed():
    app.processEvents()
app.processEvents()
visible = time.perf_counter()
heavy = [m for m in ("torch", "mediapipe", "cv2", "vispy", "pyqtgraph", "scipy", "av") if m in sys.modules]
print(imported - begin, built - imported, visible - built, time.process_time(), *heavy)
window.close()
"""


def start() -> None:
    """Time to visible in a fresh process; the interpreter's own start counted from outside."""
    totals = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(5):
            begin = time.perf_counter()
            command = [sys.executable, "-c", STARTED, f"{folder}/settings.ini"]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            whole = time.perf_counter() - begin
            imports, built, shown, cpu, *heavy = done.stdout.split()
            parts = [float(imports), float(built), float(shown)]
            totals.append(sum(parts))
            names = f"imports {parts[0]:.2f}, built {parts[1]:.2f}, shown {parts[2]:.2f}"
            rest = f"process {whole:.2f}, CPU {float(cpu):.2f}"
            print(f"start {number + 1}: visible after {totals[-1]:.2f} s ({names}), {rest}")
            assert not heavy, f"loaded before they are needed: {heavy}"
        print(f"median of the warm starts: {statistics.median(totals[1:]):.2f} s")
        command = [sys.executable, "-X", "importtime", "-c", STARTED, f"{folder}/settings.ini"]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()
    rows = [line.split("|") for line in lines if line.startswith("import time:") and "self" not in line]
    slowest = sorted(((int(r[0].split(":")[1]), r[2].strip()) for r in rows), reverse=True)[:10]
    print("slowest imports (ms, without what they import):")
    print("\n".join(f"  {own / 1000:7.1f}  {name}" for own, name in slowest))


def blocked(video: Path) -> None:
    """Longest and usual gaps between the ticks of a timer while analysing and while playing."""
    from PySide6.QtCore import QTimer

    with _Window() as (window, wait):
        window.files.open(str(video))
        wait(lambda: window.workspace.video.has_picture)
        for name, act in (("analysing", window.conductor.analyse), ("playing", window.player.play)):
            gaps: list[float] = []
            last = [time.perf_counter()]

            def tick(gaps: list[float] = gaps, last: list[float] = last) -> None:
                now = time.perf_counter()
                gaps.append((now - last[0]) * 1000)
                last[0] = now

            timer = QTimer(interval=10)
            timer.timeout.connect(tick)
            timer.start()
            window.player.loop = False
            act()
            wait(lambda: not window.conductor.busy and not window.player.playing)
            timer.stop()
            gaps.sort()
            over, late = sum(g > 50 for g in gaps), gaps[int(0.95 * len(gaps))]
            usual = statistics.median(gaps)
            print(
                f"{name}: {len(gaps)} ticks, ms: median {usual:.1f}, 95 % {late:.1f}, most {gaps[-1]:.0f}; {over} > 50"
            )


def soak(video: Path) -> None:
    """Memory while 2,000 frames are shown and lifters, docks and colours are switched."""
    with _Window() as (window, wait):
        window.files.open(str(video))
        wait(lambda: window.workspace.video.has_picture)
        window.conductor.analyse()
        wait(lambda: not window.conductor.busy)
        lifters = [id for id, part in window.catalogue.lifters().items() if part.runs]
        docks = list(window.docks)
        for shown in range(2001):
            if shown % 250 == 0:
                gc.collect()
                print(f"{shown:5d} frames: {_resident_mb():.0f} MB")
                window.lifter_choice.chosen.emit(lifters[shown // 250 % len(lifters)])
                wait(lambda: not window.conductor.busy)
                window.open_dock(docks[shown // 250 % len(docks)])
            frame = shown * 7 % window.player.count
            window.player.seek(frame)
            wait(lambda frame=frame: window.showing.shown.frame == frame)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


class _Window:
    """A shown window with settings of its own, and a wait that lets it work."""

    def __enter__(self) -> tuple[object, Callable[[Callable[[], bool]], None]]:
        from PySide6.QtCore import QSettings
        from PySide6.QtTest import QTest

        from app.gui import theme
        from app.gui.application import make_application
        from app.gui.main_window import MainWindow
        from app.gui.preferences import Preferences

        self._folder = tempfile.TemporaryDirectory()
        make_application(["marey"])
        theme.apply(theme.DARK)
        settings = QSettings(f"{self._folder.name}/settings.ini", QSettings.Format.IniFormat)
        self.window = MainWindow(Preferences(settings))
        self.window.show()

        def wait(until: Callable[[], bool]) -> None:
            while not until():
                QTest.qWait(5)

        return self.window, wait

    def __exit__(self, *_: object) -> None:
        self.window.close()
        self._folder.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["start", "blocked", "soak"])
    parser.add_argument("video", type=Path, nargs="?")
    options = parser.parse_args()
    if options.what == "start":
        start()
    elif options.video is None:
        parser.error("name a video")
    else:
        {"blocked": blocked, "soak": soak}[options.what](options.video)


if __name__ == "__main__":
    main()
