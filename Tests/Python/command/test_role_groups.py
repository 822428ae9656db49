"""persona fit with groups of roles: intervals over whole groups, and the verdict without each, against NumPy and planted truth."""

import csv
import json
import shutil
import subprocess

import numpy as np
import pytest
from fitting import space
from repository import DEMO
from safetensors.numpy import save_file
from scipy import stats

DIMENSIONS = 40
LEAST = 0.316


@pytest.fixture
def fit(persona, tmp_path):
    """Fits roles (R, L, d) that have the `groups`, "" for none; gives tables and text."""

    def fit(roles, default, groups, *options):
        dump = tmp_path / "dump"
        shutil.rmtree(dump, ignore_errors=True)
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        (dump / "vectors").mkdir(parents=True)
        for index, vector in enumerate(roles):
            save_file({"vector": np.ascontiguousarray(vector)}, dump / "vectors" / f"r{index:02}.safetensors")
        save_file({"vector": default}, dump / "vectors" / "default.safetensors")
        lines = ["role,group"] + [f"r{index:02},{group}" for index, group in enumerate(groups)]
        (dump / "roles.csv").write_text("\n".join(lines) + "\n")
        command = [persona, "fit", dump, "-o", tmp_path / "out", "--force", *options]
        done = subprocess.run([*map(str, command)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return {path.stem: list(csv.DictReader(path.open())) for path in (tmp_path / "out").glob("*.csv")}, done.stdout

    return fit


def families(seed, count, size, layers=1, spread=0.3):
    """Roles (R, L, d) that are siblings: `count` families of `size`, of which each lies about a point of its own."""
    random = np.random.default_rng(seed)
    points = random.standard_normal((count, layers, DIMENSIONS)) * np.r_[5, 2, np.ones(DIMENSIONS - 2)]
    roles = np.repeat(points, size, 0) + spread * random.standard_normal((count * size, layers, DIMENSIONS))
    default = np.zeros((layers, DIMENSIONS))
    default[:, 0], default[:, 1] = 9, 4
    return roles, default, [f"family {index // size}" for index in range(count * size)]


def place(roles, default):
    """Where the default lies in the range of PC1."""
    _, _, axis, direction, mean, contrast = space(roles, default)
    direction = direction * np.sign(direction @ contrast)
    scores, own = (roles - mean) @ direction, direction @ contrast
    low, high = min(scores.min(), own), max(scores.max(), own)
    return (own - low) / (high - low)


def test_the_axis_without_each_group_is_that_of_numpy(fit):
    roles, default, groups = families(1, 9, 3, layers=2)
    groups[5] = ""
    tables, _ = fit(roles, default, groups, "--bootstrap", 40)
    assert len(tables["groups"]) == 2 * 9
    for row in tables["groups"]:
        layer, members = int(row["layer"]), np.array([group == row["group"] for group in groups])
        rest = roles[~members, layer]
        cosine = space(rest, default[layer])[0]
        *_, mean, axis = space(roles[:, layer], default[layer])
        assert float(row["cos_axis_pc1_without"]) == pytest.approx(cosine, rel=1e-9)
        assert float(row["default_relative_without"]) == pytest.approx(place(rest, default[layer]), rel=1e-9)
        wanted = ((roles[members, layer] - mean) @ axis / (axis @ axis)).mean()
        assert float(row["mean_position"]) == pytest.approx(wanted, rel=1e-9)
        assert (int(row["roles"]), int(row["roles_left"])) == (members.sum(), (~members).sum())


def test_intervals_over_groups_are_those_of_numpy_and_wider(fit):
    """Siblings count once: the spread of the angle over samples of whole groups, drawn anew in NumPy."""
    roles, default, groups = families(2, 12, 6)
    tables, text = fit(roles, default, groups, "--bootstrap", 1000)
    row = tables["layers"][0]
    low, high = (float(row[f"cos_axis_pc1_groups_{end}"]) for end in ("low", "high"))
    assert row["role_groups"] == "12"
    assert high - low > 1.3 * (float(row["cos_axis_pc1_high"]) - float(row["cos_axis_pc1_low"]))
    random = np.random.default_rng(0)
    drawn, turned = [], []
    cosine, _, _, first, *_ = space(roles[:, 0], default[0])
    for _ in range(1500):
        chosen = random.integers(0, 12, 12)
        sample = np.concatenate([roles[6 * g : 6 * g + 6, 0] for g in chosen])
        own, _, _, direction, *_ = space(sample, default[0])
        drawn.append(np.arcsin(min(own, 1)))
        turned.append(abs(direction @ first) < np.sqrt(0.5))
    factor = np.sqrt(12 / 11) * stats.t.ppf(0.975, 11)
    centre = np.arcsin(cosine) - 0.5 * (np.mean(drawn) - np.arcsin(cosine))
    ends = [np.sin(np.clip(centre + sign * factor * np.std(drawn, ddof=1), -np.pi / 2, np.pi / 2)) for sign in (-1, 1)]
    if np.mean(turned) > 0.025:
        # Another component takes its place in some samples: as far as their percentiles.
        ends = [min(ends[0], np.sin(np.quantile(drawn, 0.025))), max(ends[1], np.sin(np.quantile(drawn, 0.975)))]
    assert low == pytest.approx(max(ends[0], 0), abs=0.05) and high == pytest.approx(ends[1], abs=0.02)
    assert "over 12 whole groups" in text


@pytest.mark.parametrize("seed", range(2))
def test_intervals_over_groups_hold_the_truth_where_those_over_roles_do_not(fit, seed):
    layers = 40
    roles, default, groups = families(10 + seed, 15, 5, layers)
    tables, _ = fit(roles, default, groups, "--bootstrap", 400)
    truth = 9 / np.hypot(9, 4)

    def held(name):
        return np.mean([float(row[f"{name}_low"]) <= truth <= float(row[f"{name}_high"]) for row in tables["layers"]])

    assert held("cos_axis_pc1_groups") >= 0.88 and held("cos_axis_pc1_groups") > held("cos_axis_pc1")


def synonyms(seed=3, count=8):
    """Characters whose leading direction has nothing to do with the default, and `count` roles that lie at it."""
    random = np.random.default_rng(seed)
    default = np.zeros((1, DIMENSIONS))
    default[:, 0] = 14
    characters = random.standard_normal((24, 1, DIMENSIONS)) * np.r_[0.5, 3, np.ones(DIMENSIONS - 2)]
    same = default + 0.3 * random.standard_normal((count, 1, DIMENSIONS))
    # No direction of these is that of a dimension.
    turn = np.linalg.qr(random.standard_normal((DIMENSIONS, DIMENSIONS)))[0]
    characters, same, default = characters @ turn, same @ turn, default @ turn
    kinds = [f"kind {index % 6}" for index in range(24)]
    return np.concatenate([characters, same]), default, kinds + ["other names"] * count


def test_synonyms_that_carry_the_axis_are_told(fit):
    roles, default, groups = synonyms()
    tables, text = fit(roles, default, groups)
    layer = tables["layers"][0]
    assert layer["verdict"] == "found" and layer["carrying_groups"] == "other names"
    without = next(row for row in tables["groups"] if row["group"] == "other names")
    assert without["changes_verdict"] == "yes" and float(without["cos_axis_pc1_without"]) < LEAST
    assert {row["changes_verdict"] for row in tables["groups"] if row["group"] != "other names"} == {"no"}
    assert "the verdict rests on group 'other names' (8 roles" in text
    assert "If they are other names for the Assistant" in text


def test_the_advice_works(fit):
    """Without the synonyms, as the report says to fit, the verdict is what it says."""
    roles, default, groups = synonyms()
    tables, _ = fit(roles, default, groups)
    without = next(row for row in tables["groups"] if row["group"] == "other names")
    again, _ = fit(roles[:24], default, [""] * 24)
    assert again["layers"][0]["verdict"] == without["verdict_without"] != "found"
    assert float(again["layers"][0]["cos_axis_pc1"]) == pytest.approx(float(without["cos_axis_pc1_without"]), rel=1e-9)
    assert "groups" not in again and again["layers"][0]["role_groups"] == ""


def test_a_group_of_the_rest_that_does_not_matter_is_not_told(fit):
    roles, default, groups = families(4, 14, 4)
    tables, text = fit(roles, default, groups)
    if tables["layers"][0]["verdict"] == "found":
        assert tables["layers"][0]["carrying_groups"] == "" and "rests on group" not in text


@pytest.mark.parametrize(
    "groups, note",
    [
        (["one"] * 20, "all roles are in one group"),
        ([f"g{index}" for index in range(20)], "no group has two roles"),
        ([f"g{index % 3}" for index in range(20)], "3 groups are too few"),
    ],
)
def test_groups_that_cannot_be_drawn_have_an_empty_cell_and_a_reason(fit, groups, note):
    roles, default, _ = families(5, 20, 1)
    tables, text = fit(roles, default, groups, "--bootstrap", 100)
    row = tables["layers"][0]
    assert row["cos_axis_pc1_groups_low"] == "" and row["verdict_groups"] == ""
    assert note in row["groups_note"] and note in text
    if "one" in groups:
        only = tables["groups"][0]
        assert only["roles_left"] == "0" and only["cos_axis_pc1_without"] == "" and only["changes_verdict"] == ""


def test_few_roles_left_do_not_tell(fit):
    roles, default, groups = synonyms()
    groups = ["kind"] * 24 + ["other names"] * 8
    tables, text = fit(roles, default, groups, "--bootstrap", 100)
    rest = next(row for row in tables["groups"] if row["group"] == "kind")
    assert rest["changes_verdict"] == "" and "fewer than 10" in rest["note"]
    few, text = fit(roles[:9], default, groups[:9], "--bootstrap", 100)
    assert few["layers"][0]["verdict"] == "inconclusive"


def test_without_groups_nothing_is_said(fit):
    roles, default, groups = families(6, 20, 1)
    tables, text = fit(roles, default, [""] * 20, "--bootstrap", 100)
    assert "groups" not in tables and tables["layers"][0]["role_groups"] == "" and "group" not in text.split("Written")[0]


def test_threads_change_nothing(fit):
    roles, default, groups = families(7, 10, 3, layers=3)
    assert fit(roles, default, groups, "--threads", 1)[0] == fit(roles, default, groups, "--threads", 2)[0]


def test_the_synonyms_of_the_demo_carry_its_axis(persona, tmp_path):
    command = [persona, "fit", DEMO, "-o", tmp_path / "out", "--bootstrap", "200"]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True)
    assert "without group 'assistant' (8 roles" in done.stdout and "it is INCONCLUSIVE" in done.stdout
    assert "If they are other names for the Assistant" in done.stdout
    done = subprocess.run([*map(str, command), "--force", "--json"], capture_output=True, text=True, check=True)
    summary = json.loads(done.stdout)
    assert summary["changing_groups"][0] == "assistant"
    assert sum("assistant" in layer["carrying_groups"] for layer in summary["layers"]) >= 3
