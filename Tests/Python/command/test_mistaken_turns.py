"""Turns that could be taken for what they are not: decided by the space, or said with what to type; never silently."""

import json

import numpy as np
import pytest
import torch
from people import FAST, read, refused, run, save, table, tensors, world  # noqa: F401

@pytest.fixture
def space(run, world, tmp_path):  # noqa: F811
    read(run, "fit", world.write(tmp_path / "plain"), "-o", tmp_path / "fit", *FAST)
    return tmp_path / "fit"


def positions(folder):
    return {(int(row["turn"]), int(row["layer"])): float(row["axis_position"]) for row in table(folder / "turns.csv")}


def placed(found, wanted):
    assert len(found) == wanted.size
    return all(found[turn, layer] == pytest.approx(wanted[turn, layer]) for turn, layer in found)


def transcript(folder, turns, user="user", assistant="assistant"):
    (folder / "transcripts").mkdir(parents=True, exist_ok=True)
    conversation = [{"role": role, "content": "x"} for role in (user, assistant)] * turns
    (folder / "transcripts/c.json").write_text(json.dumps({"conversation": conversation}))


ORDERS = {
    "(turns, layers, d)": (0, 1, 2),
    "(layers, turns, d)": (1, 0, 2),
    "(turns, d, layers)": (0, 2, 1),
    "(layers, d, turns)": (1, 2, 0),
    "(d, turns, layers)": (2, 0, 1),
    "(d, layers, turns)": (2, 1, 0),
}


@pytest.mark.parametrize("known", [False, True], ids=["alone", "with a transcript"])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("count", [4, 64], ids=["as many as layers", "as many as dimensions"])
def test_the_roles_of_the_space_tell_orders_that_shapes_do_not(run, world, space, tmp_path, order, count, known):  # noqa: F811
    turns = world.turns(count)
    folder = tmp_path / "dump"
    save({"turns": turns.transpose(ORDERS[order])}, folder / "turns/c.pt")
    if known:
        transcript(folder, count)
    done = read(run, "project", space, folder, "-o", tmp_path / "out")
    shape = list(turns.transpose(ORDERS[order]).shape)
    assert f"shape {shape} is taken as {order}" in done.stderr
    assert ("could be" in done.stderr) and "--axes" in done.stderr
    assert placed(positions(tmp_path / "out"), world.positions(turns))


def alike(world, folder, order):  # noqa: F811
    """A dump whose layers are so much alike that distances from the roles say nothing, and conversations of 4 turns and of 9 in `order`."""
    random = np.random.default_rng(7)
    roles = random.standard_normal((12, 4, 64)) * 3
    for number, vector in enumerate(roles):
        save(vector, folder / f"vectors/r{number:02}.pt")
    save(roles.mean(0) + 6, folder / "default.pt")
    talks = {}
    for name, count in [("a", 4), ("b", 9), ("c", 4)]:
        talks[name] = random.standard_normal((count, 4, 64)) * 3
        save({"turns": talks[name].transpose(ORDERS[order])}, folder / f"turns/{name}.pt")
    return roles, talks


@pytest.mark.parametrize("order", ORDERS)
def test_conversations_beside_it_tell_the_order(run, world, tmp_path, order):  # noqa: F811
    roles, talks = alike(world, tmp_path / "dump", order)
    read(run, "fit", tmp_path / "dump", "-o", tmp_path / "fit", *FAST)
    done = read(run, "project", tmp_path / "fit", tmp_path / "dump", "-o", tmp_path / "out")
    mean = roles.mean(0)
    for row in table(tmp_path / "out/turns.csv"):
        turn, layer = int(row["turn"]), int(row["layer"])
        axis = np.full(64, 6.0)
        wanted = (talks[row["conversation"]][turn, layer] - mean[layer]) @ axis / (axis @ axis)
        assert float(row["axis_position"]) == pytest.approx(wanted, abs=1e-5)
    assert "could be" not in done.stderr
    assert (f"is taken as {order}, as that of" in done.stderr) == (order != "(turns, layers, d)")


def test_axes_say_the_order_of_turns(run, world, space, tmp_path):  # noqa: F811
    save(world.turns(4).transpose(1, 0, 2), tmp_path / "c.pt")
    done = read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out", "--axes", "layers,turns,d")
    assert "could be" not in done.stderr
    assert placed(positions(tmp_path / "out"), world.positions(world.turns(4)))


