"""Conditions whose conversations have unequal numbers of turns: drift grows with turns, whatever the condition does."""

import numpy as np
import pytest
from drifting import close, drift, number, rows
from printed import phrases

__all__ = ["drift"]


def course(random, turns):
    return 1 - 0.08 * np.arange(turns) + np.cumsum(0.05 * random.standard_normal(turns))


#: The turns of a conversation under the first and the second condition; which conversations are there under them.
LENGTHS = {
    "longer": (lambda random: 6 + random.integers(6), lambda random: 3 + random.integers(6)),
    "of another spread": (lambda random: 8, lambda random: random.choice([2, 14])),
}
DESIGNS = {"paired": (range(20), range(20)), "unpaired": (range(20), range(20, 40)), "some paired": (range(30), range(15))}


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("lengths", LENGTHS)
def test_other_lengths_are_no_drift(drift, design, lengths):
    """One process, cut after other numbers of turns under the second condition: nothing is reduced."""
    random = np.random.default_rng(7)
    lines = []
    for layer in range(40):
        for condition, names, turns in zip(["plain", "capped"], DESIGNS[design], LENGTHS[lengths], strict=True):
            for name in names:
                x = course(random, int(turns(random)))
                lines += rows(f"c{name}", x, "therapy", condition, layer=layer)
    tables, printed = drift(lines, "--compare", "plain,capped", "--bootstrap", 50)
    for measure in ("fall", "mean_fall", "max_drawdown", "below_threshold"):
        found = [row for row in tables["conditions"] if row["measure"] == measure]
        assert len(found) == 40 and sum(row["turns_a"] != "" for row in found) >= 36
        # At one in twenty, more than 6 of 40 happen once in 300 times.
        assert sum(number(row, "p") < 0.05 for row in found) <= 6, measure
        assert all((row["turns_compared"] == "") == (design == "paired" or row["turns_a"] == "") for row in found)
        sizes = [len(names) for names in DESIGNS[design]]
        assert all([int(row[f"conversations_{side}"]) for side in "ab"] == sizes for row in found)
    assert "drift grows with turns: compared over the" in phrases(printed)


def test_conversations_that_end_where_they_drifted_are_not_left_out(drift):
    """One process; under the second condition a conversation ends once it has fallen: those that end early are those that fell."""
    random = np.random.default_rng(12)
    lines = []
    for layer in range(40):
        for index in range(60):
            x = 1 + np.cumsum(0.12 * random.standard_normal(10) - 0.02)
            low = np.flatnonzero(x < 0.6)
            end = max(2, low[0] + 1) if index >= 30 and len(low) else 10
            lines += rows(f"c{index}", x[:end], condition="b" if index >= 30 else "a", layer=layer)
    found = drift(lines, "--compare", "a,b", "--bootstrap", 50)[0]["conditions"]
    for measure in ("fall", "below_threshold"):
        own = [row for row in found if row["measure"] == measure and row["turns_compared"]]
        assert len(own) >= 20 and sum(number(row, "p") < 0.05 for row in own) <= 0.2 * len(own)
        assert all(row["conversations_a"] == row["conversations_b"] == "30" for row in own)


def test_pairs_are_compared_over_the_turns_of_the_shorter(drift):
    """By hand: the definitions of both over as many turns; a conversation of one turn takes its pair out."""
    random = np.random.default_rng(8)
    long, short = random.random((10, 6)), random.random((10, 6))
    cut = [3] * 8 + [1, 4]
    lines = []
    for index in range(10):
        lines += rows(f"c{index}", long[index], condition="a") + rows(f"c{index}", short[index][: cut[index]], condition="b")
    row = drift(lines, "--compare", "a,b")[0]["conditions"][0]
    kept = [index for index in range(10) if cut[index] > 1]
    assert row["measure"] == "fall" and row["paired"] == "9" and row["unpaired"] == "0"
    close(number(row, "value_a"), np.mean([long[i][0] - long[i][cut[i] - 1] for i in kept]))
    close(number(row, "value_b"), np.mean([short[i][0] - short[i][cut[i] - 1] for i in kept]))
    close(number(row, "turns_a"), 6)
    close(number(row, "turns_b"), np.mean(cut))


def test_conversations_of_one_turn_are_said(drift):
    random = np.random.default_rng(9)
    lines = [line for index in range(8) for line in rows(f"c{index}", random.random(5 if index % 2 else 1))]
    drift(lines, says="4 of 8 conversations have one turn: change is 0 there")


def test_copies_of_conversations_are_named(drift):
    random = np.random.default_rng(10)
    x = random.random((6, 5))
    lines = [line for index in range(6) for line in rows(f"c{index}", x[index], condition="plain")]
    # One that no condition changes, and regenerations that are alike, are no copies.
    lines += rows("c0", x[0], condition="kept") + rows("c1", x[1], condition="plain", sample="2")
    assert "copy" not in drift(lines, says="")[1]
    says = "2 conversations are copies of others, with the same positions in every turn: 'd0' of 'c0', 'd1' of 'c1'"
    drift(lines + rows("d0", x[0], condition="plain") + rows("d1", x[1], condition="plain"), says=says)


def test_numbers_of_messages_are_no_numbers_of_turns(drift):
    random = np.random.default_rng(11)
    x = np.full((6, 9), np.nan)
    x[:, ::2] = random.random((6, 5))
    lines = [line for index in range(6) for line in rows(f"c{index}", x[index])]
    drift(lines, says="no turn follows another in any conversation (turns 0, 2, 4 of 'c0')")
