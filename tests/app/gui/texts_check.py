"""Finds texts of the window that bypass `tr`, in the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from app.gui.translations.texts import arguments

# Calls that show a text to the user: where it is among the arguments, or its name.
SHOWS: dict[str, tuple[int | str, ...]] = {
    **dict.fromkeys(
        ("setText", "setToolTip", "setStatusTip", "setWindowTitle", "setPlaceholderText", "setTitle"), (0,)
    ),
    **dict.fromkeys(
        (
            "setPlaceholderText",
            "setAccessibleName",
            "setAccessibleDescription",
            "setWhatsThis",
            "setSuffix",
            "setPrefix",
        ),
        (0,),
    ),
    **dict.fromkeys(("setLabelText", "setInformativeText", "setHeaderLabels", "setFacts", "showMessage"), (0,)),
    **dict.fromkeys(("setHorizontalHeaderLabels", "addItems", "setComboBoxItems", "set_message", "set_text"), (0,)),
    **dict.fromkeys(("QLabel", "QPushButton", "QCheckBox", "QRadioButton", "QGroupBox", "QToolBar", "QMenu"), (0,)),
    **dict.fromkeys(("addAction", "addMenu", "addItem", "addRow", "addTab", "addButton", "UserError", "Report"), (0,)),
    **dict.fromkeys(("QDockWidget", "QTableWidgetItem", "QListWidgetItem", "QStandardItem"), (0, 1)),
    **dict.fromkeys(("setLabel", "setItemText", "showText", "show"), (1,)),
    **dict.fromkeys(("getOpenFileName", "getSaveFileName", "getExistingDirectory"), (1, 3)),
    "drawText": (-1,),
    "draw_tag": (2,),
    "configured": ("text", "toolTip", "accessibleName", "placeholderText", "suffix", "title"),
    "push": (1,),
}
# Names, units and signs are the same in every language.
SAME = re.compile(
    r"Marey|PNG \(\*\.png\)|BVH|CSV|NPZ|GPU|CUDA|OpenGL|QPainter|fps|Hz|mm|ms|px|\b[xyzmsMGk]\b|%n|\{\d*\}|<[^>]*>"
)


def bypassing(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of texts with words in them that are shown as they stand."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            for argument in arguments(node, SHOWS.get(name, ())):
                for text in _literals(argument):
                    if re.search(r"[A-Za-z]{2,}", SAME.sub("", text)):
                        yield node.lineno, text


def _literals(node: ast.expr) -> Iterator[str]:
    """Texts that reach the user as they stand: not those inside another call, an index or a comparison."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr | ast.BinOp | ast.IfExp | ast.List | ast.Tuple | ast.ListComp | ast.BoolOp):
        parts: list[ast.expr] = {
            ast.JoinedStr: lambda n: n.values,
            ast.BinOp: lambda n: [n.left, n.right],
            ast.IfExp: lambda n: [n.body, n.orelse],
            ast.ListComp: lambda n: [n.elt],
            ast.BoolOp: lambda n: n.values,
        }.get(type(node), lambda n: n.elts)(node)
        for part in parts:
            yield from _literals(part)
    elif isinstance(node, ast.FormattedValue):
        yield from _literals(node.value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join"):
        yield from _literals(node.func.value)
