"""The window: time until it is visible, and what takes it; how long its thread is blocked; memory over 2,000 frames.

    xvfb-run -a -s "-screen 0 1600x1000x24" python -m tests.benchmarks.window start|blocked|soak|analysis [VIDEO]

start: five starts of a fresh process (the first fills the caches) and the imports that take longest. blocked: gaps
between the ticks of a timer while a real video is analysed and played, and what they consist of (tests.benchmarks.
stalls): on a busy machine look at the second and third line of each. soak: 2,000 frames shown, lifters and views
switched; resident memory before and after. analysis: frames a second of the window's analysis over those of the chain
alone (`marey run` without its start), in turn, everything loaded; with each dock in front and with none.
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
from functools import partial
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


def blocked(video: Path, stacks: int, painter_only: bool) -> None:
    """Gaps between the ticks of a timer, and their causes: the first analysis, one more, playing, all docks open."""
    from app.gui.preload import freeze_garbage_collector
    from tests.app.gui.pause import pause
    from tests.app.gui.spread import spread
    from tests.benchmarks.stalls import Watchdog

    with _Window(painter_only) as (window, wait):
        window.files.open(str(video))
        wait(lambda: window.workspace.video.has_picture)
        window.player.loop = False

        def watched(name: str, act: Callable[[], object]) -> None:
            watchdog = Watchdog(bool(stacks))
            watchdog.start()
            act()
            wait(lambda: not window.controller.busy and not window.player.playing)
            pause(250)  # docks take up the result one after the other
            watchdog.stop()
            print(watchdog.report(name, stacks), flush=True)

        for id in window.docks:  # out of sight: nothing is drawn in them
            window.docks[id].hide()
        watched("first analysis (everything is loaded)", window.controller.analyse)
        watched("analysing", window.controller.analyse)
        watched("playing", window.player.play)
        window.player.go(0)
        window.resize(1600, 950)
        spread(window)
        window.document.select(0, 0)
        pause(1000)  # docks are made, and drawn for the first time
        freeze_garbage_collector()
        watched("analysing, every dock in sight", window.controller.analyse)
        watched("playing, every dock in sight", window.player.play)


def soak(video: Path) -> None:
    """Memory while 2,000 frames are shown and lifters, docks and colours are switched."""
    with _Window() as (window, wait):
        window.files.open(str(video))
        wait(lambda: window.workspace.video.has_picture)
        window.controller.analyse()
        wait(lambda: not window.controller.busy)
        lifters = [id for id, part in window.catalogue.lifters().items() if part.available]
        docks = list(window.docks)
        for shown in range(2001):
            if shown % 250 == 0:
                gc.collect()
                print(f"{shown:5d} frames: {_resident_mb():.0f} MB")
                window.choices.lifter.chosen.emit(lifters[shown // 250 % len(lifters)])
                wait(lambda: not window.controller.busy)
                window.open_dock(docks[shown // 250 % len(docks)])
            frame = shown * 7 % window.player.count
            window.player.seek(frame)
            wait(lambda frame=frame: window.view_controller.frame_view.frame == frame)


def analysis(video: Path, pairs: int, docks: list[str]) -> None:
    """The window's analysis and the chain alone in turn, for every dock; the last line names the worst ratio."""
    from tests.benchmarks.stalls import Watchdog

    with _Window() as (window, wait):
        window.files.open(str(video))
        wait(lambda: window.workspace.video.has_picture)
        chain = _Chain(window, video)
        window.controller.analyse()
        wait(lambda: not window.controller.busy)
        chain.run()
        worst = float("inf")
        for dock in docks or ["none", *window.docks]:
            for other in window.docks.values():
                other.hide()
            if dock != "none":
                window.open_dock(dock)
            ratios, processor, blocks = [], [], []
            for _ in range(pairs):
                alone = chain.run()
                chain.forget()
                watchdog = Watchdog()
                watchdog.start()
                begin, cpu = time.perf_counter(), time.process_time()
                window.controller.analyse()
                wait(lambda: not window.controller.busy)
                took = time.perf_counter() - begin, time.process_time() - cpu
                watchdog.stop()
                ratios.append(alone[0] / took[0])
                processor.append(alone[1] / took[1])
                blocks.append(max(gap.own for gap in watchdog.gaps))
            middle = statistics.median(ratios)
            worst = min(worst, middle)
            each = " ".join(f"{r:.2f}" for r in ratios)
            print(
                f"{dock:10s} {middle:.2f} of the chain's frames/s ({each}), by processor time "
                f"{statistics.median(processor):.2f}; window's thread busy {max(blocks):.0f} ms at most",
                flush=True,
            )
        print(f"worst dock: {worst:.2f} of marey run")


