"""The speed table says what it measured."""

from __future__ import annotations

import pytest
from networks import small

from lifting import bench
from lifting.bench import main, measure, to_markdown
from lifting.lifter import TorchLifter


@pytest.fixture(autouse=True)
def _small_matrix(monkeypatch):
    monkeypatch.setattr(bench, "MATRIX", 256)


def test_a_lifter_is_measured_by_all_paths_and_stands_in_the_table():
    lifter = TorchLifter(small("convformer"), "tiny", "person", device="cpu")
    speed = measure(lifter, frames=20, seconds=0.05)
    assert min(speed.single, speed.batched, speed.fast, speed.matmul, speed.gflops) > 0
    assert 0 < speed.fast_macs < speed.macs
    row = to_markdown([speed], 1).splitlines()[2]
    assert row.startswith("| tiny | 5 | ")
    assert row.count("|") == 13


def test_the_command_prints_a_row_for_each_preset_named(capsys):
    assert main(["--presets", "graphsh_vanilla", "--frames", "10", "--seconds", "0.05", "--device", "cpu"]) == 0
    assert "| graphsh_vanilla | 1 | 224,907 | 2.2 |" in capsys.readouterr().out
