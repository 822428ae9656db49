"""Resistance and instability of persona stability against NumPy written out."""

import json
import subprocess

import numpy as np
import pytest
import torch
from responding import DIMENSIONS, LAYERS, TYPES, adherence, dump, keys, number, responses, save, stability, table
from safetensors import safe_open


@pytest.mark.parametrize("dtype", TYPES)
def test_adherence_is_the_definition(stability, tmp_path, dtype):
    content, scores = dump(tmp_path, TYPES[dtype])
    space, personas, _ = stability("--min-count", 2)
    assert len(personas) == LAYERS * 6
    for row in personas:
        layer, name = int(row["layer"]), row["persona"]
        rows = np.stack([t.double().numpy()[layer] for t in content[name].values()])
        is_member = np.array([scores[name].get(key) == 3 for key in content[name]])
        a, axis = space["default"][layer], space["axis"][layer]
        values = adherence(rows, a, rows[is_member].mean(0), None, is_member)
        wanted = dict(adherence=values.mean(), resistance=1 - values.mean(), instability=values.std(ddof=1))
        v = axis / np.linalg.norm(axis)
        along, place = (rows - a) @ v, (rows[is_member].mean(0) - a) @ v
        error = along[is_member].std(ddof=1) / np.sqrt(is_member.sum())
        if abs(place) > 2 * error:
            flat = adherence(along[:, None], np.zeros(1), np.array([place]), None, is_member)
            wanted |= dict(axis_resistance=1 - flat.mean(), axis_instability=flat.std(ddof=1))
        else:
            assert row["axis_resistance"] == "" and "axis" in row["note"]
        distance = np.linalg.norm(rows[is_member].mean(0) - a)
        wanted["target_distance"] = distance
        wanted["spread"] = np.sqrt(((rows - rows.mean(0)) ** 2).sum() / (len(rows) - 1)) / distance
        for column, value in wanted.items():
            assert number(row[column]) == pytest.approx(value, rel=1e-9, abs=1e-9), (name, column)
        assert int(row["count"]) == len(rows) and int(row["target_count"]) == is_member.sum()
        assert row["left_out"] == "self" and row["target"] == "own"
        assert row["resistance_low"] == "" and row["quadrant_share"] == ""
        quadrant = {(0, 0): "adopted", (1, 0): "resistant", (0, 1): "unstable", (1, 1): "both"}
        assert row["quadrant"] == quadrant[wanted["resistance"] >= 0.5, wanted["instability"] >= 0.25]


def test_targets_of_other_origin(stability, tmp_path):
    content, scores = dump(tmp_path)
    other = {}
    for seed in range(6):
        name = f"role{seed}"
        other[name] = responses(200 + seed, keys(300 + seed, questions=8))
        save(tmp_path / "other", "activations", name, other[name])
    (tmp_path / "other" / "vectors").mkdir()
    space, personas, _ = stability("--targets", tmp_path / "other", says="")
    for row in personas:
        layer, name = int(row["layer"]), row["persona"]
        rows = np.stack([t.numpy()[layer] for t in content[name].values()])
        target = np.stack([t.numpy()[layer] for t in other[name].values()]).mean(0)
        w = target - space["default"][layer]
        values = (rows - space["default"][layer]) @ w / (w @ w)
        assert number(row["resistance"]) == pytest.approx(1 - values.mean(), rel=1e-9)
        assert number(row["instability"]) == pytest.approx(values.std(ddof=1), rel=1e-9)
        assert row["target"] == "responses" and row["left_out"] == "none"
        assert int(row["target_count"]) == len(other[name]) and row["target_reliability"] == ""


