"""The commands of the command line. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import importlib
import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from app.catalogue import DEFAULT_DETECTOR, check_detector, check_lifter, list_plugins, make_detector, make_lifter
from app.pipeline.analysis import analyse
from app.pipeline.detect import detector_id
from app.pipeline.settings import Settings
from app.pipeline.video import VideoInfo, probe
from app.progress import Progress
from app.protocols import Lifter
from app.unfinished import DetectionAutosave, unfinished_path
from poses.errors import UserError
from poses.files import check_folder, escaped
from poses.motion import Motion, Person


def version() -> str:
    """Version of the installed program."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("marey")
    except PackageNotFoundError:
        return "0 (not installed)"


# ---------------------------------------------------------------- run


def run_videos(options: Namespace) -> int:
    """`marey run`: analyse every video and write it out; one that fails does not keep the others from running."""
    from app.export import choose_exporters

    formats = [name for name in options.export.split(",") if name]
    choose_exporters(formats)
    settings = _settings(options)
    if options.fps is not None and not 0.001 <= options.fps <= 100_000:
        raise UserError(f"--fps must be a finite number above 0, got {options.fps}")
    _check_names(options.videos)
    check_detector(options.detector or DEFAULT_DETECTOR, options.detector_option)
    check_folder(options.out)
    check_lifter(options.lifter)

    @cache
    def lifter() -> Lifter:
        return make_lifter(options.lifter, options.device)

    code = 0
    for video in options.videos:
        try:
            _run_video(probe(video, options.fps), formats, settings, lifter, options)
        except UserError as error:
            if len(options.videos) == 1:
                raise
            print(f"marey: {error}", file=sys.stderr)
            code = 2
    return code


def _run_video(
    info: VideoInfo, formats: list[str], settings: Settings, lifter: Callable[[], Lifter], options: Namespace
) -> None:
    """`lifter` loads it (once); that is done while the first frames are detected."""
    from app.export import write_all

    began = time.monotonic()
    motion = _analyse(info, settings, lifter, options)
    stem = Path(info.path).stem
    paths, warnings = write_all(motion, formats, options.out, stem)
    if options.picture:
        from app.picture import write_picture

        paths.append(options.out / f"{stem}.png")
        write_picture(motion, paths[-1], info=info)
    warnings = [*motion.warnings, *warnings]
    if options.json:
        print(_json(report(motion, time.monotonic() - began, paths, warnings)), flush=True)
        return
    for warning in warnings:
        print(f"marey: {escaped(Path(info.path).name)}: {warning}", file=sys.stderr)
    for path in paths:
        print(escaped(path), flush=True)


def _analyse(info: VideoInfo, settings: Settings, lifter: Callable[[], Lifter], options: Namespace) -> Motion:
    detector = make_detector(
        options.detector or DEFAULT_DETECTOR, options.device, options.persons, options.detector_option
    )
    progress = Progress(escaped(Path(info.path).name))
    motion: Motion | None = None
    place = unfinished_path(options.out, info.path)
    kept = DetectionAutosave(place, info, detector_id(detector), detector.skeleton, settings, options.lifter or "")
    try:
        with closing(detector), closing(analyse(info, detector, lifter, settings)) as steps, kept:
            for step in steps:
                kept.add(step)
                progress.update(step.stage, step.done, step.total)
                motion = step.motion
    finally:
        progress.close()
        if motion is None and kept.written:
            print(f"marey: what was detected stays in {kept.path}, which the window opens", file=sys.stderr)
    assert motion is not None, "analyse ends with a motion"
    return motion


