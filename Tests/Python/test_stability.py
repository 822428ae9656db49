"""persona stability against the definitions in NumPy, written out here, on dumps with uneven responses."""

import csv
import json
import subprocess

import numpy as np
import pytest
import torch
from safetensors import safe_open

LAYERS, DIMENSIONS = 2, 24
TYPES = {"bfloat16": torch.bfloat16, "float32": torch.float32, "float64": torch.float64}


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else np.nan


def save(folder, kind, role, content):
    path = folder / kind / f"{role}.pt"
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content, path)


def responses(seed, keys, dtype=torch.float64, spread=1.0):
    """Responses about a centre of the role, one dimension a thousand times the rest, with effects of prompt and question."""
    generator = np.random.default_rng(seed)
    base = np.random.default_rng(99).normal(size=(LAYERS, DIMENSIONS))
    base[:, 5] = 1000
    centre = base + 1.5 * generator.normal(size=(LAYERS, DIMENSIONS))
    questions = np.random.default_rng(7).normal(size=(20, LAYERS, DIMENSIONS))
    prompts = generator.normal(size=(9, LAYERS, DIMENSIONS))
    rows = {}
    for key in keys:
        parts = dict((part[0], int(part[1:])) for part in key.split("_")[1:])
        noise = spread * generator.normal(size=(LAYERS, DIMENSIONS))
        rows[key] = torch.tensor(centre + 0.3 * questions[parts["q"]] + 0.5 * prompts[parts["p"]] + noise).to(dtype)
    return rows


def keys(seed, prompts=3, questions=6, runs=2, drop=0.2):
    """Keys of an uneven design."""
    generator = np.random.default_rng(seed)
    all_keys = [
        f"pos_p{p}_q{q}" + (f"_r{r}" if runs > 1 else "")
        for p in range(prompts)
        for q in range(questions)
        for r in range(runs)
    ]
    kept = [key for key in all_keys if generator.random() >= drop]
    generator.shuffle(kept)
    return kept


@pytest.fixture
def stability(persona, tmp_path):
    """Fits the dump tmp_path/dump and measures it; gives the space, the two tables and what was said."""

    def stability(*options, status=0, says="", bootstrap=0, dump="dump"):
        fit = [persona, "fit", tmp_path / "dump", "-o", tmp_path / "fit", "--bootstrap", "0", "--force", "-q"]
        if not (tmp_path / "fit" / "space.safetensors").exists():
            subprocess.run(list(map(str, fit)) + ["--min-count", "1"], check=True)
        command = [persona, "stability", tmp_path / "fit" / "space.safetensors", tmp_path / dump, "-o", tmp_path / "out"]
        command += ["--force", "--bootstrap", bootstrap, *options]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        assert says in done.stderr, done.stderr
        if status:
            return None
        with safe_open(tmp_path / "fit" / "space.safetensors", "numpy") as file:
            space = {name: file.get_tensor(name) for name in file.keys()}
            space["names"] = json.loads(file.metadata()["roles"])
        return space, table(tmp_path / "out" / "personas.csv"), table(tmp_path / "out" / "variance.csv")

    return stability


def adherence(rows, a, target, members, is_member):
    """definitions.py, with each member scored against the mean of the others."""
    values = []
    for i, h in enumerate(rows):
        own = target
        if is_member[i]:
            others = [j for j in range(len(rows)) if is_member[j] and j != i]
            own = rows[others].mean(0)
        w = own - a
        values.append((h - a) @ w / (w @ w))
    return np.array(values)


def one_way(groups):
    """definitions.py variance_components, of vectors: sums over dimensions."""
    groups = [np.asarray(g, np.float64).reshape(len(g), -1) for g in groups]
    k, n = len(groups), np.array([len(g) for g in groups])
    total = n.sum()
    grand = sum(g.sum(0) for g in groups) / total
    msb = sum(len(g) * ((g.mean(0) - grand) ** 2).sum() for g in groups) / (k - 1)
    msw = sum(((g - g.mean(0)) ** 2).sum() for g in groups) / (total - k)
    n0 = (total - (n**2).sum() / total) / (k - 1)
    between = (msb - msw) / n0
    b = max(between, 0)
    return dict(between=between, within=msw, icc=b / (b + msw), f=msb / msw, instability_ratio=msw / b)


