"""Keypoint files that are almost right: one of every kind, and ways to spoil it."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from app.export import csv as csv_export
from app.export import npz as npz_export
from tests.detectors import keypoint_samples as samples
from tests.detectors.test_keypoint_formats import analysed_h5, labelled_csv, labelled_h5, sleap_project

# What may stand where something else should.
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, 10**30, -(10**30), 2**63, 1.5, float("nan"), float("inf"), 1e308, "", "x", "7"),
    *("1.jpg", "\x00", "9" * 400, [], [[]], [None], [1, 2, 3], [[1, 2, 3]], {}, {"a": 1}, {"id": []}, [{}]),
]  # fmt: skip


def _named(path: Path, outer: str, inner: str) -> Path:
    frames = {f"{t}.jpg": {outer: [{inner: one[:18].ravel().tolist()} for one in samples.POINTS[t]]} for t in range(2)}
    return samples.write_json(path, frames)


def _annotations(path: Path) -> Path:
    rows = [
        {"image_id": t, "keypoints": samples.POINTS[t, 0, :17].ravel().tolist(), "bbox": [1, 2, 3, 4]} for t in (0, 1)
    ]
    images = [{"id": t, "file_name": f"{t}.png"} for t in (0, 1)]
    categories = [{"name": "person", "keypoints": samples.SNAKE}]
    return samples.write_json(path, {"images": images, "annotations": rows, "categories": categories})


def _openpose(path: Path) -> Path:
    people = [{"person_id": [-1], "pose_keypoints_2d": one[:25].ravel().tolist()} for one in samples.POINTS[0]]
    return samples.write_json(path, {"version": 1.3, "people": people})


META = {
    "dataset_name": "mine",
    "keypoint_id2name": {str(i): name for i, name in enumerate(samples.SNAKE)},
    "skeleton_links": [[0, 1], [1, 2]],
}
# By file name: of JSON files the content is spoilt, of tables the cells, of all the bytes.
KINDS: dict[str, Callable[[Path], Any]] = {
    "results.json": lambda path: samples.coco_results(path),
    "alphapose.json": lambda path: samples.coco_results(path, 26, name=lambda t: f"{t}.jpg", box="box"),
    "cmu.json": lambda path: _named(path, "bodies", "joints"),
    "open.json": lambda path: _named(path, "people", "pose_keypoints_2d"),
    "annotations.json": _annotations,
    "demo.json": lambda path: samples.mmpose(path, meta=META),
    "inferencer.json": lambda path: samples.mmpose(path, start=0),
    "clip_000000000000_keypoints.json": _openpose,
    "dlc.csv": lambda path: samples.deeplabcut(path, ("ada", "bob")),
    "CollectedData.csv": lambda path: labelled_csv(path, False),
    "sleap.csv": lambda path: samples.sleap(path),
    "run.csv": lambda path: csv_export.write(samples.motion(np.arange(samples.FRAMES) / 30), None, path),
    "run.npz": lambda path: npz_export.write(samples.motion(np.arange(samples.FRAMES) / 30), None, path),
    "analysis.h5": lambda path: samples.sleap_h5(path),
    "dlc.h5": lambda path: analysed_h5(path),
    "CollectedData.h5": lambda path: labelled_h5(path),
    "labels.slp": lambda path: sleap_project(path),
}


def read_all(path: Path) -> None:
    """Read a file, or its folder where it is one frame of many, and look at a few frames."""
    detector = samples.read(path.parent if path.name.endswith("_keypoints.json") else path)
    for t in (0, 1, 7):
        detector.detect(samples.frame(t))
    assert all("\n" not in one for one in detector.warnings)


def spoil_json(content: Any, rng: random.Random) -> Any:
    """A copy with one to three places replaced, removed, doubled or renamed."""
    content = copy.deepcopy(content)
    for _ in range(rng.randint(1, 3)):
        inner, parents = content, []
        while isinstance(inner, dict | list) and inner and (not parents or rng.random() < 0.8):
            key = rng.choice(list(inner)) if isinstance(inner, dict) else rng.randrange(len(inner))
            parents.append((inner, key))
            inner = inner[key]
        if not parents:
            return rng.choice(ODD)
        _spoil_at(*parents[-1], rng)
    return content


def _spoil_at(holder: Any, key: Any, rng: random.Random) -> None:
    way = rng.randrange(4)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif way == 1:
        holder[str(rng.choice(ODD))] = holder.pop(key)
    else:
        holder[key] = copy.deepcopy(rng.choice(ODD))


def spoil_cells(text: str, rng: random.Random) -> str:
    """A table with one to three cells replaced, removed or doubled, or a line of it."""
    rows = [line.split(",") for line in text.splitlines()]
    for _ in range(rng.randint(1, 3)):
        row = rng.randrange(len(rows))
        if rng.random() < 0.2 and len(rows) > 1:
            rows.insert(rng.randrange(len(rows)), rows.pop(row))
        elif rows[row]:
            column = rng.randrange(len(rows[row]))
            rows[row][column : column + rng.randint(0, 2)] = [str(rng.choice(ODD))] * rng.randint(0, 2)
    return "\n".join(map(",".join, rows)) + "\n"


def spoil_bytes(data: bytes, rng: random.Random) -> bytes:
    """The bytes with a few changed, a stretch removed, zeroed or doubled, or cut off."""
    out = bytearray(data)
    place, length = rng.randrange(len(out)), rng.choice((1, 1, 2, 8, 64, 512))
    way = rng.randrange(5)
    if way == 0:
        del out[place:]
    elif way == 1:
        del out[place : place + length]
    elif way == 2:
        out[place : place + length] = bytes(length)
    elif way == 3:
        out[place:place] = out[place : place + length]
    else:
        for _ in range(length):
            out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def spoil(path: Path, whole: bytes, rng: random.Random) -> None:
    """Write the file `whole` to `path`, spoilt in one of the ways that its kind allows."""
    if path.suffix == ".json" and rng.random() < 0.8:
        path.write_text(json.dumps(spoil_json(json.loads(whole), rng)))
    elif path.suffix == ".csv" and rng.random() < 0.8:
        path.write_text(spoil_cells(whole.decode(), rng))
    else:
        path.write_bytes(spoil_bytes(whole, rng))
