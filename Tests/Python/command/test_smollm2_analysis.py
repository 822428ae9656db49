"""The whole way over Data/smollm2, a real model in which nothing was planted, against NumPy on the same files."""

import subprocess

import numpy as np
import pytest
from responding import number, table
from scipy.stats import spearmanr
from simulations.measure_demo import axis_and_pc1, role_vectors
from simulations.measure_scores import conversations, departures, load

from repository import SMOLLM2

LAYERS = [3, 10, 15, 24, 28]


@pytest.fixture(scope="module")
def measured():
    """The layers of the dump and the answers of its roles, read by NumPy."""
    return load()


@pytest.fixture(scope="module")
def analysis(persona, tmp_path_factory):
    """The folder of what `persona analyze` writes, with samples enough for intervals."""
    out = tmp_path_factory.mktemp("smollm2") / "out"
    command = [persona, "analyze", SMOLLM2, "-o", out, "--quiet", "--bootstrap", "100"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


def test_inspect_knows_what_is_in_it(persona):
    done = subprocess.run([persona, "inspect", SMOLLM2], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for said in ("17 roles, 60 responses each", "layers 3, 10, 15, 24, 28", "1020", "scores/: 16", "transcripts/: 12"):
        assert said in done.stdout


def test_the_axis_is_numpys_and_found_in_the_later_layers(persona, tmp_path):
    command = [persona, "fit", SMOLLM2, "-o", tmp_path / "fit", "--quiet"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = table(tmp_path / "fit" / "layers.csv")
    roles, default = role_vectors(SMOLLM2)
    assert [int(row["layer"]) for row in rows] == LAYERS
    for index, row in enumerate(rows):
        cosine, _, ratio = axis_and_pc1(roles[:, index], default[index])
        assert number(row["cos_axis_pc1"]) == pytest.approx(cosine, rel=1e-9)
        assert number(row["pc1_variance_ratio"]) == pytest.approx(ratio, rel=1e-9)
        assert int(row["roles"]) == 16
    verdicts = {int(row["layer"]): row["verdict"] for row in rows}
    # The interval at layer 3 reaches from nothing to .7: whatever it is called, it is not found.
    assert verdicts[3] != "found" and {verdicts[layer] for layer in (15, 24, 28)} == {"found"}


def test_check_passes_where_the_axis_is_found_and_fails_where_it_is_not(persona, tmp_path):
    for layer, status in ((24, 0), (3, 1)):
        out = tmp_path / str(layer)
        command = [persona, "fit", SMOLLM2, "-o", out, "--quiet", "--check", "--layers", str(layer)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == status, done.stderr


def test_the_order_of_the_roles_is_that_of_larger_models(analysis):
    rows = [row for row in table(analysis / "roles.csv") if row["layer"] == "28" and row["role"] != "default"]
    order = [row["role"] for row in sorted(rows, key=lambda row: int(row["rank"]))]
    assert {"robot", "coach", "therapist", "librarian"} <= set(order[:6])
    assert {"demon", "ghost", "vampire", "pirate"} <= set(order[-6:])


def test_turns_have_the_domains_of_transcripts_without_text(analysis, measured):
    layers, roles = measured
    turns = [row for row in table(analysis / "turns.csv") if row["speaker"] == "assistant"]
    assert len(turns) == 174 * len(layers) and all(row["domain"] == row["conversation"] for row in turns)
    places: dict = {}
    for row in turns:
        places.setdefault((row["domain"], int(row["turn"]), int(row["layer"])), []).append(number(row["axis_position"]))
    for name, wanted in conversations(roles).items():
        for turn, positions in enumerate(wanted):
            # Vectors are rounded to float32, the means of answers here are not.
            found = [np.mean(places[name, turn, layer]) for layer in layers]
            assert found == pytest.approx(positions, abs=1e-4)
    assert len(places) == sum(len(own) for own in conversations(roles).values()) * len(layers)


def test_personas_are_graded_and_none_is_in_two_states(analysis):
    rows = table(analysis / "personas.csv")
    assert len(rows) == 16 * len(LAYERS)
    for row in rows:
        assert row["state"] and row["state"] != "two", row
        # What the design does not identify is empty, with a reason.
        assert row["resistance"] or row["note"], row


def test_departures_have_the_order_of_numpys(analysis, measured):
    layers, roles = measured
    rows = table(analysis / "personas.csv")
    found = {row["persona"]: number(row["departure"]) for row in rows if row["layer"] == "28"}
    wanted = departures(roles, layers.index(28))
    assert set(found) == set(wanted)
    assert spearmanr([found[name] for name in wanted], list(wanted.values())).statistic >= 0.9


def test_departure_follows_the_scores(analysis, measured):
    """Personas that depart more have fewer answers that sound like an assistant or like anybody."""
    _, roles = measured
    rows = table(analysis / "personas.csv")
    for layer in (15, 24, 28):
        found = {row["persona"]: number(row["departure"]) for row in rows if int(row["layer"]) == layer}
        low = [(roles[name].scores <= 1).mean() for name in found]
        assert spearmanr(list(found.values()), low).statistic < -0.5