def henderson(values, labels):
    """Henderson's first method from indicator matrices: sums of squares equated with their expectations, as traces."""
    values = np.asarray(values, np.float64).reshape(len(labels), -1)
    count = len(labels)
    personas = [label[0] for label in labels]
    sets = [personas, [label[:2] for label in labels], [label[2] for label in labels], labels, list(range(count))]
    indicators = []
    for names in sets:
        levels = sorted(set(names))
        indicators.append(np.array([[float(name == level) for level in levels] for name in names]))
    mean = np.full((count, count), 1 / count)
    projections = [z @ np.diag(1 / z.sum(0)) @ z.T - mean for z in indicators]
    system = np.array([[np.trace(z.T @ p @ z) for z in indicators] for p in projections])
    sums = np.array([np.trace(values.T @ p @ values) for p in projections])
    return np.linalg.solve(system, sums)


def dump(folder, dtype=torch.float64, scored=True, runs=2, roles=6):
    content, scores = {}, {}
    for seed, name in enumerate(["default"] + [f"role{i}" for i in range(roles)]):
        content[name] = responses(seed, keys(seed, runs=runs), dtype)
        save(folder / "dump", "activations", name, content[name])
        if name != "default" and scored:
            generator = np.random.default_rng(50 + seed)
            scores[name] = {key: int(generator.integers(2, 4)) for key in content[name] if generator.random() < 0.9}
            (folder / "dump" / "scores").mkdir(parents=True, exist_ok=True)
            (folder / "dump" / "scores" / f"{name}.json").write_text(json.dumps(scores[name]))
    return content, scores


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


@pytest.mark.parametrize("runs", [1, 2])
def test_variance_is_the_definition(stability, tmp_path, runs):
    content, _ = dump(tmp_path, scored=False, runs=runs)
    space, _, variance = stability("--readouts", 2)
    assert [row["readout"] for row in variance[:4]] == ["axis_position", "pc1", "pc2", "vector"]
    names = sorted(name for name in content if name != "default")
    for row in variance:
        layer, readout = int(row["layer"]), row["readout"]
        mean, axis = space["mean"][layer], space["axis"][layer]
        groups, labels = [], []
        for name in names:
            rows = np.stack([t.numpy()[layer] for t in content[name].values()]) - mean
            if readout == "axis_position":
                rows = rows @ axis / (axis @ axis)
            elif readout != "vector":
                rows = rows @ space["components"][layer, int(readout[2:]) - 1]
            groups.append(rows)
            labels += [(name, *(int(part[1:]) for part in key.split("_")[1:3])) for key in content[name]]
        for column, value in one_way(groups).items():
            assert number(row[column]) == pytest.approx(value, rel=1e-9, abs=1e-12), (readout, column)
        parts = np.concatenate(groups)
        if runs == 1:
            # Cells and runs are one.
            found = henderson_without_runs(parts, labels)
            columns = ["share_persona", "share_prompt", "share_question", "share_residual"]
            assert row["share_run"] == ""
        else:
            found = henderson(parts, labels)
            columns = ["share_persona", "share_prompt", "share_question", "share_residual", "share_run"]
        shares = np.maximum(found, 0) / np.maximum(found, 0).sum()
        for column, value in zip(columns, shares, strict=True):
            assert number(row[column]) == pytest.approx(value, rel=1e-8, abs=1e-9), (readout, column)
        assert row["runs_vary_as_much"] == ("yes" if number(row["instability_ratio"]) >= 1 else "no")


def henderson_without_runs(values, labels):
    values = np.asarray(values, np.float64).reshape(len(labels), -1)
    count = len(labels)
    sets = [[label[0] for label in labels], [label[:2] for label in labels], [label[2] for label in labels]]
    indicators = [np.array([[float(n == level) for level in sorted(set(names))] for n in names]) for names in sets]
    indicators.append(np.eye(count))
    mean = np.full((count, count), 1 / count)
    projections = [z @ np.diag(1 / z.sum(0)) @ z.T - mean for z in indicators]
    system = np.array([[np.trace(z.T @ p @ z) for z in indicators] for p in projections])
    return np.linalg.solve(system, [np.trace(values.T @ p @ values) for p in projections])


