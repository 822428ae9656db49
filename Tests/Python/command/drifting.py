"""What the tests of drift and tether share: tables of turns, the command, and the definitions in NumPy."""

import csv
import subprocess

import numpy as np
import pytest
from scipy import stats

HEADER = (
    "conversation,domain,condition,sample,turn,speaker,layer,tokens,axis_projection,axis_position,axis_distance,"
    "off_axis_distance,cosine,persona,reading_error,persona_note"
)


def walk(random, turns, stiffness, resting, wander, start=0.95):
    x = [start + 0.05 * random.standard_normal()]
    while len(x) < turns:
        x.append(x[-1] + stiffness * (resting - x[-1]) + wander * random.standard_normal())
    return np.array(x)


def switches(random, turns, leave, come_back, home, away, start_home=1.0, freedom=None):
    """Positions of a conversation of two states, each (mean, sd), with noise of Student's t of that sd if `freedom` is given;
    and whether each turn is at home."""
    at_home = [random.random() < start_home]
    while len(at_home) < turns:
        at_home.append(random.random() >= leave if at_home[-1] else random.random() < come_back)
    at_home = np.array(at_home)
    noise = random.standard_normal(turns)
    if freedom:
        noise = random.standard_t(freedom, turns) / np.sqrt(freedom / (freedom - 2))
    mean, sd = (np.where(at_home, home[i], away[i]) for i in (0, 1))
    return mean + sd * noise, at_home


def read_walk(random, turns, rate, resting, noise, reading, start=0.95, own=0.0):
    """Positions of a walk that is read with an error, to a resting point `own` off the group's at random."""
    point, x = resting + own * random.standard_normal(), [start + 0.05 * random.standard_normal()]
    while len(x) < turns:
        x.append(x[-1] + rate * (point - x[-1]) + noise * random.standard_normal())
    return np.array(x) + reading * random.standard_normal(turns)


def rows(
    conversation,
    positions,
    domain="",
    condition="",
    sample="",
    layer=3,
    speaker="assistant",
    persona="",
    errors=None,
    note="",
):
    """A row a turn; turns whose position is NaN are missing."""
    errors = [""] * len(positions) if errors is None else [repr(float(error)) for error in errors]
    return [
        f"{conversation},{domain},{condition},{sample},{turn},{speaker},{layer},,0,{float(x)!r},0,0,0,{persona},{error},{note}"
        for turn, (x, error) in enumerate(zip(positions, errors, strict=True))
        if x == x
    ]


@pytest.fixture
def drift(persona, tmp_path):
    """Measures the rows given; gives the tables by name, and what was printed."""

    def drift(lines, *options, status=0, says="", header=HEADER):
        (tmp_path / "turns.csv").write_text("\n".join([header, *lines]) + "\n")
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