def test_turns_of_one_layer_are_no_vector_of_several(run, world, space, tmp_path):  # noqa: F811
    save(world.turns(4)[:, 2], tmp_path / "c.pt")
    said = refused(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "all its rows are near the roles of layer 2" in said
    read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out", "--row-layers", 2)
    assert placed({(t, 0): p for (t, _), p in positions(tmp_path / "out").items()}, world.positions(world.turns(4))[:, 2:3])
    save(world.turns(4)[1], tmp_path / "one.pt")
    read(run, "project", space, tmp_path / "one.pt", "-o", tmp_path / "one")


def test_the_advice_for_turns_of_one_layer_works(run, world, space, tmp_path):  # noqa: F811
    save(world.turns()[:, 2], tmp_path / "c.pt")
    assert "--row-layers LAYER" in refused(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out", "--row-layers", 2)


@pytest.mark.parametrize("kind", ["int8", "int16", "int32", "uint8", "bool"])
@pytest.mark.parametrize("name", [None, "turns", "tokens"])
def test_whole_numbers_are_no_turns(run, world, space, tmp_path, kind, name):  # noqa: F811
    turns = tensors(world.turns().round()).to(getattr(torch, kind))
    content = {name: turns} if name else turns
    if name == "tokens":
        content["turn_offsets"] = torch.arange(6)
    torch.save(content, tmp_path / "c.pt")
    said = refused(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    assert kind in said and "floating-point numbers" in said
    assert ("--void bfloat16" in said) == (kind == "int16")


def test_bfloat16_saved_as_whole_numbers_is_read_where_it_is_said(run, world, space, tmp_path):  # noqa: F811
    turns = torch.tensor(world.turns()).bfloat16()
    torch.save({"turns": turns.view(torch.int16)}, tmp_path / "c.pt")
    read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out", "--void", "bfloat16")
    assert placed(positions(tmp_path / "out"), world.positions(turns.float().numpy()))


def test_an_axis_of_whole_numbers_is_said_to_be_that(run, world, tmp_path):  # noqa: F811
    torch.save(torch.tensor(world.axis).int(), tmp_path / "axis.pt")
    save(world.turns(), tmp_path / "c.pt")
    said = refused(run, "project", tmp_path / "axis.pt", tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "int32 [4, 64]" in said and "floating-point" in said


def test_turns_beside_tokens_are_said_not_to_be_read(run, world, space, tmp_path):  # noqa: F811
    other = world.turns(3) + 1
    tokens = np.repeat(world.turns(), 6, 0)
    save({"tokens": tokens, "turn_offsets": np.arange(6) * 6, "turns": other}, tmp_path / "c.pt")
    done = read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "'tokens' with 'turn_offsets' are read, and not 'turns' beside them; --tensor turns" in done.stderr
    assert placed(positions(tmp_path / "out"), world.positions(world.turns()))
    read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "turns", "--tensor", "turns")
    assert placed(positions(tmp_path / "turns"), world.positions(other))


@pytest.mark.parametrize("speakers", [("User", "Assistant"), ("USER", "ASSISTANT"), ("Human", "GPT")])
def test_speakers_in_capitals_are_read(run, world, space, tmp_path, speakers):  # noqa: F811
    save({"turns": world.turns()}, tmp_path / "dump/turns/c.pt")
    transcript(tmp_path / "dump", 5, *speakers)
    read(run, "project", space, tmp_path / "dump", "-o", tmp_path / "out")
    assert placed(positions(tmp_path / "out"), world.positions(world.turns()))


def test_the_advice_for_two_conversations_of_one_name_works(run, world, space, tmp_path):  # noqa: F811
    for name in "a", "b":
        save({"turns": world.turns()}, tmp_path / name / "c.pt")
    said = refused(run, "project", space, tmp_path / "a/c.pt", tmp_path / "b/c.pt", "-o", tmp_path / "out")
    assert "rename one of the files" in said and "two runs" in said
    for name in "a", "b":
        read(run, "project", space, tmp_path / name / "c.pt", "-o", tmp_path / f"out_{name}", "--condition", name)
    (tmp_path / "b/c.pt").rename(tmp_path / "b/d.pt")
    read(run, "project", space, tmp_path / "a/c.pt", tmp_path / "b/d.pt", "-o", tmp_path / "out")


def test_a_tensor_a_layer_is_turns_where_a_transcript_has_as_many(run, world, space, tmp_path):  # noqa: F811
    turns = world.turns()
    layers = {f"model.layers.{layer}": turns[:, layer] for layer in (3, 0, 2, 1)}
    save(layers, tmp_path / "dump/turns/c.pt")
    transcript(tmp_path / "dump", 5)
    read(run, "project", space, tmp_path / "dump", "-o", tmp_path / "out")
    assert placed(positions(tmp_path / "out"), world.positions(turns))
    transcript(tmp_path / "dump", 4)
    assert "for each of 4 layers" in refused(run, "project", space, tmp_path / "dump", "-o", tmp_path / "out", "--force")


def test_the_users_turns_are_arranged_and_said_too(run, world, space, tmp_path):  # noqa: F811
    save({"turns": world.turns(5), "user_turns": world.turns(4).transpose(1, 0, 2)}, tmp_path / "c.pt")
    done = read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "the user's: shape [4, 4, 64] is taken as (layers, turns, d)" in done.stderr
    rows = [row for row in table(tmp_path / "out/turns.csv") if row["speaker"] == "user"]
    wanted = world.positions(world.turns(4))
    assert all(float(row["axis_position"]) == pytest.approx(wanted[int(row["turn"]), int(row["layer"])]) for row in rows)
    assert len(rows) == 16


def test_the_advice_for_padding_says_what_skipping_does(run, world, space, tmp_path):  # noqa: F811
    tokens = np.repeat(world.turns(), 6, 0)
    tokens[10:12] = 0
    save({"tokens": tokens, "turn_offsets": np.arange(6) * 6}, tmp_path / "c.pt")
    said = refused(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "cut padding off, or leave such turns out whole with --nonfinite skip" in said
