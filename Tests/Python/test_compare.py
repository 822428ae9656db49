"""persona compare against NumPy and SciPy, written out, on planted spaces and two real ones."""

import csv
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from scipy import linalg, optimize, stats

SHARED = Path(__file__).resolve().parents[3] / "shared"
TRAITS = np.array([4, 3, 2, 1.5, 1])
SHARED_DIMENSIONS = ("cos_axis", "principal", "procrustes", "identity", "default_shift", "mean_shift")


def models(seed, roles, *sizes, noise=0.3, layers=1):
    """Role vectors (R, L, d) and defaults (L, d) of models of the hidden `sizes`, which share their roles' traits."""
    random = np.random.default_rng(seed)
    traits = random.standard_normal((roles, layers, 5)) * TRAITS
    found = []
    for size in sizes:
        directions = random.standard_normal((5, size))
        centre = 5 * random.standard_normal(size)
        vectors = centre + traits @ directions + noise * random.standard_normal((roles, layers, size))
        default = centre + np.array([9, 2, 1, 0, 0]) @ directions + noise * random.standard_normal((layers, size))
        found.append((vectors, default))
    return found


@pytest.fixture
def fit(persona, tmp_path):
    """Fits role vectors (R, L, d) under names; gives the folder."""

    def fit(name, vectors, default, roles=None, *options):
        dump = tmp_path / f"{name}-dump"
        (dump / "vectors").mkdir(parents=True)
        roles = roles or [f"r{index:02}" for index in range(len(vectors))]
        for role, vector in zip(roles, vectors, strict=True):
            save_file({"vector": np.ascontiguousarray(vector)}, dump / "vectors" / f"{role}.safetensors")
        save_file({"vector": default}, dump / "vectors" / "default.safetensors")
        command = [persona, "fit", dump, "-o", tmp_path / name, "-q", "--bootstrap", 0, *options]
        subprocess.run([*map(str, command)], check=True)
        return tmp_path / name

    return fit


