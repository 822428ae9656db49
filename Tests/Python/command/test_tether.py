"""The tether of persona drift against NumPy written out: estimates, intervals, checks, correction, planted walks."""

import csv
import json
import subprocess

import numpy as np
import pytest
from drifting import close, drift, line, lines_of, number, ragged, rows, steps, tail, tether, walk


@pytest.mark.parametrize("domain", ["calm", "deep"])
def test_tether(drift, ragged, domain):
    tables, _ = drift(lines_of(ragged), "--bootstrap", 2000)
    own = [x for (other, _), x in ragged.items() if other == domain]
    row = next(row for row in tables["tether"] if row["domain"] == domain)
    assert int(row["conversations"]) == 25
    for column, value in tether(own).items():
        close(number(row, column), value)
    b0, b1, residuals, x = line(own)
    places = np.concatenate([steps(c)[2] + 100 * i for i, c in enumerate(own)])
    pairs = np.flatnonzero(np.diff(places) == 1)
    lag = (residuals[pairs] * residuals[pairs + 1]).mean() / (residuals**2).mean()
    close(number(row, "residual_autocorrelation"), lag)
    close(number(row, "heteroscedasticity"), np.corrcoef(x, residuals**2)[0, 1])
    scale = 1.4826 * np.median(abs(residuals))
    assert int(row["outlying_steps"]) == (abs(residuals) > 4 * scale).sum()
    close(number(row, "largest_step"), abs(residuals).max() / scale)
    # The bootstrap of an independent hand, by least squares of each sample.
    moving = [c for c in own if len(steps(c)[1])]
    assert int(row["clusters"]) == len(moving)
    random = np.random.default_rng(1)
    drawn = [tether([own[i] for i in random.integers(len(own), size=len(own))]) for _ in range(1500)]
    for column in ["stiffness", "resting_point", "wander", "spread"]:
        values = np.array([sample[column] for sample in drawn])
        for end, share in [("low", tail(len(moving))), ("high", 1 - tail(len(moving)))]:
            wanted = np.nanquantile(values, share)
            middle = np.subtract(*np.nanquantile(values, [0.84, 0.16])) / 2
            assert abs(number(row, f"{column}_{end}") - wanted) < 0.4 * middle, (column, end)


def halves(conversations, odd):
    """Every conversation's steps cut in two; the middle one of an odd number is in the second half, or with `odd` the first."""
    first, second = [], []
    for c in conversations:
        x, y, _ = steps(c)
        cut = (len(x) + odd) // 2
        for target, part in [(first, slice(None, cut)), (second, slice(cut, None))]:
            target.append((x[part], y[part]))
    return first, second


def coefficients(parts):
    x, y = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    return np.array(np.polyfit(x, y, 1))  # slope, level


def test_half_panel_jackknife(drift, ragged):
    own = [x for (other, _), x in ragged.items() if other == "deep"]
    tables, printed = drift(lines_of(ragged), "--bias-correction", "jackknife")
    assert "corrected by the half-panel jackknife" in printed
    row = next(row for row in tables["tether"] if row["domain"] == "deep")
    whole = coefficients([steps(c)[:2] for c in own])
    slope, level = 2 * whole - np.mean([coefficients(half) for odd in (0, 1) for half in halves(own, odd)], axis=0)
    plain = tether(own)
    close(number(row, "stiffness"), -slope)
    close(number(row, "resting_point"), -level / slope)
    close(number(row, "wander"), plain["wander"])
    close(number(row, "uncorrected_stiffness"), plain["stiffness"])
    close(number(row, "uncorrected_resting_point"), plain["resting_point"])
    assert row["bias_correction"] == "jackknife"
    assert number(row, "stiffness_low") < number(row, "stiffness") < number(row, "stiffness_high")


def test_all_domains_together(drift, ragged):
    tables, _ = drift(lines_of(ragged), "--bootstrap", 0)
    row = next(row for row in tables["tether"] if row["domain"] == "(all)")
    for column, value in tether(list(ragged.values())).items():
        close(number(row, column), value)
    assert {row["domain"] for row in tables["curves"]} == {"calm", "deep"}
    drifts = {row["domain"]: row for row in tables["drift"]}
    for domain, own in {"calm": "calm", "(all)": None}.items():
        starting = [x for (other, _), x in ragged.items() if own in (None, other) and x[0] == x[0]]
        close(number(drifts[domain], "start"), np.mean([x[0] for x in starting]))
        close(number(drifts[domain], "change"), np.mean([x[~np.isnan(x)][-1] - x[0] for x in starting]))
        stiffness = tether([x for (o, _), x in ragged.items() if own in (None, o)])["stiffness"]
        close(number(drifts[domain], "stiffness"), stiffness)
        assert drifts[domain]["stiffness_low"] == ""


def test_planted_tethers_are_found(drift):
    """Planted numbers lie within their intervals of 95 %, all but the few that must be expected."""
    random = np.random.default_rng(8)
    lines, planted = [], {}
    for domain, (k, theta, sigma) in enumerate([(0.5, 0.9, 0.05), (0.3, 0, 0.08), (0.2, -0.3, 0.1), (1, 0.2, 0.2)]):
        for layer in (1, 2):
            planted[f"d{domain}", layer] = {"stiffness": k, "resting_point": theta, "wander": sigma}
            for index in range(60):
                lines += rows(f"c{domain}-{index}", walk(random, 15, k, theta, sigma), f"d{domain}", layer=layer)
    tables, _ = drift(lines)
    hits = [
        number(row, f"{name}_low") <= value <= number(row, f"{name}_high")
        for row in tables["tether"]
        if row["domain"] != "(all)"
        for name, value in planted[row["domain"], int(row["layer"])].items()
    ]
    # Of 24 at 95 %, fewer than 20 happen once in 150 times.
    assert len(hits) == 24 and sum(hits) >= 20


