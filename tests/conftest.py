"""Fixtures for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# The same examples in every run, so that a change and not chance decides; tests/benchmarks/fuzz_*.py look further.
settings.register_profile(
    "marey", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("marey")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real videos and motion capture beside the repository; where it is absent the test is skipped.

    MAREY_DATA names another place. In CI the folder is always there, and its absence is an error.
    """
    folder = Path(os.environ.get("MAREY_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "videos").is_dir():
        message = f"needs the shared data, looked for it at {folder} (set MAREY_DATA to its place)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def shared_cases(shared_data: Path) -> Path:
    """The folder of small inputs that once failed, beside that of the real videos; absent, the test is skipped."""
    folder = Path(os.environ.get("MAREY_CASES", shared_data.parent / "cases"))
    if not (folder / "README.md").is_file():
        pytest.skip(f"needs the shared cases, looked for them at {folder} (set MAREY_CASES to their place)")
    return folder
