"""Tables of persona stability against NumPy written out, and what it says of input that tells nothing."""

import json
import subprocess

import numpy as np
import pytest
import torch
from responding import DIMENSIONS, LAYERS, TYPES, dump, number, reading, save, stability, table
from safetensors import safe_open


def of_layer(content, layer, scale=1.0):
    """Rows and questions of a role in one layer, in the order of keys."""
    rows = np.stack([t.double().numpy()[layer] for t in content.values()]) * scale
    return rows, [int(key.split("_")[2][1:]) for key in content]


@pytest.mark.parametrize("dtype", TYPES)
def test_places_are_the_definition(stability, tmp_path, dtype):
    content, scores = dump(tmp_path, TYPES[dtype])
    space, personas, _ = stability("--each")
    each = table(tmp_path / "out" / "adherence.csv")
    assert len(personas) == LAYERS * 6
    for row in personas:
        layer, name = int(row["layer"]), row["persona"]
        own, default = of_layer(content[name], layer), of_layer(content["default"], layer)
        place, floor, length = reading(*own, *default)
        lines = {e["key"]: e for e in each if (e["layer"], e["persona"]) == (row["layer"], name)}
        assert [number(lines[key]["position"]) for key in content[name]] == pytest.approx(place, rel=1e-9, abs=1e-9)
        assert [number(lines[key]["score"]) for key in content[name]] == pytest.approx(
            [scores[name].get(key, np.nan) for key in content[name]], nan_ok=True
        )
        axis = space["axis"][layer]
        wanted = dict(
            distance=length,
            floor=floor.std(ddof=1),
            departure=place.mean() / floor.std(ddof=1),
            axis_position=((own[0] - space["mean"][layer]) @ axis / (axis @ axis)).mean(),
            instability_default=floor.std(ddof=1) * length / np.linalg.norm(axis),
        )
        for column, value in wanted.items():
            assert number(row[column]) == pytest.approx(value, rel=1e-8), (name, column)
        assert int(row["count"]) == len(own[0]) and int(row["questions"]) == len(set(own[1]))
        assert row["instability_low"] == row["quadrant_share"] == row["departure_low"] == ""
    stability()
    assert not (tmp_path / "out" / "adherence.csv").exists()


def test_scaled_dimensions(stability, persona, tmp_path):
    """In a space with dimensions dropped or scaled, responses are scaled as it is."""
    content, _ = dump(tmp_path)
    fit = [persona, "fit", tmp_path / "dump", "-o", tmp_path / "fit", "-q", "--min-count", "1", "--bootstrap", "0"]
    subprocess.run([*map(str, fit), "--scale", "zscore", "--drop-dimensions", "5"], check=True)
    space, personas, _ = stability()
    for row in personas:
        layer, name = int(row["layer"]), row["persona"]
        scale = space["scale"][layer]
        assert scale[5] == 0
        place, floor, length = reading(*of_layer(content[name], layer, scale), *of_layer(content["default"], layer, scale))
        assert number(row["departure"]) == pytest.approx(place.mean() / floor.std(ddof=1), rel=1e-8)
        assert number(row["distance"]) == pytest.approx(length, rel=1e-9)


def test_the_same_bits_for_any_number_of_threads(stability, tmp_path):
    dump(tmp_path, torch.bfloat16)
    outputs = []
    for threads in (1, 2, 5):
        stability("--threads", threads, bootstrap=120)
        outputs.append([(tmp_path / "out" / name).read_bytes() for name in ("personas.csv", "variance.csv")])
    assert outputs[0] == outputs[1] == outputs[2]
    stability("--layers", 1, bootstrap=120)
    alone = (tmp_path / "out" / "personas.csv").read_text().splitlines()[1:]
    assert alone == [line for line in outputs[0][0].decode().splitlines() if line.startswith("1,")]


def test_a_default_that_answers_other_questions_stands_with_its_mean(stability, tmp_path):
    content, _ = dump(tmp_path, scored=False)
    other = {key.replace("_q", "_q1"): value for key, value in content["default"].items()}
    save(tmp_path / "dump", "activations", "default", other)
    _, personas, _ = stability(says="the default did not answer all questions")
    for row in personas:
        own = of_layer(content[row["persona"]], int(row["layer"]))
        shifted = of_layer(other, int(row["layer"]))
        place, _, _ = reading(*own, *shifted)
        # Folds of the default's questions, of which none is the persona's, are the product's own choice.
        assert number(row["departure"]) * number(row["floor"]) == pytest.approx(place.mean(), rel=1e-8)
        assert "its mean over all its answers was taken off" in row["note"]