def test_each_response(stability, tmp_path):
    content, scores = dump(tmp_path)
    space, personas, _ = stability("--min-count", 2, "--each")
    each = table(tmp_path / "out" / "adherence.csv")
    assert len(each) == LAYERS * sum(len(rows) for name, rows in content.items() if name != "default")
    for row in personas:
        layer, name = row["layer"], row["persona"]
        own = {e["key"]: e for e in each if (e["layer"], e["persona"]) == (layer, name)}
        rows = np.stack([content[name][key].numpy()[int(layer)] for key in own])
        is_member = np.array([scores[name].get(key) == 3 for key in own])
        a, mean, axis = (space[part][int(layer)] for part in ("default", "mean", "axis"))
        values = adherence(rows, a, rows[is_member].mean(0), None, is_member)
        assert [number(e["adherence"]) for e in own.values()] == pytest.approx(values, rel=1e-9, abs=1e-9)
        places = (rows - mean) @ axis / (axis @ axis)
        assert [number(e["axis_position"]) for e in own.values()] == pytest.approx(places, rel=1e-9, abs=1e-9)
        assert [e["left_out"] == "self" for e in own.values()] == list(is_member)
    stability("--min-count", 2)
    assert not (tmp_path / "out" / "adherence.csv").exists()


def test_scaled_dimensions(stability, persona, tmp_path):
    """In a space with dimensions dropped or scaled, responses and targets are scaled as it is."""
    content, scores = dump(tmp_path)
    fit = [persona, "fit", tmp_path / "dump", "-o", tmp_path / "fit", "-q", "--min-count", "1", "--bootstrap", "0"]
    subprocess.run([*map(str, fit), "--scale", "zscore", "--drop-dimensions", "5"], check=True)
    for options in ((), ("--targets", "space")):
        space, personas, _ = stability("--min-count", 2, *options)
        for row in personas:
            layer, name = int(row["layer"]), row["persona"]
            scale = space["scale"][layer]
            assert scale[5] == 0
            rows = np.stack([t.numpy()[layer] for t in content[name].values()]) * scale
            is_member = np.array([scores[name].get(key) == 3 for key in content[name]])
            values = adherence(rows, space["default"][layer], rows[is_member].mean(0), None, is_member)
            assert number(row["resistance"]) == pytest.approx(1 - values.mean(), rel=1e-9, abs=1e-9)
            assert number(row["instability"]) == pytest.approx(values.std(ddof=1), rel=1e-9)
            assert row["left_out"] == "self"


def test_vectors_that_hold_the_responses_are_told(stability, tmp_path):
    dump(tmp_path)
    stability("--min-count", 2)
    own = (tmp_path / "out" / "personas.csv").read_text()
    # The space was fitted to the means of the same responses of score 3.
    _, personas, _ = stability("--targets", "space", says="are the means of the very responses")
    told = (tmp_path / "out" / "personas.csv").read_text()
    assert {row["left_out"] for row in personas} == {"self"}
    assert told == own.replace(",own,", ",space,")
    _, personas, _ = stability("--targets", tmp_path / "dump", says="names the dump itself", *["--min-count", 2])
    assert {row["target"] for row in personas} == {"own"}
    # Vectors that are not.
    for seed in range(6):
        vector = torch.tensor(np.random.default_rng(seed).normal(size=(LAYERS, DIMENSIONS)))
        save(tmp_path / "strange", "vectors", f"role{seed}", vector)
    _, personas, _ = stability("--targets", tmp_path / "strange", says="targets are vectors")
    assert {row["left_out"] for row in personas} == {"none"} and {row["target"] for row in personas} == {"vectors"}


def test_the_same_bits_for_any_number_of_threads(stability, tmp_path):
    dump(tmp_path, torch.bfloat16)
    outputs = []
    for threads in (1, 2, 5):
        stability("--min-count", 2, "--threads", threads, bootstrap=120)
        outputs.append([(tmp_path / "out" / name).read_bytes() for name in ("personas.csv", "variance.csv")])
    assert outputs[0] == outputs[1] == outputs[2]
    stability("--min-count", 2, "--layers", 1, bootstrap=120)
    alone = (tmp_path / "out" / "personas.csv").read_text().splitlines()[1:]
    assert alone == [line for line in outputs[0][0].decode().splitlines() if line.startswith("1,")]


