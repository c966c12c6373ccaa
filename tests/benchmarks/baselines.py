"""Two plain lifters of the same data and budget, to compare ours with: a script, run on demand.

    python -m tests.benchmarks.baselines mlp|tcn [--steps N] [--batch N] [--data DIR]

mlp: fully connected, one frame, two residual blocks of 1024 (Martinez et al. 2017). tcn: temporal convolutions over 27
frames, 256 channels (after Pavllo et al. 2019). Trained as `marey train` does, with a cosine to zero, then scored on
the motion capture test subjects and on real video.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import torch
from torch import Tensor, nn

from lifting.data import open_recordings, open_source
from lifting.evaluate import score
from lifting.settings import Settings
from lifting.step import predict, train_step
from lifting.train import Batches, batches_from
from poses.arrays import FloatArray
from poses.skeleton import Skeleton
from poses.skeletons import H36M16
from poses.windows import cut_windows
from tests.benchmarks.real_video import CAMERAS, read_clip, score_blazepose, score_lifter, table


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(*(part for _ in range(2) for part in self.layer(width)))

    @staticmethod
    def layer(width: int) -> list[nn.Module]:
        return [nn.Linear(width, width), nn.BatchNorm1d(width), nn.ReLU()]

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x)


class PlainMlp(nn.Module):
    """(B, 1, J, 2) -> (B, J, 3)."""

    window = 1

    def __init__(self, joints: int, width: int = 1024) -> None:
        super().__init__()
        first = [nn.Linear(2 * joints, width), nn.BatchNorm1d(width), nn.ReLU()]
        self.net = nn.Sequential(nn.Flatten(), *first, Residual(width), Residual(width), nn.Linear(width, 3 * joints))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x).unflatten(1, (-1, 3))


class TemporalConvolution(nn.Module):
    """(B, 27, J, 2) -> (B, J, 3): three strided convolutions of 3 frames, residual to the middle one."""

    window = 27

    def __init__(self, joints: int, width: int = 256) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv1d(2 * joints, width, 3, stride=3), nn.BatchNorm1d(width), nn.ReLU())
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(width, width, 3, stride=3), nn.BatchNorm1d(width), nn.ReLU(),
                nn.Conv1d(width, width, 1), nn.BatchNorm1d(width), nn.ReLU(),
            ) for _ in range(2)
        )  # fmt: skip
        self.last = nn.Conv1d(width, 3 * joints, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.first(x.flatten(2).transpose(1, 2))
        for block in self.blocks:
            y = block(y) + y[..., 1::3]
        return self.last(y).squeeze(-1).unflatten(1, (-1, 3))


class PlainLifter:
    """A network as a lifter (app.protocols.Lifter), averaged with the mirror image."""

    normalisation, flip, window_hz = "person", True, None

    def __init__(self, name: str, model: nn.Module, window: int) -> None:
        self.name, self.model, self.window, self.skeleton = name, model, window, H36M16

    def lift(self, windows: FloatArray) -> FloatArray:
        return predict(self.model, windows.astype("float32"), torch.device("cpu"))

    def lift_sequence(self, xy: FloatArray, progress: object = None, step: float = 1) -> FloatArray:
        windows = cut_windows(xy, self.window, step)
        return (self.lift(windows) + turned(self.lift(turned(windows, self.skeleton)), self.skeleton)) / 2


def turned(values: FloatArray, skeleton: Skeleton) -> FloatArray:
    """Mirror image of (..., J, D)."""
    out = values[..., list(skeleton.mirror), :].copy()
    out[..., 0] *= -1
    return out


KINDS = {"mlp": PlainMlp, "tcn": TemporalConvolution}


def train_baseline(kind: str, settings: Settings, data: Path) -> PlainLifter:
    torch.manual_seed(settings.seed)
    model = KINDS[kind](len(H36M16))
    source = open_source({}, data, H36M16, model.window)
    optimiser = torch.optim.AdamW(model.parameters(), lr=settings.lr, weight_decay=settings.weight_decay)
    began = time.monotonic()
    for step, (xy, xyz) in enumerate(batches_from(Batches(source, settings, 0, 1), 0, torch.device("cpu"))):
        loss = train_step(model.train(), optimiser, xy, xyz, settings, step)
        if step % 200 == 0:
            sys.stderr.write(f"step {step}/{settings.steps}  loss {loss:.4f}  {time.monotonic() - began:.0f} s\n")
    return PlainLifter(kind, model.eval(), model.window)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--steps", type=int, default=25_000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    options = parser.parse_args()
    settings = Settings(steps=options.steps, batch=options.batch, warmup=300, workers=0, precision="auto")
    lifter = train_baseline(options.kind, settings, options.data / "mocap")
    recordings = list(open_recordings("mocap", options.data / "mocap", "test", H36M16))
    print(score(lifter, recordings, "mocap", "test").markdown())  # type: ignore[arg-type]
    clips = [read_clip(options.data / "videos", camera) for camera in CAMERAS]
    print(table({**score_blazepose(clips), options.kind: score_lifter(lifter, clips)}))


if __name__ == "__main__":
    main()
