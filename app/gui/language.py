"""The language of the window: the system's or the one chosen, where there is a translation; English otherwise.

A translation is one file, app/gui/translations/marey_LANGUAGE.qm, made from the .ts file beside it by
`python -m app.gui.translations`; a new .ts file is a new language.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).resolve().parent / "translations"
SOURCE = "en"  # the language of the texts in the program; its file has only what depends on a count


def languages() -> dict[str, str]:
    """Languages there are, by code, each under its own name ("Deutsch")."""
    codes = sorted(path.stem.removeprefix("marey_") for path in FOLDER.glob("marey_*.qm"))
    return {code: _own_name(code) for code in codes}


def language_for(wanted: str, system: list[str] | None = None) -> str:
    """The code to use. wanted: a code, or "" for the first of the system's languages that there is."""
    there = languages()
    if wanted in there:
        return wanted
    for tag in system if system is not None else QLocale.system().uiLanguages():
        code = tag.replace("_", "-").split("-")[0].lower()
        if code in there:
            return code
    return SOURCE


def install(wanted: str = "") -> str:
    """Speak this language from now on (what is on the screen already stays); returns its code.

    Qt's own texts, such as Cancel, come from the translations that PySide6 brings along. A language that was chosen
    also writes numbers its way; with the system's, numbers stay as the system writes them.
    """
    app = QCoreApplication.instance()
    assert app is not None, "there is an application object"
    for before in app.findChildren(QTranslator, "language"):
        app.removeTranslator(before)
        before.deleteLater()
    code = language_for(wanted)
    own = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    for file in (own / f"qtbase_{code}.qm", FOLDER / f"marey_{code}.qm"):
        translator = QTranslator(app)
        translator.setObjectName("language")
        if file.exists() and translator.load(str(file)):
            app.installTranslator(translator)
    QLocale.setDefault(QLocale(code) if wanted in languages() else QLocale.system())
    return code


def _own_name(code: str) -> str:
    name = QLocale(code).nativeLanguageName() or code
    return "English" if code == SOURCE else name[:1].upper() + name[1:]
