"""The intervals and nulls of persona compare against samples and permutations written out in NumPy."""

import numpy as np
from comparing import compare, fit, measures, models, space, values
from scipy import stats


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


def test_axes_are_paired_among_the_dimensions_that_are_kept(fit, compare):
    random = np.random.default_rng(8)
    folders = []
    for name in "ab":
        vectors, default = random.standard_normal((20, 1, 40)), random.standard_normal((1, 40))
        dropped = ",".join(map(str, range(6, 40)))
        folders.append(fit(name, vectors, default, None, "--drop-dimensions", dropped))
    rows, _, _ = compare(*folders, "--bootstrap", 40)
    # Permutations of six numbers: nothing like the .3 of forty.
    null = values(rows, "null_95")
    assert null["cos_axis"] > 0.5 and null["principal_cosine_1"] > 0.9
