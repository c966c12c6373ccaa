"""A lifter exported to ONNX gives torch's numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest
from networks import KINDS, small, stir

import lifting
from lifting.card import ModelCard
from lifting.checkpoint import save_weights
from lifting.export_onnx import export_lifter, main
from lifting.lifter import TorchLifter
from poses.errors import UserError

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["graphsh", "mlp_graphwj_t5", "convformer"])
def test_the_onnx_file_gives_what_torch_gives_for_any_number_of_windows(kind, tmp_path):
    changes = {"stacks": 1} if kind == "graphsh" else {}
    lifter = TorchLifter(stir(small(kind, **changes)), kind, "person", device="cpu", window_hz=22.0)
    path = tmp_path / "lifter.onnx"
    assert export_lifter(lifter, path) < 1e-5
    assert [p.name for p in tmp_path.iterdir()] == ["lifter.onnx"]
    session = onnxruntime.InferenceSession(str(path))
    x = np.random.default_rng(3).normal(size=(7, lifter.window, len(lifter.skeleton), 2)).astype(np.float32)
    (found,) = session.run(["joints_m"], {"windows": x})
    np.testing.assert_allclose(found, lifter.lift(x), atol=1e-5)
    facts = session.get_modelmeta().custom_metadata_map
    assert (facts["name"], facts["window"], facts["normalisation"]) == (kind, str(lifter.window), "person")
    assert facts["window_hz"] == "22.0"
    assert tuple(json.loads(facts["joint_names"])) == lifter.skeleton.joint_names


@pytest.mark.slow
def test_the_command_exports_a_lifter_by_name(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path))
    architecture, config = KINDS["mlp_graphwj_t1"]
    card = ModelCard("tiny", "Tiny", architecture, dict(vars(config)), config.window, config.skeleton, "person")
    save_weights(stir(small("mlp_graphwj_t1")), card, lifting.user_folder())
    out = tmp_path / "out" / "tiny.onnx"
    assert main(["tiny", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    onnx.checker.check_model(onnx.load(out))


def test_an_unknown_lifter_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path))
    with pytest.raises(UserError, match="no lifter is called 'nobody'"):
        main(["nobody"])


@pytest.mark.slow
def test_a_network_that_onnx_runtime_runs_differently_is_not_kept(tmp_path, monkeypatch):
    from lifting import export_onnx

    monkeypatch.setattr(export_onnx, "lifter_output", lambda model, x: np.zeros((len(x), 16, 3)) + 1)
    lifter = TorchLifter(stir(small("mlp_graphwj_t1")), "test", "person", device="cpu")
    with pytest.raises(UserError, match="must agree with torch"):
        export_lifter(lifter, tmp_path / "lifter.onnx")
    assert list(tmp_path.iterdir()) == []
