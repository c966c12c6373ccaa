"""The timeline: small pictures that show their frames, bands that say what they mean, zoom, in and out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.main_window import MainWindow
from app.gui.thumbnails import KEPT_BYTES, Thumbnails, coarse_first, slots
from app.gui.views.timeline import STRIP_GAP, Timeline
from app.gui.views.timeline_drawing import LANE, PAD, RULER, STRIP, Lane
from app.pipeline.video import probe
from tests.app.clips import make_clip, number_in
from tests.app.gui.conftest import MakeWindow
from tests.app.gui.test_views import near, pixels

pytestmark = pytest.mark.gui


def loaded(view: Timeline) -> bool:
    """Every small picture in sight is there, and nothing is asked for any more."""
    strip = view._with_strip(view._content(), view._scale()).strip
    return bool(strip) and all(image is not None for _, image in strip)


@pytest.fixture
def long_clip(tmp_path: Path) -> Path:
    return make_clip(tmp_path / "long.mp4", [n % 256 for n in range(240)], size=(320, 240), gop=30)


@pytest.fixture
def view(qtbot: QtBot, long_clip: Path) -> Timeline:
    view = Timeline()
    qtbot.addWidget(view, before_close_func=lambda widget: widget.close_threads())
    view.resize(900, 110)
    info = probe(long_clip)
    view.set_times(info.time_s)
    view.set_video(info)
    view.show()
    qtbot.waitExposed(view)
    return view


def shown_numbers(view: Timeline) -> dict[int, int]:
    """Frame: number that can be read in the picture drawn over it."""
    seen, width = pixels(view.grab().toImage()), view.thumbnails.width / view.devicePixelRatioF()
    found = {}
    for frame, _ in view._with_strip(view._content(), view._scale()).strip or ():
        left = round(view.x_of(frame) - width / 2)
        if left >= view.x_of(view._view[0]) and left + width <= view.x_of(view._view[1]):
            found[frame] = number_in(seen[RULER : RULER + STRIP - STRIP_GAP, left : left + round(width)])
    return found


def test_small_pictures_are_of_their_frames_and_follow_the_zoom(view: Timeline, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: loaded(view), timeout=20000)
    step = slots(*view._view, 240, view.x_of(1) - view.x_of(0), view.thumbnails.width + 2)[1]
    qtbot.waitUntil(lambda: all(abs(n - f) <= step // 2 for f, n in shown_numbers(view).items()), timeout=20000)
    assert len(shown_numbers(view)) > 6
    view.zoom(12.0, 100)
    qtbot.waitUntil(lambda: loaded(view), timeout=20000)
    near_by = shown_numbers(view)
    assert len(near_by) > 6 and max(near_by) - min(near_by) < 30
    qtbot.waitUntil(lambda: all(f == n for f, n in shown_numbers(view).items()), timeout=20000)


def test_small_pictures_go_when_they_are_not_wanted(view: Timeline, qtbot: QtBot) -> None:
    high = view.sizeHint().height()
    view.show_thumbnails(False)
    assert view.sizeHint().height() == high - STRIP
    view.set_lanes((Lane("P1", np.arange(240), np.full(240, 0.9), np.zeros(240, bool)),))
    with qtbot.waitSignal(view.person_requested) as asked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(8, RULER + LANE // 2))
    assert asked.args == [0]


def test_slots_stay_while_the_strip_moves_and_never_overlap() -> None:
    first, step = slots(0.0, 99.0, 1000, 8.0, 50.0)
    moved, same = slots(10.4, 109.4, 1000, 8.0, 50.0)
    assert step == same == 7 and set(moved) & set(first)
    assert all(n % step == 0 for n in (*first, *moved)) and step * 8.0 >= 50.0
    assert slots(0.0, 3.0, 4, 300.0, 50.0) == ((0, 1, 2, 3), 1)
    assert slots(0.0, 1.0, 0, 1.0, 50.0)[0] == ()
    assert sorted(coarse_first(first)) == list(first) and coarse_first((1, 2, 3, 4, 5))[0] == 3


def test_what_is_kept_is_bounded(view: Timeline, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    small = view.thumbnails
    qtbot.waitUntil(lambda: loaded(view), timeout=20000)
    monkeypatch.setattr("app.gui.thumbnails.KEPT_BYTES", 64 * 3 * small.width * 40)
    for around in range(0, 240, 20):
        view.zoom_out()
        view.zoom(10.0, around)
        view.grab()
        qtbot.waitUntil(lambda: loaded(view), timeout=20000)
    assert len(small._kept) <= 64 + 2 * len(small._wanted) and KEPT_BYTES < 50_000_000


def test_another_file_forgets_the_pictures_of_the_one_before(view: Timeline, tmp_path: Path, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: loaded(view), timeout=20000)
    other = probe(make_clip(tmp_path / "other.mp4", [200] * 30, size=(320, 240)))
    view.set_times(other.time_s)
    view.set_video(other)
    view.grab()
    qtbot.waitUntil(lambda: loaded(view), timeout=20000)
    assert set(shown_numbers(view).values()) == {200}


def test_a_file_that_is_gone_leaves_the_strip_empty_and_nothing_else_happens(long_clip: Path, qtbot: QtBot) -> None:
    info = probe(long_clip)
    long_clip.unlink()
    small = Thumbnails()
    small.set_video(info, 40)
    small.want((0, 10, 20), 2)
    qtbot.waitUntil(lambda: small.width == 0, timeout=10000)
    assert small.picture(0) is None
    small.close()


def test_opening_and_closing_videos_shows_and_hides_the_strip(
    make_window: MakeWindow, clip: Path, qtbot: QtBot
) -> None:
    window = make_window(video=clip)
    timeline = window.workspace.timeline
    qtbot.waitUntil(lambda: loaded(timeline), timeout=20000)
    window.actions_.by_id["close_video"].trigger()
    assert timeline._content().strip is None and timeline.thumbnails.width == 0


def test_lanes_say_what_lies_under_the_pointer(qtbot: QtBot) -> None:
    view = Timeline()
    qtbot.addWidget(view)
    view.resize(634, 62)
    view.set_times(np.arange(100) / 10)
    score = np.full(90, 0.9)
    score[40:60] = np.nan
    weak, swap = np.zeros(90, dtype=bool), np.zeros(90, dtype=bool)
    weak[70:80], swap[75] = True, True
    kinds = {"weak": weak, "filled": np.zeros(90, bool), "swap": swap}
    view.set_lanes((Lane("Ada", np.arange(90), score, weak | swap, kinds),))
    lane = RULER + LANE // 2

    def at(frame: int) -> list[str]:
        return view.described(QPointF(view.x_of(frame), lane)).splitlines()

    assert at(12) == ["0:01.20   frame 13", "Ada   score 0.90"]
    assert at(50)[1] == "Ada is not there"
    assert at(75)[2:] == ["low score", "left and right may be exchanged"]
    assert at(95)[1] == "not analysed"
    assert view.described(QPointF(view.x_of(12), RULER + LANE + PAD + 8)).splitlines() == ["0:01.20   frame 13"]
    view.show()
    seen = pixels(view.grab().toImage())
    assert near(seen, theme.DARK.bad)[:, 0].mean() == pytest.approx(view.x_of(75), abs=4)
    assert near(seen, theme.DARK.doubtful)[:, 0].max() > view.x_of(78)


def test_the_ends_of_the_range_are_dragged_with_the_mouse(analysed: MainWindow, qtbot: QtBot) -> None:
    timeline, document = analysed.workspace.timeline, analysed.document
    document.set_range(10, 30)
    y = timeline.height() - 12

    def drag(start: int, end: int) -> None:
        for event, frame in ((qtbot.mousePress, start), (qtbot.mouseMove, end), (qtbot.mouseRelease, end)):
            place = QPointF(timeline.x_of(frame), y).toPoint()
            if event is qtbot.mouseMove:
                _move(timeline, place)
            else:
                event(timeline, Qt.MouseButton.LeftButton, pos=place)

    drag(10, 14)
    drag(30, 22)
    assert document.range == (14, 22)
    drag(14, 39)
    assert document.range == (22, 22), "an end cannot pass the other one"


def _move(timeline: Timeline, place: QPoint) -> None:
    from PySide6.QtGui import QMouseEvent

    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    at = QPointF(place)
    kind = QMouseEvent.Type.MouseMove
    timeline.mouseMoveEvent(QMouseEvent(kind, at, timeline.mapToGlobal(at), left, left, none))


def test_wheel_zooms_at_the_pointer_and_shift_moves(view: Timeline) -> None:
    def wheel(keys: Qt.KeyboardModifier) -> None:
        at, scroll = QPointF(view.x_of(180), 50), Qt.ScrollPhase.NoScrollPhase
        none = Qt.MouseButton.NoButton
        view.wheelEvent(QWheelEvent(at, at, QPoint(), QPoint(0, 240), none, keys, scroll, False))

    before = view.x_of(180)
    wheel(Qt.KeyboardModifier.NoModifier)
    assert view.x_of(180) == pytest.approx(before, abs=1) and view._view[0] > 20
    first = view._view[0]
    wheel(Qt.KeyboardModifier.ShiftModifier)
    assert view._view[0] < first and view._view[1] - view._view[0] < 200


def test_nobody_found_is_not_the_same_as_not_analysed(qtbot: QtBot) -> None:
    view = Timeline()
    qtbot.addWidget(view)
    view.resize(600, 80)
    view.set_times(np.arange(50) / 25)
    before = view.grab().toImage()
    view.set_lanes(())
    after = view.grab().toImage()
    view.set_times(np.arange(50) / 25)
    assert before != after and view.grab().toImage() == before