def test_what_cannot_be_told_has_a_reason(stability, tmp_path):
    content, scores = dump(tmp_path)

    def replaced(name, kept):
        save(tmp_path / "dump", "activations", name, {key: content[name][key] for key in kept})

    replaced("role0", list(content["role0"])[:11])
    replaced("role1", [key for key in content["role1"] if "_q2" in key] * 1)
    for key in content["role1"]:
        content["role1"][key.replace("_q", "_q2")] = content["role1"][key]
        break
    one = {f"pos_p{p}_q2_r{r}": next(iter(content["role1"].values())) + p + r for p in range(4) for r in range(4)}
    save(tmp_path / "dump", "activations", "role1", one)
    save(tmp_path / "dump", "activations", "role2", {key: content["role2"][key] for key in content["role2"]})
    (tmp_path / "dump" / "scores" / "role2.json").write_text(json.dumps({key: 1 for key in content["role2"]}))
    _, personas, variance = stability(bootstrap=60)
    notes = {row["persona"]: row for row in personas if row["layer"] == "0"}
    assert notes["role0"]["note"] == "11 answers, 12 needed"
    assert notes["role1"]["note"].startswith("one question:")
    assert "all scores are the same" in notes["role2"]["note"] and notes["role2"]["score_correlation"] == ""
    for name in ("role0", "role1"):
        assert all(notes[name][column] == "" for column in ("departure", "state", "resistance", "instability", "quadrant"))
        assert notes[name]["axis_position"]
    assert all(row["between"] for row in variance)
    (tmp_path / "dump" / "activations" / "default.pt").unlink()
    _, personas, _ = stability(says="has no responses of 'default'")
    assert all(row["note"].startswith("the default has no responses here") and row["state"] == "" for row in personas)


def test_odd_input_is_told_of(stability, tmp_path):
    content, _ = dump(tmp_path, scored=False)
    stability()
    for path in (tmp_path / "dump" / "activations").iterdir():
        if path.stem not in ("default", "role0"):
            path.unlink()
    _, personas, variance = stability(says="one persona")
    assert len(personas) == LAYERS and personas[0]["departure"]
    assert all(row["note"].startswith("one persona") and row["icc"] == "" for row in variance)
    # Constant positions.
    for name in ("role0", "role1"):
        save(tmp_path / "dump", "activations", name, {key: content["role0"]["pos_p0_q0_r1"] for key in content["role0"]})
    _, personas, variance = stability(bootstrap=100)
    assert all(row["note"].startswith("nothing varies") and row["icc"] == "" for row in variance)
    text = (tmp_path / "out" / "personas.csv").read_text() + (tmp_path / "out" / "variance.csv").read_text()
    assert "nan" not in text.lower() and "inf," not in text.lower()
    # The default itself, and a default that never varies.
    save(tmp_path / "dump", "activations", "role1", content["default"])
    _, personas, _ = stability(bootstrap=100)
    row = next(row for row in personas if row["persona"] == "role1")
    assert row["identified"] != "yes" and row["resistance"] == row["instability"] == row["quadrant"] == ""
    save(tmp_path / "dump", "activations", "default", {key: content["default"]["pos_p0_q0_r1"] for key in content["role0"]})
    _, personas, _ = stability(bootstrap=100)
    assert all("are all the same" in row["note"] and row["state"] == "" for row in personas)


def test_bad_input_is_an_error(stability, tmp_path):
    content, _ = dump(tmp_path)
    stability()
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
    empty = dict(content["role4"]) | {name: torch.zeros(LAYERS, DIMENSIONS)}
    save(tmp_path / "dump", "activations", "role4", empty)
    stability("--nonfinite", "skip", says="left out 2 responses")
    save(tmp_path / "dump", "activations", "role2", content["role2"])
    stability(status=65, says=f"{name}: nothing but zeros at layer 0")
    save(tmp_path / "dump", "activations", "role3", {"pos_p0_q0": torch.ones(LAYERS, DIMENSIONS + 1)})
    stability("--nonfinite", "skip", status=65, says="all vectors must have the same layers and hidden size")
    save(tmp_path / "small", "vectors", "role1", torch.full((LAYERS, 3), 2.0))
    for name in ("role0", "role2"):
        save(tmp_path / "small", "vectors", name, torch.ones(LAYERS, 3))
    (tmp_path / "dump" / "activations" / "role3.pt").unlink()
    stability("--nonfinite", "skip", "--targets", tmp_path / "small", status=65, says="hidden size 3, the space has 24: targets")