def _json(report: dict[str, Any]) -> str:
    """One line of JSON, letters as they are; where a name is not UTF-8 all of them are escaped."""
    text = json.dumps(report, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(report)
    return text


def report(motion: Motion, seconds: float, outputs: list[Path], warnings: list[str]) -> dict[str, Any]:
    """The JSON object of one video (specs: interface)."""
    return {
        "video": motion.video,
        "frames": len(motion),
        "persons": [_person(number, person) for number, person in enumerate(motion.persons, start=1)],
        "detector": motion.detector,
        "lifter": motion.lifter,
        "seconds": round(seconds, 3),
        "outputs": [str(path) for path in outputs],
        "warnings": list(warnings),
    }


def _person(number: int, person: Person) -> dict[str, Any]:
    times = person.world.time_s[person.world.present]
    return {
        "person": number,
        "frames": len(times),
        "filled": int(person.filled.any(axis=1).sum()),
        "start_s": float(times[0]) if len(times) else None,
        "end_s": float(times[-1]) if len(times) else None,
        "score": round(float(np.mean(person.pose_2d.score[person.world.present])), 3) if len(times) else 0.0,
    }


def _settings(options: Namespace) -> Settings:
    chosen: dict[str, Any] = {
        "max_gap_s": options.max_gap,
        "smoothing_hz": options.smoothing,
        "focal": options.focal,
        "pitch_deg": options.pitch,
        "height_m": options.height,
        "slow_motion": options.slow_motion,
    }
    chosen = {name: value for name, value in chosen.items() if value is not None}
    if chosen.get("smoothing_hz") == 0:
        chosen["smoothing_hz"] = None
    chosen["plant_feet"] = not options.free_feet
    return Settings(persons=options.persons, start_s=options.start, end_s=options.end, **chosen)


def _check_names(videos: list[str]) -> None:
    """Files are named after the video, so two videos of one name would overwrite each other."""
    first: dict[str, str] = {}
    for video in videos:
        other = first.setdefault(Path(video).stem, video)
        if other is not video:
            raise UserError(f"{other} and {video} would write files of the same name; run them with different --out")


# ---------------------------------------------------------------- parts


def show_plugins(kind: str, options: Namespace) -> int:
    """`marey detectors`, `marey lifters`, `marey exporters`."""
    plugins = list_plugins(kind).values()
    rows: list[dict[str, Any]] = [
        {"id": p.id, "label": p.info.label, "runs": p.available, "why": p.unavailable_reason} for p in plugins
    ]
    for row, plugin in zip(rows, plugins, strict=True):
        if plugin.info.options:
            row["options"] = dict(plugin.info.options)
        if plugin.info.variants:
            row["variants"] = dict(plugin.info.variants)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    width = max((len(str(row["id"])) for row in rows), default=0)
    for row in rows:
        print(f"{row['id']:{width}}  {row['label']}" + ("" if row["runs"] else f"  (does not run here: {row['why']})"))
        for name, meaning in row.get("options", {}).items():
            print(f"{'':{width}}    {name}=...  {meaning}")
        for name, label in row.get("variants", {}).items():
            print(f"{'':{width}}    {row['id']}:{name}  {label}")
    if not rows:
        print(f"there are no {kind}", file=sys.stderr)
    return 0


# ---------------------------------------------------------------- doctor, training, the rest


def show_doctor(options: Namespace) -> int:
    """`marey doctor`: 0 where all is well, 2 where something is to be fixed."""
    from app.doctor import run_checks, to_text

    findings = run_checks()
    if options.json:
        print(json.dumps([finding.to_dict() for finding in findings], ensure_ascii=False, indent=2))
    else:
        print(to_text(findings))
    return 2 if any(finding.state == "fails" for finding in findings) else 0


def models(options: Namespace) -> int:
    """`marey models [--fetch NAME...] [--import FOLDER]`: without options, the weights there are and those missing.

    One that cannot be fetched does not keep the others from it.
    """
    from detectors import models as store

    code = 0
    for path in store.import_models(options.source) if options.source else []:
        print(path)
    known = store.read_manifest()
    blazepose = [name for name, model in known.items() if model.kind == "blazepose"]
    for name in blazepose if options.fetch == [] else options.fetch or []:
        try:
            print(_fetch(name), flush=True)
        except UserError as error:
            print(f"marey: {error}", file=sys.stderr)
            code = 2
    if not options.source and options.fetch is None:
        for name, model in known.items():
            print(f"{name}  {store.find_model(name) or f'not here ({model.size})'}")
    return code


def _fetch(name: str) -> Path:
    from detectors.models import fetch_model

    progress = Progress(name, unit="bytes")
    try:
        return fetch_model(
            name, progress=lambda done, total: progress.update("fetching", done, total) if done else None
        )
    finally:
        progress.close()


def train(options: Namespace) -> int:
    """`marey train PRESET --data DIR --out DIR [--resume] [--start WEIGHTS] ...`; `--list`: the presets."""
    if options.list:
        from lifting.preset import list_presets, read_preset

        presets = {name: read_preset(name) for name in list_presets()}
        for name, preset in presets.items():
            print(f"{name:{max(map(len, presets))}}  {preset.label}, data: {preset.data.get('kind', 'mocap')}")
        return 0
    for name in ("preset", "data", "out"):
        if getattr(options, name) is None:
            raise UserError(f"training needs {'--' if name != 'preset' else 'a '}{name}; see marey train --help")
    training = _module("lifting.train")
    wishes = {"weights": options.name, "steps": options.steps, "seed": options.seed, "lr": options.lr}
    changes = {name: value for name, value in wishes.items() if value is not None}
    choices = {"resume": options.resume, "device": options.device, "start": options.start or "", "changes": changes}
    training.train(options.preset, options.data, options.out, **choices)
    return 0


def evaluate(options: Namespace) -> int:
    """`marey evaluate WEIGHTS --data DIR [--protocol P] [--split S] [--detections NAME] [--no-flip] [--json]`."""
    measuring = _module("lifting.evaluate")
    progress = Progress(Path(options.weights).stem)
    try:
        scores = measuring.evaluate_weights(
            options.weights, options.data, options.protocol, options.split, options.device, options.flip,
            options.detections, progress=lambda done, total: progress.update("lift", done, total),
        )  # fmt: skip
    finally:
        progress.close()
    print(scores.json() if options.json else scores.markdown())
    return 0


def bench(rest: list[str]) -> int:
    """`marey bench`."""
    from app.bench import bench as measure

    return measure(rest)


def delegate(module: str, rest: list[str]) -> int:
    """A command with a module of its own: its `main(arguments)` returns the exit code."""
    return int(_module(module).main(rest) or 0)


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and name.startswith(error.name):
            raise UserError(f"this version of marey has no {name}") from None
        raise UserError(f"this command needs the package {error.name}: run 'python3 start.py setup'") from None
