"""A camera or a network stream, live: the newest frame is detected and lifted, older ones are dropped and counted.

Knows no Qt. Three threads with nothing between them but the newest frame: capture (and recording) here, detection and
lifting in the worker, drawing in the window. The lifter sees the frames before the newest one, which stands for those
that are not there yet, so nothing waits for the future.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Event, Thread
from typing import Any

import numpy as np

from app.gui.jobs import Report
from app.gui.live import LiveMaps, live_pose
from app.gui.shown import Shown, shown_keypoints
from app.gui.text import tr, tr_n
from app.protocols import Detector, Lifter
from poses.errors import UserError
from poses.sequences import Keypoints, VideoFrame

KEPT_FRAMES = 512
SILENT_S = 10.0


@dataclass(frozen=True)
class LiveReport(Report):
    """captured_s: time.perf_counter() when the frame arrived; captured, dropped: frames so far."""

    captured_s: float = 0.0
    captured: int = 0
    dropped: int = 0


class Camera:
    """Reads a source in a thread and keeps the newest frame only; may record all of them.

    source: a device ("0", "/dev/video0"), a URL (rtsp://, http://) or a file, which is then read at its own pace.
    record: MP4 to write every captured frame to, with the time at which it came.
    """

    def __init__(self, source: str, record: Path | None = None) -> None:
        self._source, self._record = source, record
        self._changed = Condition()
        self._newest: tuple[VideoFrame, float] | None = None
        self._error: Exception | None = None
        self._ended = False
        self._stop = Event()
        self.captured = 0
        self.dropped = 0
        self._thread = Thread(target=self._work, name="camera", daemon=True)
        self._thread.start()

    def next(self) -> tuple[VideoFrame, float] | None:
        """The newest frame not taken yet and when it came; waits for one. None at the end of the stream."""
        with self._changed:
            ready = self._changed.wait_for(lambda: self._newest or self._ended or self._error, timeout=SILENT_S)
            if self._error is not None:
                raise self._error
            if not ready:
                raise UserError(
                    tr("nothing has come from {0} for {1} s; is it still connected?").format(
                        self._source, round(SILENT_S)
                    )
                )
            newest, self._newest = self._newest, None
            return newest

    def close(self) -> None:
        """Stop reading; what was recorded is finished and kept."""
        self._stop.set()
        self._thread.join(timeout=5)

    def _work(self) -> None:
        try:
            with _opened(self._source) as container:
                self._read(container)
        except Exception as error:  # it is raised again where the frames are taken
            with self._changed:
                self._error = error
                self._changed.notify()
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _read(self, container: Any) -> None:
        paced = Path(self._source).is_file()
        start = time.perf_counter()
        first: float | None = None
        with closing(_Recorder(self._record)) as recorder:
            for picture in container.decode(video=0):
                if self._stop.is_set():
                    return
                stamp = float(picture.time or 0.0)
                first = stamp if first is None else first
                if paced and (early := stamp - first - (time.perf_counter() - start)) > 0:
                    self._stop.wait(early)
                now = time.perf_counter()
                image = picture.to_ndarray(format="rgb24")
                recorder.write(image, now - start)
                self._offer(VideoFrame(self.captured, now - start, image), now)

    def _offer(self, frame: VideoFrame, now: float) -> None:
        with self._changed:
            self.captured += 1
            self.dropped += self._newest is not None
            self._newest = (frame, now)
            self._changed.notify()


class _Recorder:
    """Frames into an MP4 with the milliseconds at which they came; does nothing without a path."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._container, self._stream = path, None, None
        self._last = -1

    def write(self, image: np.ndarray, time_s: float) -> None:
        if self._path is None:
            return
        import av

        if self._container is None:
            self._open(image)
        stamp = max(round(time_s * 1000), self._last + 1)
        self._last = stamp
        height, width = image.shape[:2]
        frame = av.VideoFrame.from_ndarray(image[: height // 2 * 2, : width // 2 * 2], format="rgb24")
        frame.pts = stamp
        self._container.mux(self._stream.encode(frame))  # type: ignore[attr-defined]

    def _open(self, image: np.ndarray) -> None:
        from fractions import Fraction

        import av

        try:
            container: Any = av.open(str(self._path), "w")
        except (OSError, av.FFmpegError) as error:
            raise UserError(tr("{0} cannot be recorded to: {1}").format(self._path, error)) from error
        stream = container.add_stream("libx264", rate=1000, options={"preset": "veryfast", "crf": "20"})
        stream.height, stream.width = (n // 2 * 2 for n in image.shape[:2])
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        self._container, self._stream = container, stream

    def close(self) -> None:
        if self._container is not None:
            self._container.mux(self._stream.encode(None))
            self._container.close()


def live(
    source: str, record: Path | None, make_detector: Callable[[], Detector], make_lifter: Callable[[], Lifter],
    persons: int, maps: LiveMaps,
) -> Generator[LiveReport, None, Path | None]:  # fmt: skip
    """Follow a source until it ends or nobody waits for it any more; returns the recording."""
    yield LiveReport(tr("Loading the detector"))
    with closing(make_detector()) as detector:
        yield LiveReport(tr("Loading the lifter"))
        lifter = make_lifter()
        seen: deque[Keypoints] = deque(maxlen=KEPT_FRAMES)
        explanation = None
        yield LiveReport(tr("Waiting for the camera"))
        with closing(Camera(source, record)) as camera:
            while (newest := camera.next()) is not None:
                frame, captured_s = newest
                seen.append(detector.detect(frame))
                flat = shown_keypoints(seen[-1], detector.skeleton, frame.index, persons)
                recent = list(seen)[-lifter.window :]
                pose = live_pose(recent, detector.skeleton, lifter, frame.size)
                shown = Shown(frame.index, flat.figures_2d, pose.figures)
                explanation = maps.of(pose, frame.index, lifter) or explanation
                counts = (captured_s, camera.captured, camera.dropped)
                yield LiveReport(tr("Live"), frame.index + 1, 0, frame, shown, explanation, *counts)
    return record


def _opened(source: str) -> Any:
    """The source as a PyAV container; UserError where there is none."""
    import av

    kinds = {"linux": ("v4l2", "/dev/video{}"), "darwin": ("avfoundation", "{}"), "win32": ("dshow", "video={}")}
    device = source.isdigit() or source.startswith("/dev/video")
    try:
        if device and sys.platform in kinds:
            kind, name = kinds[sys.platform]
            return av.open(name.format(source) if source.isdigit() else source, format=kind)
        return av.open(source, timeout=(SILENT_S, SILENT_S))
    except (OSError, ValueError, av.FFmpegError) as error:
        what = getattr(error, "strerror", None) or error
        raise UserError(
            tr("no picture can be had from {0}: {1}; is it connected and free?").format(source, what)
        ) from error


@dataclass
class Latency:
    """From capture to the end of drawing, of the last 240 frames that were drawn."""

    values_ms: deque[float]

    @staticmethod
    def empty() -> Latency:
        return Latency(deque(maxlen=240))

    def text(self, report: LiveReport) -> str:
        """For the status bar."""
        if not self.values_ms:
            return ""
        median, late = np.percentile(self.values_ms, [50, 95])
        text = tr_n("%n frames, {0} dropped    latency {1} ms, 95 % under {2} ms", report.captured)
        return text.format(report.dropped, round(median), round(late))
