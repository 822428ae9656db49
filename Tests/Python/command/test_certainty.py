"""Intervals, nulls, scaling, traits and trends of `persona fit` against NumPy and SciPy, written out."""

import csv
import json
import shutil
import subprocess

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from scipy import stats

ROLES, LAYERS, DIMENSIONS = 60, 2, 50


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A dump of role vectors with a leading direction, a massive dimension, levels and traits."""
    folder = tmp_path_factory.mktemp("planted")
    random = np.random.default_rng(7)
    strength = np.r_[5, 3, 2, np.ones(DIMENSIONS - 3)]
    roles = random.standard_normal((ROLES, LAYERS, DIMENSIONS)) * strength
    roles[..., 9] += 900
    default = np.zeros((LAYERS, DIMENSIONS))
    default[:, 0], default[:, 1], default[:, 9] = 14, 4, 900
    (folder / "vectors").mkdir()
    (folder / "traits").mkdir()
    for index, vector in enumerate(roles):
        save_file({"vector": vector}, folder / "vectors" / f"r{index:02}.safetensors")
    save_file({"vector": default}, folder / "vectors" / "default.safetensors")
    traits = random.standard_normal((12, LAYERS, DIMENSIONS)) + 3
    traits[3, :, 0] += 30
    traits[4, :, 0] -= 25
    for index, vector in enumerate(traits):
        save_file({"vector": vector}, folder / "traits" / f"t{index:02}.safetensors")
    levels = np.arange(ROLES) % 4 + 1
    table = ["role,group,level"] + [f"r{index:02},some,{levels[index]}" for index in range(50)]
    (folder / "roles.csv").write_text("\n".join(table) + "\n")
    return folder, roles, default, traits, levels[:50]


@pytest.fixture
def fit(persona, planted, tmp_path):
    def fit(*options, verb="fit", source=None):
        out = tmp_path / "out"
        command = [persona, verb, source or planted[0], "-o", out, "-q", "--force", *map(str, options)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return {path.stem: list(csv.DictReader(path.open())) for path in out.glob("*.csv")}, load_file(
            out / "space.safetensors"
        )

    return fit


def numbers(rows, *columns):
    return np.array([[float(row[column]) for column in columns] for row in rows])


def space(roles, default):
    """Of one layer: cos(axis, PC1), variance ratio of PC1, unit axis, PC1, positions."""
    mean = roles.mean(0)
    _, s, vt = np.linalg.svd(roles - mean, full_matrices=False)
    axis = default - mean
    unit = axis / np.linalg.norm(axis)
    return abs(vt[0] @ unit), s[0] ** 2 / (s**2).sum(), unit, vt[0], mean, axis


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
        # A direction of the span (here all of space), less its part along the axis.
        beside = directions - np.outer(directions @ unit, unit)
        drawn = abs(beside @ first) / np.linalg.norm(beside, axis=1)
        assert abs(float(rows["role_span_orthogonal"]["null_95"]) - np.quantile(drawn, 0.95)) < 0.005
        others = [space(np.delete(roles[:, layer], i, 0), roles[i, layer])[0] for i in range(ROLES)]
        assert np.isclose(float(rows["other_role"]["null_95"]), np.quantile(others, 0.95), rtol=1e-7)
        assert np.isclose(float(rows["other_role"]["p"]), (np.sum(others >= cosine) + 1) / (ROLES + 1))


@pytest.mark.parametrize("options", [["--scale", "zscore"], ["--drop-dimensions", "9,3"], ["--drop-dimensions", "massive"]])
def test_scaled_spaces(fit, planted, persona, tmp_path, options):
    tables, tensors = fit("--bootstrap", 0, *options)
    _, roles, default, _, _ = planted
    factors = np.ones((LAYERS, DIMENSIONS))
    if options[0] == "--scale":
        factors = 1 / roles.std(0, ddof=1)
    else:
        factors[:, [9] if options[1] == "massive" else [3, 9]] = 0
    assert np.allclose(tensors["scale"], factors, rtol=1e-12)
    for layer in range(LAYERS):
        cosine, ratio, unit, _, mean, axis = space(roles[:, layer] * factors[layer], default[layer] * factors[layer])
        row = tables["layers"][layer]
        assert np.allclose(numbers([row], "cos_axis_pc1", "pc1_variance_ratio")[0], [cosine, ratio], rtol=1e-9)
        assert row["dropped_dimensions"] == " ".join(str(j) for j in np.flatnonzero(factors[layer] == 0))
        assert row["scale"] == ("zscore" if options[0] == "--scale" else "none")
        assert np.allclose(tensors["axis"][layer], axis, rtol=1e-9, atol=1e-12)
    # Activations as they are, read in the scaled space.
    turns = np.random.default_rng(5).standard_normal((3, LAYERS, DIMENSIONS)) + default
    (tmp_path / "turns").mkdir()
    save_file({"turns": turns}, tmp_path / "turns" / "talk.safetensors")
    command = [persona, "project", tmp_path / "out" / "space.safetensors", tmp_path / "turns", "-o", tmp_path / "turned"]
    subprocess.run([*command, "-q"], check=True)
    rows = list(csv.DictReader((tmp_path / "turned" / "turns.csv").open()))
    for row in rows:
        layer, turn = int(row["layer"]), int(row["turn"])
        mean, axis = (roles[:, layer] * factors[layer]).mean(0), tensors["axis"][layer]
        offset = turns[turn, layer] * factors[layer] - mean
        assert np.isclose(float(row["axis_position"]), offset @ axis / (axis @ axis), rtol=1e-9)
    command[1:3] = ["cap", tmp_path / "out" / "space.safetensors"]
    done = subprocess.run([*command, "-q", "--force"], capture_output=True, text=True)
    if options[0] == "--scale":
        assert done.returncode == 65 and "--scale" in done.stderr
    else:
        assert done.returncode == 0


def test_traits(fit, planted):
    tables, _ = fit("--bootstrap", 0)
    _, roles, default, traits, _ = planted
    for layer in range(LAYERS):
        rows = [row for row in tables["traits"] if row["layer"] == str(layer)]
        mean = roles[:, layer].mean(0)
        _, s, vt = np.linalg.svd(roles[:, layer] - mean, full_matrices=False)
        vt = vt[: ROLES - 1][s[: ROLES - 1] > 1e-9]
        unit = space(roles[:, layer], default[layer])[2]
        pcs = vt * np.where(vt @ unit < 0, -1, 1)[:, None]
        centred = traits[:, layer] - traits[:, layer].mean(0)
        wanted = []
        for own, middle in zip(traits[:, layer], centred):
            inner = vt @ middle
            for direction in [unit, *pcs[:5]]:
                place = vt @ direction
                within = inner @ place / np.linalg.norm(inner) / np.linalg.norm(place)
                p = stats.beta.sf(within**2, 0.5, (len(vt) - 1) / 2)
                wanted.append(
                    [
                        own @ direction,
                        own @ direction / np.linalg.norm(own),
                        middle @ direction / np.linalg.norm(middle),
                        (inner @ inner) / (middle @ middle),
                        np.sign(within) * stats.norm.isf(p / 2),
                        p,
                    ]
                )
        found = numbers(rows, "projection", "cosine", "centred_cosine", "span_share", "z", "p")
        assert np.allclose(found, wanted, rtol=1e-6, atol=1e-12)
        rates = stats.false_discovery_control(np.array(wanted)[:, 5])
        assert np.allclose(numbers(rows, "q")[:, 0], rates, rtol=1e-6)
        first = {row["pole"]: row["trait"] for row in rows if row["target"] == "pc1" and row["rank"] == "1"}
        assert first == {"high": "t03", "low": "t04"}


def test_trends(fit, planted):
    tables, _ = fit("--bootstrap", 2000)
    _, roles, default, _, levels = planted
    for layer in range(LAYERS):
        row = tables["trends"][layer]
        axis, mean = default[layer] - roles[:, layer].mean(0), roles[:, layer].mean(0)
        position = (roles[:50, layer] - mean) @ axis / (axis @ axis)
        rho, p = stats.spearmanr(position, levels)
        assert np.isclose(float(row["spearman"]), rho, rtol=1e-9) and row["roles"] == "50" and row["levels"] == "4"
        pairs = [(position[i], position[j]) for i in range(50) for j in range(50) if levels[i] < levels[j]]
        assert float(row["jonckheere"]) == sum(a < b for a, b in pairs)
        # 999 permutations know a probability to .016.
        assert abs(float(row["spearman_p"]) - p) < 0.06
        assert float(row["spearman_low"]) < rho < float(row["spearman_high"])


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
    assert (tmp_path / "other" / "components.csv").read_bytes() == first["components.csv"]


def test_the_options_are_recorded(fit, planted, tmp_path):
    fit("--bootstrap", 60, "--seed", 3, "--drop-dimensions", "massive", verb="analyze")
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert record["seed"] == 3 and record["options"]["bootstrap"] == "60"
    assert record["options"]["drop-dimensions"] == "massive" and record["options"]["scale"] == "none"
    assert any(entry["path"] == "traits/t00.safetensors" for entry in record["inputs"])


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


def test_check_wants_what_tells_noise(persona, planted, tmp_path):
    command = [persona, "fit", planted[0], "-o", tmp_path / "out", "-q", "--check", "--bootstrap", "0"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 64 and "--bootstrap of at least 40" in done.stderr


def test_traits_of_layers_that_nothing_numbers(persona, planted, tmp_path):
    """One layer of roles, of which nothing says which, beside traits of several: they could be paired wrongly."""
    folder, roles, default, traits, _ = planted
    dump = tmp_path / "dump"
    (dump / "vectors").mkdir(parents=True)
    for index, vector in enumerate(roles[:, 1]):
        save_file({"vector": vector.copy()}, dump / "vectors" / f"r{index:02}.safetensors")
    save_file({"vector": default[1].copy()}, dump / "vectors" / "default.safetensors")

    def run(*options):
        command = [persona, "fit", dump, "-o", tmp_path / "out", "-q", "--force", "--bootstrap", "0"]
        return subprocess.run([*command, "--traits", folder / "traits", *options], capture_output=True, text=True)

    done = run()
    assert done.returncode == 65 and "--row-layers" in done.stderr and not (tmp_path / "out").exists()
    done = run("--row-layers", "7")
    assert done.returncode == 65 and "2 rows a trait" in done.stderr
    done = run("--row-layers", "1", "--trait-row-layers", "5:7")
    assert done.returncode == 65 and "none in common" in done.stderr
    assert run("--row-layers", "1", "--trait-row-layers", "0:2").returncode == 0
    rows = list(csv.DictReader((tmp_path / "out" / "traits.csv").open()))
    assert {row["layer"] for row in rows} == {"1"} and len(rows) == 12 * 6


def test_a_role_with_two_levels_is_refused(persona, planted, tmp_path):
    folder = tmp_path / "dump"
    shutil.copytree(planted[0], folder)
    with (folder / "roles.csv").open("a") as table:
        table.write("r00,other,4\n")
    command = [persona, "fit", folder, "-o", tmp_path / "out", "-q", "--bootstrap", "0"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 65 and "line 52: the role 'r00' is there twice" in done.stderr
