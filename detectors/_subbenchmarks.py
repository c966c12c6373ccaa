"""End-point error by sub-benchmark, laid out as the supplement of Gu, Yang and Yao (ICCV 2021), tables 1 to 4.

The supplement names the bins but not their limits. Keypoints: few 1 to 5, some 6 to 10, many 11 to 17 present (seen or
hidden); these limits are ours, after Ronchi and Perona (2017), who part the last in two. Occlusion is the share of
present keypoints that are hidden: few below 20 %, some below 50 %, many from there; ours too. Sizes are the side of a
square of the person's area, as Ronchi and Perona have them: M 32 to 64 px, L to 96, XL to 128, XXL above; S, below, is
not in the supplement. Whether the limits are the authors' shows on COCO's validation set: there the counts should be
those of `PUBLISHED`, and are printed beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from detectors._coco import Annotated
from detectors._topdown import crop_of
from poses.arrays import FloatArray

KEYPOINTS = ("few", "some", "many")
SIZES = ("S", "M", "L", "XL", "XXL")
OCCLUSIONS = ("many", "some", "few")
CROP = (192, 256)
# People of person_keypoints_val2017.json in the supplement's tables 2 and 3, by bin; 6352 in all.
PUBLISHED = {
    "keypoints": {"few": 934, "some": 1792, "many": 3626},
    "size": {"M": 2413, "L": 1248, "XL": 782, "XXL": 1909},
    "occlusion": {"many": 368, "some": 1368, "few": 4616},
}


def keypoint_bin(person: Annotated) -> str:
    count = int(person.present.sum())
    return "few" if count <= 5 else "some" if count <= 10 else "many"


def size_bin(person: Annotated) -> str:
    return SIZES[int(np.searchsorted([32, 64, 96, 128], np.sqrt(person.area), side="right"))]


def occlusion_bin(person: Annotated) -> str:
    share = (person.visibility == 1).sum() / max(int(person.present.sum()), 1)
    return "few" if share < 0.2 else "some" if share < 0.5 else "many"


@dataclass(frozen=True)
class Errors:
    """Distances of one way of decoding: px (N people, 17), NaN where the keypoint is not annotated; missed: share of
    annotated keypoints without an answer, which count as answered in the middle of the person's box."""

    name: str
    px: FloatArray
    missed: float


def measure(name: str, people: Sequence[Annotated], found: FloatArray, unit: str = "picture") -> Errors:
    """Errors of keypoints found (N, 17, 2) px. unit: "picture" pixels, or "crop": of a crop 256 px high."""
    true = np.stack([p.xy for p in people])
    present = np.stack([p.present for p in people])
    boxes = np.stack([p.box for p in people])
    missing = np.asarray(~np.isfinite(found).all(axis=-1))
    middle = (boxes[:, None, :2] + boxes[:, None, 2:]) / 2
    distance = np.linalg.norm(np.where(missing[..., None], middle, found) - true, axis=-1)
    if unit == "crop":
        distance = distance * np.array([CROP[1] / crop_of(p.box, CROP).size[1] for p in people])[:, None]
    return Errors(name, np.where(present, distance, np.nan), float(missing[present].mean()))


def table(
    people: Sequence[Annotated],
    rows: Sequence[str],
    bin_of: Callable[[Annotated], str],
    cell: Callable[[FloatArray], str],
) -> list[list[str]]:
    """Cells by row (and "all") and number of keypoints (and "all"); `cell` gets the mask (N) of its people."""
    by_row = np.array([bin_of(p) for p in people])
    by_keypoints = np.array([keypoint_bin(p) for p in people])
    everybody = np.ones(len(people), dtype=bool)
    across = [(k, by_keypoints == k) for k in KEYPOINTS] + [("all", everybody)]
    down = [(r, by_row == r) for r in rows if (by_row == r).any()] + [("all", everybody)]
    return [[name, *(cell(mask & other) for _, other in across)] for name, mask in down]


def error_cell(errors: Sequence[Errors]) -> Callable[[FloatArray], str]:
    """The mean over keypoints of each of the errors, "12.3 / 11.9 / 11.7"; "-" where there is nobody."""

    def cell(mask: FloatArray) -> str:
        if not mask.any():
            return "-"
        return " / ".join(f"{np.nanmean(e.px[mask]):.2f}" for e in errors)

    return cell


def report(people: Sequence[Annotated], errors: Sequence[Errors], unit: str) -> str:
    """Every table as text."""
    names = " / ".join(e.name for e in errors)
    cell = error_cell(errors)
    count: Callable[[FloatArray], str] = lambda mask: str(int(mask.sum()))  # noqa: E731
    parts = [
        f"{len(people)} people. End-point error in {unit} pixels, mean over keypoints: {names}",
        "answers missing: " + ", ".join(f"{e.name} {100 * e.missed:.1f} %" for e in errors),
        _layout("occlusion", table(people, OCCLUSIONS, occlusion_bin, cell)),
        _layout("size", table(people, SIZES, size_bin, cell)),
        "People:",
        _layout("occlusion", table(people, OCCLUSIONS, occlusion_bin, count)),
        _layout("size", table(people, SIZES, size_bin, count)),
    ]
    if len(people) == sum(PUBLISHED["keypoints"].values()):
        parts.append(beside_published(people))
    return "\n\n".join(parts)


def beside_published(people: Sequence[Annotated]) -> str:
    """People of COCO's validation set by bin, here and in the supplement: they are the same where the limits are."""
    bins = {"keypoints": keypoint_bin, "size": size_bin, "occlusion": occlusion_bin}
    lines = ["People by bin, here / in the supplement:"]
    for kind, bin_of in bins.items():
        found = [bin_of(person) for person in people]
        cells = [f"{name} {found.count(name)} / {count}" for name, count in PUBLISHED[kind].items()]
        lines.append(f"{kind}: {', '.join(cells)}")
    return "\n".join(lines)


def as_numbers(people: Sequence[Annotated], errors: Sequence[Errors]) -> dict[str, object]:
    """The same as numbers: "epe" by name, then "all" or by "keypoints", "size" and "occlusion"; "missed", "counts"."""
    bins = {"keypoints": keypoint_bin, "size": size_bin, "occlusion": occlusion_bin}
    masks = {
        kind: {name: np.array([bin_of(p) == name for p in people]) for name in dict.fromkeys(map(bin_of, people))}
        for kind, bin_of in bins.items()
    }
    epe = {
        e.name: {
            "all": float(np.nanmean(e.px)),
            **{k: {n: float(np.nanmean(e.px[m])) for n, m in by.items()} for k, by in masks.items()},
        }
        for e in errors
    }
    counts = {kind: {name: int(mask.sum()) for name, mask in by.items()} for kind, by in masks.items()}
    return {"people": len(people), "epe": epe, "missed": {e.name: e.missed for e in errors}, "counts": counts}


def _layout(corner: str, rows: list[list[str]]) -> str:
    header = [corner, *(f"{k} kpts" for k in KEYPOINTS), "all"]
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    return "\n".join(
        "  ".join(
            text.ljust(w) if i == 0 else text.rjust(w) for i, (text, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in [header, *rows]
    )
