"""Every text of the window can be translated, and the translations that ship are whole and up to date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTranslator
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDockWidget,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.gui import language
from app.gui.main_window import MainWindow
from app.gui.panels.about import versions
from app.gui.text import CONTEXT, number, tr, tr_n
from app.gui.translations.files import Catalogue, compile_ts, read_ts, updated, write_ts
from app.gui.translations.texts import GUI, texts_in, texts_of_the_program
from app.gui.views.opengl import without_opengl
from tests.app.gui.conftest import MakeWindow
from tests.app.gui.texts_check import bypassing

pytestmark = pytest.mark.gui
FILES = sorted(language.FOLDER.glob("marey_*.ts"))
HOLES = re.compile(r"\{\d*(?::[^}]*)?\}|%n")


@pytest.fixture
def languages_afterwards(qapp: QApplication) -> Iterator[None]:
    """English again, with numbers as before."""
    before = QLocale()
    without_opengl.cache_clear()  # its answer is in the language in which it was asked
    yield
    without_opengl.cache_clear()
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


@pytest.mark.parametrize("path", sorted(GUI.rglob("*.py")), ids=lambda p: str(p.relative_to(GUI)))
def test_no_text_bypasses_translation(path: Path) -> None:
    assert list(bypassing(path.read_text(encoding="utf-8"))) == []


def test_the_check_finds_texts_that_bypass_translation() -> None:
    source = """
label.setText("Hello there")
configured(QLabel(f"Written: {path}"), toolTip="Read me")
raise UserError(f"{path} is lost")
menu.addAction(tr("fine")); row.addRow("", box); label.setText(f"{tr('also fine')} {n} fps" if n else "")
dialog.setWindowTitle("no {0}".format(1))
"""
    found = {text for _, text in bypassing(source)}
    assert found == {"Hello there", "Read me", "Written: ", " is lost", "no {0}"}


def test_texts_are_found_in_the_source() -> None:
    source = 'tr("a"); tr_n("%n b", 2); X = (mark("c"),); _c("id", "&d", FILE, "x.y", tip="e"); other("f"); tr(name)'
    assert dict(texts_in(source)) == {"a": False, "%n b": True, "c": False, "&d": False, "e": False}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_translations_are_up_to_date(path: Path, tmp_path: Path) -> None:
    """Where this fails: python -m app.gui.translations, and translate what it names."""
    catalogue = read_ts(path)
    fresh = updated(catalogue, texts_of_the_program())
    assert set(catalogue.messages) == set(fresh.messages), "the .ts file has the texts of the program"
    assert catalogue.missing() == []
    write_ts(fresh, tmp_path / path.name)
    assert (tmp_path / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8")
    compile_ts(path, tmp_path / "made.qm")
    assert (tmp_path / "made.qm").read_bytes() == path.with_suffix(".qm").read_bytes(), "the .qm file was made from it"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_translations_keep_places_and_mnemonics(path: Path) -> None:
    for text, forms in read_ts(path).messages.items():
        for form in filter(None, forms):  # what is missing is found by the test above
            assert sorted(HOLES.findall(form)) == sorted(HOLES.findall(text)), text
            assert form.count("&") == text.count("&"), text
            assert form.endswith("…") == text.endswith("…"), text
            assert form == form.rstrip("\n") and form.startswith("   ") == text.startswith("   "), text


@pytest.mark.parametrize("code", sorted(language.languages()))
def test_no_two_entries_of_a_menu_have_the_same_mnemonic(
    code: str, languages_afterwards: None, make_window: MakeWindow
) -> None:
    language.install(code)
    window = make_window()
    menus = [
        window.menuBar().actions(),
        *(m.actions() for m in window.findChildren(QMenu) if m is not window.menus.recent),
    ]
    for actions in menus:
        keys = [text[text.index("&") + 1].lower() for a in actions if "&" in (text := a.text())]
        assert len(keys) == len(set(keys)), [a.text() for a in actions]


def test_a_ts_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    messages = {"a < b & “c”": ("ä",), "%n things": ("%n Ding", "%n Dinge"), "new": ("",)}
    catalogue = Catalogue("de", messages, frozenset({"%n things"}))
    write_ts(catalogue, tmp_path / "marey_de.ts")
    again = read_ts(tmp_path / "marey_de.ts")
    assert again == catalogue and again.missing() == ["new"]
    assert updated(again, {"new": False, "more": False}).messages == {"new": ("",), "more": ("",)}


def test_the_system_s_language_is_taken_where_there_is_a_translation() -> None:
    assert language.languages()["de"] == "Deutsch" and language.languages()["en"] == "English"
    assert language.language_for("", ["de-AT", "en"]) == "de"
    assert language.language_for("", ["xx", "de_CH"]) == "de"
    assert language.language_for("", ["xx"]) == language.language_for("", []) == "en"
    assert language.language_for("de", ["en"]) == "de"
    assert language.language_for("gone", ["en"]) == "en"


def test_german_has_german_texts_plurals_and_numbers(languages_afterwards: None) -> None:
    assert language.install("de") == "de"
    assert tr("&File") == "&Datei" and QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    assert tr_n("Person {0}: in %n frames of {1}", 1).startswith("Person {0}: in 1 Bild ")
    assert tr_n("Person {0}: in %n frames of {1}", 1200).startswith("Person {0}: in 1200 Bildern ")
    assert number(1234.5) == "1234,50"
    assert language.install("en") == "en"
    assert tr_n("Person {0}: in %n frames of {1}", 1) == "Person {0}: in 1 frame of {1}" and number(0.5) == "0.50"


def test_a_language_is_chosen_in_the_menu_and_spoken_from_the_next_start(
    languages_afterwards: None, make_window: MakeWindow
) -> None:
    window = make_window()
    entries = {a.text(): a for a in window.menus.language.actions()}
    assert entries["Language of the s&ystem"].isChecked()
    entries["Deutsch"].trigger()
    assert window.preferences.text("language") == "de" and entries["Deutsch"].isChecked()
    assert "started again" in window.notices.cards[-1].text
    language.install(window.preferences.text("language"))
    again = make_window()
    assert again.actions_.by_id["analyse"].text() == "&Analysieren"
    assert [a.text() for a in again.menuBar().actions()][:2] == ["&Datei", "&Bearbeiten"]
    assert next(a for a in again.menus.language.actions() if a.text() == "Deutsch").isChecked()


class Pseudo(QTranslator):
    """Marks every text it is asked for, and remembers it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.asked: set[str] = set()

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, note: str | None = None, count: int = -1) -> str:
        if context != CONTEXT:
            return ""
        self.asked.add(text)
        return f"«{text}»"


