#!/usr/bin/env python3
"""How often the intervals of `persona fit` hold the truth where roles are means of answers, for docs/validation.md.

    scripts/run --version
    scripts/python scripts/simulations/measure_measured_roles.py [--sets 400]

Each layer of a dump is a data set of its own: roles drawn from a population whose axis and components are known, and answers of
all roles and the default to the same questions. Two generators have nothing in common: one is normal, with a pattern of answers
that follows how a role lies; the other has heavy tails, skewed questions, roles of unequal noise and questions that roles skip.
"""

import argparse
import csv
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

ROOT = Path(__file__).resolve().parents[2]
PERSONA = ROOT / ".build" / "release" / "persona"


def fit(source: Path, out: Path) -> dict[str, list[dict[str, str]]]:
    """The tables that `persona fit` makes of `source`."""
    subprocess.run([PERSONA, "fit", source, "-o", out, "-q", "--force"], check=True)
    return {path.stem: list(csv.DictReader(path.open())) for path in out.glob("*.csv")}


def held(rows: list[dict[str, str]], name: str, truth: float | np.ndarray) -> float:
    """The share of rows whose interval of `name` holds the truth. A row without an interval does not."""
    low, high = (np.array([float(row[f"{name}_{end}"] or "nan") for row in rows]) for end in ("low", "high"))
    return float(np.mean((low <= truth) & (truth <= high)))


def spectrum(dimensions: int, *leading: float) -> np.ndarray:
    """Standard deviations: those given, then a slow decay from 1."""
    return np.concatenate([leading, np.arange(1, dimensions - len(leading) + 1) ** -0.25])


def toward(draw: np.random.Generator, shape: tuple[int, int], cosine: float, length: float) -> np.ndarray:
    """Where the default lies in each set: `length` away from the mean role, at `cosine` to the first component."""
    point = draw.standard_normal(shape)
    point[:, 0] = 0
    point *= np.sqrt(1 - cosine**2) / np.linalg.norm(point, axis=1, keepdims=True)
    point[:, 0] = cosine
    return length * point


def normal(draw: np.random.Generator, centres: np.ndarray, questions: int, runs: int, noise: float) -> np.ndarray:
    """Answers (R + 1, Q, runs, L, d): a question moves all alike, and each role along a pattern of its own as far as it is a thing
    that roles differ in."""
    vectors, sets, d = centres.shape
    shared = noise / 2 * draw.standard_normal((questions, 1, sets, d))
    pattern = noise / 4 * draw.standard_normal((questions, 1, sets, d))
    loading = draw.standard_normal((vectors, 1, 1, sets, 1))
    own = noise / 2 * draw.standard_normal((vectors, questions, 1, sets, d))
    return centres[:, None, None] + shared + loading * pattern + own + noise * draw.standard_normal(
        (vectors, questions, runs, sets, d)
    )


def heavy(draw: np.random.Generator, centres: np.ndarray, questions: int, runs: int, noise: float) -> np.ndarray:
    """Answers (R + 1, Q, runs, L, d): questions move all along one direction by a skewed amount, roles scatter each at a width of its
    own, with heavy tails, and the dimensions of the noise are unequal."""
    vectors, sets, d = centres.shape
    shared = noise * (draw.exponential(size=(questions, 1, sets, 1)) - 1) * draw.standard_normal((1, 1, sets, d))
    widths = draw.uniform(0.4, 1.6, (vectors, 1, 1, 1, 1)) * np.exp(0.4 * draw.standard_normal(d))
    own = noise / 2 * draw.standard_t(4, (vectors, questions, 1, sets, d))
    return centres[:, None, None] + shared + own + noise * widths * draw.standard_t(
        4, (vectors, questions, runs, sets, d)
    )