@pytest.fixture
def compare(persona, tmp_path):
    """Compares spaces; gives the rows of the two tables and what was printed."""

    def compare(*arguments, status=0, says=""):
        command = [persona, "compare", *arguments, "-o", tmp_path / "out", "--force"]
        done = subprocess.run([*map(str, command)], capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        assert says in done.stderr, done.stderr
        if status:
            assert not (tmp_path / "out").exists()
            return None
        tables = [list(csv.DictReader((tmp_path / "out" / f"{name}.csv").open())) for name in ("comparison", "movers")]
        return *tables, done

    return compare


def values(rows, column="value"):
    return {row["measure"]: float(row[column] or "nan") for row in rows}


def space(vectors, default):
    mean = vectors.mean(0)
    centred, axis = vectors - mean, default - mean
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[: len(vectors) - 1]
    directions = directions * np.where(directions @ axis < 0, -1, 1)[:, None]
    loadings = centred @ directions[:5].T / np.linalg.norm(centred, axis=1)[:, None]
    return dict(mean=mean, centred=centred, axis=axis, directions=directions, loadings=loadings,
                positions=centred @ axis / (axis @ axis))  # fmt: skip


def debiased_alignment(a, b):
    """By U-centred kernels (Székely & Rizzo 2014), another form of the estimate of Song et al. 2012."""

    def centred(kernel):
        n = len(kernel)
        kernel = kernel - np.diag(np.diag(kernel))
        sums = kernel.sum(0)
        kernel = kernel - sums[:, None] / (n - 2) - sums / (n - 2) + sums.sum() / (n - 1) / (n - 2)
        return kernel - np.diag(np.diag(kernel))

    a, b = centred(a), centred(b)
    return (a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())


def measures(vectors_a, default_a, vectors_b, default_b, pairs=True):
    """Every measure, without `pairs` but those of pairs of roles, and the partners of the components."""
    a, b = space(vectors_a, default_a), space(vectors_b, default_b)
    kernel_a, kernel_b = a["centred"] @ a["centred"].T, b["centred"] @ b["centred"].T
    count = a["loadings"].shape[1]
    correlations = np.corrcoef(a["loadings"].T, b["loadings"].T)[:count, count:]
    _, partners = optimize.linear_sum_assignment(-np.abs(correlations))
    found = {
        "position_spearman": stats.spearmanr(a["positions"], b["positions"])[0],
        **{f"loading_pearson_{i + 1}": correlations[i, i] for i in range(3)},
        **{f"matched_loading_pearson_{i + 1}": correlations[i, j] for i, j in enumerate(partners)},
        "cka": (kernel_a * kernel_b).sum() / np.sqrt((kernel_a**2).sum() * (kernel_b**2).sum()),
    }
    if pairs:
        upper = np.triu_indices(len(vectors_a), 1)
        cosines = [(k / np.sqrt(np.outer(np.diag(k), np.diag(k))))[upper] for k in (kernel_a, kernel_b)]
        found["cka_debiased"] = debiased_alignment(kernel_a, kernel_b)
        found["rsa_spearman"] = stats.spearmanr(*cosines)[0]
    if vectors_a.shape == vectors_b.shape:
        unit = a["axis"] / np.linalg.norm(a["axis"])
        length, size = np.linalg.norm(a["axis"]), np.linalg.norm(b["centred"])
        angles = linalg.subspace_angles(a["directions"][:5].T, b["directions"][:5].T)[::-1]
        rotation, total = linalg.orthogonal_procrustes(a["centred"], b["centred"])
        found |= {
            "cos_axis": unit @ b["axis"] / np.linalg.norm(b["axis"]),
            **{f"principal_cosine_{i + 1}": np.cos(angle) for i, angle in enumerate(angles)},
            "procrustes_cosine": total / np.linalg.norm(a["centred"]) / size,
            "procrustes_residual": np.linalg.norm(a["centred"] @ rotation - b["centred"]) / size,
            "identity_residual": np.linalg.norm(a["centred"] - b["centred"]) / size,
        }
        for name, shift in [("default", default_b - default_a), ("mean", b["mean"] - a["mean"])]:
            found[f"{name}_shift_along"] = shift @ unit / length
            found[f"{name}_shift_off_axis"] = np.linalg.norm(shift - (shift @ unit) * unit) / length
    return found, [int(j) + 1 for j in partners]


def agrees(rows, wanted, partners):
    found = values(rows)
    assert list(found) == list(wanted)
    for name, value in wanted.items():
        assert abs(found[name] - value) <= 1e-9 * max(abs(value), 1), name
    matched = [int(row["component_b"]) for row in rows if row["measure"].startswith("matched")]
    assert matched == partners
    assert all(row["component_b"] == "" for row in rows if not row["measure"].startswith("matched"))


@pytest.mark.parametrize("sizes", [(40, 40), (40, 25), (9, 9), (7, 30)])
def test_every_measure(fit, compare, sizes):
    """Fewer and more dimensions than roles, the same and different ones, in three layers."""
    (vectors_a, default_a), (vectors_b, default_b) = models(1, 20, *sizes, layers=3)
    rows, movers, _ = compare(fit("a", vectors_a, default_a), fit("b", vectors_b, default_b), "--bootstrap", 0)
    assert list(rows[0])[:10] == "a b layer_a layer_b common_roles measure value low high null_95".split()
    assert list(movers[0])[:8] == "a b role position_a position_b change low high".split()
    for layer in range(3):
        own = [row for row in rows if row["layer_a"] == row["layer_b"] == str(layer)]
        agrees(own, *measures(vectors_a[:, layer], default_a[layer], vectors_b[:, layer], default_b[layer]))
        assert {row["common_roles"] for row in own} == {"20"}
    assert {row["a"] for row in rows} == {"a"} and {row["b"] for row in rows} == {"b"}
    assert all(row["low"] == row["high"] == row["null_95"] == row["p"] == "" for row in rows)
    a, b = space(vectors_a[:, 1], default_a[1])["positions"], space(vectors_b[:, 1], default_b[1])["positions"]
    assert {row["layer_a"] for row in movers} == {"1"} and len(movers) == 20
    for row in movers:
        index = int(row["role"][1:])
        assert abs(float(row["position_a"]) - a[index]) < 1e-12 and abs(float(row["position_b"]) - b[index]) < 1e-12
        assert abs(float(row["change"]) - (b - a)[index]) < 1e-12
        assert int(row["rank_a"]) == 1 + (a > a[index]).sum() and int(row["rank_b"]) == 1 + (b > b[index]).sum()
    changes = [abs(float(row["change"])) for row in movers]
    assert changes == sorted(changes, reverse=True)


def test_a_rotation_is_undone(fit, compare):
    """B is A turned: nothing changes but directions, and Procrustes turns it back."""
    vectors, default = models(2, 25, 30)[0]
    turn = stats.ortho_group.rvs(30, random_state=3)
    rows, movers, _ = compare(fit("a", vectors, default), fit("b", vectors @ turn, default @ turn), "--bootstrap", 200)
    found = values(rows)
    for name in ["position_spearman", "cka", "cka_debiased", "rsa_spearman", "procrustes_cosine"]:
        assert abs(found[name] - 1) < 1e-12, name
    assert found["procrustes_residual"] < 1e-12 < 0.5 < found["identity_residual"]
    assert all(abs(float(row["change"])) < 1e-12 for row in movers)
    for row in rows:
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])