def test_what_synth_plants_is_there(persona, tmp_path):
    """truth.json against NumPy on the files it is of, by the planted scores and without persona stability."""
    folder = tmp_path / "dump"
    sizes = ["--roles", "40", "--layer-count", "1", "--dimensions", "32", "--conversations", "0", "--seed", "9"]
    subprocess.run([persona, "synth", "-o", folder, "-q", "--responses", "--dtype", "float64", *sizes], check=True)
    truth = json.loads((folder / "truth.json").read_text())
    axis = np.array(truth["layers"][0]["axis"]) * truth["layers"][0]["axis_norm"]
    with safe_open(folder / "default.safetensors", "numpy") as file:
        a = file.get_tensor("vector")[0]
    with safe_open(folder / "activations" / "default.safetensors", "numpy") as file:
        default = {key: file.get_tensor(key)[0] for key in file.keys()}
    bases = {q: np.mean([v for key, v in default.items() if f"_q{q}_" in key], 0) for q in range(20)}
    misses = {"resistance": [], "instability": [], "default": []}
    for own in truth["responses"]["layers"][0]["personas"]:
        name = own["persona"]
        scores = json.loads((folder / "scores" / f"{name}.json").read_text())
        with safe_open(folder / "activations" / f"{name}.safetensors", "numpy") as file:
            rows = np.stack([file.get_tensor(key)[0] - bases[int(key.split("_")[2][1:])] for key in scores])
        with safe_open(folder / "vectors" / f"{name}.safetensors", "numpy") as file:
            way = file.get_tensor("vector")[0] - a
        adopted = np.array([score == 3 for score in scores.values()])
        unit = way / np.linalg.norm(way)
        assert own["distance"] == pytest.approx(np.linalg.norm(way) / np.linalg.norm(axis), rel=1e-9)
        spread = (rows[adopted] @ unit).std(ddof=1) / np.linalg.norm(axis)
        misses["resistance"].append(1 - adopted.mean() - own["resistance"])
        misses["instability"].append(spread / own["instability"] - 1)
        if own["instability_default"] < 0.03:
            continue  # The way is across the axis, along which there is next to nothing.
        along = np.array([(value - bases[int(key.split("_")[2][1:])]) @ unit for key, value in default.items()])
        misses["default"].append(np.sqrt(10 / 9) * along.std(ddof=1) / np.linalg.norm(axis) / own["instability_default"] - 1)
    for name, errors in misses.items():
        errors = np.array(errors)
        assert abs(np.median(errors)) < 0.05 and errors.std() < 0.15, name


def test_the_space_names_the_assistant(persona, stability, tmp_path):
    dump(tmp_path)
    command = [persona, "fit", tmp_path / "dump", "-o", tmp_path / "fit", "--bootstrap", "0", "-q", "--min-count", "1"]
    subprocess.run([*map(str, command), "--default", "role0"], check=True)
    _, personas, _ = stability()
    assert {row["persona"] for row in personas} == {"default"} | {f"role{i}" for i in range(1, 6)}
    stability("--default", "role1", status=65, says="its Assistant is 'role0', and --default names 'role1'")


def test_a_space_of_other_activations_is_said_to_be(persona, stability, tmp_path):
    content, _ = dump(tmp_path)
    stability(says="")
    for name, tensors in content.items():
        save(tmp_path / "dump", "activations", name, {key: value.flip(-1) for key, value in tensors.items()})
    stability(says="was the space fitted to other activations?")


def test_keys_of_an_uneven_design_are_read_in_any_order(stability, tmp_path):
    content, _ = dump(tmp_path, scored=False)
    first = stability(bootstrap=60)[1]
    for name, own in content.items():
        order = sorted(own, key=lambda key: key[::-1])
        save(tmp_path / "dump", "activations", name, {key: own[key] for key in order})
    assert stability(bootstrap=60)[1] == first

