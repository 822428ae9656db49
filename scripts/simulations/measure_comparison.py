#!/usr/bin/env python3
"""How often the intervals of `persona compare` hold the truth, and how often its tests reject where two models have nothing in
common, for docs/validation.md.

    scripts/run --version
    scripts/python scripts/simulations/measure_comparison.py [--sets 400]

Each layer of a pair of dumps is a data set of its own: models whose roles share latent traits, on which each has noise of its
own. The truth is that of the population the roles are drawn from, by a sample of 200,000 (3,000 for the similarity of pairs); of
principal cosines and Procrustes, which depend on the number of roles, the mean over all data sets.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy import optimize, stats

ROOT = Path(__file__).resolve().parents[2]
PERSONA = ROOT / ".build" / "release" / "persona"
#: The bootstrap samples of each set.
REPLICATES = 500
#: The standard deviations of the latent traits, as the first components of real role vectors have them, and where the default
#: lies in them.
TRAITS, DEFAULT = np.array([5.2, 4.1, 2.6, 1.9, 1.5]), np.array([10, 3, 1.5, 1, 1])


class Models:
    """Two models: the directions of the traits in each, their noise, and their defaults."""

    def __init__(self, sizes: tuple[int, int], noise: float, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.noise, self.sizes = noise, sizes
        first = np.linalg.qr(random.standard_normal((sizes[0], 5)))[0].T
        if sizes[0] == sizes[1]:
            # A checkpoint of the same model: directions a little turned, traits of other weight.
            second = np.linalg.qr((first + 0.5 * random.standard_normal(first.shape) / np.sqrt(sizes[0])).T)[0].T
            second *= np.sign((second * first).sum(1))[:, None]
        else:
            second = np.linalg.qr(random.standard_normal((sizes[1], 5)))[0].T
        self.directions = first, second * np.array([1, 0.95, 1.05, 1, 0.95])[:, None]
        centre = random.standard_normal(max(sizes))
        self.centres = [centre[: sizes[0]], (centre + 0.5 * random.standard_normal(len(centre)))[: sizes[1]]]
        self.defaults = [c + DEFAULT @ d for c, d in zip(self.centres, self.directions, strict=True)]

    def roles(self, count: int, random: np.random.Generator) -> list[np.ndarray]:
        """Vectors of `count` roles in both."""
        traits = random.standard_normal((count, 5)) * TRAITS
        return [
            centre + traits @ directions + self.noise * random.standard_normal((count, size))
            for centre, directions, size in zip(self.centres, self.directions, self.sizes, strict=True)
        ]

    def position(self, roles: list[np.ndarray]) -> np.ndarray:
        """The axis positions in each model about the mean of the population; shape (2, R)."""
        axes = [default - centre for default, centre in zip(self.defaults, self.centres, strict=True)]
        return np.array(
            [(x - c) @ axis / (axis @ axis) for x, c, axis in zip(roles, self.centres, axes, strict=True)]
        )

    def truth(self) -> dict[str, float]:
        """The measures of the population."""
        random = np.random.default_rng(99)
        roles = self.roles(200_000, random)
        centred = [x - c for x, c in zip(roles, self.centres, strict=True)]
        axes = [default - centre for default, centre in zip(self.defaults, self.centres, strict=True)]
        tops, loadings = [], []
        for x, directions, axis, size in zip(centred, self.directions, axes, self.sizes, strict=True):
            covariance = (directions.T * TRAITS**2) @ directions + self.noise**2 * np.eye(size)
            top = np.linalg.eigh(covariance)[1][:, ::-1][:, :5].T
            top = top * np.where(top @ axis < 0, -1, 1)[:, None]
            tops.append(top)
            loadings.append(x @ top.T / np.linalg.norm(x, axis=1)[:, None])
        correlations = np.corrcoef(loadings[0].T, loadings[1].T)[:5, 5:]
        _, partners = optimize.linear_sum_assignment(-np.abs(correlations))
        cross = centred[0].T @ centred[1] / len(centred[0])
        own = [x.T @ x / len(x) for x in centred]
        found = {"position_spearman": stats.spearmanr(*self.position(roles))[0]}
        found |= {f"loading_pearson_{i + 1}": correlations[i, i] for i in range(3)}
        found |= {f"matched_loading_pearson_{i + 1}": correlations[i, j] for i, j in enumerate(partners)}
        alignment = (cross**2).sum() / np.sqrt((own[0] ** 2).sum() * (own[1] ** 2).sum())
        found |= {"cka": alignment, "cka_debiased": alignment}
        upper = np.triu_indices(3000, 1)
        units = [(x / np.linalg.norm(x, axis=1)[:, None])[:3000] for x in centred]
        found["rsa_spearman"] = stats.spearmanr(*((x @ x.T)[upper] for x in units))[0]
        if self.sizes[0] == self.sizes[1]:
            length = np.linalg.norm(axes[0])
            unit = axes[0] / length
            found["cos_axis"] = unit @ axes[1] / np.linalg.norm(axes[1])
            cosines = np.linalg.svd(tops[0] @ tops[1].T)[1]
            found |= {f"principal_cosine_{i + 1}": cosine for i, cosine in enumerate(cosines)}
            squares = [np.trace(covariance) for covariance in own]
            total = np.linalg.svd(cross)[1].sum()
            found["procrustes_cosine"] = total / np.sqrt(squares[0] * squares[1])
            found["procrustes_residual"] = np.sqrt((sum(squares) - 2 * total) / squares[1])
            found["identity_residual"] = np.sqrt((sum(squares) - 2 * np.trace(cross)) / squares[1])
            for name, pair in [("default", self.defaults), ("mean", self.centres)]:
                shift = pair[1] - pair[0]
                found[f"{name}_shift_along"] = shift @ unit / length
                found[f"{name}_shift_off_axis"] = np.linalg.norm(shift - shift @ unit * unit) / length
        return found


def compared(vectors: list[np.ndarray], defaults: list[np.ndarray], *options: object) -> list[list[dict[str, str]]]:
    """The rows of comparison.csv and movers.csv for `vectors`, (R, L, d) of each model, and `defaults`, (L, d)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for side, roles, default in zip("ab", vectors, defaults, strict=True):
            (folder / side / "vectors").mkdir(parents=True)
            for index, vector in enumerate(roles):
                save_file({"vector": np.ascontiguousarray(vector)}, folder / side / "vectors" / f"r{index:03}.safetensors")
            save_file({"vector": np.ascontiguousarray(default)}, folder / side / "vectors" / "default.safetensors")
            command = [PERSONA, "fit", folder / side, "-o", folder / f"fit-{side}", "-q", "--bootstrap", "0"]
            subprocess.run(command, check=True)
        command = [PERSONA, "compare", folder / "fit-a", folder / "fit-b", "-o", folder / "out", "-q", *map(str, options)]
        subprocess.run(command, check=True)
        return [list(csv.DictReader((folder / "out" / f"{table}.csv").open())) for table in ("comparison", "movers")]


