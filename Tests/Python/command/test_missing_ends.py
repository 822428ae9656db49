"""Conversations whose last turn is missing have no end, as those without a first turn have no start."""

import numpy as np
import pytest
from drifting import HEADER, close, drift, number, rows  # noqa: F401
from people import read, run, save, table, world  # noqa: F401

POSITIONS = {"whole": [1.0, 0.7, 0.2], "blank": [0.9, 0.6, 0.1], "late": [0.8, 0.5, 0.3]}


def lines():
    """The last turn of `blank` has an empty cell, the first of `late` is not there."""
    found = {name: rows(name, positions, "d") for name, positions in POSITIONS.items()}
    found["blank"][2] = found["blank"][2].replace(",0.1,", ",,")
    return found["whole"] + found["blank"] + found["late"][1:]


def test_a_blank_last_turn_is_no_end(drift):  # noqa: F811
    tables, _ = drift(lines(), "--bootstrap", 0, says="the first or last turn of 2 of 3 conversations is missing")
    own = {row["conversation"]: row for row in tables["conversations"]}
    assert own["blank"]["end"] == own["blank"]["change"] == "" and own["late"]["start"] == own["late"]["change"] == ""
    close(number(own["whole"], "change"), -0.8)
    close(number(own["blank"], "minimum"), 0.6)
    group = tables["drift"][0]
    for column, value in {"start": 1.0, "end": 0.2, "change": -0.8}.items():
        close(number(group, column), value)
    # The caller asks for nothing where nothing is missing.
    whole = [line for name, positions in POSITIONS.items() for line in rows(name, positions, "d")]
    tables, _ = drift(whole, "--bootstrap", 0)
    assert all(row["change"] for row in tables["conversations"])


def test_the_table_says_how_many_turns_there_are(drift):  # noqa: F811
    kept = [line + ",3" for line in lines() if not line.startswith("blank,d,,,2")]
    tables, _ = drift(kept, "--bootstrap", 0, header=HEADER + ",conversation_turns", says="of 2 of 3 conversations")
    own = {row["conversation"]: row for row in tables["conversations"]}
    assert own["blank"]["end"] == own["blank"]["change"] == "" and own["whole"]["end"] == "0.2"


@pytest.mark.parametrize("place", [0, 4])
def test_a_turn_that_was_left_out_is_no_end(run, world, tmp_path, place):  # noqa: F811
    read(run, "fit", world.write(tmp_path / "dump"), "-o", tmp_path / "fit", "--bootstrap", 0)
    turns = world.turns()
    turns[place, 1, 5] = np.nan
    save({"turns": turns}, tmp_path / "turns/c.pt")
    save({"turns": world.turns()}, tmp_path / "turns/whole.pt")
    read(run, "project", tmp_path / "fit", tmp_path / "turns", "-o", tmp_path / "out", "--nonfinite", "skip")
    assert {row["conversation_turns"] for row in table(tmp_path / "out/turns.csv")} == {"5"}
    done = read(run, "drift", tmp_path / "out/turns.csv", "-o", tmp_path / "drift", "--bootstrap", 0)
    assert "the first or last turn of 1 of 2 conversations is missing" in done.stderr
    wanted = world.positions(world.turns())
    for row in table(tmp_path / "drift/conversations.csv"):
        layer = int(row["layer"])
        if row["conversation"] == "c" and layer == 1:
            assert row["change"] == "" and row["start" if place == 0 else "end"] == ""
        else:
            assert float(row["change"]) == pytest.approx(wanted[4, layer] - wanted[0, layer], rel=1e-4)
    # Capping leaves the conversation out of the mean fall of that layer, too.
    read(run, "cap", tmp_path / "fit", tmp_path / "turns", "-o", tmp_path / "caps", "--nonfinite", "skip")
    for row in table(tmp_path / "caps/caps.csv"):
        layer = int(row["layer"])
        assert float(row["drift_before"]) == pytest.approx(wanted[0, layer] - wanted[4, layer], rel=1e-4)