def test_ragged_roles_are_matched_by_name(fit, compare):
    """Roles of other order and number: the spaces are fitted again to those that both have."""
    (vectors_a, default_a), (vectors_b, default_b) = models(4, 30, 20, 20)
    names = [f"r{index:02}" for index in range(30)]
    own = list(np.random.default_rng(5).permutation(30)[:24])
    a = fit("a", vectors_a[:27], default_a, names[:27])
    b = fit("b", vectors_b[own], default_b, [names[index].replace("r03", "alone") for index in own])
    rows, movers, done = compare(a, b, "--bootstrap", 0)
    common = [index for index in range(27) if index in own and index != 3]
    agrees(rows, *measures(vectors_a[common, 0], default_a[0], vectors_b[common, 0], default_b[0]))
    assert {row["common_roles"] for row in rows} == {str(len(common))}
    assert {row["role"] for row in movers} == {names[index] for index in common}
    missing = [names[index] for index in range(27) if index not in common]
    line = next(line for line in done.stdout.splitlines() if "only in a" in line)
    assert all(name in line for name in missing[:12])
    assert "only in b" in done.stdout and "only in b" in done.stderr


def test_three_checkpoints(fit, compare):
    """Consecutive pairs and each against the first, as each pair is by itself; the default drifts on its way."""
    random = np.random.default_rng(6)
    vectors, default = models(6, 25, 30)[0]
    spaces, roles = [], [[*range(25)], [*range(24)], [*range(2, 25)]]
    for step in range(3):
        moved = vectors + step * 0.2 * random.standard_normal(vectors.shape)
        spaces.append((moved, default + step * 0.1 * (vectors.mean(0) - default)))
    folders = [
        fit(f"step{step}", spaces[step][0][roles[step]], spaces[step][1], [f"r{index:02}" for index in roles[step]])
        for step in range(3)
    ]
    rows, movers, done = compare(*folders, "--bootstrap", 60, "--names", "base,sft,rl")
    assert "Trajectory" in done.stdout
    for a, b in [(0, 1), (1, 2), (0, 2)]:
        common = [index for index in roles[a] if index in roles[b]]
        wanted = measures(spaces[a][0][common, 0], spaces[a][1][0], spaces[b][0][common, 0], spaces[b][1][0])
        names = "base sft rl".split()
        own = [row for row in rows if (row["a"], row["b"]) == (names[a], names[b])]
        agrees(own, *wanted)
        assert {row["common_roles"] for row in own} == {str(len(common))}
        alone, _, _ = compare(folders[a], folders[b], "--bootstrap", 60, "--names", f"{names[a]},{names[b]}")
        assert alone == own
    pairs = [(row["a"], row["b"]) for row in rows]
    assert list(dict.fromkeys(pairs)) == [("base", "sft"), ("sft", "rl"), ("base", "rl")]
    assert list(dict.fromkeys((row["a"], row["b"]) for row in movers)) == list(dict.fromkeys(pairs))


