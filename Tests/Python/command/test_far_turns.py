"""Turns far off the axis, beyond every role: a column, and a line."""

import numpy as np
import pytest
from people import read, run, save, table, world  # noqa: F401
from repository import SHARED


def off_axis(world, activations):  # noqa: F811
    """The length of the part orthogonal to the axis, from the mean role, by the definition."""
    unit = world.axis / np.linalg.norm(world.axis, axis=-1, keepdims=True)
    centred = activations.astype(np.float64) - world.mean
    return np.linalg.norm(centred - (centred * unit).sum(-1, keepdims=True) * unit, axis=-1)


@pytest.fixture
def project(run, world, tmp_path):  # noqa: F811
    read(run, "fit", world.write(tmp_path / "dump"), "-o", tmp_path / "fit", "--bootstrap", 0)

    def project(turns, *options):
        save({"turns": turns}, tmp_path / "c.pt")
        space, out = tmp_path / "fit/space.safetensors", tmp_path / "out"
        done = read(run, "project", space, tmp_path / "c.pt", "-o", out, "--force", *options)
        rows = table(tmp_path / "out/turns.csv")
        return {(int(r["turn"]), int(r["layer"])): float(r["off_axis_ratio"]) for r in rows}, done.stderr

    return project


def test_the_column_is_of_the_farthest_role(world, project):  # noqa: F811
    turns = world.turns()
    ratios, notes = project(turns)
    expected = off_axis(world, turns) / off_axis(world, world.roles).max(0)
    for (turn, layer), ratio in ratios.items():
        assert ratio == pytest.approx(expected[turn, layer], rel=1e-6)
    assert "off the axis" not in notes


def test_turns_of_another_layer_are_said_to_lie_far(world, project):  # noqa: F811
    # The layers of the turns in another order.
    ratios, notes = project(world.turns()[:, [1, 2, 3, 0]])
    assert min(ratios.values()) > 5
    assert "times as far off the axis as the farthest role" in notes and "in 4 of 4 layers" in notes
    assert "another layer or model" in notes
    # Of one layer in four there is nothing to say.
    one = world.turns()
    one[:, 2] += 50
    assert "off the axis" not in project(one)[1]


def test_cap_and_analyze_say_so_and_recommend_no_floor(run, world, tmp_path):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    said = {}
    for kind, turns in {"own": world.turns(), "other": world.turns()[:, [1, 2, 3, 0]]}.items():
        save({"turns": turns}, dump / "turns/c.pt")
        done = read(run, "analyze", dump, "-o", tmp_path / "out", "--force", "--bootstrap", 0)
        capped = read(run, "cap", tmp_path / "out", dump, "-o", tmp_path / "caps", "--force")
        said[kind] = done.stdout, capped.stderr
    assert "recommended: none" in said["own"][0] and "Caution" not in said["own"][0]
    assert "off the axis" not in said["own"][1]
    assert "recommended:" not in said["other"][0] and "Caution" in said["other"][0]
    assert "times as far off the axis as the farthest role" in said["other"][1]


@pytest.mark.skipif(not (SHARED / "real/steered").exists(), reason="needs ../shared, the real activations")
def test_steered_turns_lie_far(run, tmp_path):  # noqa: F811
    read(run, "fit", SHARED / "real/roles/llama-3.1-8b", "-o", tmp_path / "fit", "--bootstrap", 0)
    done = read(run, "project", tmp_path / "fit/space.safetensors", SHARED / "real/steered/evil", "-o", tmp_path / "out")
    assert "times as far off the axis as the farthest role" in done.stderr
