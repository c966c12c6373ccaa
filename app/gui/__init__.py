"""The window: the only place for PySide6, vispy and pyqtgraph."""
