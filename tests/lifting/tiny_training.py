"""A training small enough for a test."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lifting.card import read_card
from lifting.checkpoint import load_model
from tests.lifting.mocap_files import write_mocap

# A GraphSH small enough for a test, with dropout, whose random state has to survive too.
PRESET = """
label = "tiny"
source = "a test"
[model]
architecture = "graphsh"
convolution = "vanilla"
channels = 16
stacks = 2
reduction = 4
dropout = 0.1
[training]
steps = 12
batch = 16
epoch_steps = 5
lr = 3e-3
warmup = 2
half = false
[data]
kind = "mocap"
held_out = 128
"""


@pytest.fixture
def tiny(tmp_path: Path) -> tuple[Path, Path]:
    """A preset and a data folder."""
    preset = tmp_path / "tiny.toml"
    preset.write_text(PRESET)
    return preset, write_mocap(tmp_path / "data")


def last_weights(out: Path) -> dict[str, torch.Tensor]:
    return load_model(read_card(out / "last" / "tiny.json")).state_dict()


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(a[name], b[name]) for name in a)