def coverage(models: Models, roles: int, sets: int, seed: int) -> tuple[dict[str, float], dict[str, float]]:
    """The truth, and the share of sets whose interval holds it."""
    random = np.random.default_rng(seed)
    drawn = [models.roles(roles, random) for _ in range(sets)]
    vectors = [np.stack([one[side] for one in drawn], axis=1) for side in range(2)]
    defaults = [np.repeat(default[None], sets, 0) for default in models.defaults]
    rows, _ = compared(vectors, defaults, "--bootstrap", REPLICATES)
    truth = models.truth()
    for name in truth:
        if name.startswith(("principal", "procrustes")):
            # What as many roles show, on average.
            values = np.array([float(row["value"]) for row in rows if row["measure"] == name])
            truth[name] = values.mean() if name.endswith("residual") else np.tanh(np.arctanh(values).mean())
    held: dict[str, list[bool]] = {}
    for row in rows:
        if row["measure"] in truth:
            low, high = float(row["low"] or "nan"), float(row["high"] or "nan")
            held.setdefault(row["measure"], []).append(low <= truth[row["measure"]] <= high)
    shares = {name: float(np.mean(values)) for name, values in held.items()}
    # The movers of one layer a run: twenty of them.
    moved = []
    for index in range(min(sets, 20)):
        one = [v[:, index : index + 1] for v in vectors]
        _, movers = compared(one, [default[:1] for default in defaults], "--bootstrap", REPLICATES)
        places = models.position([v[:, 0] for v in one])
        for row in movers:
            change = np.subtract(*places[::-1])[int(row["role"][1:])]
            moved.append(float(row["low"]) <= change <= float(row["high"]))
    shares["change of position"] = float(np.mean(moved))
    return truth, shares


def rejections(roles: int, sizes: tuple[int, int], sets: int, seed: int) -> dict[str, float]:
    """How often p is at or below .05 for models whose roles have nothing in common."""
    random = np.random.default_rng(seed)
    models = Models(sizes, 0.7, seed)
    vectors = [np.stack([models.roles(roles, random)[side] for _ in range(sets)], axis=1) for side in range(2)]
    defaults = [np.repeat(default[None], sets, 0) for default in models.defaults]
    if sizes[0] == sizes[1]:
        # Nor have their dimensions.
        orders = [random.permutation(sizes[1]) for _ in range(sets)]
        for index, order in enumerate(orders):
            vectors[1][:, index] = vectors[1][:, index][:, order]
            defaults[1][index] = defaults[1][index][order]
    rows, _ = compared(vectors, defaults, "--bootstrap", 40)
    found: dict[str, list[bool]] = {}
    for row in rows:
        if row["p"] and not row["measure"].startswith("default_shift"):
            found.setdefault(row["measure"], []).append(float(row["p"]) <= 0.05)
    return {name: float(np.mean(values)) for name, values in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=400)
    sets = parser.parse_args().sets
    settings = [
        ("60 roles, 40 and 30 dimensions", Models((40, 30), 0.7, 1), 60),
        ("60 roles, 40 and 40 dimensions", Models((40, 40), 0.7, 2), 60),
        ("100 roles, 200 and 200 dimensions", Models((200, 200), 0.5, 3), 100),
    ]
    results = []
    for index, (name, models, roles) in enumerate(settings):
        results.append((name, *coverage(models, roles, sets, index)))
        print(f"done: {name}: {results[-1][2]}", file=sys.stderr)
    print("| measure | " + " | ".join(name for name, _, _ in results) + " |")
    print("|---|" + "---|" * len(results))
    for measure in results[1][2]:
        cells = [
            f"{100 * shares[measure]:.1f} % ({truth[measure]:.3f})"
            if measure in shares and measure in truth
            else f"{100 * shares[measure]:.1f} %"
            if measure in shares
            else ""
            for _, truth, shares in results
        ]
        print(f"| {measure} | " + " | ".join(cells) + " |")
    print()
    nulls = [
        ("40 roles, 30 and 20 dimensions", rejections(40, (30, 20), 2 * sets, 5)),
        ("40 roles, 60 and 60 dimensions", rejections(40, (60, 60), 2 * sets, 6)),
    ]
    print("| measure | " + " | ".join(name for name, _ in nulls) + " |")
    print("|---|" + "---|" * len(nulls))
    for measure in nulls[1][1]:
        cells = [f"{100 * shares[measure]:.1f} %" if measure in shares else "" for _, shares in nulls]
        print(f"| {measure} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
