"""What the tests of drift and tether share: tables of turns, the command, and the definitions in NumPy."""

import csv
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
