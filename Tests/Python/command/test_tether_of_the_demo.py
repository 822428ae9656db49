"""The tether of the demo against the text of its turns, judged by a classifier that knows the generator of text alone."""

import csv
import json
import subprocess

import numpy as np
import pytest
from chains import passes
from repository import DEMO

from organism.classifier import VoiceClassifier
from organism.text import Text

LAYER = "3"
DRIFTING = ("therapy", "philosophy")


@pytest.fixture(scope="module")
def spoken():
    """Whether the Assistant speaks, turn by turn, in each unprompted conversation of the domains that drift."""
    classifier, found = VoiceClassifier(Text()), {domain: {} for domain in DRIFTING}
    for path in (DEMO / "transcripts").glob("*.json"):
        transcript = json.loads(path.read_text())
        if transcript["domain"] not in DRIFTING or transcript.get("persona") or transcript.get("condition"):
            continue
        answers = [m["content"] for m in transcript["conversation"] if m["role"] == "assistant"]
        key = transcript.get("conversation_id", path.stem), str(transcript.get("sample", ""))
        found[transcript["domain"]][key] = np.array([classifier.is_assistant(answer) for answer in answers])
    return found


@pytest.fixture(scope="module")
def tables(persona, tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    subprocess.run([persona, "analyze", DEMO, "-o", out, "-q", "--layers", "2:4", "--bootstrap", "400"], check=True)
    found = {}
    for name in ("turns", "tether"):
        with (out / f"{name}.csv").open() as file:
            found[name] = [row for row in csv.DictReader(file) if row["layer"] == LAYER]
    return found


def rates(conversations):
    """The share of moves from a turn at home that lead away, and from a turn away that lead home; and how many there are."""
    pairs = np.array([pair for c in conversations for pair in zip(c[:-1], c[1:], strict=True)])
    home, away = pairs[pairs[:, 0]][:, 1], pairs[~pairs[:, 0]][:, 1]
    return (1 - home.mean(), len(home)), (away.mean(), len(away))


@pytest.mark.parametrize("domain", DRIFTING)
def test_the_text_says_the_same(spoken, tables, domain):
    (row,) = [row for row in tables["tether"] if (row["domain"], row["condition"], row["persona"]) == (domain, "", "")]
    assert row["model"] == "two_states" and float(row["advantage_low"]) > 0
    for column, (share, count) in zip(("leave", "come_back"), rates(spoken[domain].values()), strict=True):
        # The same turns: what differs are the few that one of the two takes for another's, some 2 moves in a hundred.
        assert abs(float(row[column]) - share) < 0.02 + 1 / count, column
        assert float(row[f"{column}_low"]) < share < float(row[f"{column}_high"])
    chain = {name: float(row[name]) for name in ("leave", "come_back", "home_mean", "home_sd", "away_mean", "away_sd")}
    positions = {}
    for turn in tables["turns"]:
        if (turn["domain"], turn["condition"], turn["persona"], turn["speaker"]) == (domain, "", "", "assistant"):
            positions.setdefault((turn["conversation"], turn["sample"]), []).append(float(turn["axis_position"]))
    assert positions.keys() == spoken[domain].keys()
    agree = [
        (passes(np.array(x), chain | {"start": 0.999})[0][:, 1] > 0.5) == spoken[domain][key]
        for key, x in positions.items()
    ]
    assert np.concatenate(agree).mean() >= 0.99


@pytest.mark.parametrize("domain", ["coding", "writing"])
def test_domains_that_do_not_drift_have_no_tether(tables, domain):
    (row,) = [row for row in tables["tether"] if (row["domain"], row["condition"], row["persona"]) == (domain, "", "")]
    assert row["model"] == "neither" and row["leave"] == row["half_life"] == row["resting_point"] == ""