def resampled(vectors_a, default_a, vectors_b, default_b, count, seed=0):
    """Bootstrap values of what copies of roles do not distort, and of the changes of position."""
    random = np.random.default_rng(seed)
    roles = len(vectors_a)
    found, changes = [], []
    for _ in range(count):
        drawn = random.integers(roles, size=roles)
        found.append(measures(vectors_a[drawn], default_a, vectors_b[drawn], default_b, pairs=False)[0])
        a, b = space(vectors_a[drawn], default_a), space(vectors_b[drawn], default_b)
        place = [(x - s["mean"]) @ s["axis"] / (s["axis"] @ s["axis"]) for x, s in ((vectors_a, a), (vectors_b, b))]
        changes.append(place[1] - place[0])
    return {name: np.array([one[name] for one in found]) for name in found[0]}, np.array(changes)


#: By how much samples of 40 things are too narrow (Hesterberg 2015).
WIDER = np.sqrt(40 / 39) * stats.t.ppf(0.975, 39) / stats.norm.ppf(0.975)


def basic(value, drawn):
    """The basic interval, with the value in it."""
    below, above = np.quantile(drawn - value, [0.975, 0.025]) * WIDER
    return np.array([min(value - below, value), max(value - above, value)])


def test_intervals_are_of_a_bootstrap(fit, compare):
    """How far they reach, against a bootstrap written out; that of the changes of position."""
    (vectors_a, default_a), (vectors_b, default_b) = models(7, 40, 30, 30, noise=2.0)
    rows, movers, _ = compare(fit("a", vectors_a, default_a), fit("b", vectors_b, default_b), "--bootstrap", 3000)
    drawn, changes = resampled(vectors_a[:, 0], default_a[0], vectors_b[:, 0], default_b[0], 1500)
    plain = ("procrustes_residual", "identity_residual", "default_shift", "mean_shift")
    for row in rows:
        name, value, low, high = row["measure"], *(float(row[column]) for column in ("value", "low", "high"))
        assert low <= value <= high and row["replicates"] == "3000"
        if name.startswith(("matched", "cka_debiased", "rsa", "loading_pearson_2", "loading_pearson_3")):
            continue
        scale = (lambda x: x) if name.startswith(plain) else (lambda x: np.arctanh(np.clip(x, -1 + 1e-12, 1 - 1e-12)))
        if name.startswith(("principal", "procrustes", "loading")):
            # Standard deviations of the samples about the value; of loadings, less the bias.
            reach = 1.96 * WIDER * scale(drawn[name]).std(ddof=1)
            bias = scale(drawn[name]).mean() - scale(value) if name.startswith("loading") else 0
            wanted = scale(value) - bias + np.array([-reach, reach])
        else:
            wanted = basic(scale(value), scale(drawn[name]))
        # 1500 draws know a quantile of a normal distribution to .07 standard deviations; the width is four of them.
        found = [scale(low), scale(high)]
        assert low == 0 or abs(found[0] - wanted[0]) < 0.1 * np.ptp(wanted), name
        assert abs(found[1] - wanted[1]) < 0.1 * np.ptp(wanted), name
    for row in movers:
        low, value, high = (float(row[column]) for column in ("low", "change", "high"))
        wanted = basic(value, changes[:, int(row["role"][1:])])
        assert np.abs(np.array([low, high]) - wanted).max() < 0.1 * np.ptp(wanted)