def test_what_synth_plants_is_found(persona, tmp_path):
    """From activations to tethers: the positions planted, and what they are planted with."""
    options = ["--conversations", "160", "--turns", "10", "--layer-count", "1", "--dimensions", "32"]
    options += ["--samples", "2", "--conditions", "plain,adversarial", "--seed", "4"]
    subprocess.run([persona, "synth", "-o", tmp_path / "dump", *options, "-q"], check=True)
    out = tmp_path / "out"
    options = ["-q", "--compare", "plain,adversarial"]
    subprocess.run([persona, "analyze", tmp_path / "dump", "-o", out, *options], check=True)
    truth = json.loads((tmp_path / "dump" / "truth.json").read_text())
    with (out / "tether.csv").open() as file:
        rows = {(row["domain"], row["condition"]): row for row in csv.DictReader(file)}
    assert len(truth["domains"]) == 8 and len(truth["conversations"]) == 640 and len(rows) == 10
    hits = []
    for planted in truth["domains"]:
        key = planted["domain"], planted["condition"]
        own = [c["positions"] for c in truth["conversations"] if (c["domain"], c["condition"]) == key]
        assert len(own) == 80 and int(rows[key]["clusters"]) == 40
        for column, value in tether(own).items():
            # What float32 on disk leaves of positions.
            assert number(rows[key], column) == pytest.approx(value, rel=2e-3, abs=2e-4)
        for column in ["stiffness", "resting_point", "wander"]:
            hits.append(number(rows[key], f"{column}_low") <= planted[column] <= number(rows[key], f"{column}_high"))
    # Of 24 at 95 %, fewer than 20 happen once in 150 times.
    assert sum(hits) >= 20
    with (out / "superposition.csv").open() as file:
        for row in csv.DictReader(file):
            if row["domain"] == "therapy" and row["condition"] == "plain":
                # From a start in common, regenerations part as the walk says.
                kept = (1 - 0.3) ** 2
                spread = 0.08 * np.sqrt((1 - kept ** int(row["turn"])) / (1 - kept))
                if row["turn"] == "0":
                    assert number(row, "spread") < 1e-5
                else:
                    assert number(row, "spread_low") * 0.85 < spread < number(row, "spread_high") * 1.15
    with (out / "conditions.csv").open() as file:
        for row in csv.DictReader(file):
            if row["measure"] == "fall":
                assert number(row, "reduction") < 0 and number(row, "p") < 0.01


def test_groups_that_are_too_small_are_refused_with_what_they_need(drift):
    random = np.random.default_rng(11)
    lines = rows("a", [0.9], "single") + rows("b", [0.9, 0.5, 0.4], "short") + rows("c", [0.5] * 6, "still")
    lines += rows("d", [0.9, np.nan, 0.5, np.nan, 0.2], "gaps")
    lines += [line for i in range(3) for line in rows(f"e{i}", walk(random, 6, 0.3, 0, 0.1), "few")]
    tables, printed = drift(lines)
    found = {row["domain"]: row for row in tables["tether"]}
    for domain, count in [("single", 0), ("short", 2), ("gaps", 0)]:
        row = found[domain]
        assert row["stiffness"] == row["wander"] == "" and int(row["steps"]) == count
        assert "at least 3 are needed" in row["note"]
    assert found["still"]["stiffness"] == "" and "every step begins at position 0.5" in found["still"]["note"]
    close(number(found["few"], "steps"), 15)
    assert found["few"]["stiffness_low"] == ""
    assert "3 conversations with a step, of which at least 5" in found["few"]["note"]
    assert "single: 0 steps from a turn to the next; at least 3 are needed" in printed
    for table in tables.values():
        assert not any("nan" in value.lower() or "inf" == value for row in table for value in row.values())


def test_positions_beyond_doubles_are_stated(drift):
    tables, printed = drift(rows("a", [1e308, -1e308, 1e308, 1, 2]))
    assert "positions are too large to be summed" in tables["tether"][0]["note"] and "stiffness  95" not in printed
    for table in tables.values():
        assert not any(value.lower() in ("nan", "inf", "-inf") for row in table for value in row.values())


def test_steps_on_a_line_have_no_residuals(drift):
    x = [1, 0.5, 0.25, 0.125, 0.0625]
    tables, _ = drift([line for i in range(6) for line in rows(f"c{i}", x)])
    row = tables["tether"][0]
    close(number(row, "stiffness"), 0.5)
    assert abs(number(row, "resting_point")) < 1e-12 and number(row, "wander") < 1e-12
    assert row["residual_autocorrelation"] == row["heteroscedasticity"] == row["largest_step"] == ""


def test_json_has_the_tether(drift):
    random = np.random.default_rng(12)
    lines = [line for i in range(6) for line in rows(f"c{i}", walk(random, 6, 0.3, 0, 0.1), "therapy")]
    tables, printed = drift(lines, "--json")
    group = json.loads(printed)["layers"][0]["groups"][0]
    close(group["tether"]["stiffness"], number(tables["tether"][0], "stiffness"))
    close(group["tether"]["stiffnessInterval"]["low"], number(tables["tether"][0], "stiffness_low"))
