"""What is remembered from one start to the next. Damaged settings never stop the start: the default is taken."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

ORGANISATION, APPLICATION = "marey", "marey"
RECENT_COUNT = 10
_log = logging.getLogger(__name__)


class Preferences:
    """Typed access to QSettings; what cannot be read as its type counts as not there."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self._settings = settings if settings is not None else QSettings(ORGANISATION, APPLICATION)

    def text(self, key: str, default: str = "") -> str:
        value = self._read(key)
        return value if isinstance(value, str) else default

    def texts(self, key: str) -> list[str]:
        """A list of texts; a list of one comes back from QSettings as the text itself."""
        value = self._read(key)
        if isinstance(value, str):
            return [value] if value else []
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def state(self, key: str) -> QByteArray:
        """Geometry and dock layout; empty where there is none."""
        value = self._read(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set(self, key: str, value: str | list[str] | QByteArray) -> None:
        self._settings.setValue(key, value)

    def remove(self, key: str) -> None:
        self._settings.remove(key)

    def recent(self) -> list[str]:
        """Files opened before and still there, newest first."""
        return [path for path in self.texts("recent")[:RECENT_COUNT] if Path(path).exists()]

    def add_recent(self, path: str) -> None:
        known = [p for p in self.texts("recent") if p != path]
        self.set("recent", [path, *known][:RECENT_COUNT])

    def save(self) -> None:
        self._settings.sync()
        if self._settings.status() is not QSettings.Status.NoError:
            _log.warning("settings could not be written to %s", self._settings.fileName())

    def _read(self, key: str) -> object:
        try:
            return self._settings.value(key)
        except Exception as error:  # a pickled Qt type that cannot be read back raises whatever it likes
            _log.warning("setting %s is damaged and ignored: %s", key, error)
            return None
