"""A vector of nothing but zeros is no activation: a buffer that was never filled, or padding."""

import json

import numpy as np
import pytest
from people import NAMES, read, refused, run, save, table, world  # noqa: F401


def test_a_role_of_zeros_is_an_error_that_names_it_or_left_out(run, world, tmp_path):  # noqa: F811
    roles = world.roles.copy()
    roles[5], roles[7, 1] = 0, -0.0
    dump = world.write(tmp_path / "dump", roles)
    error = refused(run, "fit", dump, "-o", tmp_path / "out")
    assert "clerk.pt" in error and "nothing but zeros at layer 0" in error and "--nonfinite skip" in error
    kept = [i for i in range(12) if i not in (5, 7)]
    # A dump without the two is what is left.
    for i in (5, 7):
        (dump / "vectors" / f"{NAMES[i]}.pt").rename(tmp_path / f"{i}.pt")
    read(run, "fit", dump, "-o", tmp_path / "without")
    for i in (5, 7):
        (tmp_path / f"{i}.pt").rename(dump / "vectors" / f"{NAMES[i]}.pt")
    done = read(run, "fit", dump, "-o", tmp_path / "skipped", "--nonfinite", "skip")
    assert "left out 2 of 12 roles" in done.stderr and "'clerk', 'oracle'" in done.stderr
    assert (tmp_path / "skipped/layers.csv").read_text() == (tmp_path / "without/layers.csv").read_text()
    assert {row["role"] for row in table(tmp_path / "skipped/roles.csv")} == {NAMES[i] for i in kept} | {"default"}
    # Layer 1 alone lacks the oracle; without it the oracle is a role as others.
    done = read(run, "fit", dump, "-o", tmp_path / "some", "--nonfinite", "skip", "--layers", "0,2:4")
    assert "left out 1 of 12 roles" in done.stderr


def test_a_default_of_zeros_cannot_be_left_out(run, world, tmp_path):  # noqa: F811
    dump = world.write(tmp_path / "dump", default=np.zeros_like(world.default))
    for option in ([], ["--nonfinite", "skip"]):
        error = refused(run, "fit", dump, "-o", tmp_path / "out", *option)
        assert "default.pt" in error and "nothing but zeros" in error and "cannot be left out" in error


def test_a_trait_of_zeros_is_an_error(run, world, tmp_path):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    save(np.zeros_like(world.default), dump / "traits" / "calm.pt")
    error = refused(run, "fit", dump, "-o", tmp_path / "out")
    assert "calm.pt" in error and "nothing but zeros at layer 0" in error


@pytest.mark.parametrize("kind", ["means", "padding"])
def test_turns_and_tokens_of_zeros(run, world, tmp_path, kind):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    turns = world.turns()
    if kind == "means":
        broken = turns.copy()
        broken[2] = 0
        save({"turns": broken}, dump / "turns" / "c0.pt")
    else:
        tokens = np.repeat(turns, 6, axis=0)
        tokens[15:18, 3] = 0  # the second half of turn 2, in one layer
        save({"tokens": tokens, "turn_offsets": np.arange(0, 31, 6)}, dump / "turns" / "c0.pt")
    read(run, "fit", dump, "-o", tmp_path / "fit")
    space = tmp_path / "fit/space.safetensors"
    error = refused(run, "project", space, dump, "-o", tmp_path / "out")
    assert "c0.pt" in error and f"nothing but zeros at turn 2, layer {0 if kind == 'means' else 3}" in error
    done = read(run, "project", space, dump, "-o", tmp_path / "out", "--nonfinite", "skip")
    assert "nothing but zeros" in done.stderr and "'2'" in done.stderr
    rows = {(int(r["turn"]), int(r["layer"])): float(r["axis_position"]) for r in table(tmp_path / "out/turns.csv")}
    expected = world.positions(turns)
    left = {(2, layer) for layer in range(4) if kind == "means" or layer == 3}
    assert set(rows) == {(turn, layer) for turn in range(5) for layer in range(4)} - left
    for (turn, layer), position in rows.items():
        assert abs(position - expected[turn, layer]) < 1e-6


def test_responses_of_zeros(run, world, tmp_path):  # noqa: F811
    random = np.random.default_rng(3)
    means = {}
    for name, vector in [*zip(NAMES, world.roles, strict=True), ("default", world.default)]:
        responses = {f"pos_p0_q{q}": vector + random.normal(size=vector.shape).astype("f4") / 10 for q in range(9)}
        if name == "nurse":
            responses["pos_p0_q4"][2] = 0
            responses["pos_p0_q8"][:] = 0
            means = np.mean([responses[f"pos_p0_q{q}"].astype("f8") for q in (0, 1, 2, 3, 5, 6, 7)], axis=0)
        save(responses, tmp_path / "dump/activations" / f"{name}.pt")
    command = ["vectors", tmp_path / "dump", "-o", tmp_path / "v.safetensors"]
    error = refused(run, *command)
    assert "nurse.pt" in error and "pos_p0_q4" in error
    assert "nothing but zeros at layer 2" in error and "2 responses of the file" in error
    # The nurse has other questions left than the others: its plain mean is what is asked for.
    read(run, *command, "--nonfinite", "skip", "--no-question-adjustment")
    counts = {row["role"]: row for row in table(tmp_path / "counts.csv")}
    assert (counts["nurse"]["kept"], counts["nurse"]["nonfinite"]) == ("7", "2")
    from safetensors.numpy import load_file

    vectors = load_file(tmp_path / "v.safetensors")["role_vectors"]
    assert np.allclose(vectors[sorted(NAMES).index("nurse")], means, rtol=1e-12)


def test_inspect_counts_them(run, world, tmp_path):  # noqa: F811
    roles = world.roles.copy()
    roles[5], roles[7, 1] = 0, 0
    dump = world.write(tmp_path / "dump", roles)
    groups = json.loads(read(run, "inspect", dump, "--json").stdout)[0]["groups"]
    assert {group["part"]: group["zeros"] for group in groups} == {"default.pt": 0, "vectors/": 5}
    assert "all zero" in read(run, "inspect", dump).stdout
