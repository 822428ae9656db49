"""`persona fit` with dimensions scaled or dropped, and activations read in such spaces, against NumPy."""

import csv
import subprocess

import numpy as np
import pytest
from fitting import DIMENSIONS, LAYERS, fit, numbers, planted, space
from safetensors.numpy import save_file


@pytest.mark.parametrize("options", [["--scale", "zscore"], ["--drop-dimensions", "9,3"], ["--drop-dimensions", "massive"]])
def test_scaled_spaces(fit, planted, persona, tmp_path, options):
    tables, tensors = fit("--bootstrap", 0, *options)
    _, roles, default, _, _ = planted
    factors = np.ones((LAYERS, DIMENSIONS))
    if options[0] == "--scale":
        factors = 1 / roles.std(0, ddof=1)
    else:
        factors[:, [9] if options[1] == "massive" else [3, 9]] = 0
    assert np.allclose(tensors["scale"], factors, rtol=1e-12)
    for layer in range(LAYERS):
        cosine, ratio, unit, _, mean, axis = space(roles[:, layer] * factors[layer], default[layer] * factors[layer])
        row = tables["layers"][layer]
        assert np.allclose(numbers([row], "cos_axis_pc1", "pc1_variance_ratio")[0], [cosine, ratio], rtol=1e-9)
        assert row["dropped_dimensions"] == " ".join(str(j) for j in np.flatnonzero(factors[layer] == 0))
        assert row["scale"] == ("zscore" if options[0] == "--scale" else "none")
        assert np.allclose(tensors["axis"][layer], axis, rtol=1e-9, atol=1e-12)
    # Activations as they are, read in the scaled space.
    turns = np.random.default_rng(5).standard_normal((3, LAYERS, DIMENSIONS)) + default
    (tmp_path / "turns").mkdir()
    save_file({"turns": turns}, tmp_path / "turns" / "talk.safetensors")
    command = [persona, "project", tmp_path / "out" / "space.safetensors", tmp_path / "turns", "-o", tmp_path / "turned"]
    subprocess.run([*command, "-q"], check=True)
    rows = list(csv.DictReader((tmp_path / "turned" / "turns.csv").open()))
    for row in rows:
        layer, turn = int(row["layer"]), int(row["turn"])
        mean, axis = (roles[:, layer] * factors[layer]).mean(0), tensors["axis"][layer]
        offset = turns[turn, layer] * factors[layer] - mean
        assert np.isclose(float(row["axis_position"]), offset @ axis / (axis @ axis), rtol=1e-9)
    command[1:3] = ["cap", tmp_path / "out" / "space.safetensors"]
    done = subprocess.run([*command, "-q", "--force"], capture_output=True, text=True)
    if options[0] == "--scale":
        assert done.returncode == 65 and "--scale" in done.stderr
    else:
        assert done.returncode == 0
