"""persona plan against NumPy and SciPy: variance components, the numbers they lead to, and what cannot be planned."""

import csv
import json
import subprocess

import numpy as np
import pytest
from drifting import number, rows
from scipy import stats

HEADER = (
    "conversation,domain,condition,sample,turn,speaker,layer,tokens,axis_projection,axis_position,axis_distance,"
    "off_axis_distance,cosine,persona,reading_error,persona_note"
)
EFFECT, POWER, WIDTH = 0.3, 0.8, 0.15


@pytest.fixture
def plan(persona, tmp_path):
    """Plans by the rows of a table, or by the dump tmp_path/dump if there are none."""

    def plan(lines=None, *options, status=0, says=""):
        path = tmp_path / ("dump" if lines is None else "turns.csv")
        if lines is not None:
            path.write_text("\n".join([HEADER, *lines]) + "\n")
        options = options or ("--drift", EFFECT, "--interval", WIDTH)
        command = [persona, "plan", path, "-o", tmp_path / "out", "--force", *options]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        assert says in done.stderr + done.stdout, done.stderr + done.stdout
        if status:
            return [], done.stdout
        with (tmp_path / "out" / "plan.csv").open() as file:
            return list(csv.DictReader(file)), done.stdout

    return plan


def conversations(random, count, samples, domain="", condition="", tails=False, common=None):
    """Lines of conversations whose change is their own plus that of the regeneration, and the changes; shape (count, samples)."""
    own = random.standard_t(4, count) if tails else random.standard_normal(count)
    changes = (0 if common is None else common)[:, None] if common is not None else np.zeros((count, 1))
    changes = changes + 0.4 * own[:, None] + 0.2 * random.standard_normal((count, samples)) - 0.1
    lines = []
    for (conversation, sample), change in np.ndenumerate(changes):
        start = random.standard_normal()
        positions = [start, *random.standard_normal(3), start + change]
        lines += rows(f"c{conversation}", positions, domain, condition, sample, layer=5)
    return lines, changes


def freedom_of(means):
    """Of the variance of means, by their kurtosis (Bonett 2006)."""
    n = len(means)
    centre = stats.trim_mean(means, 1 / (2 * np.sqrt(n - 4)))
    kurtosis = n * ((means - centre) ** 4).sum() / ((means - means.mean()) ** 2).sum() ** 2
    return min(n - 1, 2 * (n - 1) / (kurtosis - (n - 3) / n))


def variance_of(changes, samples):
    """Of a conversation with so many regenerations, and its degrees of freedom."""
    means, (count, have) = changes.mean(1), changes.shape
    own, freedom = means.var(ddof=1), freedom_of(means)
    if have == 1:
        return own, freedom
    within = ((changes - means[:, None]) ** 2).sum() / (count * (have - 1))
    added = within * (1 / samples - 1 / have)
    variance = own + added
    return variance, variance**2 / (own**2 / freedom + added**2 / (count * (have - 1)))


def holds(row, variance, freedom, per_unit=1.0):
    """Whether the numbers of a row are the least that keep its promise, by noncentral t and chi-square of SciPy."""
    assert number(row, "sd") == pytest.approx(np.sqrt(variance), rel=1e-9)
    ends = variance * freedom / stats.chi2.ppf([0.975, 0.025], freedom)
    assert [number(row, "sd_low"), number(row, "sd_high")] == pytest.approx(np.sqrt(ends), rel=1e-8)
    quantiles = stats.chi2.ppf((np.arange(1000) + 0.5) / 1000, freedom)

    def reached(count, variances):
        degrees = per_unit * (count - 1)
        threshold, errors = stats.t.ppf(0.975, degrees), np.sqrt(variances / count)
        if row["goal"] == "power":
            away = EFFECT / errors
            # SciPy gives no lower tail for means that lie far out, where it is next to nothing, nor an upper one of those beyond.
            above = stats.nct.sf(threshold, degrees, away)
            above = np.where(np.isnan(above) & (away > 20), 1, above)
            return np.mean(above + np.nan_to_num(stats.nct.cdf(-threshold, degrees, away))) - POWER
        return WIDTH - threshold * np.mean(errors) * stats.chi(degrees).mean() / np.sqrt(degrees)

    for column, variances in [
        ("needed", variance * freedom / quantiles),
        ("needed_low", ends[:1]),
        ("needed_high", ends[1:]),
    ]:
        count = int(row[column])
        assert reached(count, variances) > -2e-4, (column, count)
        assert count == 5 or reached(count - 1, variances) < 2e-4, (column, count)


def of(table, subject, **cells):
    return [row for row in table if row["of"] == subject and all(row[key] == value for key, value in cells.items())]


def test_conversations_with_regenerations(plan):
    random = np.random.default_rng(1)
    lines, changes = conversations(random, 14, 3, "therapy")
    table, text = plan(lines)
    assert [(row["samples"], row["goal"]) for row in table] == [
        ("3", "power"), ("3", "interval"), ("1", "power"), ("1", "interval"),
    ]  # fmt: skip
    for row in table:
        holds(row, *variance_of(changes, int(row["samples"])))
        within = changes.var(1, ddof=1).mean()
        assert number(row, "sd_within") == pytest.approx(np.sqrt(within), rel=1e-9)
        between = changes.mean(1).var(ddof=1) - within / 3
        assert number(row, "sd_between") == pytest.approx(np.sqrt(between), rel=1e-9)
        assert number(row, "sd_between_low") < np.sqrt(between) < number(row, "sd_between_high")
        assert (row["pilot"], row["unit"], row["layer"], row["domain"]) == ("14", "conversations", "5", "therapy")
    assert len(text.splitlines()) <= 25 and "therapy" in text


