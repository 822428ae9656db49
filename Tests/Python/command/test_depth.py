"""Depth of persona stability: against another dump, vectors and graded prompts, with planted truth."""

import numpy as np
import pytest
import torch
from answering import Persona, World, tensors, world_dump
from responding import number, save, stability


def rows_of(personas):
    return {row["persona"]: row for row in personas}


REACH = {"full": 1.0, "half": 0.5, "third": 0.3, "further": 1.2}


def other_dump(folder, world, ways, has_default=True):
    """The same personas, played all the way: a stronger prompt."""
    for name, way in ways.items():
        rows, _ = world.answers(Persona(), way)
        save(folder, "activations", name, tensors(rows))
    if has_default:
        save(folder, "activations", "default", tensors(world.answers()[0], "default"))


@pytest.mark.parametrize("has_default", [True, False])
def test_depth_against_another_dump(stability, tmp_path, has_default):
    planted = {name: Persona(distance=20, reach=reach, refused=0.2) for name, reach in REACH.items()}
    world, ways, _ = world_dump(tmp_path / "dump", planted, seed=4)
    other_dump(tmp_path / "other", world, ways, has_default)
    _, personas, _ = stability("--targets", tmp_path / "other", bootstrap=200)
    for name, row in rows_of(personas).items():
        truth = 1 - REACH[name]
        assert row["depth_reference"] == "targets"
        assert number(row["depth"]) == pytest.approx(truth, abs=0.08), name
        assert number(row["depth_low"]) < number(row["depth"]) < number(row["depth_high"])
        assert number(row["depth_low"]) - 0.05 <= truth <= number(row["depth_high"]) + 0.05


def test_depth_against_vectors(stability, tmp_path):
    planted = {name: Persona(distance=20, reach=reach) for name, reach in REACH.items()}
    world, ways, _ = world_dump(tmp_path / "dump", planted, seed=5)
    base = world.base + world.questions.mean(0)
    for name, way in ways.items():
        save(tmp_path / "vectors", "vectors", name, torch.tensor(base + way)[None])
    save(tmp_path / "vectors", "vectors", "default", torch.tensor(base)[None])
    _, personas, _ = stability("--targets", tmp_path / "vectors", bootstrap=200)
    for name, row in rows_of(personas).items():
        assert number(row["depth"]) == pytest.approx(1 - REACH[name], abs=0.08), name


def test_a_persona_that_is_never_adopted_is_told_by_a_reference(stability, tmp_path):
    """The same personas, of which the model plays one, refuses one, and one is the default."""
    planted = {"played": Persona(), "refused": Persona(refused=1.0), "synonym": Persona(distance=1e-6)}
    world, ways, _ = world_dump(tmp_path / "dump", planted, seed=6)
    _, alone, _ = stability(bootstrap=60)
    assert all(row["depth"] == row["depth_reference"] == "" for row in alone)
    assert "outside reference" in rows_of(alone)["refused"]["note"]
    other_dump(tmp_path / "other", world, ways)
    rows = rows_of(stability("--targets", tmp_path / "other", bootstrap=200)[1])
    assert number(rows["played"]["depth"]) == pytest.approx(0, abs=0.08)
    assert number(rows["refused"]["depth"]) == pytest.approx(1, abs=0.1)
    assert rows["refused"]["resistance"] == "" and number(rows["refused"]["depth_low"]) > 0.7
    assert rows["synonym"]["depth"] == "" and "the reference is not told from the default" in rows["synonym"]["note"]


def test_the_own_portrayal_is_no_reference(stability, tmp_path):
    world_dump(tmp_path / "dump", {f"role{i}": Persona(distance=12 + i) for i in range(4)}, seed=7)
    stability(bootstrap=0)
    # The space was fitted to the means of the same answers.
    _, personas, _ = stability("--targets", "space")
    assert all(row["depth"] == "" and "the model's own portrayal" in row["note"] for row in personas)
    _, personas, _ = stability("--targets", tmp_path / "dump", says="the model's own portrayal")
    assert all(row["depth"] == "" for row in personas)