def test_intervals_and_quadrants(stability, tmp_path):
    dump(tmp_path, scored=False)
    _, personas, variance = stability(bootstrap=300)
    for row in personas:
        assert number(row["resistance_low"]) < number(row["resistance_high"])
        assert 0 < number(row["instability_low"]) < number(row["instability"]) < number(row["instability_high"])
        assert 0 <= number(row["quadrant_share"]) <= 1 and int(row["clusters"]) == 6
    for row in variance:
        assert number(row["icc_low"]) < number(row["icc"]) < number(row["icc_high"])
        assert number(row["instability_ratio_low"]) < number(row["instability_ratio"])
        assert row["readout"].startswith("pc") or 0.001 <= number(row["p"]) <= 1
    # A cut-off that nothing reaches, and one that all do.
    _, personas, _ = stability("--instability-cutoff", 1e6, "--resistance-cutoff", 1e6)
    assert {row["quadrant"] for row in personas} == {"adopted"}
    _, personas, _ = stability("--instability-cutoff", 0, "--resistance-cutoff", -1e6)
    assert {row["quadrant"] for row in personas} == {"both"}


def test_odd_input_is_told_of(stability, tmp_path):
    content, scores = dump(tmp_path)
    stability("--min-count", 2)
    # All scores the same, and none a 3.
    for name in scores:
        (tmp_path / "dump" / "scores" / f"{name}.json").write_text(json.dumps({key: 0 for key in content[name]}))
    _, personas, variance = stability(says="no target")
    assert all(row["adherence"] == "" and "0 responses of score 3, 10 needed" in row["note"] for row in personas)
    assert all(row["between"] for row in variance)
    # One persona.
    for name in ("activations", "scores"):
        for path in (tmp_path / "dump" / name).iterdir():
            if path.stem not in ("default", "role0"):
                path.unlink()
    (tmp_path / "dump" / "scores" / "role0.json").write_text(json.dumps({key: 3 for key in content["role0"]}))
    _, personas, variance = stability(says="one persona")
    assert len(personas) == LAYERS and personas[0]["resistance"]
    assert all(row["note"].startswith("one persona") and row["icc"] == "" for row in variance)
    # Constant positions.
    for name in ("role0", "role1"):
        save(tmp_path / "dump", "activations", name, {key: content["role0"]["pos_p0_q0_r1"] for key in content["role0"]})
    _, personas, variance = stability(bootstrap=100)
    assert all(row["note"].startswith("nothing varies") and row["icc"] == "" for row in variance)
    text = (tmp_path / "out" / "personas.csv").read_text() + (tmp_path / "out" / "variance.csv").read_text()
    assert "nan" not in text.lower() and "inf," not in text.lower()


def test_bad_input_is_an_error(stability, tmp_path):
    content, _ = dump(tmp_path)
    stability("--min-count", 2)
    stability("--targets", tmp_path / "nowhere", status=66, says="no such file")
    stability("--layers", 7, status=65, says="there is no layer 7")
    stability("--scores", tmp_path / "nowhere", status=66, says="no scores here")
    broken = dict(content["role2"])
    name = next(iter(broken))
    broken[name] = broken[name].clone()
    broken[name][1, 3] = float("nan")
    save(tmp_path / "dump", "activations", "role2", broken)
    stability(status=65, says=f"{name}: NaN at layer 1, dimension 3")
    _, personas, _ = stability("--nonfinite", "skip", says="left out 1 response with values that are not finite")
    assert int(next(row for row in personas if row["persona"] == "role2")["count"]) == len(broken) - 1
    save(tmp_path / "dump", "activations", "role3", {"pos_p0_q0": torch.zeros(LAYERS, DIMENSIONS + 1)})
    stability("--nonfinite", "skip", status=65, says="all vectors must have the same layers and hidden size")
    save(tmp_path / "small", "vectors", "role1", torch.zeros(LAYERS, 3))
    for name in ("role0", "role2"):
        save(tmp_path / "small", "vectors", name, torch.ones(LAYERS, 3))
    (tmp_path / "dump" / "activations" / "role3.pt").unlink()
    stability("--nonfinite", "skip", "--targets", tmp_path / "small", status=65, says="hidden size 3, the space has 24: targets")