def dump(folder: Path, answers: np.ndarray, skipped: np.ndarray | None = None) -> None:
    """Writes `answers`, (R + 1, Q, runs, L, d), the default's last, but for the questions that `skipped`, (R + 1, Q), names."""
    vectors, questions, runs = answers.shape[:3]
    (folder / "activations").mkdir()
    for index in range(vectors):
        content = {
            f"pos_p0_q{q}_r{run}": np.ascontiguousarray(answers[index, q, run], dtype=np.float32)
            for q in range(questions)
            for run in range(runs)
            if skipped is None or not skipped[index, q]
        }
        name = "default" if index == vectors - 1 else f"r{index:03}"
        save_file(content, folder / "activations" / f"{name}.safetensors")


def coverage(
    kind: str, roles: int, d: int, leading: tuple[float, ...], cosine: float, length: float, noise: float,
    questions: int, runs: int, sets: int, seed: int,
) -> list[list[float]]:
    """Of cos(axis, PC1), the variance ratio of PC1 and positions: with answers, and of the vectors alone that are their means."""
    draw = np.random.default_rng(seed)
    deviations = spectrum(d, *leading)
    places = draw.standard_normal((roles, sets, d)) * deviations
    default = toward(draw, (sets, d), cosine, length)
    mean = draw.standard_normal(d)
    mean[-1] = 100
    centres = np.concatenate([places, default[None]]) + mean
    answers = (normal if kind == "normal" else heavy)(draw, centres, questions, runs, noise)
    skipped = draw.random((roles + 1, questions)) < (0 if kind == "normal" else 0.2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dump(folder, answers, skipped)
        measured = fit(folder, folder / "out")
        alone = fit(folder / "out" / "vectors.safetensors", folder / "alone")
    positions = (places * default).sum(-1) / (default**2).sum(-1)
    found = []
    for tables in (measured, alone):
        own = [row for row in tables["roles"] if row["role"] != "default"]
        truth = np.array([positions[int(row["role"][1:]), int(row["layer"])] for row in own])
        ratio = deviations[0] ** 2 / (deviations**2).sum()
        found.append(
            [
                held(tables["layers"], "cos_axis_pc1", cosine),
                held(tables["layers"], "pc1_variance_ratio", ratio),
                held(own, "axis_position", truth),
            ]
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=400)
    sets = parser.parse_args().sets
    cases = [
        # generator, roles, dimensions, deviations, cosine, length of the axis, noise of an answer, questions, answers to each
        ("normal", 40, 32, (4.0, 2.5, 2.0), 0.8, 10.0, 3.0, 24, 2),
        ("normal", 40, 32, (4.0, 2.5, 2.0), 0.8, 10.0, 5.0, 24, 2),
        ("normal", 20, 64, (4.0, 2.0), 0.6, 10.0, 3.0, 12, 3),
        ("normal", 60, 48, (5.0, 2.0), 0.8, 8.0, 4.0, 48, 1),
        ("heavy", 40, 32, (4.0, 2.5, 2.0), 0.8, 10.0, 3.0, 24, 2),
        ("heavy", 40, 48, (4.0, 2.0), 0.6, 10.0, 2.0, 16, 2),
        ("heavy", 60, 32, (5.0, 2.0), 0.8, 8.0, 3.0, 40, 1),
        ("heavy", 16, 32, (4.0, 2.0), 0.8, 10.0, 3.0, 20, 2),
    ]
    print("| answers | roles | deviations | cos | noise | questions × runs | cos(axis, PC1) | variance ratio | positions |")
    print("|---|---:|---|---:|---:|---:|---:|---:|---:|")
    for seed, (kind, roles, d, leading, cosine, length, noise, questions, runs) in enumerate(cases):
        found = coverage(kind, roles, d, leading, cosine, length, noise, questions, runs, sets, seed)
        cells = [f"{100 * with_answers:.1f} % ({100 * alone:.1f} %)" for with_answers, alone in zip(*found)]
        print(
            f"| {kind} | {roles} | {', '.join(f'{x:g}' for x in leading)} | {cosine} | {noise:g} | {questions} × {runs} | "
            + " | ".join(cells) + " |",
            flush=True,
        )


if __name__ == "__main__":
    main()
