"""Shapes that could be two things: decided by the space, the manifest or the number of turns, and said; never silently."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from people import NAMES, read, refused, run, save, table, tensors, world  # noqa: F401
from printed import phrases
from safetensors.numpy import load_file


@pytest.fixture
def space(run, world, tmp_path):  # noqa: F811
    read(run, "fit", world.write(tmp_path / "plain"), "-o", tmp_path / "fit", "--bootstrap", 0)
    return tmp_path / "fit"


def dump(world, folder, form, manifest=None):  # noqa: F811
    for name, vector in zip(NAMES, world.roles, strict=True):
        save(form(vector), folder / "vectors" / f"{name}.pt")
    save(form(world.default), folder / "default.pt")
    if manifest:
        (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def vectors(run, folder, *options):  # noqa: F811
    done = read(run, "fit", folder, "-o", folder / "out", "--bootstrap", 0, *options)
    file = load_file(folder / "out/space.safetensors")["role_vectors"]
    return done.stderr, file[np.argsort(np.argsort(NAMES))].astype("float64")


@pytest.mark.parametrize("manifest", [{"hidden_size": 64}, {"layers": [16, 17, 18, 19]}], ids=["hidden size", "layers"])
def test_a_manifest_tells_d_layers_from_layers_d(run, world, tmp_path, manifest):  # noqa: F811
    said, found = vectors(run, dump(world, tmp_path / "dump", lambda x: x.T, manifest))
    assert "[64, 4] are taken as (d, layers)" in said
    assert np.array_equal(found, world.roles)


def test_row_layers_tell_it_too(run, world, tmp_path):  # noqa: F811
    said, found = vectors(run, dump(world, tmp_path / "dump", lambda x: x.T), "--row-layers", "8:12")
    assert "(d, layers)" in said and np.array_equal(found, world.roles)


def test_more_rows_than_dimensions_are_said_and_the_advice_works(run, world, tmp_path):  # noqa: F811
    folder = dump(world, tmp_path / "dump", lambda x: x.T)
    done = read(run, "fit", folder, "-o", tmp_path / "out", "--bootstrap", 0)
    assert "shape [64, 4] have more rows than dimensions" in done.stderr
    assert '"hidden_size": 64 in manifest.json' in done.stderr
    assert "more rows (64) than dimensions (4)" in read(run, "inspect", folder).stdout
    assert np.array_equal(vectors(run, dump(world, folder, lambda x: x.T, {"hidden_size": 64}))[1], world.roles)


SINGLE = {
    "(1, L, d)": lambda x: x[None],
    "(L, 1, d)": lambda x: x[:, None],
    "(L, d, 1)": lambda x: x[..., None],
    "list of (d)": list,
    "list of (1, d)": lambda x: list(x[:, None]),
    "{'vector': (L, 1, d)}": lambda x: {"vector": x[:, None]},
}


@pytest.mark.parametrize("form", SINGLE)
def test_axes_of_one_index_are_none(run, world, tmp_path, form):  # noqa: F811
    _, found = vectors(run, dump(world, tmp_path / "dump", SINGLE[form]))
    assert np.array_equal(found, world.roles)


def test_a_column_is_a_vector(run, world, tmp_path):  # noqa: F811
    said, found = vectors(run, dump(world, tmp_path / "dump", lambda x: x[1][:, None]))
    assert "one vector of 64 dimensions" in said and np.array_equal(found[:, 0], world.roles[:, 1])


def noisy(world, ragged, axis):  # noqa: F811
    """Of each vector several about it, whose mean it is, along a new axis."""
    random = np.random.default_rng(3)

    def form(vector):
        count = int(random.integers(5, 20)) if ragged else 9
        noise = random.normal(size=(count, *vector.shape)).astype("float32")
        return np.moveaxis(vector + noise - noise.mean(0), 0, axis)

    return form


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("axis", [0, 1], ids=["(n, L, d)", "(L, n, d)"])
def test_responses_or_tokens_of_a_role_are_averaged_which_is_said(run, world, tmp_path, ragged, axis):  # noqa: F811
    manifest = {"layers": [0, 1, 2, 3]} if axis == 1 and not ragged else None
    folder = dump(world, tmp_path / "dump", noisy(world, ragged, axis), manifest)
    said, found = vectors(run, folder)
    assert "in 4 layers, of which the mean is the role's vector" in said
    assert np.allclose(found, world.roles, atol=1e-5)
    assert "of which the mean is the role's vector" in phrases(read(run, "inspect", folder).stdout)


def test_tokens_of_one_layer_are_averaged_where_it_is_told(run, world, tmp_path):  # noqa: F811
    form = noisy(world, True, 0)
    for name, manifest in ("ragged", None), ("numbered", {"layers": [16]}):
        said, found = vectors(run, dump(world, tmp_path / name, lambda x: form(x[1]), manifest))
        assert "tokens or responses of one layer" in said
        assert np.allclose(found[:, 0], world.roles[:, 1], atol=1e-5)
    assert load_file(tmp_path / "numbered/out/space.safetensors")["role_vectors"].shape == (12, 1, 64)


def test_zeros_among_what_is_averaged_are_found(run, world, tmp_path):  # noqa: F811
    folder = dump(world, tmp_path / "dump", noisy(world, False, 0))
    broken = torch.load(folder / "vectors/judge.pt")
    broken[3, 2] = 0
    torch.save(broken, folder / "vectors/judge.pt")
    said = refused(run, "fit", folder, "-o", tmp_path / "out", "--bootstrap", 0)
    assert "judge.pt: nothing but zeros at layer 2" in said
    done = read(run, "fit", folder, "-o", tmp_path / "out", "--bootstrap", 0, "--nonfinite", "skip")
    assert "left out 1 of 12 roles" in done.stderr and "'judge'" in done.stderr


def test_one_file_of_another_number_of_layers_is_an_error(run, world, tmp_path):  # noqa: F811
    folder = dump(world, tmp_path / "dump", lambda x: x)
    save(world.roles[0][:3], folder / "vectors/pirate.pt")
    assert "shape [3, 64]" in refused(run, "fit", folder, "-o", tmp_path / "out", "--bootstrap", 0)


ORDERS = {
    "(L, T, d)": lambda t: t.transpose(1, 0, 2),
    "(T, d, L)": lambda t: t.transpose(0, 2, 1),
    "(d, T, L)": lambda t: t.transpose(2, 0, 1),
    "(L, d, T)": lambda t: t.transpose(1, 2, 0),
    "(d, L, T)": lambda t: t.transpose(2, 1, 0),
}


def positions(folder):
    rows = table(folder / "turns.csv")
    return {(int(row["turn"]), int(row["layer"])): float(row["axis_position"]) for row in rows}


def placed(found, wanted):
    assert len(found) == wanted.size
    return all(found[turn, layer] == pytest.approx(wanted[turn, layer]) for turn, layer in found)


@pytest.mark.parametrize("name", [None, "turns"])
@pytest.mark.parametrize("order", ORDERS)
def test_the_space_tells_the_order_of_turns_axes(run, world, space, tmp_path, order, name):  # noqa: F811
    turns = ORDERS[order](world.turns())
    save({name: turns} if name else turns, tmp_path / "c.pt")
    done = read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    shape = ", ".join(map(str, turns.shape))
    assert f"shape [{shape}] is taken as {order.replace('L', 'layers').replace('T', 'turns')}" in done.stderr
    assert placed(positions(tmp_path / "out"), world.positions(world.turns()))


@pytest.mark.parametrize("form", [lambda t: t[None], lambda t: t[:, None], lambda t: t[:, :, None]])
def test_axes_of_one_index_beside_turns_are_none(run, world, space, tmp_path, form):  # noqa: F811
    save(form(world.turns()), tmp_path / "c.pt")
    read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    assert placed(positions(tmp_path / "out"), world.positions(world.turns()))


def test_as_many_turns_as_layers_are_said_to_be_either(run, world, space, tmp_path):  # noqa: F811
    save(world.turns(4), tmp_path / "c.pt")
    done = read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "shape [4, 4, 64] is taken as (turns, layers, d), and could be (layers, turns, d) as well" in done.stderr
    assert placed(positions(tmp_path / "out"), world.positions(world.turns(4)))
    assert "could be (layers, turns, d) as well" in read(run, "inspect", tmp_path / "c.pt").stdout


def test_offsets_tell_the_order_of_tokens_axes(run, world, space, tmp_path):  # noqa: F811
    tokens, ends = np.repeat(world.turns(), 6, 0), torch.arange(6) * 6
    save({"tokens": tokens.transpose(1, 0, 2), "turn_offsets": ends}, tmp_path / "c.pt")
    done = read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "shape [4, 30, 64] is taken as (layers, turns, d)" in done.stderr
    assert placed(positions(tmp_path / "out"), world.positions(world.turns()))


def test_a_transcript_tells_turns_of_other_layers_from_transposed_ones(run, world, space, tmp_path):  # noqa: F811
    folder = tmp_path / "dump"
    save(np.concatenate([world.turns(4), world.turns(4)[:, :1]], 1), folder / "turns/c.pt")
    (folder / "transcripts").mkdir()
    conversation = [{"role": role, "content": "x"} for role in ("user", "assistant")] * 4
    (folder / "transcripts/c.json").write_text(json.dumps({"conversation": conversation}))
    assert "5 layer rows where the space has layers 0 to 3" in refused(run, "project", space, folder, "-o", tmp_path / "out")


def test_padding_within_turns_is_an_error(run, world, space, tmp_path):  # noqa: F811
    tokens = np.repeat(world.turns(), 6, 0)
    tokens[10:12] = 0
    save({"tokens": tokens, "turn_offsets": torch.arange(6) * 6}, tmp_path / "c.pt")
    assert "nothing but zeros at turn 1, layer 0" in refused(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    done = read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out", "--nonfinite", "skip")
    assert "left out there: turns '1'" in done.stderr
    assert {turn for turn, _ in positions(tmp_path / "out")} == {0, 2, 3, 4}


@pytest.mark.parametrize("keys", [None, "{}", "turn_{}"])
def test_a_list_of_turns_is_a_conversation(run, world, space, tmp_path, keys):  # noqa: F811
    turns = list(world.turns(11))
    save({keys.format(i): turn for i, turn in enumerate(turns)} if keys else turns, tmp_path / "c.pt")
    read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    assert placed(positions(tmp_path / "out"), world.positions(world.turns(11)))


def test_many_turns_without_a_transcript_are_said_to_be_maybe_tokens(run, world, space, tmp_path):  # noqa: F811
    save(np.repeat(world.turns(), 30, 0), tmp_path / "c.pt")
    done = read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "shape [150, 4, 64] is taken as 150 turns; if they are tokens" in done.stderr


def tokens_of_a_layer(world):  # noqa: F811
    return {f"layer_{layer}": x for layer, x in enumerate(tensors(world.turns()).unbind(1))}


def test_a_tensor_a_layer_is_refused_and_the_command_makes_turns(run, world, space, tmp_path):  # noqa: F811
    torch.save(tokens_of_a_layer(world), tmp_path / "c.pt")
    said = refused(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "for each of 4 layers (layers 0 to 3)" in said
    command = said[said.index('python3 -c "') : said.rindex('"') + 1]
    subprocess.run(command.replace("python3", sys.executable, 1), shell=True, cwd=tmp_path, check=True)
    read(run, "project", space, tmp_path / "c_turns.pt", "-o", tmp_path / "out")
    assert placed(positions(tmp_path / "out"), world.positions(world.turns()))