def test_balanced_shares_are_those_of_the_analysis_of_variance(stability, tmp_path):
    a, b, q, r = 5, 3, 4, 2
    content = {}
    for seed, name in enumerate(["default"] + [f"role{i}" for i in range(a)]):
        content[name] = responses(seed, keys(seed, b, q, r, drop=0))
        save(tmp_path / "dump", "activations", name, content[name])
    space, _, variance = stability()
    row = next(row for row in variance if row["layer"] == "1" and row["readout"] == "axis_position")
    y = np.empty((a, b, q, r))
    for i in range(a):
        for key, value in content[f"role{i}"].items():
            place = tuple(int(part[1:]) for part in key.split("_")[1:])
            y[(i, *place)] = (value.numpy()[1] - space["mean"][1]) @ space["axis"][1] / (space["axis"][1] ** 2).sum()
    grand = y.mean()
    persona = y.mean((1, 2, 3))
    prompt, question, cell = y.mean((2, 3)), y.mean((0, 1, 3)), y.mean(3)
    ms_persona = b * q * r * ((persona - grand) ** 2).sum() / (a - 1)
    ms_prompt = q * r * ((prompt - persona[:, None]) ** 2).sum() / (a * (b - 1))
    ms_question = a * b * r * ((question - grand) ** 2).sum() / (q - 1)
    rest = cell - prompt[:, :, None] - question + grand
    ms_cell = r * (rest**2).sum() / ((a * b - 1) * (q - 1))
    ms_run = ((y - cell[..., None]) ** 2).sum() / (a * b * q * (r - 1))
    variances = np.array(
        [
            (ms_persona - ms_prompt) / (b * q * r),
            (ms_prompt - ms_cell) / (q * r),
            (ms_question - ms_cell) / (a * b * r),
            (ms_cell - ms_run) / r,
            ms_run,
        ]
    )
    shares = np.maximum(variances, 0) / np.maximum(variances, 0).sum()
    columns = ["share_persona", "share_prompt", "share_question", "share_residual", "share_run"]
    for column, value in zip(columns, shares, strict=True):
        assert number(row[column]) == pytest.approx(value, rel=1e-9, abs=1e-12), column


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


def test_shuffled_prompts(stability, tmp_path):
    """Personas that are only labels on prompts: p is not small, and it is small where they differ."""
    generator = np.random.default_rng(3)
    for name in ["default"] + [f"role{i}" for i in range(8)]:
        content = {}
        for p in range(4):
            centre = generator.normal(size=(LAYERS, DIMENSIONS))
            for q in range(5):
                content[f"pos_p{p}_q{q}"] = torch.tensor(centre + 0.1 * generator.normal(size=(LAYERS, DIMENSIONS)))
        save(tmp_path / "dump", "activations", name, content)
    _, _, variance = stability(bootstrap=100)
    assert all(number(row["p"]) > 0.01 for row in variance if not row["readout"].startswith("pc"))
    # Components are where these very personas differ most.
    assert all(row["p"] == "" and "chosen" in row["note"] for row in variance if row["readout"].startswith("pc"))
    # The analysis of variance that takes responses for independent would be sure.
    assert all(number(row["f"]) > 2 for row in variance if row["readout"] == "vector")
    # Where they do differ p is small.
    for i in range(8):
        shift = torch.tensor(3 * generator.normal(size=(LAYERS, DIMENSIONS)))
        path = tmp_path / "dump" / "activations" / f"role{i}.pt"
        torch.save({key: value + shift for key, value in torch.load(path).items()}, path)
    _, _, variance = stability(bootstrap=100)
    assert all(number(row["p"]) == 0.001 for row in variance if row["readout"] == "vector")


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


def test_keys_that_say_nothing(stability, tmp_path):
    generator = np.random.default_rng(1)
    for name in ["default"] + [f"role{i}" for i in range(6)]:
        centre = generator.normal(size=(LAYERS, DIMENSIONS))
        save(
            tmp_path / "dump",
            "activations",
            name,
            {f"answer {i}": torch.tensor(centre + generator.normal(size=(LAYERS, DIMENSIONS))) for i in range(9)},
        )
    _, personas, variance = stability(bootstrap=100, says="count as independent")
    assert all(int(row["clusters"]) == 9 and row["resistance_low"] for row in personas)
    for row in variance:
        assert row["share_prompt"] == row["share_question"] == row["share_run"] == row["p"] == ""
        assert "nothing to shuffle" in row["note"]
        total = number(row["share_persona"]) + number(row["share_residual"])
        assert total == pytest.approx(1)


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
