"""persona drift against NumPy written out: drift, curves, tethers and their checks, regenerations, conditions."""

import csv
import json
import subprocess

import numpy as np
import pytest
from scipy import stats

HEADER = (
    "conversation,domain,condition,sample,turn,speaker,layer,tokens,axis_projection,axis_position,axis_distance,"
    "off_axis_distance,cosine"
)


def walk(random, turns, stiffness, resting, wander, start=0.95):
    x = [start + 0.05 * random.standard_normal()]
    while len(x) < turns:
        x.append(x[-1] + stiffness * (resting - x[-1]) + wander * random.standard_normal())
    return np.array(x)


def rows(conversation, positions, domain="", condition="", sample="", layer=3, speaker="assistant"):
    """A row a turn; turns whose position is NaN are missing."""
    return [
        f"{conversation},{domain},{condition},{sample},{turn},{speaker},{layer},,0,{float(x)!r},0,0,0"
        for turn, x in enumerate(positions)
        if x == x
    ]


@pytest.fixture
def drift(persona, tmp_path):
    """Measures the rows given; gives the tables by name, and what was printed."""

    def drift(lines, *options, status=0, says=""):
        (tmp_path / "turns.csv").write_text("\n".join([HEADER, *lines]) + "\n")
        out = tmp_path / "out"
        command = [persona, "drift", tmp_path / "turns.csv", "-o", out, "--force", *map(str, options)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        assert says in done.stderr + done.stdout, done.stderr + done.stdout
        tables = {}
        for path in out.glob("*.csv") if status == 0 else []:
            with path.open() as file:
                tables[path.stem] = list(csv.DictReader(file))
        return tables, done.stdout

    return drift


def number(row, column):
    return float(row[column]) if row[column] else float("nan")


def close(found, wanted, tolerance=1e-9):
    assert found == pytest.approx(wanted, rel=tolerance, abs=1e-12, nan_ok=True)


def steps(x):
    """Where steps from a turn to the very next begin, and the changes; and which of them follow one another."""
    x = np.asarray(x)
    there = ~np.isnan(x[:-1]) & ~np.isnan(x[1:])
    return x[:-1][there], np.diff(x)[there], np.flatnonzero(there)


def line(conversations):
    x = np.concatenate([steps(c)[0] for c in conversations])
    y = np.concatenate([steps(c)[1] for c in conversations])
    design = np.stack([np.ones_like(x), x], 1)
    (b0, b1), *_ = np.linalg.lstsq(design, y, rcond=None)
    return b0, b1, y - design @ [b0, b1], x


def tether(conversations):
    b0, b1, residuals, x = line(conversations)
    k, s = -b1, np.sqrt((residuals**2).sum() / (len(x) - 2))
    return {
        "steps": len(x),
        "stiffness": k,
        "resting_point": b0 / k,
        "wander": s,
        "half_life": np.log(2) / -np.log(1 - k) if 0 < k < 1 else np.nan,
        "spread": s / np.sqrt(1 - (1 - k) ** 2) if 0 < k < 2 else np.nan,
    }


def tail(n):
    """The share left out at each end of an expanded percentile interval over n conversations."""
    return stats.norm.cdf(-np.sqrt(n / (n - 1)) * stats.t.ppf(0.975, n - 1))


@pytest.fixture
def ragged():
    """Conversations of 1 to 12 turns in two domains, some turns of which are missing."""
    random = np.random.default_rng(5)
    found = {}
    for domain, (k, theta, sigma) in {"calm": (0.5, 0.9, 0.05), "deep": (0.25, -0.2, 0.1)}.items():
        for index in range(25):
            x = walk(random, 1 + int(random.integers(12)), k, theta, sigma)
            if index % 4 == 1 and len(x) > 4:
                x[2] = np.nan
            if index == 3:
                x = np.concatenate([[np.nan], walk(random, 6, k, theta, sigma)])
            found[domain, f"{domain}-{index}"] = x
    return found


def lines_of(conversations):
    return [line for (domain, name), x in conversations.items() for line in rows(name, x, domain)]


def test_conversations_by_turn(drift, ragged):
    tables, _ = drift(lines_of(ragged), "--bootstrap", 0, "--threshold", 0.6)
    assert len(tables["conversations"]) == len(ragged)
    for row in tables["conversations"]:
        x = ragged[row["domain"], row["conversation"]]
        turns = np.flatnonzero(~np.isnan(x))
        known = x[turns]
        start, changes = x[0], steps(x)[1]
        wanted = {
            "turns": len(known),
            "start": start,
            "end": known[-1],
            "change": known[-1] - start,
            "mean": known.mean(),
            "minimum": known.min(),
            "slope": np.polyfit(turns, known, 1)[0] if len(known) > 1 else np.nan,
            "max_drawdown": (np.maximum.accumulate(known) - known).max(),
            "below_threshold": (known < 0.6).mean(),
            "displacement": (known[1:] - start).mean() if len(known) > 1 else np.nan,
            "absolute_displacement": abs(known[1:] - start).mean() if len(known) > 1 else np.nan,
            "steps": len(changes),
            "mean_step": changes.mean() if len(changes) else np.nan,
            "absolute_step": abs(changes).mean() if len(changes) else np.nan,
            "first_crossing": turns[known < 0.6][0] if (known < 0.6).any() else np.nan,
        }
        if len(known) >= 3:
            residuals = [
                ((known[:i] - known[:i].mean()) ** 2).sum() + ((known[i:] - known[i:].mean()) ** 2).sum()
                for i in range(1, len(known))
            ]
            cut = 1 + int(np.argmin(residuals))
            wanted["change_point"] = turns[cut]
            wanted["change_point_shift"] = known[cut:].mean() - known[:cut].mean()
            wanted["change_point_share"] = 1 - min(residuals) / ((known - known.mean()) ** 2).sum()
        for column, value in wanted.items():
            close(number(row, column), value)
        assert row["change_point_p"] == ""


def test_curves(drift, ragged):
    tables, _ = drift(lines_of(ragged), "--bootstrap", 20000)
    curves = {(row["domain"], int(row["turn"])): row for row in tables["curves"]}
    random = np.random.default_rng(0)
    for domain in ["calm", "deep"]:
        own = [x for (other, _), x in ragged.items() if other == domain]
        padded = np.full((len(own), 13), np.nan)
        for index, x in enumerate(own):
            padded[index, : len(x)] = x
        draws = random.integers(len(own), size=(20000, len(own)))
        for turn in range(13):
            column = padded[:, turn]
            known = column[~np.isnan(column)]
            if not len(known):
                assert (domain, turn) not in curves
                continue
            row = curves[domain, turn]
            assert int(row["conversations"]) == len(known)
            close(number(row, "mean"), known.mean())
            close(number(row, "sd"), known.std(ddof=1) if len(known) > 1 else np.nan)
            change = column - padded[:, 0]
            close(number(row, "change"), np.nanmean(change) if turn and (change == change).any() else np.nan)
            if turn:
                step = column - padded[:, turn - 1]
                close(number(row, "step"), np.nanmean(step) if (step == step).any() else np.nan)
            if len(known) < 5:
                assert row["low"] == row["high"] == ""
                continue
            sample = padded[draws, turn]
            # Samples in which no conversation reaches the turn have no mean.
            reached = ~np.isnan(sample).all(1)
            means = np.nanmean(sample[reached], 1)
            for end, share in [("low", tail(len(known))), ("high", 1 - tail(len(known)))]:
                # The Monte-Carlo error of a percentile of 20,000 draws, .1 at the farthest, is .1 standard deviations.
                assert abs(number(row, end) - np.quantile(means, share)) < 0.35 * means.std()


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


def test_regenerations_are_drawn_together(drift):
    """Ten copies of a conversation tell no more than one: the intervals are those of the conversations alone."""
    random = np.random.default_rng(2)
    walks = [walk(random, 8, 0.3, 0, 0.1) for _ in range(12)]
    alone, _ = drift([line for i, x in enumerate(walks) for line in rows(f"c{i}", x)])
    copies = [line for i, x in enumerate(walks) for s in range(10) for line in rows(f"c{i}", x, sample=s)]
    together, _ = drift(copies)
    for table in ["tether", "drift", "curves"]:
        for one, ten in zip(alone[table], together[table], strict=True):
            for column in one:
                if column.endswith(("_low", "_high")) and "wander" not in column and "spread" not in column:
                    close(number(ten, column), number(one, column), 1e-6)
    assert [row["clusters"] for row in together["tether"]] == ["12"] and together["tether"][0]["conversations"] == "120"


def test_superposition(drift):
    random = np.random.default_rng(3)
    lines, by_turn = [], {}
    for conversation in range(20):
        common = walk(random, 9, 0.3, 0, 0.1)
        for sample in range(4 if conversation else 1):
            x = common + (0.3 - 0.03 * np.arange(9)) * random.standard_normal(9)
            x = x[: 9 - conversation % 3]
            lines += rows(f"c{conversation}", x, sample=sample)
            for turn, value in enumerate(x):
                by_turn.setdefault(turn, {}).setdefault(conversation, []).append(value)
    tables, printed = drift(lines)
    spreads, freedoms = [], []
    for row in tables["superposition"]:
        groups = [np.array(values) for values in by_turn[int(row["turn"])].values() if len(values) > 1]
        freedom = sum(len(group) - 1 for group in groups)
        spread = np.sqrt(sum(((group - group.mean()) ** 2).sum() for group in groups) / freedom)
        close(number(row, "spread"), spread)
        assert int(row["conversations"]) == len(groups) and int(row["samples"]) == sum(map(len, groups))
        assert number(row, "spread_low") < spread < number(row, "spread_high")
        spreads.append(spread)
        freedoms.append(freedom)
    turns = np.arange(9)
    slope = np.polyfit(turns, spreads, 1, w=np.sqrt(freedoms))[0]
    for row in tables["superposition"]:
        close(number(row, "trend"), slope)
        assert number(row, "trend_low") < -0.03 < number(row, "trend_high") < 0
    assert len(spreads) == 9 and "come together" in printed


def conditions(paired, seed=4, count=30):
    """Under `plain` conversations fall by 1, under `kept` by .4, with noise; paired ones have a start in common."""
    random = np.random.default_rng(seed)
    found = {}
    for domain in ["one", "two"]:
        for index in range(count):
            common = 0.2 * random.standard_normal()
            for condition, resting in [("plain", 0), ("kept", 0.6)]:
                name = f"{domain}-{index}" if paired else f"{domain}-{condition}-{index}"
                shift = common if paired else 0.2 * random.standard_normal()
                found[domain, condition, name] = walk(random, 8, 0.5, resting + shift, 0.05, start=1 + shift)
    return found


@pytest.mark.parametrize("paired", [True, False])
def test_conditions_compared(drift, paired):
    found = conditions(paired)
    lines = [line for (domain, condition, name), x in found.items() for line in rows(name, x, domain, condition)]
    tables, printed = drift(lines, "--compare", "plain,kept", "--bootstrap", 2000)
    measures = {
        "fall": lambda x: x[0] - x[-1],
        "mean_fall": lambda x: x[0] - x[1:].mean(),
        "absolute_step": lambda x: abs(np.diff(x)).mean(),
        "max_drawdown": lambda x: (np.maximum.accumulate(x) - x).max(),
        "below_threshold": lambda x: (x < 0.5).mean(),
    }
    assert len(tables["conditions"]) == 3 * len(measures)
    random = np.random.default_rng(0)
    for row in tables["conditions"]:
        assert row["a"] == "plain" and row["b"] == "kept"
        values = {
            condition: np.array(
                [
                    measures[row["measure"]](x)
                    for (domain, other, _), x in found.items()
                    if other == condition and row["domain"] in (domain, "(all)")
                ]
            )
            for condition in ["plain", "kept"]
        }
        a, b = values["plain"], values["kept"]
        close(number(row, "value_a"), a.mean())
        close(number(row, "value_b"), b.mean())
        close(number(row, "difference"), b.mean() - a.mean())
        close(number(row, "reduction"), 1 - b.mean() / a.mean())
        assert (int(row["paired"]), int(row["unpaired"])) == ((len(a), 0) if paired else (0, 2 * len(a)))
        i = random.integers(len(a), size=(4000, len(a)))
        j = i if paired else random.integers(len(b), size=(4000, len(b)))
        drawn = 1 - b[j].mean(1) / a[i].mean(1)
        for end, share in [("reduction_low", tail(len(a))), ("reduction_high", 1 - tail(len(a)))]:
            assert abs(number(row, end) - np.quantile(drawn, share)) < 0.35 * drawn.std()
        assert number(row, "p") == 0.001 and (row["q"] == "") == (row["domain"] == "(all)")
    assert "Persistence under pressure" in printed and "Drift under kept against plain" in printed


def test_conditions_of_other_domains_are_told(drift):
    found = conditions(True, count=12)
    lines = [line for (domain, condition, name), x in found.items() for line in rows(name, x, domain, condition)]
    assert "go by domain" not in drift(lines, "--compare", "plain,kept")[1]
    some = [line for line in lines if not (line.startswith("two-1") and ",kept," in line)]
    assert "go by domain" in drift(some, "--compare", "plain,kept")[1]


def test_equal_conditions_are_not_told_apart(drift):
    """Permutation probabilities of pure chance are spread evenly: their mean over 40 layers is near a half."""
    random = np.random.default_rng(6)
    lines = []
    for layer in range(40):
        for index in range(12):
            for condition in ["a", "b"]:
                lines += rows(f"c{index}", walk(random, 4, 0.3, 0, 0.1), condition=condition, layer=layer)
    tables, _ = drift(lines, "--compare", "a,b", "--bootstrap", 50)
    found = [number(row, "p") for row in tables["conditions"] if row["measure"] == "fall"]
    # The standard error of the mean of 40 uniform numbers is .046.
    assert len(found) == 40 and abs(np.mean(found) - 0.5) < 0.16


def test_nothing_to_reduce_is_no_reduction(drift):
    random = np.random.default_rng(7)
    lines = []
    for index in range(8):
        lines += rows(f"c{index}", np.arange(5) + random.random(5), condition="up")
        lines += rows(f"c{index}", random.random(5), condition="down")
    tables, _ = drift(lines, "--compare", "up,down")
    row = next(row for row in tables["conditions"] if row["measure"] == "fall")
    assert number(row, "value_a") < 0 and row["reduction"] == row["reduction_low"] == ""


def test_change_points(drift):
    """A shift is found where it is and told from chance; the probabilities of turns in random order are spread evenly."""
    random = np.random.default_rng(9)
    shifted = np.concatenate([np.full(8, 0.9), np.full(8, 0.1)]) + 0.05 * random.standard_normal(16)
    lines = rows("shifted", shifted)
    for index in range(300):
        lines += rows(f"noise-{index}", random.standard_normal(10))
    tables, _ = drift(lines, "--bootstrap", 50)
    found = {row["conversation"]: row for row in tables["conversations"]}
    assert found["shifted"]["change_point"] == "8" and number(found["shifted"], "change_point_p") < 0.005
    p = np.array([number(row, "change_point_p") for name, row in found.items() if name.startswith("noise")])
    assert 0.01 < (p <= 0.05).mean() < 0.1 and abs(p.mean() - 0.5) < 0.06


def test_user_turns_have_tables_of_their_own(drift):
    random = np.random.default_rng(10)
    lines, users = [], []
    for index in range(6):
        users.append(walk(random, 5, 0.3, 0.5, 0.1))
        lines += rows(f"c{index}", walk(random, 4, 0.3, 0, 0.1)) + rows(f"c{index}", users[-1], speaker="user")
    lines += rows("c0", [1, 2, 3], speaker="system")
    tables, _ = drift(lines)
    assert len(tables["conversations"]) == len(tables["user_conversations"]) == 6
    assert [row["turns"] for row in tables["conversations"]] == ["4"] * 6
    for row, x in zip(tables["user_conversations"], users, strict=True):
        close(number(row, "change"), x[-1] - x[0])
    for turn, row in enumerate(tables["user_curves"]):
        close(number(row, "mean"), np.mean([x[turn] for x in users]))
    # What an earlier run left does not pass for a result of this one.
    tables, _ = drift(rows("c", [1, 0.5]))
    assert "user_conversations" not in tables


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_change_no_byte(drift, tmp_path, threads):
    found = conditions(True, count=12)
    lines = [line for (domain, condition, name), x in found.items() for line in rows(name, x, domain, condition)]
    contents = []
    for count in (1, threads):
        drift(lines, "--compare", "plain,kept", "--threads", count, "--bias-correction", "jackknife")
        contents.append({path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()})
    assert contents[0] == contents[1]


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


def test_what_is_asked_for_must_be_there(drift):
    lines = rows("a", [1, 0.5, 0.2], condition="plain") + rows("b", [1, 0.5, 0.3], condition="adversarial")
    says = "no turn is of the condition 'hostile'; there is 'plain', 'adversarial'"
    drift(lines, "--compare", "plain,hostile", status=65, says=says)
    drift(lines, "--compare", "plain", status=64)
    drift(lines, "--compare", "plain,plain", status=64)
    drift(rows("a", [1, 0.5]), "--compare", "a,b", status=65, says="the turns have no condition")
    drift(lines, "--layers", 7, status=65, says="there is no layer 7")
    drift(lines, "--bias-correction", "magic", status=64)
    drift(lines + rows("a", [1], condition="plain"), status=65, says="stands on line 2")
    drift([lines[0].replace("1.0", "nan")], status=65, says="'nan' in column 'axis_position' is no finite number")
    drift([lines[0][:20]], status=65, says="line 2")
    for turn in (-1, 9223372036854775807):
        broken = rows("a", [1])[0].replace(",0,assistant", f",{turn},assistant")
        drift([broken, *rows("a", [1, 2])], status=65, says=f"line 2: there is no turn {turn}")
    drift([], status=65, says="no row of an assistant turn")


def test_json_has_the_tether(drift):
    random = np.random.default_rng(12)
    lines = [line for i in range(6) for line in rows(f"c{i}", walk(random, 6, 0.3, 0, 0.1), "therapy")]
    tables, printed = drift(lines, "--json")
    group = json.loads(printed)["layers"][0]["groups"][0]
    close(group["tether"]["stiffness"], number(tables["tether"][0], "stiffness"))
    close(group["tether"]["stiffnessInterval"]["low"], number(tables["tether"][0], "stiffness_low"))
