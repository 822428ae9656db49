#!/usr/bin/env python3
"""The numbers that the tests of two-state chains and walks compare with, by other ways than the package's.

  scripts/python scripts/tether_reference.py

Reads the positions in Tests/PersonaSpaceTests/DemoPositions.swift. Chains by `chain` of ../shared/reference/two_states.py, and where
turns are missing by Baum-Welch over all turns, of which those that are missing have density 1. Walks by the density of all turns of a
conversation as one normal vector, maximised from many starts by SciPy.
"""

import re
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT.parent / "shared" / "reference"))


def positions(group: str) -> np.ndarray:
    text = (ROOT / "Tests" / "PersonaSpaceTests" / "DemoPositions.swift").read_text()
    rows = re.search(rf"static let {group}: .*?= \[\n(.*?)\n  \]", text, re.S).group(1)
    return np.array([[float(x) for x in re.findall(r"-?\d+\.\d+", row)] for row in rows.splitlines()])


def thinned(x: np.ndarray) -> np.ndarray:
    """Without the turns t of rows i for which (i + t) % 5 is 2 or 3, as NaN: two in a row, at the beginning and the end too."""
    rows, turns = np.indices(x.shape)
    return np.where(np.isin((rows + turns) % 5, (2, 3)), np.nan, x)


def chain_with_gaps(x: np.ndarray, iterations: int = 300) -> dict:
    """Baum-Welch of two states, 0 away and 1 at home, from quantiles."""
    known = x[~np.isnan(x)]
    mean, sd = np.percentile(known, (15, 85)), np.full(2, known.std() / 2)
    step, start, likelihood = np.array([[0.8, 0.2], [0.2, 0.8]]), np.array([0.1, 0.9]), 0.0
    for _ in range(iterations):
        moves, weights, likelihood = np.zeros((2, 2)), np.zeros(x.shape + (2,)), 0.0
        for row, values in enumerate(x):
            density = np.where(np.isnan(values)[:, None], 1.0, norm.pdf(values[:, None], mean, sd))
            forward, backward = [start * density[0]], [np.ones(2)]
            for b in density[1:]:
                forward.append((forward[-1] @ step) * b)
            for b in density[:0:-1]:
                backward.insert(0, step @ (b * backward[0]))
            total = forward[-1].sum()
            likelihood += np.log(total)
            weights[row] = np.array(forward) * np.array(backward) / total
            for t in range(len(values) - 1):
                moves += forward[t][:, None] * step * (density[t + 1] * backward[t + 1])[None] / total
        step, start = moves / moves.sum(1, keepdims=True), weights[:, 0].mean(0)
        seen = ~np.isnan(x)
        for state in (0, 1):
            w = weights[..., state][seen]
            mean[state] = (w * known).sum() / w.sum()
            sd[state] = np.sqrt((w * (known - mean[state]) ** 2).sum() / w.sum())
    return {"leave": step[1, 0], "come_back": step[0, 1], "means": mean, "sds": sd, "log_likelihood": likelihood}


def walk_density(x: np.ndarray, memory, rest, own, noise, reading, start, start_sd, from_start=False) -> float:
    """The log-density of rows of `x` under a walk, from the mean and the covariance of all turns; `from_start`: conversations start
    about their own resting points, so that all turns share them."""
    t = np.arange(x.shape[1])
    kept = memory ** t
    mean = kept * start + (1 - kept) * rest
    # The noise of step j is in turn t with memory^(t − j).
    lag = np.subtract.outer(t, t)
    spread = np.where(lag >= 0, memory ** np.maximum(lag, 0), 0.0)[:, 1:]
    cover = start_sd**2 * np.outer(kept, kept) + own**2 * (1 if from_start else np.outer(1 - kept, 1 - kept)) + noise**2 * spread @ spread.T
    cover = cover + reading**2 * np.eye(len(t))
    total, present = 0.0, ~np.isnan(x)
    for seen in np.unique(present, axis=0):
        gaps = x[(present == seen).all(1)][:, seen] - mean[seen]
        part = cover[np.ix_(seen, seen)]
        total -= 0.5 * ((gaps * np.linalg.solve(part, gaps.T).T).sum() + len(gaps) * np.linalg.slogdet(2 * np.pi * part)[1])
    return total


def walk(x: np.ndarray, reading: float | None = None, own_points: bool = False, from_start: bool = False) -> dict:
    best = None
    for memory in (0.3, 0.7):
        for error in (0.05, 0.2):

            def numbers(p):
                return (
                    1 / (1 + np.exp(-p[0])), p[1], p[5] if own_points else 0.0, p[2], p[6] if reading is None else reading,
                    p[3], p[4],
                )  # fmt: skip

            guess = [np.log(memory / (1 - memory)), 0.0, 0.4, 1.0, 0.1, 0.2, error]
            for _ in range(2):
                found = minimize(
                    lambda p: -walk_density(x, *numbers(p), from_start), guess, method="Nelder-Mead",
                    options={"maxiter": 3000, "maxfev": 3000, "xatol": 1e-6, "fatol": 1e-9},
                )  # fmt: skip
                guess = found.x
            if best is None or found.fun < best[0]:
                best = (found.fun, numbers(found.x))
    memory, rest, own, noise, error, start, start_sd = best[1]
    return {
        "rate": 1 - memory, "rest": rest, "own": abs(own), "noise": abs(noise), "reading": abs(error), "start": start,
        "start_sd": abs(start_sd), "log_likelihood": -best[0],
    }  # fmt: skip


def main() -> None:
    from two_states import chain

    np.set_printoptions(precision=8)
    for group in ("therapy", "philosophy"):
        x = positions(group)
        found = chain(list(x))
        print(group, "chain", {k: v for k, v in found.items() if k != "at_home"})
        print(group, "at home in row 4", found["at_home"][4])
        print(group, "chain, thinned", chain_with_gaps(thinned(x)))
        print(group, "walk", walk(x))
        print(group, "walk, thinned", walk(thinned(x)))
        print(group, "walk, reading .15", walk(x, reading=0.15))
        print(group, "walk, own points", walk(x, own_points=True))
        levels = (np.arange(len(x)) % 6 - 2.5) / 4
        print(group, "walk, about levels", walk(x + levels[:, None], own_points=True, from_start=True))


if __name__ == "__main__":
    main()