def test_what_synth_plants_is_there(persona, tmp_path):
    """truth.json against the definitions in NumPy on the files it is of, without persona stability."""
    dump = tmp_path / "dump"
    sizes = ["--roles", "40", "--layer-count", "1", "--dimensions", "32", "--conversations", "0", "--seed", "9"]
    subprocess.run([persona, "synth", "-o", dump, "-q", "--responses", "--dtype", "float64", *sizes], check=True)
    truth = json.loads((dump / "truth.json").read_text())
    planted = {own["persona"]: own for own in truth["responses"]["layers"][0]["personas"]}
    axis = np.array(truth["layers"][0]["axis"]) * truth["layers"][0]["axis_norm"]
    with safe_open(dump / "default.safetensors", "numpy") as file:
        a = file.get_tensor("vector")[0]
    misses, places = {"resistance": [], "instability": []}, []
    for name, own in planted.items():
        scores = json.loads((dump / "scores" / f"{name}.json").read_text())
        with safe_open(dump / "activations" / f"{name}.safetensors", "numpy") as file:
            rows = np.stack([file.get_tensor(key)[0] for key in scores])
        is_member = np.array([score == 3 for score in scores.values()])
        values = adherence(rows, a, rows[is_member].mean(0), None, is_member)
        assert len(values) == own["count"] == 200
        misses["resistance"].append(1 - values.mean() - own["resistance"])
        misses["instability"].append(values.std(ddof=1) / own["instability"] - 1)
        positions = 1 + (rows - a) @ axis / (axis @ axis)
        places.append([positions, list(scores)])
    for errors in misses.values():
        errors = np.array(errors)
        assert abs(errors.mean()) < 3 * errors.std(ddof=1) / np.sqrt(len(errors)) + 2e-3
        assert errors.std() < 0.1
    y = np.empty((40, 5, 20, 2))
    for i, (positions, names) in enumerate(places):
        for value, key in zip(positions, names, strict=True):
            y[(i, *(int(part[1:]) for part in key.split("_")[1:]))] = value
    cell = y.mean(3)
    prompt, question = cell.mean(2), cell.mean((0, 1))
    rest = cell - prompt[..., None] - question + cell.mean()
    run = ((y - cell[..., None]) ** 2).sum() / (40 * 5 * 20)
    found = {
        "run": run,
        "cell": ((rest**2).sum() * 2 / ((40 * 5 - 1) * 19) - run) / 2,
        "prompt": prompt.var(1, ddof=1).mean() - (rest**2).sum() / ((40 * 5 - 1) * 19) / 20,
        "question": question.var(ddof=1) - (rest**2).sum() / ((40 * 5 - 1) * 19) / 200,
        "persona": prompt.mean(1).var(ddof=1) - prompt.var(1, ddof=1).mean() / 5,
    }
    margins = {"run": 0.05, "cell": 0.01, "prompt": 0.006, "question": 0.008, "persona": 0.02}
    variance = truth["responses"]["layers"][0]["variance"]
    for source, value in found.items():
        assert abs(value - variance[source]) < margins[source], source
    by_level = [np.mean([own["resistance"] for own in planted.values() if own["level"] == level]) for level in (1, 2, 3, 4)]
    assert by_level[0] < 0.01 < by_level[1] < by_level[3]


def test_the_space_names_the_assistant(persona, stability, tmp_path):
    dump(tmp_path)
    command = [persona, "fit", tmp_path / "dump", "-o", tmp_path / "fit", "--bootstrap", "0", "-q", "--min-count", "1"]
    subprocess.run([*map(str, command), "--default", "role0"], check=True)
    _, personas, _ = stability("--min-count", 2)
    assert {row["persona"] for row in personas} == {"default"} | {f"role{i}" for i in range(1, 6)}
    stability("--default", "role1", status=65, says="its Assistant is 'role0', and --default names 'role1'")


def test_targets_skip_what_is_not_finite(stability, tmp_path):
    content, _ = dump(tmp_path)
    for name, own in content.items():
        broken = {key: value.clone() for key, value in own.items()}
        if name == "role1":
            broken[next(iter(broken))][0, 0] = float("nan")
        save(tmp_path / "other", "activations", name, broken)
    stability("--targets", tmp_path / "other", status=65, says="NaN")
    stability("--targets", tmp_path / "other", "--nonfinite", "skip", "--min-count", 2)
