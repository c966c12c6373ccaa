"""The three nets that hold the layers, each with a proof that it can catch something; style and types beside them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.structure import circles, imports, large_classes, modules

LINT_IMPORTS = str(Path(sys.executable).with_name("lint-imports"))
PACKAGES = ("marey", "poses", "detectors", "lifting", "app", "assets")
HEAVY = ("torch", "cv2", "mediapipe", "ai_edge_litert", "mmpose", "mmengine", "onnxruntime", "scipy", "av")
METHODS = 20
# Classes that still have more.
LARGE = {
    "AnalysisController", "BlazePose", "DockController", "FileCommands", "SceneView", "Timeline", "TrainingController",
    "TrainingForm", "VideoView", "ViewCommands",
}  # fmt: skip
SCREEN = ("PySide6", "pyqtgraph", "vispy", "superqt")

# Everything that a headless start touches before it knows what to do.
LIGHT = (
    "poses.skeletons",
    "poses.sequences",
    "poses.motion",
    "poses.camera",
    "poses.plugins",
    "detectors",
    "lifting",
    "app.protocols",
    "app.pipeline.analysis",
    "app.pipeline.settings",
    "app.export",
    "app.cli",
)


def run(*call: str, cwd: Path = ROOT, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(call, cwd=cwd, input=stdin, capture_output=True, text=True, timeout=280)


def loaded_by(modules: tuple[str, ...]) -> set[str]:
    """Top-level packages in a fresh interpreter after importing `modules` and listing all parts."""
    code = f"""
import importlib, sys
for name in {modules!r}:
    importlib.import_module(name)
print(" ".join(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""
    done = run(sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


# ---------------------------------------------------------------- net 1: import-linter


def test_imports_follow_the_layers() -> None:
    done = run(LINT_IMPORTS, "--no-cache")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("poses/skeleton.py", "import detectors"),
        ("app/export/__init__.py", "import app.pipeline.analysis"),
        ("app/pipeline/analysis.py", "import lifting"),
        ("detectors/__init__.py", "import lifting"),
        ("lifting/__init__.py", "import app.protocols"),
        ("app/protocols.py", "import app.cli"),
    ],
)
def test_import_linter_catches_an_import_that_goes_up(tmp_path: Path, file: str, line: str) -> None:
    for package in PACKAGES[:5]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    target = tmp_path / file
    target.write_text(target.read_text() + f"\n{line}\n")
    done = run(LINT_IMPORTS, "--no-cache", cwd=tmp_path)
    assert done.returncode != 0 and "BROKEN" in done.stdout


# ---------------------------------------------------------------- net 2: ruff


def test_ruff_finds_nothing() -> None:
    done = run(sys.executable, "-m", "ruff", "check", ".")
    assert done.returncode == 0, done.stdout
    done = run(sys.executable, "-m", "ruff", "format", "--check", ".")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("package", ["torch", "cv2", "PySide6", "scipy", "mediapipe"])
def test_ruff_catches_a_heavy_import_at_the_top_of_a_file(package: str) -> None:
    source = f"import {package}\n\n{package}.x()\n"
    done = run(sys.executable, "-m", "ruff", "check", "--stdin-filename", "app/pipeline/new.py", "-", stdin=source)
    assert "TID253" in done.stdout


# ---------------------------------------------------------------- net 3: a fresh interpreter


def test_light_modules_load_nothing_heavy() -> None:
    assert not loaded_by(LIGHT) & {*HEAVY, *SCREEN}


def test_listing_the_parts_loads_nothing_heavy() -> None:
    code = "detectors.list_detectors(); lifting.list_cards(); app.export.list_exporters()"
    script = f"import sys, detectors, lifting, app.export; {code}; print(*sys.modules)"
    done = run(sys.executable, "-c", script)
    assert done.returncode == 0, done.stderr
    assert not {name.partition(".")[0] for name in done.stdout.split()} & {*HEAVY, *SCREEN}


def test_the_window_starts_without_torch_and_mediapipe() -> None:
    assert not loaded_by(("app.gui.application",)) & {"torch", "mediapipe", "ai_edge_litert", "scipy", "mmpose"}


def test_the_fresh_interpreter_catches_a_heavy_import() -> None:
    assert "torch" in loaded_by(("lifting.lifter",))


# ---------------------------------------------------------------- circles, and classes that do too much


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert not circles(imports(modules(ROOT, "app", "poses")))


def test_the_window_is_known_only_to_what_starts_it() -> None:
    graph = imports(modules(ROOT, "app"))
    assert [name for name, targets in graph.items() if "app.gui.main_window" in targets] == ["app.gui.application"]


def test_a_circle_is_found_also_where_it_is_only_for_types(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "a.py").write_text("from made.b import B\n")
    (folder / "b.py").write_text("import made.c\n")
    (folder / "c.py").write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from made import a\n")
    assert circles(imports(modules(tmp_path, "made"))) == [["made.a", "made.b", "made.c"]]
    (folder / "c.py").write_text("import made\n")
    assert not circles(imports(modules(tmp_path, "made")))


def test_no_class_has_more_than_twenty_methods() -> None:
    found = {text.partition(":")[0].rpartition(".")[2] for text in large_classes(modules(ROOT, *PACKAGES[:5]), METHODS)}
    assert found <= LARGE, "split them; those of LARGE are to be split too"


def test_a_class_with_too_many_methods_is_found(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    lines = [f"    def m{n}(self): ...\n" for n in range(METHODS + 1)]
    (tmp_path / "made" / "a.py").write_text("class Large:\n" + "".join(lines))
    assert large_classes(modules(tmp_path, "made"), METHODS) == ["made.a.Large: 21"]


# ---------------------------------------------------------------- types


def test_types_fit() -> None:
    done = run(sys.executable, "-m", "mypy")
    assert done.returncode == 0, done.stdout


def test_mypy_catches_a_wrong_type(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text('from poses.windows import check_window\n\ncheck_window("nine")\n')
    assert run(sys.executable, "-m", "mypy", "--strict", str(wrong)).returncode != 0
