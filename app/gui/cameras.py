"""The cameras of this machine, and opening one of them or a stream; what goes wrong in plain words. Knows no Qt."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.gui.text import mark, tr
from poses.errors import UserError

FORMATS = {"linux": "v4l2", "darwin": "avfoundation", "win32": "dshow"}
NAMED = "camera:"  # in front of the name of a camera, where the system knows cameras by name
REASONS = {
    errno.ENOENT: mark("it is not there"),
    errno.ENODEV: mark("it is not there"),
    errno.ENXIO: mark("it is not there"),
    errno.EACCES: mark("this program may not use it"),
    errno.EPERM: mark("this program may not use it"),
    errno.EBUSY: mark("another program uses it"),
    errno.ECONNREFUSED: mark("nobody answers at that address"),
    errno.EHOSTUNREACH: mark("there is no way to it in the network"),
    errno.ENETUNREACH: mark("there is no way to it in the network"),
    errno.ETIMEDOUT: mark("it does not answer"),
    errno.ECONNRESET: mark("it has hung up"),
    errno.EPIPE: mark("it has hung up"),
}
# Of FFmpeg, by the name of PyAV's class: they have no number that the system knows.
FFMPEG_REASONS = {
    "InvalidDataError": mark("what comes from there is no video"),
    "ExitError": mark("it does not answer"),
    "EOFError": mark("it has ended"),
    "HTTPUnauthorizedError": mark("it asks for a user name and a password: put NAME:PASSWORD@ in front of the address"),
    "HTTPForbiddenError": mark("it lets nobody in with this address"),
    "HTTPNotFoundError": mark("there is nothing at that address"),
    "HTTPServerError": mark("the server there has failed"),
    "ProtocolNotFoundError": mark("addresses of that kind are not known here"),
    "DecoderNotFoundError": mark("its video codec cannot be decoded here"),
}


@dataclass(frozen=True)
class Camera:
    """source: what `open_source` takes; label: what the system calls it."""

    source: str
    label: str


def list_cameras(platform: str = sys.platform, devices: Path = Path("/sys/class/video4linux")) -> list[Camera]:
    """Cameras of this machine, as far as the system tells; none where it does not."""
    if platform == "linux":
        found = sorted(devices.glob("video*"), key=lambda place: (len(place.name), place.name))
        return [Camera(f"/dev/{place.name}", _text(place / "name")) for place in found if _takes_pictures(place)]
    if platform not in FORMATS:
        return []
    import av

    try:
        named = av.enumerate_input_devices(FORMATS[platform])
    except (OSError, ValueError, av.FFmpegError):
        return []
    return [
        Camera(NAMED + device.name, device.description or device.name)
        for device in named
        if not device.media_types or "video" in device.media_types
    ]


def device_of(
    source: str, platform: str = sys.platform, cameras: Callable[[], Sequence[Camera]] = list_cameras
) -> tuple[str, str] | None:
    """(FFmpeg's input format, its name for the device) of a source that is a camera of this machine; else None.

    A number is the camera of that place in the list; UserError where there are not so many.
    """
    kind, name = FORMATS.get(platform), source.removeprefix(NAMED)
    if kind is None:
        return None
    if platform == "linux":
        if source.isdigit():
            return kind, f"/dev/video{source}"
        return (kind, name) if name.startswith("/dev/video") or name != source else None
    if source.isdigit():
        there = cameras()
        if int(source) >= len(there):
            names = ", ".join(camera.label for camera in there) or tr("none")
            raise UserError(tr("there is no camera {0} here, counted from 0; there are: {1}").format(source, names))
        name = there[int(source)].source.removeprefix(NAMED)
    elif platform == "win32" and source.startswith("video="):
        name = source.removeprefix("video=")
    elif name == source:
        return None
    return kind, f"video={name}" if kind == "dshow" else name


def open_source(source: str, open_s: float, silent_s: float) -> Any:
    """A camera, an address or a file as a PyAV container; UserError where there is none.

    open_s: how long a stream may take to answer; silent_s: and how long it may say nothing afterwards.
    """
    import av

    device = device_of(source)
    try:
        if device is not None:
            kind, name = device
            options = {"framerate": "30"} if kind == "avfoundation" else {}  # its default is a rate few cameras have
            return av.open(name, format=kind, options=options)
        return av.open(source, timeout=(open_s, silent_s))
    except (OSError, ValueError, av.FFmpegError) as error:
        text = tr("no picture can be had from {0}: {1}; is it connected and free?")
        raise UserError(text.format(source, reason(error))) from error


def reason(error: Exception) -> str:
    """What went wrong with a camera or a stream, in plain words; what FFmpeg calls it where there are none."""
    known = FFMPEG_REASONS.get(type(error).__name__) or REASONS.get(getattr(error, "errno", None) or 0)
    if known is None and isinstance(error, TimeoutError):
        known = REASONS[errno.ETIMEDOUT]
    return tr(known) if known else str(getattr(error, "strerror", None) or error)


def _text(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return place.parent.name


def _takes_pictures(place: Path) -> bool:
    """A camera has further devices for what it tells about its pictures; the first is the one with the pictures."""
    return not (place / "index").exists() or _text(place / "index") == "0"