def test_long_tails_make_a_variance_less_sure(plan):
    random = np.random.default_rng(3)
    lines, changes = conversations(random, 20, 1, tails=True)
    assert freedom_of(changes[:, 0]) < 15
    table, _ = plan(lines)
    for row in table:
        holds(row, *variance_of(changes, 1))
    assert {row["sd_within"] for row in table} == {""}


def test_paired_conditions(plan):
    random = np.random.default_rng(4)
    common = 0.6 * random.standard_normal(10)
    one, a = conversations(random, 10, 2, "x", "plain", common=common)
    other, b = conversations(random, 10, 2, "x", "capped", common=common)
    table, text = plan(one + other)
    found = of(table, "difference")
    assert len(found) == 4 and {row["paired"] for row in found} == {"yes"}
    means = b.mean(1) - a.mean(1)
    within = [x.var(1, ddof=1).mean() for x in (a, b)]
    for row in found:
        added = sum(within) * (1 / int(row["samples"]) - 1 / 2)
        variance = means.var(ddof=1) + added
        squares = means.var(ddof=1) ** 2 / freedom_of(means)
        squares += sum((w * (1 / int(row["samples"]) - 1 / 2)) ** 2 / 10 for w in within)
        holds(row, variance, variance**2 / squares)
    assert "paired" in text


def test_two_domains(plan):
    random = np.random.default_rng(5)
    one, a = conversations(random, 12, 1, "x")
    other, b = conversations(random, 9, 1, "y")
    table, _ = plan(one + [line.replace("c", "d", 1) for line in other])
    found = of(table, "difference", domain="x", other_domain="y")
    assert len(found) == 2
    (u, m), (v, n) = variance_of(a, 1), variance_of(b, 1)
    for row in found:
        holds(row, u + v, (u + v) ** 2 / (u**2 / m + v**2 / n), (u + v) ** 2 / (u**2 + v**2))
        assert row["paired"] == "" and row["pilot"] == "9"


def test_small_groups_have_a_reason(plan):
    random = np.random.default_rng(6)
    enough, _ = conversations(random, 8, 1, "x")
    few, _ = conversations(random, 4, 1, "y")
    table, text = plan(enough + few)
    row = of(table, "change", domain="y")[0]
    assert row["needed"] == row["needed_high"] == row["sd"] == "" and row["note"] == "4 conversations: a pilot takes 6"
    assert "y: 4 conversations: a pilot takes 6" in text


def test_layers(plan):
    random = np.random.default_rng(7)
    lines, _ = conversations(random, 8, 1)
    deeper = [line.replace(",assistant,5,", ",assistant,9,") for line in lines]
    last = [line.replace(",assistant,5,", ",assistant,12,") for line in lines]
    table, text = plan(lines + deeper + last)
    assert {row["layer"] for row in table} == {"9"} and "layer 9 (the middle one)" in text
    table, _ = plan(lines + deeper, "--drift", 0.3, "--layer", 5)
    assert {row["layer"] for row in table} == {"5"}
    plan(lines, "--drift", 0.3, "--layer", 7, status=65, says="there is no layer 7")


@pytest.mark.parametrize(
    ("lines", "options", "status", "says"),
    [
        (rows("only", [1.0, 0.5, 0.2]), (), 65, "a single conversation ('only')"),
        ([f"c{i},,,,0,assistant,3,,0,0.5,0,0,0,,," for i in range(8)], (), 65, "no conversation has a first and a later turn"),
        ([x for i in range(8) for x in rows(f"c{i}", [1.0, 0.5])], (), 65, "every conversation changes by the same amount"),
        ([x for i in range(4) for x in rows(f"c{i}", [1.0, i])], (), 65, "4 conversations at most"),
        (["a,,,,0,assistant,3,,0,nan,0,0,0,,,"], (), 65, "'nan' in column 'axis_position' is no finite number"),
        (rows("a", [1, 2]), ("--power", "0.8"), 64, "what is the study to show?"),
        (rows("a", [1, 2]), ("--drift", "0"), 64, "a change other than 0"),
        (rows("a", [1, 2]), ("--interval", "-1"), 64, "a half-width above 0"),
        (rows("a", [1, 2]), ("--drift", "nan"), 64, "--drift"),
        (rows("a", [1, 2]), ("--drift", "1", "--power", "1"), 64, "--power"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned(plan, lines, options, status, says):
    plan(lines, *options, status=status, says=says)


def test_without_a_folder_it_prints(persona, tmp_path):
    lines, _ = conversations(np.random.default_rng(8), 8, 2)
    (tmp_path / "turns.csv").write_text("\n".join([HEADER, *lines]) + "\n")
    command = [persona, "plan", tmp_path / "turns.csv", "--drift", "0.3", "--json", "--threads"]
    printed = [subprocess.run([*command, n], capture_output=True, text=True, check=True).stdout for n in "12"]
    assert printed[0] == printed[1] and sorted(path.name for path in tmp_path.iterdir()) == ["turns.csv"]
    found = json.loads(printed[0])["rows"]
    assert [row["samples"] for row in found] == [2, 1] and found[0]["needed_low"] <= found[0]["needed"]
