"""Lines of the parts without Qt are told in the language of the window."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.gui import language
from app.gui.log import describe
from app.gui.message_translation import LINES, translate_message
from app.gui.panels.export_dialog import in_words
from poses.errors import UserError
from tests.conftest import ROOT

pytestmark = pytest.mark.gui


def lines_of_the_source() -> set[str]:
    """Every text of the parts without Qt, with numbered holes for what is filled in."""
    found = set()
    for folder in ("poses", "detectors", "app"):
        for path in (ROOT / folder).rglob("*.py"):
            if "gui" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
                elif isinstance(node, ast.JoinedStr):
                    found.add("".join(filled(node)))
    return found


def filled(text: ast.JoinedStr) -> Iterator[str]:
    hole = 0
    for part in text.values:
        if isinstance(part, ast.Constant):
            yield str(part.value)
        else:
            yield f"{{{hole}}}"
            hole += 1


def test_every_line_is_still_said() -> None:
    assert set(LINES) - lines_of_the_source() == set()


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    language.install("de")
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


def test_lines_are_told_in_german_with_what_they_are_about(german: None) -> None:
    assert translate_message("/a b/c.mp4 does not exist") == "/a b/c.mp4 ist nicht da"
    error = UserError("frame 7 of clip.mp4 cannot be decoded; the file is damaged there")
    assert describe(error)[0] == "Bild 7 von clip.mp4 lässt sich nicht lesen; die Datei ist dort beschädigt"
    assert translate_message("something that nobody has listed") == "something that nobody has listed"
    assert not [line for line in LINES if translate_message(line) == line], "every line has its German"


def test_what_is_to_be_known_of_a_written_file_is_told_too(german: None) -> None:
    assert in_words("walk.bvh: the first frame is the T-pose, so that every frame of the video is one later") == (
        "walk.bvh: das erste Bild ist die T-Pose, jedes Bild des Videos steht also um eines später"
    )
    assert (
        in_words("nobody was found, so there is no bvh file")
        == "es wurde niemand gefunden, also gibt es keine bvh-Datei"
    )
    assert in_words("walk.bvh: something new") == "walk.bvh: something new"
