"""Intervals and nulls of `persona fit` against NumPy and SciPy, written out."""

import csv
import json
import subprocess

import numpy as np
from fitting import DIMENSIONS, LAYERS, ROLES, fit, numbers, planted, space
from safetensors.numpy import save_file
from scipy import stats


def replicates(roles, default, count):
    random = np.random.default_rng(1)
    full = space(roles, default)
    found = []
    for _ in range(count):
        cosine, ratio, unit, first, mean, axis = space(roles[random.integers(ROLES, size=ROLES)], default)
        found.append(
            [cosine, ratio, unit @ full[2], abs(first @ full[3])] + list((roles - mean) @ axis / (axis @ axis))
        )
    return full, np.array(found)


def about(estimate, drawn, to, back):
    """The basic interval on a scale, widened for the number of roles, with the estimate inside."""
    wide = np.sqrt(ROLES / (ROLES - 1)) * stats.t.ppf(0.975, ROLES - 1) / stats.norm.ppf(0.975)
    below, above = np.quantile(to(drawn) - to(estimate), [0.975, 0.025], axis=0) * wide
    return np.minimum(back(to(estimate) - below), estimate), np.maximum(back(to(estimate) - above), estimate)


def normal(estimate, drawn, to, back):
    """The normal interval on a scale, widened in the same way, about the estimate less half the bias."""
    wide = np.sqrt(ROLES / (ROLES - 1)) * stats.t.ppf(0.975, ROLES - 1)
    middle = to(estimate) - (to(drawn).mean() - to(estimate)) / 2
    ends = back(middle + np.array([-1, 1]) * wide * to(drawn).std(ddof=1))
    return min(ends[0], estimate), max(ends[1], estimate)


def test_intervals_and_stabilities(fit, planted):
    tables, _ = fit("--bootstrap", 4000)
    _, roles, default, _, _ = planted
    for layer in range(LAYERS):
        row = tables["layers"][layer]
        full, drawn = replicates(roles[:, layer], default[layer], 4000)
        low, high = normal(full[0], drawn[:, 0], np.arcsin, lambda y: np.sin(np.clip(y, -np.pi / 2, np.pi / 2)))
        found = numbers([row], "cos_axis_pc1_low", "cos_axis_pc1_high")[0]
        # 4000 draws know a quantile of a normal distribution to .04 standard deviations; the width is four of them.
        assert np.abs(found - [max(low, 0), high]).max() < 0.05 * (high - low)
        low, high = normal(full[1], drawn[:, 1], lambda x: np.log(x / (1 - x)), lambda y: 1 / (1 + np.exp(-y)))
        found = numbers([row], "pc1_variance_ratio_low", "pc1_variance_ratio_high")[0]
        assert np.abs(found - [low, high]).max() < 0.05 * (high - low)
        found = numbers([row], "axis_stability", "axis_stability_low", "pc1_stability", "pc1_stability_low")[0]
        wanted = [
            drawn[:, 2].mean(),
            np.quantile(drawn[:, 2], 0.025),
            drawn[:, 3].mean(),
            np.quantile(drawn[:, 3], 0.025),
        ]
        assert np.abs(found - wanted).max() < 0.1 * (1 - min(wanted))
        own = [line for line in tables["roles"] if line["layer"] == str(layer) and line["role"] != "default"]
        found = numbers(own, "axis_position_low", "axis_position_high")
        position = (roles[:, layer] - full[4]) @ full[5] / (full[5] @ full[5])
        wanted = np.array(about(position, drawn[:, 4:], lambda x: x, lambda y: y)).T
        assert (np.abs(found - wanted) < 0.1 * (wanted[:, 1:] - wanted[:, :1])).all()


def test_influence_is_the_angle_without_the_role(fit, planted):
    tables, _ = fit("--bootstrap", 50)
    _, roles, default, _, _ = planted
    own = [line for line in tables["roles"] if line["layer"] == "1" and line["role"] != "default"]
    unit = space(roles[:, 1], default[1])[2]
    for index, found in enumerate(numbers(own, "axis_influence_degrees")[:, 0]):
        without = space(np.delete(roles[:, 1], index, 0), default[1])[2]
        # Twice the arcsine of half the chord: exact for small angles.
        assert np.isclose(found, np.degrees(2 * np.arcsin(np.linalg.norm(without - unit) / 2)), rtol=1e-9)


