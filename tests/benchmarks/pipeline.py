"""What the steps around detector and lifter are worth, on real video and motion capture: a script, run on demand.

    python -m tests.benchmarks.pipeline [--data DIR] [--lifter ID]
    python -m tests.benchmarks.pipeline overlap [--rounds N] [--clips NAME...] [--chain-only] [--data DIR]
    python -m tests.benchmarks.pipeline network [--size S] [--end SECONDS] [--rounds N] [--clips NAME...] [--data DIR]
    python -m tests.benchmarks.pipeline cold [--rounds N] [--data DIR]

overlap: the whole chain beside the bare detector loop (decoding and detecting), and beside the same steps one after
the other, in one process with everything loaded, on golf_swing and balance_cam01. They take turns, so that what else
runs on the machine hurts all alike; medians over the rounds of wall time, of the processor time of the process, and
of their ratios to the bare loop of the same round. Processor time says what the chain costs, wall time what a user
waits; on a busy machine wall time favours whoever has more threads. cold: the same for `marey run` (GraphSH and
ConvFormer) as processes of their own, imports and writing of BVH and CSV included. network: detection and the whole
chain, with the default lifter, beside nothing but the landmark network on all processors.

Without one of the two: prints, as tables: how far off the world's up is and where the feet stand (two real cameras;
virtual cameras on motion capture with a perfect and with a noisy lifter); the path of the root; what smoothing leaves
of the fastest movement and of the noise; frames per second of decoding and of the whole chain.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from app.catalogue import default_lifter, make_detector, make_lifter
from app.pipeline.analysis import Detections, Settings, analyse, detect_video, lift_detections
from app.pipeline.gravity import pitch_roll_deg
from app.pipeline.lift import Lifted
from app.pipeline.main_people import select_people
from app.pipeline.roll import lift_person
from app.pipeline.smooth import smooth, smooth_joints
from app.pipeline.video import probe, read_frames
from app.pipeline.world import place_in_world
from app.protocols import Detector, Lifter
from detectors._blazepose.networks import Network
from detectors._blazepose.weights import landmark, read_weights
from poses.camera import assumed_focal_px
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.skeletons import H36M17

SIZE = (1920, 1080)
LIFTERS = ("graphsh", "mlp_graphwj_t1", "convformer_t9", "convformer_t27")
KINDS = ("walk", "run", "jump", "balance", "navigate", "punch", "wash", "kick")


def detect(path: Path) -> tuple[Detections, float]:
    """Detections and frames per second."""
    detector, began = make_detector("blazepose"), time.monotonic()
    steps = list(detect_video(path, detector, Settings()))
    detector.close()
    assert steps[-1].detections is not None
    return steps[-1].detections, len(steps) / (time.monotonic() - began)


def angle_deg(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.degrees(np.arccos(np.clip(a @ b, -1, 1))))


def speeds(videos: Path, found: dict[str, tuple[Detections, float]], lifter: Lifter) -> None:
    print(
        "\n| video | frames | decoding, frames/s | detecting, frames/s | lifting to smoothing, frames/s |"
        "\n|---|---|---|---|---|"
    )
    for name, (detections, rate) in found.items():
        path, began = videos / f"{name}.mp4", time.monotonic()
        count = sum(1 for _ in read_frames(probe(path)))
        decoding, began = count / (time.monotonic() - began), time.monotonic()
        lift_detections(detections, lifter, Settings())
        print(f"| {name} | {count} | {decoding:.0f} | {rate:.1f} | {count / (time.monotonic() - began):.0f} |")


def real_world(videos: Path, found: dict[str, tuple[Detections, float]], lifter: Lifter) -> None:
    truth = np.load(videos / "balance_gt.npz")
    print(
        "\n| video | up off by, deg | pitch, roll found | true | lower ankle, median cm | depth of the root, off by m |"
    )
    print("|---|---|---|---|---|---|")
    for name, (detections, _) in found.items():
        lifted = [lift_person(p, lifter, Settings()) for p in select_people(detections, Settings())[0]]
        placed = place_in_world(lifted, Settings())
        ankle = 100 * np.nanmedian(placed.xyz[0][:, [3, 6], 1].min(axis=1))
        pitch, roll = placed.pitch_deg, placed.roll_deg
        off = true = depth = ""
        if (camera := name.removeprefix("balance_")) in ("cam01", "cam02"):
            up = truth[f"{camera}_R"] @ [0, 0, 1]
            off, true = f"{angle_deg(up, placed.rotation[1]):.1f}", "{:.1f}, {:.1f}".format(*pitch_roll_deg(up))
            back = placed.xyz[0][truth[f"{camera}_frame_index"], 0] @ placed.rotation + placed.origin
            differ = back[:, 2] - truth[f"{camera}_joints3d_cam"][:, 0, 2]
            depth = f"{differ.mean():+.2f}, varies by {differ.std():.2f}"
        print(f"| {name} | {off} | {pitch:.1f}, {roll:.1f} | {true} | {ankle:.0f} | {depth} |")


def virtual_world(mocap: Path) -> None:
    data = np.load(mocap / "test.npz")
    joints = data["pose"].astype(float) * float(data["unit_m"]) + data["root"][:, None]
    clips = [
        joints[start : start + min(length, 400)][..., [0, 2, 1]] * [1, 1, -1]
        for start, length, kind in zip(data["clip_start"], data["clip_len"], data["clip_motion"], strict=True)
        if length >= 60 and any(word in str(kind) for word in KINDS)
    ]
    print(f"\nvirtual cameras, {len(clips)} clips of motion capture (walking, running, jumping, kicking ...)\n")
    print(
        "| error of the lifter, mm | camera looks down, deg | up off by, median deg | 90 % below |\n|---|---|---|---|"
    )
    for noise in (0.0, 0.03):
        for pitch in (0, 10, 20, 30):
            draw = np.random.default_rng(pitch)
            off = [virtual_clip(world, pitch, noise, draw) for world in clips]
            error = f"{1000 * np.mean([e for _, e in off]):.0f}"
            angles = [a for a, _ in off]
            print(f"| {error} | {pitch} | {np.median(angles):.1f} | {np.percentile(angles, 90):.1f} |")


def virtual_clip(world: np.ndarray, pitch: float, noise: float, draw: np.random.Generator) -> tuple[float, float]:
    """Angle between up and up as found, degrees, and the mean error of the stand-in lifter, m."""
    count, focal, tilt = len(world), assumed_focal_px(SIZE), np.radians(pitch)
    turn, middle = draw.uniform(0, 2 * np.pi), world[:, 0].mean(axis=0)
    ahead = np.array([np.cos(turn) * np.cos(tilt), -np.sin(tilt), np.sin(turn) * np.cos(tilt)])
    right = np.cross(ahead, [0, 1, 0]) / np.cos(tilt)
    rotation = np.stack([right, np.cross(ahead, right), ahead])
    eye = middle - ahead * (6 + np.linalg.norm(world[:, 0] - middle, axis=1).max())
    seen = (world - eye) @ rotation.T
    xy = seen[..., :2] / seen[..., 2:] * focal + np.array(SIZE) / 2
    lifted = seen - seen[:, :1]
    # Errors of a network change slowly and lie mostly along the line of sight.
    knots = draw.normal(size=(count // 25 + 2, 17, 3)) + 0.7 * draw.normal(size=(17, 3))
    at = np.linspace(0, len(knots) - 1.01, count)
    low, share = at.astype(int), (at % 1)[:, None, None]
    error = noise * (knots[low] * (1 - share) + knots[low + 1] * share) * [0.7, 0.7, 1.5]
    times, score = np.arange(count) / 50, np.ones((count, 17))
    pose = PoseSequence2D(xy, score, times, SIZE, H36M17)
    xyz = PoseSequence3D(lifted + error - error[:, :1], times, Space.CAMERA_ROOT, H36M17)
    placed = place_in_world([Lifted(pose, score < 0, xyz)], Settings())
    return angle_deg(rotation @ [0, 1, 0], placed.rotation[1]), float(np.linalg.norm(error, axis=-1).mean())


def smoothing(videos: Path, found: dict[str, tuple[Detections, float]], lifter: Lifter) -> None:
    truth = np.load(videos / "balance_gt.npz")
    print(
        "\n| low-pass | golf_swing: peak speed of the wrists, m/s | cam01: error of accelerations, m/s2 | cam02 |"
        "\n|---|---|---|---|"
    )
    placed = {
        name: place_in_world(
            [lift_person(p, lifter, Settings()) for p in select_people(found[name][0], Settings())[0]], Settings()
        )
        for name in ("golf_swing", "balance_cam01", "balance_cam02")
    }
    ways = {
        "none": lambda xyz, t: xyz,
        "6 Hz": lambda xyz, t: smooth(xyz, t, 6.0),
        "5 Hz, 12.5 where fast (ours)": lambda xyz, t: smooth_joints(xyz, t, 5.0),
    }
    for label, way in ways.items():
        cells = []
        for name, one in placed.items():
            times = found[name][0].time_s
            names = list(lifter.skeleton.joint_names)
            xyz = way(one.xyz[0], times)
            if name == "golf_swing":
                wrists = xyz[:, [names.index("LWrist"), names.index("RWrist")]]
                cells.append(np.nanmax(np.linalg.norm(np.gradient(wrists, times, axis=0), axis=-1)))
                continue
            camera = name.removeprefix("balance_")
            rows, joints = truth[f"{camera}_frame_index"], [H36M17.index(n) for n in names]
            wanted = truth["joints3d_world"][:, joints] @ truth[f"{camera}_R"].T @ one.rotation.T
            differ = second_difference(xyz[rows], times[rows]) - second_difference(wanted, times[rows])
            cells.append(np.linalg.norm(differ[5:-5], axis=-1).mean())
        print(f"| {label} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")


def second_difference(xyz: np.ndarray, times: np.ndarray) -> np.ndarray:
    return np.gradient(np.gradient(xyz, times, axis=0), times, axis=0)


def overlap(videos: Path, rounds: int, clips: Sequence[str], apart: bool) -> None:
    """The whole chain and the same one after the other, both beside the bare detector loop.

    Steps are not collected: their pictures would fill the memory, which takes its time too.
    """
    lifters = {name: make_lifter(name, "cpu") for name in LIFTERS}
    for name in clips:
        path, detector = videos / f"{name}.mp4", make_detector("blazepose")

        def bare(path: Path = path, detector: Detector = detector) -> Detections:
            found = deque(detect_video(path, detector, Settings()), maxlen=1)[0].detections
            assert found is not None
            return found

        ways: dict[str, Callable[[], object]] = {"decoding and detecting": bare}
        for id, lifter in lifters.items():
            ways[f"{id}, whole chain"] = lambda with_=lifter, p=path, d=detector: deque(analyse(p, d, with_), maxlen=1)
            if apart:
                ways[f"{id}, one after the other"] = lambda with_=lifter, b=bare: lift_detections(
                    b(), with_, Settings()
                )
        for way in ways.values():
            way()  # loads what is loaded once
        compare(f"{name}, {len(bare())} frames, {rounds} rounds", ways, rounds, time.process_time)
        detector.close()


def network(videos: Path, rounds: int, clips: Sequence[str], size: str, end_s: float | None) -> None:
    """Detection and the whole chain beside nothing but the landmark network on all processors, frame after frame.

    The network is the one of the file, with all its outputs, shown the same picture again and again. What the chain
    has to do besides (decoding, finding the person, lifting) shares the processors with it.
    """
    settings, lifter = Settings(end_s=end_s), make_lifter(None, "cpu")
    for name in clips:
        path, detector = videos / f"{name}.mp4", make_detector("blazepose", options=[f"size={size}"])
        count = sum(step.frame is not None for step in detect_video(path, detector, settings))
        bare = Network(read_weights(landmark(size)), os.cpu_count() or 1)
        picture = np.random.default_rng(0).random((256, 256, 3)).astype(np.float32)
        ways: dict[str, Callable[[], object]] = {
            f"the {size} network alone": lambda n=count, net=bare, shown=picture: [net.run(shown) for _ in range(n)],
            "decoding and detecting": lambda p=path, d=detector: deque(detect_video(p, d, settings), maxlen=1),
            f"{lifter.name}, whole chain": lambda p=path, d=detector: deque(analyse(p, d, lifter, settings), maxlen=1),
        }
        for way in ways.values():
            way()
        ratios = compare(f"{name}, {count} frames, {rounds} rounds", ways, rounds, time.process_time)
        print(f"\nframes/s of the whole chain : of the network alone = {1 / ratios[-1, 0]:.2f} "
              f"(by processor time {1 / ratios[-1, 1]:.2f})")  # fmt: skip
        detector.close()


def cold(videos: Path, rounds: int, clips: Sequence[str]) -> None:
    """`marey run` beside a process that does nothing but decode and detect, each from its start to its end."""
    bare = (
        "import sys; from collections import deque; from app.catalogue import make_detector;"
        "from app.pipeline.analysis import Settings, detect_video;"
        "deque(detect_video(sys.argv[1], make_detector('blazepose'), Settings()), maxlen=1)"
    )
    for name in clips:
        video = str(videos / f"{name}.mp4")
        with tempfile.TemporaryDirectory() as folder:
            calls = {"decoding and detecting": ["-c", bare, video]}
            for id in ("graphsh", "convformer_t27"):
                calls[f"marey run --lifter {id}"] = ["-m", "app", "run", video, "--lifter", id, "--out", folder]
            ways = {
                label: lambda call=call: subprocess.run([sys.executable, *call], check=True, capture_output=True)
                for label, call in calls.items()
            }
            compare(f"{name}, processes, {rounds} rounds", ways, rounds, children_time)


def children_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compare(
    title: str, ways: dict[str, Callable[[], object]], rounds: int, cpu_time: Callable[[], float]
) -> np.ndarray:
    """A table of medians; every way in turn, the first is what the others are compared with. Returns the ratios."""
    spent = np.zeros((rounds, len(ways), 2))
    for number in range(rounds):
        # Every other round backwards, so that no way always runs after the same other one.
        for way in list(range(len(ways)))[:: 1 - 2 * (number % 2)]:
            began = time.perf_counter(), cpu_time()
            list(ways.values())[way]()
            spent[number, way] = time.perf_counter() - began[0], cpu_time() - began[1]
    ratios = np.median(spent / spent[:, :1], axis=0)
    lowest, highest = (np.quantile(spent / spent[:, :1], q, axis=0) for q in (0.25, 0.75))
    print(
        f"\n{title}\n\n| | wall, s | CPU, s | wall : bare (quartiles) | CPU : bare (quartiles) |\n|---|---|---|---|---|"
    )
    for way, label in enumerate(ways):
        cells = [f"{ratios[way, k]:.2f} ({lowest[way, k]:.2f}-{highest[way, k]:.2f})" for k in (0, 1)]
        wall, cpu = np.median(spent[:, way], axis=0)
        print(f"| {label} | {wall:.2f} | {cpu:.2f} | {cells[0]} | {cells[1]} |", flush=True)
    return np.asarray(ratios)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--lifter", default=None)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--clips", nargs="+", default=["golf_swing", "balance_cam01"])
    parser.add_argument("--chain-only", action="store_true", help="leave out the steps one after the other")
    parser.add_argument("what", nargs="?", default="all", choices=("all", "overlap", "network", "cold"))
    parser.add_argument("--size", default="heavy", help="of BlazePose's network, for 'network'")
    parser.add_argument("--end", type=float, default=None, help="only so many seconds, for 'network'")
    options = parser.parse_args()
    videos = options.data / "videos"
    if options.what == "overlap":
        overlap(videos, options.rounds, options.clips, not options.chain_only)
        return
    if options.what == "network":
        network(videos, options.rounds, options.clips, options.size, options.end)
        return
    if options.what == "cold":
        cold(videos, options.rounds, options.clips)
        return
    lifter = make_lifter(options.lifter or default_lifter(), "cpu")
    names = ("balance_cam01", "balance_cam02", "golf_swing", "squats", "enter_frame")
    found = {name: detect(videos / f"{name}.mp4") for name in names}
    print(f"detector blazepose, lifter {lifter.name}")
    speeds(videos, found, lifter)
    real_world(videos, found, lifter)
    virtual_world(options.data / "mocap")
    smoothing(videos, found, lifter)


if __name__ == "__main__":
    main()
