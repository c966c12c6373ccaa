"""The command line: what can be asked, and how errors and Ctrl-C end it. The commands themselves are in `commands`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from app import commands
from app.log_file import log_file
from poses.errors import Ended, UserError, ending_signals

DONE, OURS, USERS = 0, 1, 2
# After a signal that ends a command tidying up may take this long; then the process ends whatever it is doing.
GRACE_S = 0.8

USAGE = """usage: marey [VIDEO or PROJECT]                  the window
       marey run VIDEO...                        video to 3D motion without a screen
       marey detectors | lifters | exporters     what there is, and whether it runs here
       marey doctor                              check decoding, OpenGL, devices, weights, write rights
       marey models                              weights of the detectors: fetch or import them
       marey train PRESET | evaluate WEIGHTS     train a lifter, measure one
       marey bench                               speed of every lifter and detector on this machine
       marey export-lifter                       a lifter as an ONNX file
       marey evaluate-detector                   errors of a detector against annotated pictures
       marey --version

Video in, 3D motion out. 'marey COMMAND --help' says more."""

# Commands that parse their own arguments.
MODULES = {
    "export-lifter": "lifting.export_onnx",
    "evaluate-detector": "detectors.evaluate",
}


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; see {self.prog} --help")


def _run_parser() -> Parser:
    run = Parser(prog="marey run", description="Video to 3D motion without a screen.")
    run.add_argument("videos", nargs="+", metavar="VIDEO", help="a video, or a folder of numbered pictures")
    run.add_argument("--detector", default=None, metavar="ID", help="2D detector (default: blazepose)")
    run.add_argument("--lifter", default=None, metavar="ID", help="2D to 3D lifter (default: the most accurate)")
    run.add_argument("--persons", type=int, default=1, metavar="N", help="people to follow (default: 1)")
    run.add_argument("--start", type=float, metavar="S", help="first time stamp of the file to analyse, in seconds")
    run.add_argument("--end", type=float, metavar="S", help="last time stamp, in seconds")
    run.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    run.add_argument(
        "--export", default="bvh,csv", metavar="IDS", help="formats, separated by commas (bvh:blender: a variant)"
    )
    run.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to write (default: here)")
    run.add_argument("--json", action="store_true", help="one JSON object a video on stdout instead of paths")
    run.add_argument("--picture", action="store_true", help="also a PNG of some frames with their poses")
    run.add_argument("--max-gap", type=float, default=None, metavar="S", help="fill 2D gaps up to this long")
    run.add_argument("--smoothing", type=float, default=None, metavar="HZ", help="cut-off of the smoothing, 0 for none")
    run.add_argument("--focal", type=float, default=None, metavar="F", help="focal length / longer side of the picture")
    run.add_argument("--pitch", type=float, default=None, metavar="DEG", help="how far the camera looks down")
    run.add_argument("--height", type=float, default=None, metavar="M", help="how tall the main person is, in metres")
    run.add_argument(
        "--slow-motion", type=float, default=None, metavar="N", help="the file plays N times slower than life"
    )
    run.add_argument(
        "--fps", type=float, default=None, metavar="F", help="pictures a second of a folder of pictures (default: 30)"
    )
    run.add_argument("--free-feet", action="store_true", help="do not keep standing feet in their places")
    run.add_argument(
        "--detector-option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the detector; marey detectors tells which there are",
    )
    run.set_defaults(act=commands.run_videos)
    return run


def _list_parser(kind: str) -> Parser:
    listing = Parser(prog=f"marey {kind}", description=f"The {kind} there are, and whether they run here.")
    listing.add_argument("--json", action="store_true", help="a JSON list of id, label, runs, why")
    listing.set_defaults(act=lambda options: commands.show_plugins(kind, options))
    return listing


def _doctor_parser() -> Parser:
    doctor = Parser(prog="marey doctor", description="Check decoding, OpenGL, devices, weights, write rights.")
    doctor.add_argument("--json", action="store_true", help="a JSON list of name, state, found, fix")
    doctor.set_defaults(act=commands.show_doctor)
    return doctor


def _models_parser() -> Parser:
    models = Parser(prog="marey models", description="Weights of the detectors that bring none.")
    models.add_argument(
        "--fetch", nargs="*", default=None, metavar="NAME", help="download and check these (default: BlazePose's)"
    )
    models.add_argument("--import", dest="source", metavar="FOLDER", help="take what is known from a folder or file")
    models.set_defaults(act=commands.models)
    return models


def _train_parser() -> Parser:
    train = Parser(prog="marey train", description="Train a lifter.")
    train.add_argument("preset", nargs="?", metavar="PRESET")
    train.add_argument("--data", type=Path, metavar="DIR")
    train.add_argument("--out", type=Path, metavar="DIR")
    train.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    train.add_argument("--start", metavar="WEIGHTS", help="start from these weights (a lifter's id, or a card)")
    train.add_argument("--name", metavar="NAME", help="what the weights shall be called (default: as the preset says)")
    train.add_argument("--steps", type=int, metavar="N", help="how many steps (default: as the preset says)")
    train.add_argument("--seed", type=int, metavar="N", help="another seed (default: as the preset says)")
    train.add_argument("--lr", type=float, metavar="X", help="another peak learning rate (default: as the preset says)")
    train.add_argument("--device", default="auto")
    train.add_argument("--list", action="store_true", help="the presets there are")
    train.set_defaults(act=commands.train)
    return train


def _evaluate_parser() -> Parser:
    evaluate = Parser(prog="marey evaluate", description="Tables of metrics of a lifter.")
    evaluate.add_argument("weights", metavar="WEIGHTS", help="a lifter's id, or a card or weights file")
    evaluate.add_argument("--data", type=Path, required=True, metavar="DIR")
    evaluate.add_argument("--protocol", default=None, metavar="P", help="the data set (default: the one in --data)")
    evaluate.add_argument("--split", default="test", metavar="S", help="train, val or test (default)")
    evaluate.add_argument(
        "--detections",
        default="gt",
        metavar="NAME",
        help="whose 2D: gt (default), the end of a 2D file's name, or noisy, as a detector would see motion capture",
    )
    evaluate.add_argument(
        "--flip", action=argparse.BooleanOptionalAction, default=True, help="average with the mirror image (default)"
    )
    evaluate.add_argument("--json", action="store_true", help="one JSON object instead of Markdown tables")
    evaluate.add_argument("--device", default="auto")
    evaluate.set_defaults(act=commands.evaluate)
    return evaluate


PARSERS: dict[str, Callable[[], Parser]] = {
    "run": _run_parser,
    "detectors": lambda: _list_parser("detectors"),
    "lifters": lambda: _list_parser("lifters"),
    "exporters": lambda: _list_parser("exporters"),
    "doctor": _doctor_parser,
    "models": _models_parser,
    "train": _train_parser,
    "evaluate": _evaluate_parser,
}


def main(argv: Sequence[str], open_window: Callable[[list[str]], int] | None = None) -> int:
    """Run one command line (without the program's name); returns the exit code and never raises.

    0 done; 2 the user can fix it, one line on stderr; 1 a program error, the traceback is in the log file; 130 Ctrl-C,
    143 SIGTERM, 129 SIGHUP.
    """
    try:
        with _ended_by_signals():
            return _act(list(argv), open_window)
    except UserError as error:
        print(f"marey: {' '.join(str(error).split())}", file=sys.stderr)
        return USERS
    except KeyboardInterrupt as end:
        with suppress(OSError):  # the terminal may be gone
            print("\nmarey: stopped", file=sys.stderr)
        return getattr(end, "code", Ended().code)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 (nobody reads any more; keeps the exit silent)
        return DONE
    except Exception as error:
        print(f"marey: {_log(error)}", file=sys.stderr)
        return OURS


def _act(argv: list[str], open_window: Callable[[list[str]], int] | None) -> int:
    first = argv[0] if argv else ""
    if first in ("-h", "--help"):
        print(USAGE)
        return DONE
    if first == "--version":
        print(f"marey {commands.version()}")
        return DONE
    if first not in (*MODULES, *PARSERS, "bench"):
        return _window(argv, open_window)
    try:
        if first == "bench":
            return commands.bench(argv[1:])
        if first in MODULES:
            return commands.delegate(MODULES[first], argv[1:])
        options = PARSERS[first]().parse_intermixed_args(argv[1:])
    except SystemExit as end:
        return int(end.code or 0)
    return int(options.act(options) or DONE)


def _window(argv: list[str], open_window: Callable[[list[str]], int] | None) -> int:
    for path in argv:
        if not Path(path).exists():
            raise UserError(f"{path} is neither a command nor a file that exists; see marey --help")
    if open_window is None:
        raise UserError("a command is missing; see marey --help")
    return open_window(argv)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Ctrl-C, SIGTERM and SIGHUP raise Ended; where tidying up hangs in foreign code, the process ends all the same."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ending: list[threading.Timer] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if ending:
            return  # it is ending already
        end = Ended(number)
        ending.append(threading.Timer(GRACE_S, os._exit, args=(end.code,)))
        ending[0].daemon = True
        ending[0].start()
        raise end

    before = {number: signal.signal(number, stop) for number in ending_signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _log(error: Exception) -> str:
    """Append the traceback to the log file; returns the line for the user."""
    import datetime

    text = " ".join(f"{type(error).__name__}: {error}".split())
    try:
        path = log_file()
        with path.open("a", encoding="utf-8") as log:
            log.write(f"--- {datetime.datetime.now().isoformat(timespec='seconds')} {' '.join(sys.argv)}\n")
            log.write("".join(traceback.format_exception(error)))
    except OSError:
        return f"a defect of ours, {text} (no log file could be written)"
    return f"a defect of ours, {text} (the details are in {path})"