def test_nulls_are_of_permutations(fit, compare):
    (vectors_a, default_a), (vectors_b, default_b) = models(8, 30, 40, 40, noise=3.0)
    vectors_b = np.random.default_rng(1).permutation(vectors_b)
    rows, _, _ = compare(fit("a", vectors_a, default_a), fit("b", vectors_b, default_b), "--bootstrap", 40)
    random = np.random.default_rng(2)
    a = (vectors_a[:, 0], default_a[0])
    drawn = [measures(*a, random.permutation(vectors_b[:, 0]), default_b[0])[0] for _ in range(400)]
    found, observed = {row["measure"]: row for row in rows}, measures(*a, vectors_b[:, 0], default_b[0])[0]
    for name, row in found.items():
        if name.startswith("mean_shift"):
            assert row["null_95"] == row["p"] == ""
            continue
        chance = np.array([one[name] for one in drawn])
        if name == "cos_axis" or name.startswith(("principal", "default_shift")):
            continue
        if name.startswith(("position", "loading", "matched")):
            wanted, share = np.quantile(np.abs(chance), 0.95), (np.abs(chance) >= abs(observed[name])).mean()
        elif name.endswith("residual"):
            wanted, share = np.quantile(chance, 0.05), (chance <= observed[name]).mean()
        else:
            wanted, share = np.quantile(chance, 0.95), (chance >= observed[name]).mean()
        # 400 draws know a 95 % quantile of a normal distribution to .1 standard deviations, 999 to .07, 199 to .15.
        assert abs(float(row["null_95"]) - wanted) < (0.6 if "procrustes" in name else 0.35) * chance.std(), name
        assert abs(float(row["p"]) - share) < (0.2 if "procrustes" in name else 0.09), name
        assert row["draws"] == ("199" if "procrustes" in name else "999")
    # Dimensions in random order, of axis and components; the roles' own shifts.
    x, y = space(*a), space(vectors_b[:, 0], default_b[0])
    unit = [s["axis"] / np.linalg.norm(s["axis"]) for s in (x, y)]
    orders = [random.permutation(40) for _ in range(999)]
    chance = np.abs([unit[0] @ unit[1][order] for order in orders])
    assert abs(float(found["cos_axis"]["null_95"]) - np.quantile(chance, 0.95)) < 0.2 * chance.std()
    tops = [np.linalg.svd(x["directions"][:5] @ y["directions"][:5][:, order].T)[1][0] for order in orders]
    assert abs(float(found["principal_cosine_1"]["null_95"]) - np.quantile(tops, 0.95)) < 0.35 * np.std(tops)
    shifts = (vectors_b - vectors_a)[:, 0]
    along = shifts @ unit[0] / np.linalg.norm(x["axis"])
    off = np.linalg.norm(shifts - np.outer(shifts @ unit[0], unit[0]), axis=1) / np.linalg.norm(x["axis"])
    for name, chance in [("default_shift_along", np.abs(along)), ("default_shift_off_axis", off)]:
        assert abs(float(found[name]["null_95"]) - np.quantile(chance, 0.95)) < 1e-9
        assert abs(float(found[name]["p"]) - ((chance >= abs(observed[name])).sum() + 1) / 31) < 1e-12


def test_same_bits_for_any_threads_and_seeds_differ(fit, compare, tmp_path):
    (vectors_a, default_a), (vectors_b, default_b) = models(9, 25, 30, 30, layers=2)
    a, b = fit("a", vectors_a, default_a), fit("b", vectors_b, default_b)
    found = []
    for options in [("--threads", 1), ("--threads", 2), ("--threads", 7), ("--seed", 1)]:
        compare(a, b, "--bootstrap", 120, *options)
        found.append([(tmp_path / "out" / name).read_bytes() for name in ("comparison.csv", "movers.csv")])
    assert found[0] == found[1] == found[2] != found[3]


