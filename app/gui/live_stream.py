"""A camera or a network stream, live: the newest frame is detected and lifted, older ones are dropped and counted.

Knows no Qt. Three threads with nothing between them but the newest frame: capture (and recording) here, detection and
lifting in the worker, drawing in the window. The lifter sees the frames before the newest one, which stands for those
that are not there yet, so nothing waits for the future.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Event, Lock, Thread
from typing import Any

import numpy as np

from app.gui.cameras import open_source, reason
from app.gui.frame_view import FrameView, keypoints_view
from app.gui.jobs import Report
from app.gui.live_pose import LiveMaps, live_pose
from app.gui.text import tr, tr_n
from app.pipeline.pace import Pace
from app.protocols import Detector, Lifter
from poses.errors import UserError
from poses.sequences import Keypoints, VideoFrame

KEPT_FRAMES = 512
# Until the first picture comes, and from one to the next; a stream that takes longer is taken for lost.
OPEN_S, SILENT_S = 8.0, 2.5
CLOSE_S = 0.3  # a thread that waits for the network is left to itself: it ends when that has been given up
ENCODING = {"preset": "veryfast", "tune": "zerolatency", "crf": "20", "g": "60"}
POLL_S = 0.25  # how long a stream that is silent keeps its job from being cancelled


@dataclass(frozen=True)
class LiveReport(Report):
    """captured_s: time.perf_counter() when the frame arrived; captured, dropped: frames so far.

    problem: what went wrong without ending the stream, "" where nothing did.
    """

    captured_s: float = 0.0
    captured: int = 0
    dropped: int = 0
    problem: str = ""


class StreamReader:
    """Reads a source in a thread and keeps the newest frame only; may record all of them.

    source: a device ("0", "/dev/video0", "camera:NAME"), a URL (rtsp://, http://) or a file, which is then read at its
    own pace.
    record: MP4 to write every captured frame to, with the time at which it came.
    """

    def __init__(self, source: str, record: Path | None = None) -> None:
        self._source, self._recorder = source, _Recorder(record)
        self._changed = Condition()
        self._newest: tuple[VideoFrame, float] | None = None
        self._error: Exception | None = None
        self._ended = False
        self._stop = Event()
        self._heard = time.perf_counter()
        self.captured = 0
        self.dropped = 0
        self.problem = ""
        self._thread = Thread(target=self._work, name="camera", daemon=True)
        self._thread.start()

    def wait(self, wait_s: float) -> bool:
        """Wait until `next` has an answer; raises what ended the stream, UserError where it is silent for too long."""
        with self._changed:
            ready = self._changed.wait_for(lambda: self._newest or self._ended, wait_s)
            if self._newest is None and self._error is not None:
                raise self._error
            limit_s = SILENT_S if self.captured else OPEN_S
            if not ready and time.perf_counter() - self._heard > limit_s:
                text = tr("nothing has come from {0} for {1} s; is it still connected?")
                raise UserError(text.format(self._source, f"{limit_s:.0f}"))
            return bool(ready)

    def next(self) -> tuple[VideoFrame, float] | None:
        """The newest frame not taken yet and when it came; waits for one. None at the end of a file."""
        while not self.wait(POLL_S):
            pass
        with self._changed:
            newest, self._newest = self._newest, None
            return newest

    def close(self) -> None:
        """Stop reading; what was recorded is finished and kept."""
        self._stop.set()
        self._thread.join(CLOSE_S)
        self._recorder.close()

    def _work(self) -> None:
        error: Exception | None = None
        try:
            with open_source(self._source, OPEN_S, SILENT_S) as container:
                self._read(container)
            if not self._stop.is_set() and not Path(self._source).is_file():
                error = UserError(tr("the stream from {0} has ended").format(self._source))
        except Exception as found:  # it is raised again where the frames are taken
            error = found
        with self._changed:
            self._error, self._ended = error, True
            self._changed.notify()

    def _read(self, container: Any) -> None:
        paced = Path(self._source).is_file()
        start = time.perf_counter()
        first: float | None = None
        with closing(self._recorder) as recorder:
            for picture in _pictures(container, self._source):
                if self._stop.is_set():
                    return
                stamp = float(picture.time or 0.0)
                first = stamp if first is None else first
                if paced and (early := stamp - first - (time.perf_counter() - start)) > 0:
                    self._stop.wait(early)
                now = time.perf_counter()
                image = picture.to_ndarray(format="rgb24")
                recorder.write(image, now - start)
                self.problem = recorder.problem
                self._offer(VideoFrame(self.captured, now - start, image), now)

    def _offer(self, frame: VideoFrame, now: float) -> None:
        with self._changed:
            self._heard = now
            self.captured += 1
            self.dropped += self._newest is not None
            self._newest = (frame, now)
            self._changed.notify()


class _Recorder:
    """Frames into an MP4 with the milliseconds at which they came; does nothing without a path.

    The file is written in pieces of a second that can be read whatever becomes of the next one. A full disk ends the
    recording and not the stream: `problem` says so. Any thread may close it; what is written afterwards is left out.
    """

    def __init__(self, path: Path | None) -> None:
        self._lock, self._closed = Lock(), False
        self._path, self._container, self._stream = path, None, None
        self._last = -1
        self.problem = ""

    def write(self, image: np.ndarray, time_s: float) -> None:
        """UserError where the file cannot be begun."""
        with self._lock:
            if self._path is not None and not self.problem and not self._closed:
                self._write(image, time_s)

    def _write(self, image: np.ndarray, time_s: float) -> None:
        import av

        if self._container is None:
            self._open(image)
        stamp = max(round(time_s * 1000), self._last + 1)
        self._last = stamp
        height, width = image.shape[:2]
        frame = av.VideoFrame.from_ndarray(image[: height // 2 * 2, : width // 2 * 2], format="rgb24")
        frame.pts = stamp
        with self._going_on():
            self._container.mux(self._stream.encode(frame))  # type: ignore[attr-defined]

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """What cannot be written is noted, once."""
        try:
            yield
        except OSError as error:
            text = tr(
                "the recording to {0} has stopped: {1}; what was recorded until then stays, and the stream goes on"
            )
            self.problem = self.problem or text.format(self._path, error.strerror or error)

    def _open(self, image: np.ndarray) -> None:
        from fractions import Fraction

        import av

        try:
            pieces = {"movflags": "+frag_keyframe+empty_moov+default_base_moof", "frag_duration": "1000000"}
            container: Any = av.open(str(self._path), "w", options=pieces)
        except (OSError, av.FFmpegError) as error:
            raise UserError(tr("{0} cannot be recorded to: {1}").format(self._path, error)) from error
        stream = container.add_stream("libx264", rate=1000, options=ENCODING)
        stream.height, stream.width = (n // 2 * 2 for n in image.shape[:2])
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        self._container, self._stream = container, stream

    def close(self) -> None:
        """Finish the file; a second time nothing is done."""
        with self._lock:
            closed, self._closed = self._closed, True
            if closed or self._container is None:
                return
            with self._going_on():
                self._container.mux(self._stream.encode(None))
            with self._going_on():
                self._container.close()


def live_steps(
    source: str, record: Path | None, make_detector: Callable[[], Detector], make_lifter: Callable[[], Lifter],
    persons: int, maps: LiveMaps,
) -> Generator[LiveReport, None, Path | None]:  # fmt: skip
    """Follow a source until it ends or nobody waits for it any more; returns the recording."""
    yield LiveReport(tr("Loading the detector"))
    with closing(make_detector()) as detector:
        yield LiveReport(tr("Loading the lifter"))
        make_lifter()
        seen: deque[Keypoints] = deque(maxlen=KEPT_FRAMES)
        times: deque[float] = deque(maxlen=KEPT_FRAMES)
        frame_maps = None
        maps.drop()
        yield LiveReport(tr("Waiting for the camera"))
        pace = Pace(detector)
        with closing(StreamReader(source, record)) as camera:
            while True:
                if not camera.wait(POLL_S):
                    yield LiveReport(tr("Waiting for the camera"))
                    continue
                if (newest := camera.next()) is None:
                    break
                frame, captured_s = newest
                lifter = make_lifter()  # another one may be chosen meanwhile
                with pace.frame(frame, camera.captured):
                    seen.append(detector.detect(frame))
                    times.append(frame.time_s)
                    pose = live_pose(list(seen), list(times), detector.skeleton, lifter, frame.size)
                flat = keypoints_view(seen[-1], detector.skeleton, frame.index, persons)
                frame_view = FrameView(frame.index, flat.poses_2d, pose.poses)
                frame_maps = maps.of(pose, frame.index, lifter) or frame_maps
                counts = (captured_s, camera.captured, camera.dropped, camera.problem)
                yield LiveReport(tr("Live"), frame.index + 1, 0, frame, frame_view, frame_maps, 0, *counts)
    return record


def _pictures(container: Any, source: str) -> Iterator[Any]:
    """Decoded pictures; a damaged packet (networks lose some) is left out. UserError where the connection is lost."""
    import av

    if not container.streams.video:
        raise UserError(tr("there is no picture in what comes from {0}").format(source))
    packets = container.demux(video=0)
    while True:
        try:
            packet = next(packets, None)
        except (OSError, av.FFmpegError) as error:
            text = tr("the connection to {0} was lost: {1}")
            raise UserError(text.format(source, reason(error))) from error
        if packet is None:
            return
        with suppress(av.FFmpegError):
            yield from packet.decode()


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
