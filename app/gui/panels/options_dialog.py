"""Options of a detector: one line for each that it says it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui.message_translation import translate_message
from app.gui.text import mark, tr
from app.gui.widgets import configured

NOTE = mark("Empty lines keep what the detector takes by itself.")


class OptionsDialog(QDialog):
    """chosen(texts): NAME=VALUE for every line that is filled in. kinds: of each option, what it must be; meanings: of
    those that have one, in words. choices: what an option may be, for those that are one of a few words."""

    chosen = Signal(list)

    def __init__(
        self,
        parent: QWidget,
        label: str,
        kinds: Mapping[str, str],
        values: Mapping[str, str],
        meanings: Mapping[str, str],
        choices: Mapping[str, Sequence[str]],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Options of {0}").format(label))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        names = [*(name for name in meanings if name in kinds), *(name for name in kinds if name not in meanings)]
        self.lines = {name: QLineEdit(values.get(name, "")) for name in names}
        for name, words in choices.items():
            self.lines[name].setCompleter(QCompleter(list(words), self.lines[name]))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        for name, line in self.lines.items():
            line.setPlaceholderText(_in_words(kinds[name]))
            line.setAccessibleName(name)
            field = self._with_browse(name) if "Path" in kinds[name] else line
            form.addRow(name.replace("_", " "), self._explained(name, field, translate_message(meanings.get(name, ""))))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel | QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(configured(QLabel(tr(NOTE)), objectName="muted"))
        layout.addWidget(buttons)

    def _explained(self, name: str, field: QWidget, meaning: str) -> QWidget:
        """The field, with what the option means below it."""
        if not meaning:
            return field
        self.lines[name].setAccessibleDescription(meaning)
        both = QWidget()
        inside = QVBoxLayout(both)
        inside.setContentsMargins(0, 0, 0, 6)
        inside.setSpacing(3)
        inside.addWidget(field)
        inside.addWidget(configured(QLabel(meaning), objectName="muted", wordWrap=True))
        return both

    def _with_browse(self, name: str) -> QWidget:
        row = QWidget()
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.lines[name], 1)
        browse = QPushButton(tr("Choose…"))
        browse.clicked.connect(partial(self._browse, name))
        inside.addWidget(browse)
        return row

    def _browse(self, name: str, _checked: bool = False) -> None:
        path, _ = QFileDialog.getOpenFileName(self, name, self.lines[name].text())
        if path:
            self.lines[name].setText(path)

    def _accept(self) -> None:
        texts = [f"{name}={line.text().strip()}" for name, line in self.lines.items() if line.text().strip()]
        self.close()
        self.chosen.emit(texts)


def _in_words(kind: str) -> str:
    """An annotation as a hint: "str | Path | None" is a file, "float" a number."""
    for word, hint in (("Path", tr("file")), ("bool", tr("yes or no")), ("int", tr("number")), ("float", tr("number"))):
        if word in kind:
            return hint
    return ""