def test_nulls(fit, planted):
    tables, _ = fit("--bootstrap", 50)
    _, roles, default, _, _ = planted
    random = np.random.default_rng(3)
    for layer in range(LAYERS):
        rows = {row["null"]: row for row in tables["nulls"] if row["layer"] == str(layer)}
        cosine, _, unit, first, mean, axis = space(roles[:, layer], default[layer])
        directions = random.standard_normal((200_000, DIMENSIONS))
        drawn = abs(directions @ first) / np.linalg.norm(directions, axis=1)
        assert abs(float(rows["random_direction"]["null_95"]) - np.quantile(drawn, 0.95)) < 0.005
        shuffled = np.array([abs(random.permutation(axis) @ first) for _ in range(20_000)]) / np.linalg.norm(axis)
        assert abs(float(rows["shuffled_axis"]["null_95"]) - np.quantile(shuffled, 0.95)) < 0.05
        # No direction beside an axis within 45° of PC1 comes as near: that null would be beaten by any data.
        assert cosine > np.sqrt(0.5) and "role_span_orthogonal" not in rows
        others = [space(np.delete(roles[:, layer], i, 0), roles[i, layer])[0] for i in range(ROLES)]
        assert np.isclose(float(rows["other_role"]["null_95"]), np.quantile(others, 0.95), rtol=1e-7)
        assert np.isclose(float(rows["other_role"]["p"]), (np.sum(others >= cosine) + 1) / (ROLES + 1))


def test_directions_beside_an_axis_that_is_not_the_leading_one(persona, tmp_path):
    random = np.random.default_rng(4)
    roles = random.standard_normal((60, 30)) * np.r_[5, 3, np.ones(28)]
    default = np.r_[4, 12, np.zeros(28)]
    (tmp_path / "vectors").mkdir()
    for name, vector in [("default", default), *((f"r{index:02}", vector) for index, vector in enumerate(roles))]:
        save_file({"vector": vector[None]}, tmp_path / "vectors" / f"{name}.safetensors")
    subprocess.run([persona, "fit", tmp_path, "-o", tmp_path / "out", "-q", "--bootstrap", "50"], check=True)
    with (tmp_path / "out" / "nulls.csv").open() as file:
        row = {row["null"]: row for row in csv.DictReader(file)}["role_span_orthogonal"]
    cosine, _, unit, first, _, _ = space(roles, default)
    # The span of the roles is all of space: a direction there, less its part along the axis.
    directions = random.standard_normal((200_000, 30))
    beside = directions - np.outer(directions @ unit, unit)
    drawn = abs(beside @ first) / np.linalg.norm(beside, axis=1)
    assert abs(float(row["null_95"]) - np.quantile(drawn, 0.95)) < 0.005
    assert cosine < np.sqrt(0.5) and abs(float(row["p"]) - np.mean(drawn >= cosine)) < 0.005


def test_nulls_are_among_the_dimensions_that_are_kept(fit, planted):
    kept = 6
    tables, _ = fit("--bootstrap", 50, "--drop-dimensions", ",".join(map(str, range(kept, DIMENSIONS))))
    # |cos| with a random direction of six dimensions: cos² is distributed as Beta(1/2, 5/2).
    wanted = np.sqrt(stats.beta.ppf(0.95, 0.5, (kept - 1) / 2))
    assert np.allclose(numbers(tables["layers"], "random_null_95"), wanted, rtol=1e-9)
    shuffled = [row for row in tables["nulls"] if row["null"] == "shuffled_axis"]
    random = np.random.default_rng(2)
    _, roles, default, _, _ = planted
    for layer, row in enumerate(shuffled):
        cosine, _, unit, first, _, _ = space(roles[:, layer, :kept], default[layer, :kept])
        drawn = np.quantile([abs(random.permutation(unit) @ first) for _ in range(20_000)], 0.95)
        assert abs(float(row["null_95"]) - drawn) < 0.03


def test_the_same_bytes_for_any_number_of_threads(persona, planted, tmp_path):
    first = None
    for threads in (1, 2, 3, 8):
        out = tmp_path / f"out{threads}"
        command = [persona, "fit", planted[0], "-o", out, "-q", "--threads", str(threads), "--bootstrap", "120"]
        subprocess.run(command, check=True)
        found = {path.name: path.read_bytes() for path in out.iterdir()}
        first = first or found
        assert found == first
    subprocess.run([*command[:4], tmp_path / "other", *command[5:], "--seed", "1"], check=True)
    assert (tmp_path / "other" / "layers.csv").read_bytes() != first["layers.csv"]
    # Of the components only the share that chance gives is drawn.
    tables = [(tmp_path / folder / "components.csv").read_text().splitlines() for folder in ("out1", "other")]
    assert tables[0][0].split(",")[-1] == "variance_ratio_chance"
    assert [[line.rpartition(",")[0] for line in table] for table in tables][0] == [
        line.rpartition(",")[0] for line in tables[1]
    ]


def test_the_options_are_recorded(fit, planted, tmp_path):
    fit("--bootstrap", 60, "--seed", 3, "--drop-dimensions", "massive", verb="analyze")
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert record["seed"] == 3 and record["options"]["bootstrap"] == "60"
    assert record["options"]["drop-dimensions"] == "massive" and record["options"]["scale"] == "none"
    assert any(entry["path"] == "traits/t00.safetensors" for entry in record["inputs"])


def test_check_wants_what_tells_noise(persona, planted, tmp_path):
    command = [persona, "fit", planted[0], "-o", tmp_path / "out", "-q", "--check", "--bootstrap", "0"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 64 and "--bootstrap of at least 40" in done.stderr
