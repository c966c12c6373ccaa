"""The state of a session as one frozen value, and what follows from it. Knows no Qt.

What the user wants (detector, lifter, settings, corrections) and what was computed (detections, motion) stand side by
side; `resolve` tells what follows from both. Whoever shows or starts something compares it with the last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.edits import Edit
from app.pipeline.detect import Detections
from app.pipeline.settings import Settings
from app.pipeline.video import VideoInfo
from app.session.request import Request
from poses.motion import Motion

ANALYSIS, LIFTING, COMPARISON, LIVE = "analysis", "lifting", "comparison", "live"


@dataclass(frozen=True)
class Recipe:
    """All that a motion is lifted with, besides the detections."""

    lifter: str
    settings: Settings
    edits: tuple[Edit, ...] = ()
    device: str = "auto"


@dataclass(frozen=True)
class Analysis:
    """What was detected and corrected, and the motion that was lifted from it by `recipe`.

    ghost: the motion that another lifter made before. motion and recipe are None while nothing is lifted yet.
    """

    detections: Detections | None = None
    edits: tuple[Edit, ...] = ()
    motion: Motion | None = None
    ghost: Motion | None = None
    recipe: Recipe | None = None

    def __eq__(self, other: object) -> bool:
        """The same objects: two analyses that were computed apart are not compared number by number."""
        if not isinstance(other, Analysis):
            return NotImplemented
        same = self.detections is other.detections and self.motion is other.motion and self.ghost is other.ghost
        return same and (self.edits, self.recipe) == (other.edits, other.recipe)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class State:
    """Everything that the parts of the window have in common.

    request: the one by which what is open was opened; what belongs to it is over with it. info: of the open video.
    safe: the detections and corrections that lie in a file of the user's; that file is `place`. range: frames of the
    file, both included. selected: (person, joint). job: what runs, "" for nothing. lifting: what is being lifted.
    refused: what shall not be lifted again by itself, as it failed or was cancelled.
    """

    request: Request = Request()  # noqa: RUF009 (ended by nobody)
    info: VideoInfo | None = None
    analysis: Analysis = Analysis()
    safe: tuple[Detections | None, tuple[Edit, ...]] = (None, ())
    place: str = ""
    frame: int = 0
    range: tuple[int, int] | None = None
    selected: tuple[int, int] | None = None
    settings: Settings = Settings()  # noqa: RUF009 (frozen)
    detector: str = ""
    detector_options: tuple[str, ...] = ()
    lifter: str = ""
    device: str = "auto"
    job: str = ""
    lifting: Recipe | None = None
    refused: Recipe | None = None

    @property
    def recipe(self) -> Recipe:
        """What the user wants the motion to be lifted with."""
        return Recipe(self.lifter, self.settings, self.analysis.edits, self.device)


@dataclass(frozen=True)
class Resolved:
    """What follows from a state.

    needs: what commands can count on: "video", "ready" (a video and nothing that runs), "detections", "motion",
    "lift" (detections that are not lifted as they should be, and nothing that runs), "job".
    unsaved: there is something that is in no file of the user's. outdated: the motion is not what the user wants now,
    or there is none yet. lift: it is to be lifted (again) now.
    """

    needs: frozenset[str]
    unsaved: bool
    outdated: bool
    lift: bool


def resolve(state: State) -> Resolved:
    """What follows from a state, by a pure function."""
    analysis, there = state.analysis, set[str]()
    if state.info is not None:
        there.add("video")
    if analysis.detections is not None:
        there.add("detections")
    if analysis.motion is not None:
        there.add("motion")
    if state.job:
        there.add("job")
    elif state.info is not None:
        there.add("ready")
        there |= {"lift"} if analysis.detections is not None and analysis.recipe != state.recipe else set()
    detections, edits = state.safe
    unsaved = analysis.detections is not None and not (analysis.detections is detections and analysis.edits == edits)
    outdated = analysis.detections is not None and analysis.recipe != state.recipe
    free = state.job in ("", COMPARISON, LIFTING) and state.recipe not in (state.lifting, state.refused)
    lift = outdated and free and bool(state.lifter)
    return Resolved(frozenset(there), unsaved, outdated, lift)


def opened(state: State, info: VideoInfo, request: Request) -> State:
    """Another video is open; what was computed of the one before is let go."""
    return replace(
        state, request=request, info=info, analysis=Analysis(), safe=(None, ()), place="",
        frame=0, range=None, selected=None, job="", lifting=None, refused=None,
    )  # fmt: skip


def closed(state: State) -> State:
    """Nothing is open."""
    return replace(
        state, request=Request(), info=None, analysis=Analysis(), safe=(None, ()), place="",
        range=None, selected=None, job="", lifting=None, refused=None,
    )  # fmt: skip


def with_analysis(state: State, analysis: Analysis) -> State:
    """Another analysis of the same video: a new one, or one from before."""
    return replace(state, analysis=analysis, selected=None, lifting=None, refused=None)


def gave_up(state: State) -> State:
    """Lifting was cancelled or failed: what is shown is what is chosen again, as far as that can be.

    Corrections made by hand stay; they are lifted when something else is changed, or when the user asks for it.
    """
    shown = state.analysis.recipe
    if shown is not None:
        state = replace(state, lifter=shown.lifter, settings=shown.settings, device=shown.device)
    return replace(state, lifting=None, refused=state.recipe)


def settings_of_range(state: State) -> Settings:
    """Settings of the next analysis, with the chosen range."""
    if state.info is None or state.range is None or not len(state.info):
        return state.settings
    first, last = state.range
    times = state.info.time_s
    return replace(state.settings, start_s=float(times[first]), end_s=float(times[last]))


def same_joint(selected: tuple[int, int], before: Motion, after: Motion) -> tuple[int, int] | None:
    """The selected (person, joint) in another result: its joint by name, as lifters have joints of their own."""
    person, joint = selected
    if person >= min(len(before.persons), len(after.persons)):
        return None
    name = before.persons[person].world.skeleton.joint_names[joint]
    names = after.persons[person].world.skeleton.joint_names
    return (person, names.index(name)) if name in names else None
