"""Where errors that are defects of the program are written down."""

from __future__ import annotations

from pathlib import Path


def log_file() -> Path:
    """The log file; its folder is made, and is the temporary one where the user's may not be written."""
    import tempfile

    import platformdirs

    folder = Path(platformdirs.user_log_dir("marey", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir())
    return folder / "marey.log"
