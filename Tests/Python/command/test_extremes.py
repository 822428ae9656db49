"""Lengths near the ends of doubles: the same statistics as of the same vectors near 1, or an error with the value."""

import numpy as np
import pytest
from people import NAMES, World, read, refused, run, table  # noqa: F401
from safetensors.numpy import save_file


def written(folder, scale):
    """The world's roles and default times `scale`, float64."""
    world = World()
    (folder / "vectors").mkdir(parents=True)
    for name, vector in zip(NAMES, world.roles.astype(np.float64) * scale, strict=True):
        save_file({"vector": vector}, folder / "vectors" / f"{name}.safetensors")
    save_file({"vector": world.default.astype(np.float64) * scale}, folder / "default.safetensors")
    return folder


SHARED = "cos_axis_pc1", "cos_axis_pc1_low", "axis_stability", "pc1_stability", "pc1_variance_ratio", "default_relative"


@pytest.mark.parametrize("exponent", [-150, 150])
def test_powers_of_two_within_the_range_change_nothing(run, tmp_path, exponent):  # noqa: F811
    rows = []
    for name, scale in (("plain", 1.0), ("scaled", 2.0**exponent)):
        dump = written(tmp_path / name, scale)
        read(run, "fit", dump, "-o", tmp_path / f"{name}-out", "--bootstrap", 100)
        rows.append(table(tmp_path / f"{name}-out/layers.csv"))
        read(run, "compare", tmp_path / f"{name}-out", tmp_path / f"{name}-out", "-o", tmp_path / f"{name}-c", "--bootstrap", 60)
    for plain, scaled in zip(*rows, strict=True):
        for column in SHARED:
            assert float(scaled[column]) == pytest.approx(float(plain[column]), rel=1e-9), column
        assert scaled["verdict"] == plain["verdict"]


@pytest.mark.parametrize("scale", [1e65, 1e80, 1e155, 1e200, 1e300, 1e-60, 1e-110, 1e-170, 1e-300])
def test_beyond_it_the_value_is_said(run, tmp_path, scale):  # noqa: F811
    said = refused(run, "fit", written(tmp_path / "dump", scale), "-o", tmp_path / "out", "--bootstrap", 60)
    assert "activations between 1e-50 and 1e60 are wanted" in said and "layer 0" in said