def test_layer_maps(fit, compare):
    (vectors_a, default_a), (vectors_b, default_b) = models(10, 15, 20, 20, layers=8)
    small = vectors_b[:, :4]
    a, b = fit("a", vectors_a, default_a), fit("b", small, default_b[:4])
    same = fit("same", vectors_b, default_b)
    one = fit("one", vectors_b[:, :1], default_b[:1], None, "--row-layers", 5)

    def pairs(*arguments, **options):
        found = compare(*arguments, "--bootstrap", 0, **options)
        if found is None:
            return None
        rows, movers, done = found
        shown = {(int(row["layer_a"]), int(row["layer_b"])) for row in movers}
        return list(dict.fromkeys((int(row["layer_a"]), int(row["layer_b"])) for row in rows)), shown, done.stdout

    found, shown, said = pairs(a, same)
    assert found == [(layer, layer) for layer in range(8)] and shown == {(4, 4)} and "the middle one of 8" in said
    # Block l of L ends at (l + 1) / L of the depth; the lower one of two that are as near.
    found, _, said = pairs(a, b)
    assert found == [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (6, 2), (7, 3)] and "relative depth" in said
    assert pairs(b, a)[0] == [(0, 1), (1, 3), (2, 5), (3, 7)]
    assert pairs(a, b, "--layer-map", "same")[0] == [(layer, layer) for layer in range(4)]
    assert pairs(a, same, "--layer-map", "relative")[0] == [(layer, layer) for layer in range(8)]
    assert pairs(a, b, "--layer-map", "6=2,3=0")[0] == [(6, 2), (3, 0)]
    assert pairs(a, b, "--layers", "2:5")[0] == [(2, 0), (3, 1), (4, 1)]
    assert pairs(a, one)[0] == [(5, 5)]
    assert pairs(fit("two", vectors_a[:, :1], default_a[:1]), one)[0] == [(0, 5)]
    assert pairs(a, same, "--layer", 2)[1] == {(2, 2)}
    found, _, _ = pairs(a, b, same, "--layer-map", "6=2=5")
    assert found == [(6, 2), (2, 5), (6, 5)]
    rows, _, _ = compare(a, b, "--layer-map", "6=2", "--bootstrap", 0)
    agrees(rows, *measures(vectors_a[:, 6], default_a[6], small[:, 2], default_b[2]))
    _ = [path.unlink() for path in (a.parent / "out").iterdir()], (a.parent / "out").rmdir()
    pairs(a, b, "--layer-map", "6=9", status=65, says="there is no layer 9")
    pairs(a, one, "--layer-map", "relative", status=65, says="relative depth is not known")
    pairs(a, b, "--layers", "9", status=65, says="there is no layer 9")
    pairs(a, b, "--layer", "9", status=65, says="there is no layer 9")
    pairs(b, one, status=65, says="no layer has the same number")
    pairs(a, b, "--layer-map", "6-2", status=64)
    pairs(a, b, "--layer-map", "6=2=3", status=64, says="3 layers in a group for 2 spaces")


def test_scaled_spaces(fit, compare, tmp_path):
    (vectors_a, default_a), (vectors_b, default_b) = models(11, 20, 15, 15)
    plain = fit("plain", vectors_a, default_a)
    dropped = fit("dropped", vectors_b, default_b, None, "--drop-dimensions", "3,4")
    scaled = [fit(f"s{i}", *one, None, "--scale", "zscore") for i, one in enumerate(models(11, 20, 15, 15))]
    rows, _, done = compare(plain, dropped, "--bootstrap", 0)
    assert "in different ways" in done.stderr
    kept = np.r_[0:3, 5:15]
    wanted = measures(vectors_a[:, 0], default_a[0], vectors_b[:, 0] * np.isin(range(15), kept), default_b[0])[0]
    assert abs(values(rows)["cka"] - wanted["cka"]) < 1e-9
    rows, _, done = compare(*scaled, "--bootstrap", 0)
    assert "directions are not compared" in done.stdout and "in different ways" in done.stderr
    factors = [1 / vectors[:, 0].std(0, ddof=1) for vectors in (vectors_a, vectors_b)]
    wanted = measures(
        vectors_a[:, 0] * factors[0], default_a[0] * factors[0], vectors_b[:, 0] * factors[1], default_b[0] * factors[1]
    )[0]
    assert not [name for name in values(rows) if name.startswith(SHARED_DIMENSIONS)]
    assert all(abs(value - wanted[name]) < 1e-9 for name, value in values(rows).items())
    _ = [path.unlink() for path in (tmp_path / "out").iterdir()], (tmp_path / "out").rmdir()
    compare(plain, scaled[1], status=65, says="standardised")


def test_json_and_default_report(fit, compare):
    (vectors_a, default_a), (vectors_b, default_b) = models(12, 12, 20, 15)
    a, b = fit("a", vectors_a, default_a), fit("b", vectors_b, default_b)
    rows, movers, done = compare(a, b, "--bootstrap", 50, "--json", "-q")
    summary = json.loads(done.stdout)
    pair = summary["pairs"][0]
    assert summary["spaces"] == ["a", "b"] and pair["commonRoles"] == 12 and pair["onlyA"] == []
    for row, one in zip(rows, pair["layers"][0]["measures"], strict=True):
        assert one["measure"] == row["measure"] and one["value"] == float(row["value"])
        assert one["null95"] == float(row["null_95"])
    assert [one["role"] for one in pair["movers"]] == [row["role"] for row in movers]
    _, _, done = compare(a, b, "--bootstrap", 50)
    assert "12 roles in common" in done.stdout and "the default is one vector" in done.stdout


