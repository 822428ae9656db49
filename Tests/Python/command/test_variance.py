"""Where persona stability finds the variance of responses, against NumPy written out."""

import numpy as np
import pytest
import torch
from responding import DIMENSIONS, LAYERS, dump, henderson, keys, number, one_way, responses, save, stability


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
        answer = "" if runs == 1 else "yes" if number(row["instability_ratio"]) >= 1 else "no"
        assert row["runs_vary_as_much"] == answer


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
    _, personas, variance = stability(bootstrap=100, says="counts as independent")
    # Nine answers are too few for states; each is a question by itself.
    assert all(int(row["questions"]) == 9 and "9 answers, 12 needed" in row["note"] for row in personas)
    for row in variance:
        assert row["share_prompt"] == row["share_question"] == row["share_run"] == row["p"] == ""
        assert "nothing to shuffle" in row["note"]
        total = number(row["share_persona"]) + number(row["share_residual"])
        assert total == pytest.approx(1)
