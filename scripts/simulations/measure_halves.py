#!/usr/bin/env python3
"""How often the intervals of `persona fit --split-half` hold what halves of the questions show on average, for docs/validation.md.

    scripts/run --version
    scripts/python scripts/simulations/measure_halves.py [--sets 100]

The data sets are those of measure_measured_roles.py. The truth of a measure is its mean over the data sets, roles and questions of each drawn
anew.
"""

import argparse
import csv
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from measure_measured_roles import PERSONA, dump, heavy, normal, spectrum, toward

MEASURES = ["cos_axis", "cos_pc1", "position_spearman", "cos_axis_pc1_across"]


def halves(
    kind: str, roles: int, leading: tuple[float, ...], cosine: float, noise: float, questions: int, runs: int, sets: int,
    seed: int,
) -> dict[str, tuple[float, float]]:
    """Of each measure its mean, and the share of intervals that hold it. A set without an interval counts as one that does not."""
    draw, d = np.random.default_rng(seed), 32
    places = draw.standard_normal((roles, sets, d)) * spectrum(d, *leading)
    centres = np.concatenate([places, toward(draw, (sets, d), cosine, 10.0)[None]])
    answers = (normal if kind == "normal" else heavy)(draw, centres, questions, runs, noise)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dump(folder, answers)
        command = [PERSONA, "fit", folder, "-o", folder / "out", "--split-half", "-q"]
        subprocess.run(command, check=True)
        rows = [row for row in csv.DictReader((folder / "out" / "splits.csv").open()) if row["split"] == "questions"]
    found = {}
    for measure in MEASURES:
        value, low, high = (np.array([float(row[f"{measure}{end}"] or "nan") for row in rows]) for end in ("", "_low", "_high"))
        truth = np.tanh(np.arctanh(np.clip(value, -1 + 1e-12, 1 - 1e-12)).mean())
        found[measure] = (float(truth), float(np.mean((low <= truth) & (truth <= high))))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=100)
    sets = parser.parse_args().sets
    cases = [
        # generator, roles, deviations, cosine, noise of an answer, questions, answers to each
        ("normal", 40, (4.0, 2.5, 2.0), 0.8, 3.0, 24, 2),
        ("normal", 20, (4.0, 2.0), 0.6, 3.0, 12, 3),
        ("heavy", 40, (4.0, 2.5, 2.0), 0.8, 3.0, 24, 2),
        ("heavy", 60, (5.0, 2.0), 0.8, 3.0, 40, 1),
    ]
    print("| answers | roles | noise | questions × runs | axes | PC1 | positions (rank correlation) | axis with PC1 of the other |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for seed, (kind, roles, leading, cosine, noise, questions, runs) in enumerate(cases):
        found = halves(kind, roles, leading, cosine, noise, questions, runs, sets, seed)
        cells = [f"{100 * held:.0f} % ({truth:.2f})" for truth, held in found.values()]
        print(f"| {kind} | {roles} | {noise:g} | {questions} × {runs} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
