"""Reading, updating and writing Qt's .ts files, and making .qm files from them with Qt's own lrelease."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app.gui.language import SOURCE
from app.gui.text import CONTEXT


@dataclass(frozen=True)
class Catalogue:
    """language: code; messages: translations by text; several forms (one, many) where a text depends on a count."""

    language: str
    messages: Mapping[str, tuple[str, ...]]
    counted: frozenset[str] = frozenset()

    def missing(self) -> list[str]:
        """Texts without a translation."""
        return [text for text, forms in self.messages.items() if not all(forms)]


def read_ts(path: Path) -> Catalogue:
    """A .ts file; what is marked unfinished counts as not translated."""
    root = ET.parse(path).getroot()
    messages: dict[str, tuple[str, ...]] = {}
    counted: set[str] = set()
    for message in root.iter("message"):
        text, said = message.findtext("source") or "", message.find("translation")
        done = said is not None and said.get("type") is None
        if message.get("numerus") == "yes":
            counted.add(text)
            forms = said.findall("numerusform") if said is not None else []
            messages[text] = tuple((f.text or "") if done else "" for f in forms) or ("", "")
        else:
            messages[text] = ((said.text or "") if done and said is not None else "",)
    return Catalogue(root.get("language") or "", messages, frozenset(counted))


def updated(catalogue: Catalogue, texts: Mapping[str, bool]) -> Catalogue:
    """The catalogue with exactly these texts; a bool says which depend on a count. English needs no others."""
    own = {text: counted for text, counted in texts.items() if counted or catalogue.language != SOURCE}
    messages = {}
    for text, counted in own.items():
        empty = ("", "") if counted else ("",)
        before = catalogue.messages.get(text, empty)
        messages[text] = before if (text in catalogue.counted) == counted else empty
    return replace(catalogue, messages=messages, counted=frozenset(t for t, counted in own.items() if counted))


def write_ts(catalogue: Catalogue, path: Path) -> None:
    """Always the same file for the same content, sorted by text."""
    root = ET.Element("TS", version="2.1", language=catalogue.language, sourcelanguage=SOURCE)
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for text in sorted(catalogue.messages):
        forms = catalogue.messages[text]
        message = ET.SubElement(context, "message", {"numerus": "yes"} if text in catalogue.counted else {})
        ET.SubElement(message, "source").text = text
        said = ET.SubElement(message, "translation", {} if all(forms) else {"type": "unfinished"})
        if text in catalogue.counted:
            for form in forms:
                ET.SubElement(said, "numerusform").text = form
        else:
            said.text = forms[0]
    ET.indent(root, "    ")
    body = ET.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")


def compile_ts(source: Path, target: Path) -> None:
    """Make the .qm file; RuntimeError with what lrelease says where it cannot be made.

    Written aside and renamed: an open window has the one before mapped into its memory, and ends with a bus error
    where that is cut off under it.
    """
    import PySide6

    folder = Path(PySide6.__file__).parent
    tool = next((p for p in (folder / "lrelease", folder / "lrelease.exe") if p.exists()), None)
    if tool is None:
        raise RuntimeError(f"lrelease is not in {folder}; it comes with PySide6")
    aside = target.with_suffix(".part")
    done = subprocess.run(
        [str(tool), "-silent", str(source), "-qm", str(aside)], capture_output=True, text=True, check=False
    )
    if done.returncode or not aside.exists():
        raise RuntimeError(f"lrelease could not make {target}: {done.stderr or done.stdout or sys.platform}")
    aside.replace(target)