class _Chain:
    """What `marey run` does, with the window's own detector and lifter, without a window's work."""

    def __init__(self, window: object, video: Path) -> None:
        self._window, self._video = window, video

    def run(self) -> tuple[float, float]:
        """Seconds by the clock, and of the processor."""
        from contextlib import closing

        from app.pipeline.analysis import analyse

        controller, state = self._window.controller, self._window.document.state
        lifter = controller.catalogue.lifter(state.lifter, "worker")._lifter  # without what it remembers
        begin, cpu = time.perf_counter(), time.process_time()
        with closing(controller.catalogue.make_detector(state.detector)) as detector:
            for _ in analyse(self._video, detector, lifter, state.settings):
                pass
        return time.perf_counter() - begin, time.process_time() - cpu

    def forget(self) -> None:
        """What the window's lifter remembers of the runs before."""
        controller = self._window.controller
        lifter = controller.catalogue.lifter(controller.document.state.lifter, "worker")
        lifter._cache.clear()
        lifter._frames = 0


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


class _Window:
    """A shown window with settings of its own, and a wait that lets it work."""

    def __init__(self, painter_only: bool = False) -> None:
        self._painter_only = painter_only

    def __enter__(self) -> tuple[object, Callable[[Callable[[], bool]], None]]:
        from PySide6.QtCore import QSettings

        from app.gui import theme
        from app.gui.application import make_application
        from app.gui.main_window import MainWindow
        from app.gui.preferences import Preferences
        from tests.app.gui.pause import wait

        self._folder = tempfile.TemporaryDirectory()
        make_application(["marey"])
        theme.apply(theme.DARK)
        settings = QSettings(f"{self._folder.name}/settings.ini", QSettings.Format.IniFormat)
        self.window = MainWindow(Preferences(settings), painter_only=self._painter_only)
        self.window.show()

        return self.window, partial(wait, seconds=1800, every_ms=5)

    def __exit__(self, *_: object) -> None:
        self.window.close()
        self._folder.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["start", "blocked", "soak", "analysis"])
    parser.add_argument("video", type=Path, nargs="?")
    parser.add_argument("--stacks", type=int, default=0, help="blocked: places in the code to list")
    parser.add_argument("--plain", action="store_true", help="blocked: the 3D view without OpenGL")
    parser.add_argument("--data", type=Path, help="analysis: the folder with videos/balance_cam01.mp4")
    parser.add_argument("--pairs", type=int, default=3, help="analysis: runs of each kind for every dock")
    parser.add_argument("--docks", nargs="+", default=[], help="analysis: which ones; none is one of them")
    options = parser.parse_args()
    if options.what == "analysis" and options.video is None:
        data = options.data or Path(__file__).resolve().parents[3] / "shared" / "data"
        options.video = data / "videos" / "balance_cam01.mp4"
    if options.what == "start":
        start()
    elif options.video is None:
        parser.error("name a video")
    elif options.what == "analysis":
        analysis(options.video, options.pairs, options.docks)
    elif options.what == "soak":
        soak(options.video)
    else:
        blocked(options.video, options.stacks, options.plain)


if __name__ == "__main__":
    main()
