"""The style sheet, with the colours of a theme in place of $names."""

from __future__ import annotations

from string import Template

STYLE = Template("""
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QSplitter::handle { background: $border; }
QMenuBar { background: $window; padding: 2px 6px; }
QMenuBar::item { padding: 5px 10px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 26px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $muted; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }
QToolBar {
    background: $window; border: none; border-bottom: 1px solid $border; spacing: 6px; padding: 6px 10px;
}
QToolBar::separator { background: $border; width: 1px; margin: 5px 6px; }
QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 5px 9px; color: $text; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $hover; border-color: $border; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $muted; }
QToolButton#overlay { background: $glass; border: 1px solid $border; padding: 3px 8px; }
QToolButton#overlay:hover { background: $hover; }
QPushButton { background: $raised; border: 1px solid $border; border-radius: 6px; padding: 6px 16px; }
QPushButton:hover { background: $hover; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $muted; background: $window; }
QPushButton#primary, QToolButton#primary {
    background: $accent; border: 1px solid $accent; color: $on_accent;
}
QPushButton#primary:hover, QToolButton#primary:hover { background: $accent_hover; }
QPushButton#primary:disabled, QToolButton#primary:disabled {
    background: $hover; border-color: $border; color: $muted;
}
QPushButton#link {
    background: transparent; border: 1px solid transparent; color: $text; text-align: left;
    padding: 7px 10px;
}
QPushButton#link:hover { background: $hover; }
QPushButton#link:focus { border-color: $accent; }
QComboBox, QLineEdit, QDoubleSpinBox, QSpinBox {
    background: $raised; border: 1px solid $border; border-radius: 6px; padding: 5px 9px;
}
QComboBox { padding-right: 26px; combobox-popup: 0; }
QComboBox:hover { background: $hover; }
QComboBox:focus, QLineEdit:focus, QDoubleSpinBox:focus { border-color: $accent; }
QComboBox:disabled { color: $muted; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$chevron"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border; outline: none; padding: 4px; }
QComboBox QAbstractItemView::item { padding: 5px 8px; border-radius: 4px; color: $text; }
QComboBox QAbstractItemView::item:selected { background: $accent; color: $on_accent; }
QComboBox QAbstractItemView::item:disabled { color: $muted; }
QDoubleSpinBox::up-button, QSpinBox::up-button, QDoubleSpinBox::down-button, QSpinBox::down-button {
    background: transparent; border: none; width: 20px;
}
QDoubleSpinBox::up-arrow, QSpinBox::up-arrow { image: url("$chevron_up"); width: 10px; height: 10px; }
QDoubleSpinBox::down-arrow, QSpinBox::down-arrow { image: url("$chevron"); width: 10px; height: 10px; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator {
    width: 14px; height: 14px; border: 1px solid $muted; border-radius: 4px; background: $raised;
}
QCheckBox::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QCheckBox::indicator:disabled { border-color: $border; background: $window; }
QCheckBox:disabled { color: $muted; }
QCheckBox:focus { color: $accent; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QDockWidget { titlebar-close-icon: url("$dock_close"); titlebar-normal-icon: url("$dock_float"); }
QDockWidget::close-button, QDockWidget::float-button {
    background: transparent; border: none; border-radius: 4px; padding: 0px; icon-size: 14px;
}
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $hover; }
QDockWidget::title { background: $window; padding: 7px 12px; border-bottom: 1px solid $border; }
QTabBar { background: $window; }
QTabBar::tab {
    background: transparent; color: $muted; padding: 7px 12px; border: none;
    border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::scroller { width: 36px; }
QTabBar QToolButton { background: $raised; border: 1px solid $border; border-radius: 4px; padding: 0; }
QTabBar QToolButton::left-arrow { image: url("$chevron_left"); width: 12px; height: 12px; }
QTabBar QToolButton::right-arrow { image: url("$chevron_right"); width: 12px; height: 12px; }
QStatusBar { background: $window; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; padding: 0 6px; }
QProgressBar { background: $hover; border: none; border-radius: 4px; max-height: 8px; min-height: 8px; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 5px 7px; }
QHeaderView::section {
    background: $window; color: $muted; border: none; border-bottom: 1px solid $border; padding: 6px 8px;
}
QTableView, QListView, QTreeView, QPlainTextEdit {
    background: $panel; border: none; outline: none; gridline-color: $border;
}
QTableView:focus, QListView:focus, QTreeView:focus, QPlainTextEdit:focus { border: 1px solid $accent; }
QListView::item { padding: 6px 8px; border-radius: 4px; }
QListView::item:selected, QTableView::item:selected { background: $selection; color: $text; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $hover; border-radius: 5px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QGroupBox { border: 1px solid $border; border-radius: 6px; margin-top: 10px; padding: 12px 10px 8px 10px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; color: $muted; }
#panel, QScrollArea#dock { background: $panel; }
#stage { background: $stage; }
QLabel#muted { color: $muted; }
QLabel#badge {
    background: $glass; border: 1px solid $border; border-radius: 5px; padding: 3px 8px; color: $text;
}
#dropzone { border: 1px dashed $muted; border-radius: 10px; background: $window; }
QLabel#key { background: $raised; border: 1px solid $border; border-radius: 4px; padding: 2px 7px; }
#notice { background: $raised; border: 1px solid $border; border-radius: 8px; }

""")
