#!/usr/bin/env python3
"""How far the tether of `persona drift` is off, and how often its intervals hold the truth, on walks of a known tether.

  scripts/python scripts/simulations/simulate_tether.py [--samples 2000]

Prints the tables of docs/validation.md. Every sample is a domain of one turns.csv: what is measured is the command itself.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PERSONA = Path(__file__).resolve().parents[2] / ".build" / "release" / "persona"
HEADER = (
    "conversation,domain,condition,sample,turn,speaker,layer,tokens,axis_projection,axis_position,axis_distance,"
    "off_axis_distance,cosine\n"
)
RESTING_POINT, WANDER = 0.0, 0.08


@dataclass(frozen=True)
class Case:
    """Walks of some conversations of some turns, tethered with `stiffness`."""

    conversations: int
    turns: int
    stiffness: float = 0.3
    #: Whether they begin where they would be in the long run, rather than near the Assistant.
    at_rest: bool = False
    #: The standard deviation of conversations' own resting points.
    own_points: float = 0.0
    #: The standard deviation of what a turn's position is read with.
    error: float = 0.0

    def walks(self, samples: int) -> np.ndarray:
        """Shape (samples, conversations, turns)."""
        random = np.random.default_rng([self.conversations, self.turns, int(100 * self.stiffness), int(self.at_rest)])
        shape = (samples, self.conversations)
        point = RESTING_POINT + self.own_points * random.standard_normal(shape)
        x = np.empty((*shape, self.turns))
        if self.at_rest:
            x[..., 0] = point + WANDER / np.sqrt(1 - (1 - self.stiffness) ** 2) * random.standard_normal(shape)
        else:
            x[..., 0] = 0.95 + 0.05 * random.standard_normal(shape)
        for turn in range(1, self.turns):
            pull = self.stiffness * (point - x[..., turn - 1])
            x[..., turn] = x[..., turn - 1] + pull + WANDER * random.standard_normal(shape)
        return x + self.error * random.standard_normal(x.shape)


def tethers(walks: np.ndarray, *options: str) -> list[dict[str, float]]:
    """What the command says of each sample."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "turns.csv"
        with path.open("w") as file:
            file.write(HEADER)
            for sample, conversations in enumerate(walks.tolist()):
                for conversation, positions in enumerate(conversations):
                    for turn, position in enumerate(positions):
                        file.write(f"c{sample}-{conversation},{sample},,,{turn},assistant,0,,0,{position!r},0,0,0\n")
        command = [PERSONA, "drift", path, "-o", Path(folder) / "out", "-q", *options]
        subprocess.run(list(map(str, command)), check=True)
        with (Path(folder) / "out" / "tether.csv").open() as file:
            rows = [row for row in csv.DictReader(file) if row["domain"] != "(all)"]
    texts = ["domain", "bias_correction", "note", "condition"]
    return [{key: float(value or "nan") for key, value in row.items() if key not in texts} for row in rows]


def bias_table(samples: int) -> None:
    cases = [
        Case(1, 15, 0.3, at_rest=True),
        Case(1, 50, 0.3, at_rest=True),
        Case(1, 200, 0.3, at_rest=True),
        Case(5, 15, 0.3, at_rest=True),
        Case(20, 15, 0.1, at_rest=True),
        Case(20, 15, 0.3, at_rest=True),
        Case(5, 8),
        Case(20, 8),
        Case(20, 15),
        Case(20, 15, 0.3, own_points=0.1),
        Case(20, 15, 0.3, own_points=0.3),
        Case(20, 15, 0.3, error=0.05),
    ]
    head = ["conversations × turns", "stiffness", "begin", "least squares: bias", "RMSE", "jackknife: bias", "RMSE"]
    print(f"| {' | '.join([*head, 'told by the residuals'])} |")
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for case in cases:
        walks = case.walks(samples)
        plain = tethers(walks, "--bootstrap", "200" if case.conversations >= 5 else "0")
        corrected = tethers(walks, "--bootstrap", "0", "--bias-correction", "jackknife")
        begin = "at rest" if case.at_rest else "near the Assistant"
        begin += f", own points ± {case.own_points}" if case.own_points else ""
        begin += f", read ± {case.error}" if case.error else ""
        cells = []
        for rows in (plain, corrected):
            off = np.array([row["stiffness"] for row in rows]) - case.stiffness
            cells += [f"{off.mean():+.3f}", f"{np.sqrt((off**2).mean()):.3f}"]
        low = np.array([row["residual_autocorrelation_low"] for row in plain])
        high = np.array([row["residual_autocorrelation_high"] for row in plain])
        told = "–" if np.isnan(low).all() else f"{100 * ((low > 0) | (high < 0)).mean():.0f} %"
        print(f"| {case.conversations} × {case.turns} | {case.stiffness} | {begin} | {' | '.join(cells)} | {told} |")


def coverage_table(samples: int) -> None:
    print("| conversations × turns | stiffness | resting point | wander | stiffness, by the jackknife |")
    print("| --- | ---: | ---: | ---: | ---: |")
    truth = {"resting_point": RESTING_POINT, "wander": WANDER}
    for case in [Case(5, 8), Case(8, 8), Case(12, 8), Case(20, 8), Case(40, 8), Case(20, 15), Case(100, 15)]:
        walks = case.walks(samples)
        plain = tethers(walks)
        corrected = tethers(walks, "--bias-correction", "jackknife")
        cells = []
        for rows, name, value in [
            (plain, "stiffness", case.stiffness),
            *((plain, name, value) for name, value in truth.items()),
            (corrected, "stiffness", case.stiffness),
        ]:
            held = [row[f"{name}_low"] <= value <= row[f"{name}_high"] for row in rows]
            cells.append(f"{100 * np.mean(held):.1f} %")
        print(f"| {case.conversations} × {case.turns} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=2000)
    given = parser.parse_args()
    if not PERSONA.exists():
        sys.exit("simulate_tether: build the command first: swift build -c release --product persona")
    bias_table(given.samples)
    print()
    coverage_table(given.samples)


if __name__ == "__main__":
    main()
