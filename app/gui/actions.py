"""One table of commands: it feeds menus, toolbar, shortcuts, command search and tests."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QIcon, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.gui import theme
from app.gui.text import mark, tr


@dataclass(frozen=True)
class Command:
    """One thing the user can ask for.

    group: of several that exclude each other the one that is chosen is ticked.

    target: the part of the window that does it, and the name of its method. needs: what must be there: "" (nothing),
    "undo", "redo", or one of those of app.session.state.Resolved. checkable commands hand True or
    False to the method; `on` is how they start. argument: handed on.
    """

    id: str
    text: str
    menu: str
    target: str
    shortcut: str = ""
    icon: str = ""
    needs: str = ""
    tip: str = ""
    checkable: bool = False
    on: bool = False
    argument: object = None
    separator: bool = False
    group: str = ""


def _c(id: str, text: str, menu: str, target: str, shortcut: str = "", icon: str = "", **more: object) -> Command:
    return Command(id, text, menu, target, shortcut, icon, **more)  # type: ignore[arg-type]


FILE, EDIT, RUN = mark("&File"), mark("&Edit"), mark("&Analysis")
PLAY, VIEW, THREE, HELP = mark("&Playback"), mark("&View"), mark("&3D"), mark("&Help")
KEYS = ""  # in no menu: with keys and in the search only
MENUS = (FILE, EDIT, RUN, PLAY, VIEW, THREE, HELP)

COMMANDS: tuple[Command, ...] = (
    _c("open", "&Open video…", FILE, "files.choose", "Ctrl+O", "open", tip="Open a video or a saved analysis"),
    _c("open_pictures", "Open folder of pictures…", FILE, "files.choose_pictures", tip="Numbered pictures as a video"),
    _c("open_example", "Open &example", FILE, "files.open_example", tip="Open the sample video"),
    _c("camera", "Open ca&mera or stream…", FILE, "files.choose_camera", "Ctrl+Shift+O", "camera",
       tip="Follow a camera, a network stream, or a file as if it were live"),
    _c("save", "&Save analysis…", FILE, "files.save_analysis", "Ctrl+S", "save", needs="detections",
       tip="Keep what was detected and corrected", separator=True),
    _c("save_as", "Save analysis &as…", FILE, "files.save_analysis_as", needs="detections", tip="Into another file"),
    _c("export", "E&xport…", FILE, "files.export", "Ctrl+E", "export", needs="motion", tip="Write BVH, CSV and more"),
    _c("save_picture", "Save pic&ture…", FILE, "files.save_picture", "Ctrl+Shift+S", needs="video"),
    _c("save_map", "Save ma&p…", FILE, "files.save_map", needs="motion"),
    _c("close_video", "&Close video", FILE, "files.close_video", "Ctrl+W", needs="video", separator=True),
    _c("quit", "&Quit", FILE, "window.close", "Ctrl+Q", separator=True),
    _c("undo", "&Undo", EDIT, "editor.undo", "Ctrl+Z", "undo", needs="undo"),
    _c("redo", "&Redo", EDIT, "editor.redo", "Ctrl+Shift+Z", "redo", needs="redo"),
    _c("edit_joints", "&Move joints with the mouse", EDIT, "editor.set_editing", "Ctrl+D", needs="motion",
       checkable=True, separator=True),
    _c("delete_joint", "&Delete selected joint here", EDIT, "editor.delete_joint", "Del", needs="motion"),
    _c("mask_span", "Remo&ve person between in and out", EDIT, "editor.mask_span", needs="motion"),
    _c("swap_span", "&Swap left and right between in and out", EDIT, "editor.flip_span", needs="motion"),
    _c("exchange_people", "E&xchange two people from here on", EDIT, "people.exchange", needs="motion",
       tip="The selected person and the next one are each other", separator=True),
    _c("split_person", "S&plit person here", EDIT, "people.split", "Ctrl+T", needs="motion",
       tip="From here on the selected person is somebody else"),
    _c("merge_people", "Mer&ge two people", EDIT, "people.merge", "Ctrl+M", needs="motion",
       tip="The selected person and another one are the same"),
    _c("rename_person", "&Name person…", EDIT, "people.rename", "F2", needs="motion"),
    _c("next_person", "Select nex&t person", EDIT, "people.next", "P", needs="motion"),
    *(_c(f"nudge_{way}", text, KEYS, "editor.nudge", f"Shift+{way.title()}", needs="motion", argument=step)
      for way, text, step in (("left", mark("Nudge selected joint left"), (-1, 0)),
                              ("right", mark("Nudge selected joint right"), (1, 0)),
                              ("up", mark("Nudge selected joint up"), (0, -1)),
                              ("down", mark("Nudge selected joint down"), (0, 1)))),
    _c("analyse", "&Analyse", RUN, "analysis.analyse", "Ctrl+R", "analyse", needs="ready",
       tip="Find the person in every frame and lift to 3D"),
    _c("lift", "Li&ft again", RUN, "analysis.lift", "Ctrl+Shift+R", needs="lift",
       tip="Lift what was detected, with the lifter and the settings that are chosen"),
    _c("cancel", "&Cancel", RUN, "analysis.cancel", "Ctrl+.", "cancel", needs="job",
       tip="Stop; what was computed stays"),
    _c("follow_live", "&Show frames while they are analysed", RUN, "analysis.set_live", checkable=True, on=True,
       separator=True),
    _c("detector_options", "&Detector options…", RUN, "analysis.detector_options"),
    _c("compare", "Compare &lifters", RUN, "analysis.compare", "Ctrl+K", needs="motion",
       tip="Lift this clip with every lifter and compare"),
    _c("train", "&Train a lifter…", RUN, "training.show", tip="Start, watch and resume trainings", separator=True),
    _c("play", "&Play or pause", PLAY, "player.toggle", "Space", "play", needs="video"),
    _c("next", "&Next frame", PLAY, "player.step", "Right", "next", needs="video", argument=1, separator=True),
    _c("previous", "Pre&vious frame", PLAY, "player.step", "Left", "previous", needs="video", argument=-1),
    _c("next10", "Ten frames forward", PLAY, "player.step", "Ctrl+Right", needs="video", argument=10),
    _c("previous10", "Ten frames back", PLAY, "player.step", "Ctrl+Left", needs="video", argument=-10),
    _c("first", "&First frame", PLAY, "player.seek", "Home", "first", needs="video", argument=0),
    _c("last", "&Last frame", PLAY, "player.seek", "End", "last", needs="video", argument=1 << 40),
    _c("next_doubt", "Next &doubtful frame", PLAY, "analysis.go_doubtful", "F8", "doubt", needs="motion", argument=1,
       tip="Jump to where the pose should be looked at", separator=True),
    _c("previous_doubt", "Previous d&oubtful frame", PLAY, "analysis.go_doubtful", "Shift+F8", needs="motion",
       argument=-1),
    _c("set_in", "Set &in", PLAY, "analysis.set_in", "I", "in", needs="video", tip="The range starts here",
       separator=True),
    _c("set_out", "Set o&ut", PLAY, "analysis.set_out", "O", "out", needs="video", tip="The range ends here"),
    _c("clear_range", "&Clear range", PLAY, "analysis.clear_range", "Ctrl+I", needs="video"),
    _c("loop", "&Repeat", PLAY, "analysis.set_loop", "Ctrl+L", "loop", checkable=True, on=True, separator=True),
    _c("fit", "&Fit picture", VIEW, "video.fit", "Ctrl+0", "fit", needs="video"),
    _c("zoom_picture", "&Enlarge picture", VIEW, "video.zoom", "+", needs="video", argument=1.25),
    _c("unzoom_picture", "Shrin&k picture", VIEW, "video.zoom", "-", needs="video", argument=0.8),
    _c("zoom_timeline", "Zoom &in on the timeline", VIEW, "timeline.zoom", "Ctrl++", needs="video", argument=2.0),
    _c("unzoom_timeline", "Zoom &out of the timeline", VIEW, "timeline.zoom", "Ctrl+-", needs="video", argument=0.5),
    _c("whole_timeline", "&Whole file on the timeline", VIEW, "timeline.zoom_out", "Ctrl+9", needs="video"),
    _c("thumbnails", "S&mall pictures on the timeline", VIEW, "timeline.show_thumbnails", checkable=True, on=True),
    _c("skeleton", "&Skeleton on the picture", VIEW, "view.show_skeleton", "S", checkable=True, on=True,
       separator=True),
    _c("names", "Joint &names", VIEW, "view.show_names", "N", checkable=True),
    _c("theme_system", "Colours of the s&ystem", VIEW, "view.set_theme", argument="system", group="theme",
       separator=True),
    _c("theme_light", "&Light", VIEW, "view.set_theme", argument="light", group="theme"),
    _c("theme_dark", "&Dark", VIEW, "view.set_theme", argument="dark", group="theme"),
    _c("full_screen", "F&ull screen", VIEW, "view.toggle_full_screen", "F11", separator=True),
    _c("reset_layout", "&Reset layout", VIEW, "page_layout.reset", separator=True),
    _c("view_front", "&Front", THREE, "view.look_from", "1", argument="front", tip="From where the person faces"),
    _c("view_side", "&Side", THREE, "view.look_from", "2", argument="side", tip="From the person's left"),
    _c("view_top", "&Top", THREE, "view.look_from", "3", argument="top"),
    _c("view_camera", "&Camera of the video", THREE, "view.look_from", "4", argument="camera"),
    _c("view_corner", "C&orner", THREE, "view.look_from", "5", argument="corner"),
    _c("frame_figures", "Show &everybody", THREE, "view.frame_figures", "0"),
    *(_c(f"turn_{way}", text, KEYS, "view.turn", f"Alt+{way.title()}", argument=step)
      for way, text, step in (("left", mark("Turn the 3D view left"), (-15.0, 0.0)),
                              ("right", mark("Turn the 3D view right"), (15.0, 0.0)),
                              ("up", mark("Turn the 3D view up"), (0.0, 10.0)),
                              ("down", mark("Turn the 3D view down"), (0.0, -10.0)))),
    *(_c(f"pan_{way}", text, KEYS, "view.pan", f"Alt+Shift+{way.title()}", argument=step)
      for way, text, step in (("left", mark("Move the 3D view left"), (-0.1, 0.0)),
                              ("right", mark("Move the 3D view right"), (0.1, 0.0)),
                              ("up", mark("Move the 3D view up"), (0.0, 0.1)),
                              ("down", mark("Move the 3D view down"), (0.0, -0.1)))),
    _c("nearer", "Nearer in the 3D view", KEYS, "view.zoom_scene", "Alt++", argument=1.25),
    _c("farther", "Farther away in the 3D view", KEYS, "view.zoom_scene", "Alt+-", argument=0.8),
    _c("orthographic", "Orthograph&ic", THREE, "view.orthographic", "6", checkable=True,
       tip="Without perspective: equal lengths look equal, near or far", separator=True),
    _c("follow", "Fo&llow person", THREE, "view.follow", "F", checkable=True, on=True,
       tip="The view moves along with the selected person"),
    _c("ghost", "&Previous lifter's result", THREE, "view.ghost", "G", checkable=True, on=True),
    _c("trails", "T&rails", THREE, "view.trails", "T", checkable=True, on=True),
    _c("shadow", "S&hadow", THREE, "view.shadow", checkable=True, on=True),
    _c("floor", "Floor &grid", THREE, "view.floor", checkable=True, on=True),
    _c("axes", "&Axes", THREE, "view.axes", checkable=True, on=True),
    _c("arcs", "&Weights of the shown map as arcs", THREE, "view.arcs", "A", checkable=True),
    _c("search", "Find a &command…", HELP, "help.search", "Ctrl+Shift+P", "search"),
    _c("shortcuts", "&Keyboard", HELP, "help.shortcuts", "F1"),
    _c("open_log", "Show &log file", HELP, "help.log", separator=True),
    _c("about", "&About Marey", HELP, "help.about", separator=True),
)  # fmt: skip

TOOLBAR = ("open", "", "DETECTOR", "LIFTER", "analyse", "STRETCH", "export")


class Actions:
    """QActions made of the table; each calls its target."""

    def __init__(self, parent: QWidget, find: Callable[[str], Callable[..., object]]) -> None:
        """find: from "part.method" to what is to be called."""
        self.by_id: dict[str, QAction] = {}
        self._calls: list[_Call] = []
        self._groups: dict[str, QActionGroup] = {}
        for command in COMMANDS:
            action = QAction(tr(command.text), parent)
            action.setObjectName(command.id)
            action.setShortcut(QKeySequence(command.shortcut))
            plain = tr(command.text).replace("&", "").rstrip("…")
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip((tr(command.tip) or plain) + (f"  ({keys})" if keys else ""))
            action.setStatusTip(tr(command.tip))
            action.setCheckable(command.checkable or bool(command.group))
            action.setChecked(command.on)
            if command.group:
                self._groups.setdefault(command.group, QActionGroup(parent)).addAction(action)
            action.setEnabled(not command.needs)
            call = _Call(command, find)
            action.triggered.connect(call.run)
            self._calls.append(call)  # a connection to a method does not keep its object alive
            parent.addAction(action)
            self.by_id[command.id] = action
        self.set_icons()

    def set_icons(self) -> None:
        """Icons in the colours of the theme that is applied."""
        for command in COMMANDS:
            if command.icon:
                self.by_id[command.id].setIcon(theme.icon(command.icon))
        self.by_id["analyse"].setIcon(theme.tinted("analyse", theme.current().on_accent))

    def set_there(self, there: Set[str]) -> None:
        """Enable the commands whose needs are met."""
        for command in COMMANDS:
            if command.needs:
                self.by_id[command.id].setEnabled(command.needs in there)

    def set_undo_texts(self, undo: str, redo: str) -> None:
        """What would be undone and redone, for the status bar."""
        self.by_id["undo"].setStatusTip(undo)
        self.by_id["redo"].setStatusTip(redo)

    def fill_menus(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Menus with every command of the table, by name without mnemonic."""
        menus: dict[str, QMenu] = {}
        for title in MENUS:
            menu = bar.addMenu(tr(title))
            menu.setToolTipsVisible(True)
            menus[title.replace("&", "")] = menu
            for command in COMMANDS:
                if command.menu == title:
                    if command.separator:
                        menu.addSeparator()
                    menu.addAction(self.by_id[command.id])
        return menus

    def set_icon(self, id: str, icon: QIcon) -> None:
        self.by_id[id].setIcon(icon)


class _Call:
    """What a triggered action does; an object of its own keeps loop variables apart."""

    def __init__(self, command: Command, find: Callable[[str], Callable[..., object]]) -> None:
        self._command, self._find = command, find

    def run(self, checked: bool) -> None:
        call = self._find(self._command.target)
        if self._command.checkable:
            call(checked)
        elif self._command.argument is not None:
            call(self._command.argument)
        else:
            call()
