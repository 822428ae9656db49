"""persona drift against NumPy written out: conversations, curves, regenerations, conditions, users."""

import numpy as np
import pytest
from drifting import close, drift, lines_of, number, ragged, rows, steps, tail, walk
from printed import phrases


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


def test_regenerations_are_drawn_together(drift):
    """Ten copies of a conversation tell no more than one: the intervals are those of the conversations alone."""
    random = np.random.default_rng(2)
    walks = [walk(random, 8, 0.3, 0, 0.1) for _ in range(12)]
    alone, _ = drift([line for i, x in enumerate(walks) for line in rows(f"c{i}", x)])
    copies = [line for i, x in enumerate(walks) for s in range(10) for line in rows(f"c{i}", x, sample=s)]
    together, _ = drift(copies)
    for table in ["drift", "curves"]:
        for one, ten in zip(alone[table], together[table], strict=True):
            for column in one:
                # The tether of walks is found by a search, which ends a little elsewhere.
                if column.endswith(("_low", "_high")) and not column.startswith(("reversion_rate", "resting_point")):
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
    assert "go by domain" in phrases(drift(some, "--compare", "plain,kept")[1])


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
        drift(lines, "--compare", "plain,kept", "--threads", count)
        contents.append({path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()})
    assert contents[0] == contents[1]


def test_what_is_asked_for_must_be_there(drift):
    lines = rows("a", [1, 0.5, 0.2], condition="plain") + rows("b", [1, 0.5, 0.3], condition="adversarial")
    says = "no turn is of the condition 'hostile'; there is 'plain', 'adversarial'"
    drift(lines, "--compare", "plain,hostile", status=65, says=says)
    drift(lines, "--compare", "plain", status=64)
    drift(lines, "--compare", "plain,plain", status=64)
    drift(rows("a", [1, 0.5]), "--compare", "a,b", status=65, says="the turns have no condition")
    drift(lines, "--layers", 7, status=65, says="there is no layer 7")
    drift(lines, "--bias-correction", "jackknife", status=64)
    drift(lines + rows("a", [1], condition="plain"), status=65, says="stands on line 2")
    drift([lines[0].replace("1.0", "nan")], status=65, says="'nan' in column 'axis_position' is no finite number")
    drift([lines[0][:20]], status=65, says="line 2")
    for turn in (-1, 9223372036854775807):
        broken = rows("a", [1])[0].replace(",0,assistant", f",{turn},assistant")
        drift([broken, *rows("a", [1, 2])], status=65, says=f"line 2: there is no turn {turn}")
    drift([], status=65, says="no row of an assistant turn")
    drift(rows("a", [1, 0.5], errors=[0.1, -0.1]), status=65, says="line 3: a reading_error of -0.1: a standard error")
    drift([rows("a", [1], errors=[0.1])[0].replace("0.1", "x")], status=65, says="'x' in column 'reading_error'")