def test_bad_input(fit, compare, tmp_path, persona):
    (vectors_a, default_a), (vectors_b, default_b) = models(13, 8, 10, 10)
    a = fit("a", vectors_a, default_a)
    other = fit("other", vectors_b, default_b, [f"x{index}" for index in range(8)])
    few = fit("few", vectors_b, default_b, ["r00", "r01", *(f"x{index}" for index in range(6))])
    compare(a, status=64, says="two or more spaces")
    compare(a, other, status=65, says="no role in common")
    compare(a, few, status=65, says="2 roles in common")
    compare(a, tmp_path / "a-dump", status=65, says=f"persona fit {tmp_path / 'a-dump'} -o OUT")
    compare(a, tmp_path / "absent", status=66, says="no such file")
    compare(a, tmp_path / "a-dump" / "vectors" / "r00.safetensors", status=65, says="not a space.safetensors")
    (tmp_path / "text").write_text("no tensors")
    compare(a, tmp_path / "text", status=65, says="not a .pt")
    compare(a, other, "--names", "x,x", status=64, says="2 different names")
    compare(a, other, "--names", "x", status=64, says="2 different names")
    with safe_open(a / "space.safetensors", "numpy") as file:
        metadata = file.metadata()
    tensors = load_file(a / "space.safetensors")
    tensors["role_vectors"][3, 0, 2] = np.nan
    save_file(tensors, tmp_path / "nan.safetensors", metadata)
    compare(a, tmp_path / "nan.safetensors", status=65, says="role 'r03', layer 0: a value is NaN")
    rows, _, done = compare(a, tmp_path / "nan.safetensors", "--nonfinite", "skip", "--bootstrap", 0)
    assert {row["common_roles"] for row in rows} == {"7"} and "r03" in done.stderr
    components = tmp_path / "components"
    subprocess.run([persona, "fit", tmp_path / "a-dump", "-o", components, "-q", "--components-only"], check=True)
    _ = [path.unlink() for path in (tmp_path / "out").iterdir()], (tmp_path / "out").rmdir()
    compare(a, components, status=65, says="no axis")


def test_three_and_four_roles(fit, compare):
    """What so few do not define is an empty cell, and none is resampled."""
    (vectors_a, default_a), (vectors_b, default_b) = models(14, 3, 10, 10)
    rows, movers, done = compare(fit("a", vectors_a, default_a), fit("b", vectors_b, default_b))
    found = {row["measure"]: row for row in rows}
    assert found["loading_pearson_2"]["value"] and found["loading_pearson_3"]["value"] == ""
    assert found["cka_debiased"]["value"] == "" and found["cka"]["value"]
    assert all(row["low"] == "" for row in rows + movers) and "No intervals" in done.stdout


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared, the real activations beside the repository")
def test_two_real_models(persona, compare, tmp_path):
    for name, folder in [("llama", "llama-3.1-8b"), ("qwen", "qwen2.5-7b")]:
        command = [persona, "fit", SHARED / "real" / "roles" / folder, "-o", tmp_path / name, "-q", "--bootstrap", "0"]
        subprocess.run(command, check=True)
    rows, movers, _ = compare(tmp_path / "llama", tmp_path / "qwen", "--bootstrap", 0)
    wanted = json.loads((SHARED / "reference" / "expected" / "compare-llama-qwen.json").read_text())
    found = values(rows)
    assert {row["common_roles"] for row in rows} == {str(wanted["common"])} and len(movers) == wanted["common"]
    for name in ["position_spearman", "cka", "rsa_spearman"]:
        assert abs(found[name] / wanted[name] - 1) < 1e-9
    for index, value in enumerate(wanted["loading_pearson"]):
        assert abs(found[f"loading_pearson_{index + 1}"] / value - 1) < 1e-9
