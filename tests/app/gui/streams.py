"""Network cameras of a test: an MJPEG camera and an MPEG transport stream, over HTTP and over UDP, on this machine."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import av
import numpy as np

from tests.app.clips import shade

RATE = 25
BOUNDARY = "frame"


class Source:
    """What a server sends, and how it can go wrong: it ends after `frames`, or says nothing any more but stays."""

    def __init__(self, frames: int, size: tuple[int, int] = (320, 240)) -> None:
        self.frames, self.size = frames, size
        self.closing = threading.Event()
        self.goes_silent = False
        self.noisy = False  # so that a recording of it is large
        self.connections = 0

    def images(self) -> Iterator[np.ndarray]:
        noise = np.random.default_rng(0).integers(0, 256, (self.size[1], self.size[0], 3), dtype=np.uint8)
        for number in range(self.frames):
            yield np.roll(noise, 7 * number, axis=1) if self.noisy else shade(number % 256, self.size)

    def rest(self) -> None:
        """After the last frame."""
        if self.goes_silent:
            self.closing.wait(60)


def jpegs(source: Source) -> Iterator[bytes]:
    """One JPEG a frame."""
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = source.size
    encoder.pix_fmt, encoder.time_base = "yuvj420p", Fraction(1, RATE)
    for number, image in enumerate(source.images()):
        frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format="yuvj420p")
        frame.pts = number
        for packet in encoder.encode(frame):
            yield bytes(packet)


def transport_stream(source: Source) -> bytes:
    """All frames as MPEG-TS."""
    file = io.BytesIO()
    with av.open(file, "w", format="mpegts") as container:
        stream = container.add_stream("mpeg2video", rate=RATE)
        stream.width, stream.height = source.size
        stream.pix_fmt, stream.bit_rate = "yuv420p", 2_000_000
        for image in source.images():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    return file.getvalue()


@contextmanager
def http(source: Source, kind: str) -> Iterator[str]:
    """Serves "mjpeg" or "ts" at the pace of a camera; gives the address."""

    class Camera(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source.connections += 1
            self.send_response(200)
            mime = f"multipart/x-mixed-replace; boundary={BOUNDARY}" if kind == "mjpeg" else "video/mp2t"
            self.send_header("Content-Type", mime)
            self.end_headers()
            try:
                for part in self.parts():
                    self.wfile.write(part)
                    if source.closing.wait(1 / RATE):
                        return
                source.rest()
            except OSError:  # nobody listens any more
                pass

        def parts(self) -> Iterator[bytes]:
            if kind == "mjpeg":
                for jpeg in jpegs(source):
                    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                    yield head.encode() + jpeg + b"\r\n"
            else:
                whole = transport_stream(source)
                step = len(whole) // source.frames + 1
                yield from (whole[n : n + step] for n in range(0, len(whole), step))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/live"
    finally:
        source.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def udp(source: Source) -> Iterator[str]:
    """Sends a transport stream over and over, as cameras do that nobody asks; gives the address to listen at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    whole = transport_stream(source)

    def send() -> None:
        pause = source.frames / RATE / (len(whole) / 1316)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            while not source.closing.is_set():
                for n in range(0, len(whole), 1316):
                    out.sendto(whole[n : n + 1316], ("127.0.0.1", port))
                    time.sleep(pause)
                    if source.closing.is_set():
                        return

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    try:
        yield f"udp://127.0.0.1:{port}"
    finally:
        source.closing.set()
        thread.join()
