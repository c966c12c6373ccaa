"""Fixtures for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


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
