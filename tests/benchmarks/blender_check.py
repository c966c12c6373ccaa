"""What does Blender make of our BVH files? Prints a line a file; ends with 1 when one of them is wrong.

    .venv/bin/python tests/benchmarks/blender_check.py OUT/*.bvh [--picture OUT/blender.png]

Needs Python 3.11 for Blender 5.0.1 as a module; the first call installs it into .venv-blender (about 1.5 GB). Where a
CSV of the same name lies beside the BVH, the joints that Blender shows are compared with the joints in the table too.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.export._character import SAME_POINT  # noqa: E402
from poses.bvh import read_bvh  # noqa: E402

BLENDER = ROOT / ".venv-blender" / "bin" / "python"
LOAD = Path(__file__).with_name("blender_load.py")


def install() -> None:
    """Blender as a module, in an environment of its own because it wants NumPy 1."""
    if BLENDER.exists():
        return
    python = shutil.which("python3.11")
    if python is None:
        raise SystemExit("Blender 5.0.1 as a module needs Python 3.11, and there is no python3.11 here")
    subprocess.run([python, "-m", "venv", str(BLENDER.parents[1])], check=True)
    subprocess.run([str(BLENDER), "-m", "pip", "install", "-q", "bpy==5.0.1", "numpy<2"], check=True)


def ask_blender(bvh: Path, picture: Path | None) -> dict[str, np.ndarray]:
    """What Blender sees, turned from its axes (z up) to those of the file (y up), metres."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "seen.npz"
        command = [str(BLENDER), str(LOAD), str(bvh), str(out), *([str(picture)] if picture else [])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
        if done.returncode or not out.exists():
            raise SystemExit(f"Blender could not load {bvh}: {done.stderr.strip()[-400:]}")
        with np.load(out) as data:
            seen = {key: data[key] for key in data.files}
    for key in ("heads", "tails", "rest_heads", "rest_tails"):
        seen[key] = np.stack([seen[key][..., 0], seen[key][..., 2], -seen[key][..., 1]], axis=-1)
    return seen


def from_table(path: Path, person: int) -> dict[str, np.ndarray]:
    """(T, 3) m by joint name of one person of a CSV."""
    places: dict[str, list[list[float]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["person"] == str(person):
                places.setdefault(row["joint"], []).append([float(row[k] or "nan") for k in ("x_m", "y_m", "z_m")])
    return {name: np.array(values) for name, values in places.items()}


def turned(turns: np.ndarray) -> np.ndarray:
    """(T - 1, B) degrees from frame to frame of quaternions (T, B, 4)."""
    return np.degrees(2 * np.arccos(np.clip(np.abs((turns[1:] * turns[:-1]).sum(axis=-1)), 0, 1)))


def check(bvh: Path, picture: Path | None) -> bool:
    seen, ours = ask_blender(bvh, picture), read_bvh(bvh)
    names = seen["names"].tolist()
    at = {name: seen["heads"][:, k] for k, name in enumerate(names)}
    rest = {name: seen["rest_heads"][k] for k, name in enumerate(names)}
    tail = {name: seen["rest_tails"][k] for k, name in enumerate(names)}
    order = [ours.names.index(name) for name in names]
    apart = np.linalg.norm(ours.joints()[:, order] / 100 - seen["heads"], axis=-1).max() * 1000
    bones = [(k, names.index(ours.names[ours.parents[j]])) for k, j in enumerate(order) if ours.parents[j] >= 0]
    lengths = [np.linalg.norm(seen["heads"][:, a] - seen["heads"][:, b], axis=-1) for a, b in bones]
    stretch = max(np.ptp(length) for length in lengths) * 1000
    steps = turned(seen["turns"])
    worst = np.unravel_index(steps.argmax(), steps.shape) if len(steps) else (0, 0)
    feet = (at["LeftFoot"] + at["RightFoot"]) / 2
    verdict = {
        "rest pose upright": rest["Head"][1] > rest["Hips"][1] > rest["LeftFoot"][1],
        "rest pose faces +z": tail["LeftFoot"][2] > rest["LeftFoot"][2] + 0.01,
        "left at +x": rest["LeftHand"][0] > 0.2 and rest["LeftUpLeg"][0] > 0 > rest["RightUpLeg"][0],
        "arms level": abs(rest["LeftHand"][1] - rest["LeftArm"][1]) < 1e-3,
        "bones constant": stretch < 0.1,
        "joints as ours": apart < 1,
        "every frame": int(seen["keyed"]) == len(ours.values),
        "rate exact": abs(float(seen["fps"]) * ours.frame_time - 1) < 1e-6,
    }
    upright = np.mean(at["Head"][:, 1] > feet[:, 1])
    print(f"{bvh.name}: Blender {seen['blender']}, {len(ours.values)} frames at {float(seen['fps']):.5f} a second")
    print(f"  joints differ by {apart:.5f} mm at most, bone lengths by {stretch:.5f} mm; head over feet {upright:.0%}")
    if len(steps):
        print(
            f"  largest turn from frame to frame: {steps.max():.0f} degrees, {names[worst[1]]} after frame {worst[0]}"
        )
    compare(bvh, at)
    print("  " + ", ".join(f"{'' if good else 'NOT '}{what}" for what, good in verdict.items()))
    return all(verdict.values())


def compare(bvh: Path, at: dict[str, np.ndarray]) -> None:
    """Distance to the lifted joints in the table beside the file, and to their mirror image for comparison."""
    person = re.search(r"_p(\d+)$", bvh.stem)
    table = bvh.with_suffix(".csv")
    if not table.exists() and person:
        table = bvh.with_name(bvh.stem[: person.start()] + ".csv")
    if not table.exists():
        return
    places = from_table(table, int(person.group(1)) if person else 1)
    ends = [n for n in SAME_POINT if n.endswith(("Hand", "Foot", "ForeArm", "Leg")) and SAME_POINT[n] in places]
    if any(len(places[SAME_POINT[n]]) != len(at[n]) for n in ends):
        print("  the table has other frames (resampled): not compared")
        return
    swap = {"Left": "Right", "Right": "Left"}
    straight = [np.linalg.norm(at[n] - places[SAME_POINT[n]], axis=-1) for n in ends]
    crossed = [
        np.linalg.norm(at[re.sub("Left|Right", lambda m: swap[m[0]], n)] - places[SAME_POINT[n]], axis=-1) for n in ends
    ]
    print(
        f"  limbs are {np.nanmean(straight) * 1000:.1f} mm from the table on average, {np.nanmax(straight) * 1000:.0f} "
        f"mm at most (with left and right exchanged {np.nanmean(crossed) * 1000:.0f} mm)"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("bvh", nargs="+", type=Path)
    parser.add_argument(
        "--picture", type=Path, help="PNG to render with Cycles: rest pose and six frames of the first file"
    )
    options = parser.parse_args()
    install()
    good = [check(bvh, options.picture if k == 0 else None) for k, bvh in enumerate(options.bvh)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
