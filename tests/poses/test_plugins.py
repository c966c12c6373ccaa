"""Parts: a file in the folder is a part, its name the id; a part that cannot run says why."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from poses.plugins import Plugin, PluginInfo, find_plugins


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    """An importable package with nothing in it."""
    package = tmp_path / "some_parts"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield package
    for name in [n for n in sys.modules if n.split(".")[0] == "some_parts"]:
        del sys.modules[name]


def add(folder: Path, name: str, info: str) -> None:
    (folder / f"{name}.py").write_text(f"from poses.plugins import PluginInfo\n{info}\n")
    importlib.invalidate_caches()


def test_a_file_with_an_info_is_a_part_and_its_name_the_id(folder):
    add(folder, "walker", "INFO = PluginInfo('Walker', extension='wlk')")
    add(folder, "_helper", "")
    add(folder, "note", "INFO = 'not one of ours'")
    plugins = find_plugins("some_parts", [str(folder)])
    assert list(plugins) == ["walker"]
    assert plugins["walker"].info.extension == "wlk"
    assert plugins["walker"].available


def test_a_missing_package_is_named(folder):
    add(folder, "heavy", "INFO = PluginInfo('Heavy', packages=('numpy', 'no_such_package_here'))")
    plugin = find_plugins("some_parts", [str(folder)])["heavy"]
    assert not plugin.available
    assert "needs the package no_such_package_here" in plugin.unavailable_reason


def test_a_part_may_have_its_own_reason(folder):
    add(folder, "picky", "INFO = PluginInfo('Picky', unavailable_reason=lambda: 'wants a camera')")
    assert find_plugins("some_parts", [str(folder)])["picky"].unavailable_reason == "wants a camera"


def test_parts_come_in_alphabetical_order(folder):
    for name in ("zebra", "ant", "monkey"):
        add(folder, name, "INFO = PluginInfo('x')")
    assert list(find_plugins("some_parts", [str(folder)])) == ["ant", "monkey", "zebra"]


def test_a_part_with_a_reason_does_not_run():
    assert not Plugin("x", PluginInfo("X"), sys, "because").available
