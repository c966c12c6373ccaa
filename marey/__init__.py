"""Marey for scripts: video in, 3D motion out.

    import marey

    motion = marey.analyse("walk.mp4", lifter="graphsh")
    marey.write(motion, "walk.bvh")

Everything here calls what the command line and the window call; shapes, units and spaces are those of `marey.Motion`.
Errors that the caller can mend are `marey.UserError`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from app.pipeline.settings import Settings
from poses.errors import UserError
from poses.motion import Motion, Person

if TYPE_CHECKING:
    from app.pipeline.detect import Step
    from app.protocols import Lifter
    from lifting.card import ModelCard

__all__ = [
    "Motion", "Person", "Settings", "UserError", "__version__", "analyse", "analyse_steps", "evaluate", "load_lifter",
    "open", "train", "write",
]  # fmt: skip


def __getattr__(name: str) -> str:
    if name == "__version__":
        from app.export.npz import package_version

        return package_version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def analyse(
    video: str | Path,
    detector: str = "blazepose",
    lifter: str | None = None,
    settings: Settings | None = None,
    *,
    device: str = "auto",
    detector_options: Sequence[str] = (),
    progress: Callable[[str, int, int], None] | None = None,
) -> Motion:
    """The 3D motion of the people in a video file or a folder of numbered pictures.

    detector, lifter: their ids, None the default lifter. settings: persons, range, smoothing and the rest
    (`marey.Settings`). device: "auto", "cpu", "cuda" or "mps". detector_options: "NAME=VALUE" texts
    (`marey detectors`). progress: called with the stage ("detect" or "lift"), frames done and of all; what it raises
    ends the analysis and comes out of here. Raises UserError for what the caller can mend.
    """
    motion: Motion | None = None
    steps = analyse_steps(video, detector, lifter, settings, device=device, detector_options=detector_options)
    with closing(steps):
        for step in steps:
            if progress is not None:
                progress(step.stage, step.done, step.total)
            motion = step.motion
    assert motion is not None, "the last step has the motion"
    return motion


def analyse_steps(
    video: str | Path,
    detector: str = "blazepose",
    lifter: str | None = None,
    settings: Settings | None = None,
    *,
    device: str = "auto",
    detector_options: Sequence[str] = (),
) -> Generator[Step, None, None]:
    """`analyse` as a generator of steps: stage, done, total, frame, keypoints; the last one has `motion`. Closing it
    cancels."""
    from app.catalogue import check_detector, check_lifter, make_detector, make_lifter
    from app.pipeline.analysis import analyse as run
    from app.pipeline.video import probe

    chosen = settings or Settings()
    check_detector(detector, detector_options)
    check_lifter(lifter)
    info = probe(str(video))
    with closing(make_detector(detector, device, chosen.persons, detector_options)) as found:
        yield from run(info, found, lambda: make_lifter(lifter, device), chosen)


def load_lifter(name: str | None = None, device: str = "auto") -> Lifter:
    """A lifter by its id (None: the default one), averaged with the mirror image as everywhere in the program."""
    from app.catalogue import make_lifter

    return make_lifter(name, device)


def write(motion: Motion, path: str | Path, format: str = "", person: int | None = None) -> list[str]:
    """Write a motion to one file; returns what is to be known of it (warnings).

    format: an exporter's id, with its variant behind a colon ("bvh:blender"); "" takes the one that the ending of
    `path` names. person: from 0, for formats that hold one person; None takes the first there, and everyone elsewhere.
    Raises UserError for an unknown format and where the file cannot be written.
    """
    from app.export import choose_exporters, list_exporters
    from poses.files import describe_write_error

    path = Path(path)
    if not format:
        ending, exporters = path.suffix.lstrip(".").lower(), list_exporters()
        named = [id for id, one in exporters.items() if one.info.extension == ending]
        if not named:
            endings = ", ".join(sorted({one.info.extension for one in exporters.values()}))
            raise UserError(f"no export format has the ending of {path.name!r}; there are {endings}")
        format = ending if ending in named else named[0]
    (wanted,) = choose_exporters([format])
    if wanted.plugin.info.per_person and person is None:
        person = 0
    if person is not None and not 0 <= person < len(motion.persons):
        raise UserError(f"person must be within the {len(motion.persons)} people of the motion, got {person}")
    try:
        return wanted.write(motion, person, path)
    except OSError as error:
        raise describe_write_error(error, path) from error


def open(path: str | Path, lifter: str | None = None, device: str = "auto") -> Motion:
    """The motion of a saved analysis (.marey), lifted again from its detections and corrections.

    lifter: another one than was chosen when it was saved. Raises UserError where the file or its video is not usable.
    """
    from app.edits import apply_edits
    from app.pipeline.analysis import lift_detections
    from app.project import read_analysis

    saved = read_analysis(Path(path))
    detections, tracks = apply_edits(saved.detections, saved.settings, saved.edits)
    chosen = load_lifter(lifter or saved.lifter or None, device)
    return lift_detections(detections, chosen, saved.settings, tracks=tracks)


def train(preset: str, data: str | Path, out: str | Path, *, resume: bool = False, device: str = "auto") -> ModelCard:
    """Train a preset on the data in a folder; returns the card of the weights written to `out`."""
    from lifting.train import train as run

    return run(preset, Path(data), Path(out), resume=resume, device=device)


def evaluate(
    weights: str | Path, data: str | Path, protocol: str | None = None, *, split: str = "test"
) -> dict[str, float]:
    """Errors of a lifter's id or weights file over the frames of a data set: mpjpe, p_mpjpe, n_mpjpe (mm), mpjve (mm a
    frame), pck and auc (%)."""
    from lifting.evaluate import evaluate_weights

    return evaluate_weights(weights, Path(data), protocol, split).over_frames
