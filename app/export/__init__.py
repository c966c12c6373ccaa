"""Exporters: one file in this folder is one format, its name is the id. Loads nothing heavy."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from poses.errors import UserError
from poses.files import check_folder, describe_write_error, escaped
from poses.motion import Motion
from poses.plugins import Plugin, find_plugins


def list_exporters() -> dict[str, Plugin]:
    """Every exporter there is, by id, and whether it can run here."""
    return find_plugins(__name__, __path__)


@dataclass(frozen=True)
class ExportRequest:
    """An exporter that is asked for, and the variant of its format, "" where it has only one."""

    plugin: Plugin
    variant: str = ""

    def write(self, motion: Motion, person: int | None, path: Path) -> list[str]:
        """What its module's `write` does."""
        variant = (self.variant,) if self.variant else ()
        notes: list[str] = self.plugin.module.write(motion, person, path, *variant)
        return notes


def choose_exporters(texts: Sequence[str]) -> list[ExportRequest]:
    """The exporters of "ID" or "ID:VARIANT", in that order, each once; UserError where there is none, it cannot run
    here, has no such variant, or two variants of it would be written to the same file."""
    wanted: dict[str, ExportRequest] = {}
    for text in texts:
        one = _wanted(text)
        if wanted.setdefault(one.plugin.id, one) != one:
            raise UserError(f"{one.plugin.id} can be written in one way at a time: name one of its variants")
    return list(wanted.values())


def _wanted(text: str) -> ExportRequest:
    id, colon, variant = text.partition(":")
    plugins = list_exporters()
    if id not in plugins:
        raise UserError(f"no export format is called {id!r}; there are {', '.join(plugins)}")
    plugin = plugins[id]
    if plugin.unavailable_reason:
        raise UserError(f"export format {id} cannot run here: {plugin.unavailable_reason}")
    variants = plugin.info.variants
    if colon and variant not in variants:
        there = f"there are {', '.join(variants)}" if variants else "it has none"
        raise UserError(f"export format {id} has no variant {variant!r}; {there}")
    return ExportRequest(plugin, variant or next(iter(variants), ""))


def plan(motion: Motion, texts: Sequence[str], stem: str) -> list[tuple[ExportRequest, int | None, str]]:
    """(exporter, person, file name) of every file to write; person counts from 0, None is everyone.

    STEM.EXT for one person or a format that holds everyone; STEM_p1.EXT, STEM_p2.EXT ... where it holds one.
    """
    files: list[tuple[ExportRequest, int | None, str]] = []
    for wanted in choose_exporters(texts):
        extension = wanted.plugin.info.extension
        if not wanted.plugin.info.per_person:
            files.append((wanted, None, f"{stem}.{extension}"))
        elif len(motion.persons) == 1:
            files.append((wanted, 0, f"{stem}.{extension}"))
        else:
            files += [(wanted, p, f"{stem}_p{p + 1}.{extension}") for p in range(len(motion.persons))]
    return files


def write_all(motion: Motion, texts: Sequence[str], folder: Path, stem: str) -> tuple[list[Path], list[str]]:
    """Write `motion` in every format of `texts` ("ID" or "ID:VARIANT") into `folder`, made where absent; returns the
    paths and the warnings.

    All files appear together after the last one was written; when one fails, none does. UserError for an unknown id
    or variant, no right to write, a full disk.
    """
    files = plan(motion, texts, stem)
    check_folder(folder)
    paths: list[Path] = []
    warnings: list[str] = []
    try:
        with tempfile.TemporaryDirectory(prefix=".marey-", dir=folder) as aside:
            for wanted, person, name in files:
                notes = wanted.write(motion, person, Path(aside) / name)
                warnings += [f"{escaped(name)}: {note}" for note in notes]
            for _, _, name in files:
                paths.append((Path(aside) / name).replace(folder / name))
    except OSError as error:
        raise describe_write_error(error, folder / stem) from error
    for wanted in choose_exporters(texts):
        if wanted.plugin.info.per_person and not motion.persons:
            warnings.append(f"nobody was found, so there is no {wanted.plugin.id} file")
    return paths, warnings
