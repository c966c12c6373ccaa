"""`marey evaluate-detector`: end-point errors on COCO annotations by sub-benchmark, decoders or trainings side by side.

Two questions. With --detector: how do the decoders compare on the heat maps of one detector? With --train: how do
three trainings of one small network compare, detection, plain integral regression and regression without bias (Gu,
Yang and Yao, ICCV 2021)? Without COCO at hand, --generated N runs either on N generated pictures.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from detectors._coco import Annotated, read_coco, read_picture
from detectors._stick_figures import write_stick_figures
from detectors._subbenchmarks import Errors, as_numbers, measure, report
from detectors.heatmaps import DECODERS
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton, map_skeleton
from poses.skeletons import COCO17

# Share of the annotated box that a detector's box must share with it to be of the same person.
SAME_PERSON = 0.3
# Pictures that only a training sees are generated with a seed of their own.
TRAIN_SEED, TEST_SEED = 1, 2


def find_with(detector: Any, people: Sequence[Annotated], decoders: Sequence[str]) -> dict[str, FloatArray]:
    """Keypoints (N, 17, 2) px of annotated people, NaN where there is none, by "own" and by decoder.

    A detector that looks at given boxes (`look`) gets the annotated ones; of others the person is taken whose box
    shares most with the annotated one. Decoders are left out where there are no heat maps.
    """
    found = {name: np.full((len(people), len(COCO17), 2), np.nan) for name in ("own", *decoders)}
    answered = {"own"}
    for number, (image, rows) in enumerate(_by_image(people)):
        picture = read_picture(image)
        boxes = np.stack([people[row].box for row in rows])
        # Every other index, so that a detector which follows people starts afresh with each picture.
        frame = VideoFrame(2 * number, float(number), picture)
        seen = detector.look(picture, boxes) if hasattr(detector, "look") else detector.detect(frame)
        matches = range(len(rows)) if hasattr(detector, "look") else _matches(boxes, seen)
        by_name = {"own": seen.xy, **_decoded(detector, decoders)}
        answered |= set(by_name)
        for row, match in zip(rows, matches, strict=True):
            for name, xy in by_name.items() if match is not None else ():
                found[name][row] = _coco(xy[match], detector.skeleton)
    return {name: xy for name, xy in found.items() if name in answered}


def train_and_find(
    train_people: Sequence[Annotated], people: Sequence[Annotated], steps: int, seed: int, device: str
) -> dict[str, FloatArray]:
    """Keypoints (N, 17, 2) px by training variant (`_heads.TRAINING_VARIANTS`), with the same start and batches."""
    from detectors import _heads

    train_crops, crops = _heads.cut_people(train_people), _heads.cut_people(people)
    found = {}
    for name, (loss, decoder) in _heads.TRAINING_VARIANTS.items():
        report_step = _Progress(name)
        net = _heads.train(loss, train_crops, steps, seed, device, progress=report_step)
        report_step.end()
        found[name] = _heads.find(net, crops, decoder, device)
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code. UserError for what the user can fix."""
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    with tempfile.TemporaryDirectory() if options.generated else nullcontext("") as folder:
        people = _people(options, folder, "annotations", "images", TEST_SEED)
        if options.train:
            train_people = _people(options, folder, "train_annotations", "train_images", TRAIN_SEED)
            found = train_and_find(train_people, people, options.steps, options.seed, options.device)
        else:
            found = _with_detector(options, people)
    errors: list[Errors] = [measure(name, people, xy, options.unit) for name, xy in found.items()]
    print(json.dumps(as_numbers(people, errors)) if options.json else report(people, errors, options.unit))
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="marey evaluate-detector", description="End-point errors of a detector on COCO annotations.")
    parser.add_argument("--annotations", type=Path, metavar="FILE", help="COCO keypoint annotations (JSON)")
    parser.add_argument("--images", type=Path, metavar="DIR", help="the folder with their pictures")
    parser.add_argument("--generated", type=int, metavar="N", help="N generated pictures instead")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N people")
    parser.add_argument("--detector", default="blazepose", metavar="ID")
    parser.add_argument("--detector-option", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--decoders", default=",".join(DECODERS), help="of heat maps, separated by commas")
    parser.add_argument("--train", action="store_true", help="compare three trainings of a small network instead")
    parser.add_argument("--train-annotations", type=Path, metavar="FILE")
    parser.add_argument("--train-images", type=Path, metavar="DIR")
    parser.add_argument("--steps", type=int, default=2000, help="of each training (default: 2000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda", "mps"))
    parser.add_argument("--unit", default="picture", choices=("picture", "crop"), help="pixels of what")
    parser.add_argument("--json", action="store_true")
    return parser


def _people(options: argparse.Namespace, folder: str, annotations: str, images: str, seed: int) -> list[Annotated]:
    if options.generated:
        if options.generated < 1:
            raise UserError(f"--generated must be at least 1, got {options.generated}")
        place = Path(folder) / annotations
        return read_coco(write_stick_figures(place, options.generated, seed), place, options.limit)
    file, pictures = getattr(options, annotations), getattr(options, images)
    if file is None or pictures is None:
        names = f"--{annotations.replace('_', '-')} FILE --{images.replace('_', '-')} DIR"
        raise UserError(f"evaluate-detector needs {names}, or --generated N")
    return read_coco(file, pictures, options.limit)


def _with_detector(options: argparse.Namespace, people: Sequence[Annotated]) -> dict[str, FloatArray]:
    from detectors import create_detector, read_options

    decoders = [name for name in options.decoders.split(",") if name]
    if unknown := set(decoders) - set(DECODERS):
        raise UserError(f"decoders are {', '.join(DECODERS)}, got {', '.join(sorted(unknown))}")
    given = read_options(options.detector, options.detector_option)
    with closing(create_detector(options.detector, **given)) as detector:
        return find_with(detector, people, decoders)


def _by_image(people: Sequence[Annotated]) -> Iterable[tuple[Path, list[int]]]:
    rows: dict[Path, list[int]] = {}
    for row, person in enumerate(people):
        rows.setdefault(person.image, []).append(row)
    return rows.items()


def _decoded(detector: Any, decoders: Sequence[str]) -> dict[str, FloatArray]:
    """The detector's last heat maps by each decoder: (P, J, 2) picture px; empty where it has none."""
    maps = getattr(detector, "heatmaps", None)
    if maps is None or len(maps) == 0:
        return {}
    return {name: detector.decode_again(name)[0] for name in decoders}


def _matches(boxes: FloatArray, seen: Keypoints) -> list[int | None]:
    """For each annotated box the person found whose box shares most with it, or None."""
    matches: list[int | None] = []
    for box in boxes:
        low, high = np.maximum(seen.boxes[:, :2], box[:2]), np.minimum(seen.boxes[:, 2:], box[2:])
        shared = np.clip(high - low, 0, None).prod(axis=1)
        areas = (seen.boxes[:, 2:] - seen.boxes[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod() - shared
        overlap = shared / np.maximum(areas, 1e-9)
        best = int(np.argmax(overlap)) if len(overlap) else -1
        matches.append(best if best >= 0 and overlap[best] >= SAME_PERSON else None)
    return matches


def _coco(xy: FloatArray, skeleton: Skeleton) -> FloatArray:
    return map_skeleton(xy, np.isfinite(xy).all(axis=-1).astype(float), skeleton, COCO17)[0]


class _Progress:
    """One line on standard error, rewritten."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, done: int, total: int, loss: float) -> None:
        if done % 20 == 0 or done == total:
            print(f"\r{self._name}: step {done} of {total}, loss {loss:.4f}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        print(file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