def test_depth_by_graded_prompts(stability, tmp_path):
    """Answers in proportion to the dose, and ones that go as far at any dose."""
    world, ways, _ = world_dump(tmp_path / "dump", {"plain": Persona(), "other": Persona()}, seed=9, prompts=3)
    doses = [0.25, 0.5, 0.75]
    lines = ["role,prompt,dose"]
    for name, reach in (("follows", lambda dose: dose), ("saturates", lambda dose: 1.0), ("half", lambda d: 0.5 + d / 2)):
        way = world.direction(16)
        content = tensors(world.answers(Persona(), way)[0])
        for place, dose in enumerate(doses):
            graded = world.answers(Persona(reach=reach(dose)), way)[0][:1]
            content |= tensors(graded, first=3 + place)
            lines.append(f"{name},{3 + place},{dose}")
        lines += [f"{name},{prompt},1" for prompt in range(3)]
        save(tmp_path / "dump", "activations", name, content)
    (tmp_path / "dump" / "prompts.csv").write_text("\n".join(lines) + "\n")
    _, personas, _ = stability(bootstrap=200)
    rows = rows_of(personas)
    for name, truth in (("follows", 0), ("saturates", 1), ("half", 0.5)):
        assert rows[name]["depth_reference"] == "dose"
        assert number(rows[name]["depth"]) == pytest.approx(truth, abs=0.1)
        assert number(rows[name]["depth_low"]) <= truth + 0.03 and truth - 0.03 <= number(rows[name]["depth_high"])
        # The weaker prompts are no refusals.
        assert int(rows[name]["count"]) == 72 and number(rows[name]["resistance"]) <= 0.02
    assert rows["plain"]["depth"] == rows["plain"]["depth_reference"] == ""
    # In other units, it is the same.
    scaled = [lines[0]] + [",".join([*line.split(",")[:2], str(4 * float(line.split(",")[2]))]) for line in lines[1:]]
    (tmp_path / "dump" / "prompts.csv").write_text("\n".join(scaled) + "\n")
    assert stability(bootstrap=200)[1] == personas


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Plain,0,1\n", "whose doses are not used: 'Plain'; is 'Plain' meant to be 'plain'?"),
        ("stranger,0,1\n", "whose doses are not used: 'stranger'\n"),
        ("plain,0,1\nplain,1,.5\nplain,9,1\n", "doses for prompts of 'plain' that no response has: p9; its responses have p0, p1"),
        ("plain,0,1\n", "no dose for prompts of 'plain': p1; they count as the strongest"),
        ("default,0,1\n", ""),
    ],
)
def test_tables_of_prompts_that_do_not_fit_are_named(stability, tmp_path, text, says):
    world_dump(tmp_path / "dump", {"plain": Persona(), "other": Persona()}, seed=1, prompts=2)
    stability()
    (tmp_path / "dump" / "prompts.csv").write_text("role,prompt,dose\n" + text)
    stability(says=says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("role,prompt\nplain,0\n", "dose"),
        ("role,prompt,dose\nplain,first,1\n", "the prompt 'first' is no number"),
        ("role,prompt,dose\nplain,0,-1\n", "a number of at least 0 is wanted"),
        ("role,prompt,dose\nplain,0,1\nplain,0,2\n", "with another dose"),
    ],
)
def test_bad_tables_of_prompts(stability, tmp_path, text, says):
    world_dump(tmp_path / "dump", {"plain": Persona(), "other": Persona()}, seed=1)
    stability()
    (tmp_path / "dump" / "prompts.csv").write_text(text)
    stability(status=65, says=says)


def test_worlds_are_those_of_their_seed():
    first, second, other = World(1).answers()[0], World(1).answers()[0], World(2).answers()[0]
    assert (first == second).all() and not np.allclose(first, other)
