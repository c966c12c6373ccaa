"""What does OpenSim make of our TRC? Makes a model of its size, runs inverse kinematics and prints what it found.

    .venv/bin/python tests/benchmarks/opensim_check.py OUT/*.trc
    .venv/bin/python tests/benchmarks/opensim_check.py --angles OUT/*.mot

Needs OpenSim 4.6 (pip install --no-deps opensim==4.6; `start.py test` does). The model is a person of 14 segments with
ball joints, and hinges at knees and elbows, whose lengths are the medians of the file's own; the markers of Human3.6M's
joints lie on it. Where the markers do not move as a body of fixed lengths does, the difference is the marker error.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import opensim

# Which way is right, along z.
SIDES = {"L": -1.0, "R": 1.0}


def read(path: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Marker names, times (T) and positions (T, M, 3) m as OpenSim reads them."""
    table = opensim.TimeSeriesTableVec3(str(path))
    names = list(table.getColumnLabels())
    times = np.array(table.getIndependentColumn())
    rows = [table.getRowAtIndex(t) for t in range(table.getNumRows())]
    return names, times, np.array([[[row[m][k] for k in range(3)] for m in range(len(names))] for row in rows])


def build(names: list[str], xyz: np.ndarray) -> opensim.Model:
    """A model whose segments are as long as the markers are apart, standing, x forwards, y up, z to its right."""
    at = {name: xyz[:, m] for m, name in enumerate(names)}

    def apart(a: str, b: str) -> float:
        return float(np.nanmedian(np.linalg.norm(at[a] - at[b], axis=-1)))

    model = opensim.Model()
    model.setName("markers")
    ground = model.getGround()

    def body(name: str) -> opensim.Body:
        made = opensim.Body(name, 1.0, opensim.Vec3(0), opensim.Inertia(0.1, 0.1, 0.1, 0, 0, 0))
        model.addBody(made)
        return made

    def join(kind: type, name: str, parent: opensim.Body, place: tuple[float, float, float]) -> opensim.Body:
        child, zero = body(name), opensim.Vec3(0)
        model.addJoint(kind(f"to_{name}", parent, opensim.Vec3(*place), zero, child, zero, zero))
        return child

    def mark(name: str, on: opensim.Body, place: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> None:
        model.addMarker(opensim.Marker(name, on, opensim.Vec3(*place)))

    pelvis, zero = body("pelvis"), opensim.Vec3(0)
    root = opensim.FreeJoint("root", ground, zero, zero, pelvis, zero, zero)
    model.addJoint(root)
    mark("Hip", pelvis)
    lumbar = join(opensim.BallJoint, "lumbar", pelvis, (0.0, apart("Hip", "Spine"), 0.0))
    mark("Spine", lumbar)
    chest = apart("Spine", "Thorax")
    mark("Thorax", lumbar, (0.0, chest, 0.0))
    neck = join(opensim.BallJoint, "neck", lumbar, (0.0, chest, 0.0))
    if "Neck_Nose" in at:
        head = join(opensim.BallJoint, "head", neck, (0.0, apart("Thorax", "Neck_Nose"), 0.0))
        mark("Neck_Nose", head)
        mark("Head", head, (0.0, apart("Neck_Nose", "Head"), 0.0))
    else:
        mark("Head", neck, (0.0, apart("Thorax", "Head"), 0.0))
    for side, right in SIDES.items():
        shoulder = join(opensim.BallJoint, f"{side}collar", lumbar, (0.0, chest, 0.0))
        place = (0.0, 0.0, right * apart("Thorax", f"{side}Shoulder"))
        mark(f"{side}Shoulder", shoulder, place)
        upper = join(opensim.BallJoint, f"{side}upper_arm", shoulder, place)
        fore = join(opensim.PinJoint, f"{side}forearm", upper, (0.0, -apart(f"{side}Shoulder", f"{side}Elbow"), 0.0))
        mark(f"{side}Elbow", fore)
        mark(f"{side}Wrist", fore, (0.0, -apart(f"{side}Elbow", f"{side}Wrist"), 0.0))
        place = (0.0, 0.0, right * apart("Hip", f"{side}Hip"))
        mark(f"{side}Hip", pelvis, place)
        thigh = join(opensim.BallJoint, f"{side}thigh", pelvis, place)
        shank = join(opensim.PinJoint, f"{side}shank", thigh, (0.0, -apart(f"{side}Hip", f"{side}Knee"), 0.0))
        mark(f"{side}Knee", shank)
        mark(f"{side}Foot", shank, (0.0, -apart(f"{side}Knee", f"{side}Foot"), 0.0))
    model.finalizeConnections()
    across = np.nanmedian(at["RHip"] - at["LHip"], axis=0)
    start = [0.0, float(np.arctan2(across[0], across[2])), 0.0, *np.nanmedian(at["Hip"], axis=0).tolist()]
    for index, value in enumerate(start):
        root.upd_coordinates(index).setDefaultValue(value)
    return model


def longest(there: np.ndarray) -> tuple[int, int]:
    """First and last index of the longest stretch that is true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(int))).reshape(-1, 2)
    first, after = max(edges.tolist(), key=lambda edge: edge[1] - edge[0])
    return first, after - 1


def inverse_kinematics(path: Path, folder: Path) -> dict[str, float | int]:
    """Frames, gaps and the marker errors (metres) of an inverse kinematics run over the longest stretch with a person.

    OpenSim cannot pose a model in a frame without any marker; gaps of single markers do not disturb it.
    """
    names, times, xyz = read(path)
    there = np.isfinite(xyz).all(axis=(1, 2))
    first, last = longest(np.isfinite(xyz).all(axis=2).any(axis=1))
    model = build(names, xyz[there])
    model.printToXML(str(folder / "model.osim"))
    tool = opensim.InverseKinematicsTool()
    tool.setModel(model)
    tool.setMarkerDataFileName(str(path))
    tool.setStartTime(float(times[first]))
    tool.setEndTime(float(times[last]))
    tool.setResultsDir(str(folder))
    tool.set_report_errors(True)
    tool.setOutputMotionFileName(str(folder / "motion.mot"))
    for marker in range(model.getMarkerSet().getSize()):
        name = model.getMarkerSet().get(marker).getName()
        task = opensim.IKMarkerTask()
        task.setName(name)
        task.setWeight(1.0)
        tool.getIKTaskSet().cloneAndAppend(task)
    if not tool.run():
        raise SystemExit(f"OpenSim's inverse kinematics did not finish on {path}")
    errors = opensim.TimeSeriesTable(str(next(folder.glob("*marker_errors.sto"))))
    rms = errors.getDependentColumn("marker_error_RMS").to_numpy()
    worst = errors.getDependentColumn("marker_error_max").to_numpy()
    return {
        "frames": len(times),
        "solved": len(rms),
        "markers": len(names),
        "gaps": int(np.isnan(xyz).all(axis=2).sum()),
        "rms_m": float(rms.mean()),
        "max_m": float(worst.max()),
    }


def angles(path: Path) -> dict[str, object]:
    """A MOT file as OpenSim reads it."""
    table = opensim.TimeSeriesTable(str(path))
    return {
        "names": list(table.getColumnLabels()),
        "inDegrees": table.getTableMetaDataAsString("inDegrees"),
        "time_s": list(table.getIndependentColumn()),
        "degrees": table.getMatrix().to_numpy().tolist(),
    }


def main(paths: list[str]) -> int:
    opensim.Logger.setLevelString("Error")
    if paths[:1] == ["--angles"]:
        for path in map(Path, paths[1:]):
            print(json.dumps({"file": path.name, **angles(path)}))
        return 0
    for path in map(Path, paths):
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps({"file": path.name, **inverse_kinematics(path.resolve(), Path(folder))}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
