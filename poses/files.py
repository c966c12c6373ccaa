"""Files that appear atomically: written aside in the same folder, then renamed. And text of any encoding."""

from __future__ import annotations

import codecs
import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from poses.errors import UserError

# Byte order marks; that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def escaped(name: str | Path) -> str:
    """A name as text that can be encoded everywhere: bytes of it that are not UTF-8 are written as \\xNN."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def describe_write_error(error: OSError, path: Path) -> UserError:
    """What the user can do about a file that cannot be written, as one line."""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return UserError(f"cannot write {path}: no right to write there; choose another folder")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserError(f"cannot write {path}: the disk is full; free some space or choose another folder")
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return UserError(f"cannot write {path}: a file is where the folder should be; choose another folder")
    if error.errno == errno.EISDIR:
        return UserError(f"cannot write {path}: a folder of that name is there; choose another name")
    if error.errno == errno.ENAMETOOLONG:
        return UserError(f"cannot write {path}: the name is too long; choose a shorter one")
    return UserError(f"cannot write {path}: {error.strerror or error}; choose another folder")


def read_text(path: Path, errors: str = "strict") -> str:
    """The text of a file in UTF-8, with or without a byte order mark, or in UTF-16 or UTF-32 with one.

    errors: "replace" puts a mark in the place of what is no UTF-8. UserError where the file cannot be read.
    """
    try:
        data = path.read_bytes()
        return data.decode(next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8"), errors)
    except UnicodeDecodeError as error:
        raise UserError(f"{path} must be text in UTF-8 or UTF-16, byte {error.start} is neither: save it so") from None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from None


def check_folder(folder: Path) -> None:
    """Make `folder` where it is absent and write and remove a file in it; UserError where that is not possible."""
    probe = folder / f".marey-{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise describe_write_error(error, folder) from error


@contextmanager
def write_aside(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to. It takes the place of `path` when the block succeeds, and is removed when not.

    It is another one each time, so that two who write the same file do not meet. UserError where the operating system
    refuses (rights, full disk, ...).
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.part")
    try:
        yield aside
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise describe_write_error(error, path) from error
    finally:
        with suppress(OSError):
            aside.unlink()


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, atomically; UserError where the operating system refuses."""
    with write_aside(path) as aside:
        aside.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with its own line ends to `path`, atomically; what is no character is escaped."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))