def shown_texts(window: MainWindow) -> Iterator[tuple[str, str]]:
    """(where, text) of everything written on the window, in its menus, docks and hints."""
    for action in window.findChildren(QAction):
        yield f"action {action.objectName()}", action.text()
        yield f"action {action.objectName()} hint", action.toolTip()
    for widget in window.findChildren(QWidget):
        where = f"{type(widget).__name__} {widget.objectName()}"
        yield f"{where} hint", widget.toolTip()
        yield f"{where} name", widget.accessibleName()
        if isinstance(widget, QLabel | QPushButton | QCheckBox | QToolButton):
            yield where, widget.text()
        elif isinstance(widget, QDockWidget):
            yield where, widget.windowTitle()
        elif isinstance(widget, QComboBox):
            yield from ((where, widget.itemText(i)) for i in range(widget.count()))


# Names that are not of this window: of detectors, lifters, joints, languages, files, and of the program itself.
NAMES = re.compile(
    r"Figure|Absent|needs the package absent|Flat|Deep|Broken|Lost|its weights are missing.*|stand_ins|flat|"
    r"(ConvFormer|GraphSH|MLP-GraphWJ|MLP-Mixer|Sequential residual network|Transformer baseline).*|"  # presets
    r"Channel weights|Spatial attention|Temporal attention|"  # maps of the stand-in
    r"Marey|English|Deutsch|clip\.mp4.*|\S*/clip\.mp4|[0-9× .]+fps.*|P\d"
)


def test_everything_the_window_shows_can_be_translated(
    qapp: QApplication, languages_afterwards: None, make_window: MakeWindow, clip: Path, qtbot: QtBot
) -> None:
    from poses.skeletons import COCO17, H36M16, H36M17
    from tests.app.gui.conftest import analyse

    pseudo = Pseudo(qapp)
    qapp.installTranslator(pseudo)
    window = make_window(video=clip)
    analyse(window, qtbot)
    window.document.select(0, 3)
    for id in window.docks:
        window.open_dock(id)
        qtbot.wait(30)
    qtbot.waitUntil(lambda: window.docks["attention"].content.shown_map is not None, timeout=15000)  # type: ignore
    window.actions_.by_id["export"].trigger()
    window.help.about()
    window.help.shortcuts()
    names = {name for s in (COCO17, H36M16, H36M17) for name in s.joint_names}
    names |= {*versions(), *versions().values()}
    names |= {a.shortcut().toString(QKeySequence.SequenceFormat.NativeText) for a in window.findChildren(QAction)}
    bare = set()
    for where, text in shown_texts(window):
        rest = re.sub(r"«.*?»|\(.*?\)|<[^>]*>", "", text, flags=re.DOTALL).replace("&", "").strip(" :")
        if re.search(r"[A-Za-z]{3,}", rest) and rest not in names and text not in names and not NAMES.fullmatch(rest):
            bare.add((where, text))
    for box in QApplication.topLevelWidgets():
        if box is not window and box.isVisible():
            box.close()
    unknown = pseudo.asked - set(texts_of_the_program()) - {""}
    assert not unknown, "a text that is translated is known to translators"
    assert not bare, "\n".join(map(str, sorted(bare)))
