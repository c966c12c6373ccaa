"""Exporters: one file in this folder is one format, its name is the id. Loads nothing heavy."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from poses.errors import UserError
from poses.files import check_folder, explain
from poses.motion import Motion
from poses.parts import Part, find_parts


def list_exporters() -> dict[str, Part]:
    """Every exporter there is, by id, and whether it can run here."""
    return find_parts(__name__, __path__)


def choose_exporters(ids: Sequence[str]) -> dict[str, Part]:
    """The exporters of these ids, in that order, each once; UserError where there is none or it cannot run here."""
    parts = list_exporters()
    for id in ids:
        if id not in parts:
            raise UserError(f"no export format is called {id!r}; there are {', '.join(parts)}")
        if parts[id].why:
            raise UserError(f"export format {id} cannot run here: {parts[id].why}")
    return {id: parts[id] for id in ids}


def plan(motion: Motion, ids: Sequence[str], stem: str) -> list[tuple[Part, int | None, str]]:
    """(exporter, person, file name) of every file to write; person counts from 0, None is everybody.

    STEM.EXT for one person or a format that holds everybody; STEM_p1.EXT, STEM_p2.EXT ... where it holds one.
    """
    files: list[tuple[Part, int | None, str]] = []
    for part in choose_exporters(ids).values():
        extension = part.info.extension
        if not part.info.per_person:
            files.append((part, None, f"{stem}.{extension}"))
        elif len(motion.persons) == 1:
            files.append((part, 0, f"{stem}.{extension}"))
        else:
            files += [(part, p, f"{stem}_p{p + 1}.{extension}") for p in range(len(motion.persons))]
    return files


def write_all(motion: Motion, ids: Sequence[str], folder: Path, stem: str) -> tuple[list[Path], list[str]]:
    """Write `motion` in every format of `ids` into `folder` (made where absent); returns the paths and the warnings.

    All files appear together after the last one was written; when one fails, none does. UserError for an unknown id, no
    right to write, a full disk.
    """
    files = plan(motion, ids, stem)
    check_folder(folder)
    paths: list[Path] = []
    warnings: list[str] = []
    try:
        with tempfile.TemporaryDirectory(prefix=".marey-", dir=folder) as aside:
            for part, person, name in files:
                notes = part.module.write(motion, person, Path(aside) / name)
                warnings += [f"{name}: {note}" for note in notes]
            for _, _, name in files:
                paths.append((Path(aside) / name).replace(folder / name))
    except OSError as error:
        raise explain(error, folder / stem) from error
    for id, part in choose_exporters(ids).items():
        if part.info.per_person and not motion.persons:
            warnings.append(f"nobody was found, so there is no {id} file")
    return paths, warnings
