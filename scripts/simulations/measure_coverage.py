#!/usr/bin/env python3
"""How often the intervals of `persona fit` hold the truth, and how often its tests reject where there is nothing, for
docs/validation.md.

    scripts/run --version
    scripts/python scripts/simulations/measure_coverage.py [--sets 1000]

Each layer of a dump is a data set of its own, drawn from a population whose axis and components are known: role vectors
from a normal distribution, and a default at a known place, or known by responses that scatter about it.
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


def fit(folder: Path, *options: object) -> dict[str, list[dict[str, str]]]:
    """The tables that `persona fit` makes of the dump `folder`."""
    out = folder / "out"
    command = [PERSONA, "fit", folder, "-o", out, "-q", "--force", *map(str, options)]
    subprocess.run(command, check=True)
    return {path.stem: list(csv.DictReader(path.open())) for path in out.glob("*.csv")}


def write(folder: Path, roles: np.ndarray, default: np.ndarray) -> None:
    """`roles` (R, L, d), and `default`: (L, d), or responses (n, L, d), one to a question."""
    (folder / "vectors").mkdir()
    for index, vector in enumerate(roles):
        save_file({"vector": vector}, folder / "vectors" / f"r{index:03}.safetensors")
    mean = default if default.ndim == 2 else default.mean(0)
    save_file({"vector": mean}, folder / "vectors" / "default.safetensors")
    if default.ndim == 3:
        (folder / "activations").mkdir()
        responses = {f"default_p0_q{index}": np.ascontiguousarray(one) for index, one in enumerate(default)}
        save_file(responses, folder / "activations" / "default.safetensors")


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name] or "nan") for row in rows])


def held(rows: list[dict[str, str]], name: str, truth: float | np.ndarray) -> float:
    """The share of rows whose interval of `name` holds the truth. A row without an interval does not."""
    low, high = column(rows, f"{name}_low"), column(rows, f"{name}_high")
    return float(np.mean((low <= truth) & (truth <= high)))


def coverage(
    roles: int, dimensions: int, spectrum: np.ndarray, default: np.ndarray, scatter: float, sets: int, seed: int
) -> list[float]:
    """Of cos(axis, PC1), of the variance ratio of PC1, and of the positions of roles.

    `spectrum` are the standard deviations along the dimensions, the largest first; `default` is where the default lies from
    the mean of the population; `scatter` the standard deviation of its 100 responses, 0 for a default that is known.
    """
    draw = np.random.default_rng(seed)
    mean = draw.standard_normal(dimensions)
    # One dimension is a hundred times the rest, as in real activations.
    mean[-1] = 100
    sample = mean + draw.standard_normal((roles, sets, dimensions)) * spectrum
    point = np.broadcast_to(mean + default, (sets, dimensions)).copy()
    if scatter:
        point = point + scatter * draw.standard_normal((100, sets, dimensions))
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), sample, point)
        tables = fit(Path(name))
    cosine = abs(default[0]) / np.linalg.norm(default)
    ratio = spectrum[0] ** 2 / (spectrum**2).sum()
    # The place of each role on the axis of the population.
    places = ((sample - mean) @ default) / (default @ default)
    own = [row for row in tables["roles"] if row["role"] != "default"]
    truth = np.array([places[int(row["role"][1:]), int(row["layer"])] for row in own])
    return [
        held(tables["layers"], "cos_axis_pc1", cosine),
        held(tables["layers"], "pc1_variance_ratio", ratio),
        held(own, "axis_position", truth),
    ]


def spectrum(dimensions: int, *leading: float) -> np.ndarray:
    """Standard deviations: those given, then a slow decay from 1."""
    rest = np.arange(1, dimensions - len(leading) + 1) ** -0.25
    return np.concatenate([leading, rest])


def toward(dimensions: int, cosine: float, length: float, plane: bool, seed: int = 5) -> np.ndarray:
    """A default `length` away from the mean role, at `cosine` to the first component, the rest of it along the second
    (`plane`) or in any direction."""
    rest = np.random.default_rng(seed).standard_normal(dimensions)
    if plane:
        rest[2:] = 0
    rest[0] = 0
    point = np.sqrt(1 - cosine**2) * rest / np.linalg.norm(rest)
    point[0] = cosine
    return length * point


def rejections(sets: int) -> dict[str, float]:
    """How often each test gives p at or below .05 where its own null is true."""
    roles, dimensions = 60, 40
    draw = np.random.default_rng(11)
    sizes = spectrum(dimensions, 5, 3, 2)
    sample = draw.standard_normal((roles, sets, dimensions)) * sizes
    found = {}

    def tables(default: np.ndarray, sample: np.ndarray = sample, levels=None, traits=None):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write(folder, sample, default)
            if levels is not None:
                lines = ["role,group,level"] + [f"r{index:03},,{level}" for index, level in enumerate(levels)]
                (folder / "roles.csv").write_text("\n".join(lines) + "\n")
            if traits is not None:
                (folder / "traits").mkdir()
                for index, vector in enumerate(traits):
                    save_file({"vector": vector}, folder / "traits" / f"t{index:02}.safetensors")
            return fit(folder, "--bootstrap", 40)

    def nulls(rows: dict, kind: str) -> float:
        return float(np.mean(column([row for row in rows["nulls"] if row["null"] == kind], "p") <= 0.05))

    # A default far away in any direction, so that the mean role is as good as known.
    far = draw.standard_normal((sets, dimensions))
    rows = tables(1000 * far)
    found["a random direction"] = nulls(rows, "random_direction")
    found["the axis with its coordinates shuffled"] = nulls(rows, "shuffled_axis")
    found["a direction among the roles beside the axis"] = nulls(rows, "role_span_orthogonal")
    # A default that is one more role.
    rows = tables(draw.standard_normal((sets, dimensions)) * sizes)
    found["another role in the place of the default"] = nulls(rows, "other_role")
    # Dimensions that have nothing in common, one of them massive; levels given by lot; traits of random directions.
    noise = draw.standard_normal((roles, sets, dimensions)) * draw.uniform(0.5, 1.5, dimensions)
    noise[..., 7] += 900
    default = draw.standard_normal((sets, dimensions))
    default[:, 7] += 900
    lot = draw.integers(1, 5, size=roles)
    rows = tables(default, noise, lot, draw.standard_normal((12, sets, dimensions)))
    found["parallel analysis: a component above chance"] = float(
        np.mean(column(rows["layers"], "components_above_chance") >= 1)
    )
    found["verdict of found or weak, of noise"] = float(
        np.mean([row["verdict"] in ("found", "weak") for row in rows["layers"]])
    )
    found["trend over levels, rank correlation"] = float(np.mean(column(rows["trends"], "spearman_p") <= 0.05))
    found["trend over levels, Jonckheere–Terpstra"] = float(np.mean(column(rows["trends"], "jonckheere_p") <= 0.05))
    found["a trait on the axis or a component, each p"] = float(np.mean(column(rows["traits"], "p") <= 0.05))
    by_layer: dict[str, bool] = {}
    for row in rows["traits"]:
        by_layer[row["layer"]] = by_layer.get(row["layer"], False) or float(row["q"]) <= 0.05
    found["any trait called, of 12 × 6 readings (q)"] = float(np.mean(list(by_layer.values())))
    return found


def noise(draw: np.random.Generator, kind: str, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers of independent dimensions."""
    if kind == "t with 3 degrees of freedom":
        return draw.standard_t(3, shape)
    if kind == "uniform":
        return draw.uniform(-1, 1, shape)
    numbers = draw.standard_normal(shape)
    if kind == "unequal dimensions":
        numbers *= np.exp(0.7 * np.random.default_rng(shape[-1]).standard_normal(shape[-1]))
    if kind == "one at twenty times the rest":
        numbers[..., 0] = 20 * numbers[..., 0] + 500
    return numbers


def verdicts() -> tuple[int, int]:
    """The layers of noise of many shapes, and how many of them are found or weak."""
    draw, layers, others = np.random.default_rng(0), 0, 0
    shapes = [(3, 64, 200), (6, 4, 400), (10, 2, 400), (12, 3, 400), (10, 64, 400), (30, 8, 400), (30, 512, 100)]
    for kind in ["normal", "t with 3 degrees of freedom", "uniform", "unequal dimensions", "one at twenty times the rest"]:
        for roles, dimensions, sets in [*shapes, (100, 64, 200), (275, 1024, 12), (100, 5, 400)]:
            with tempfile.TemporaryDirectory() as name:
                write(
                    Path(name),
                    noise(draw, kind, (roles, sets, dimensions)),
                    noise(draw, kind, (sets, dimensions)),
                )
                rows = fit(Path(name), "--bootstrap", 200)["layers"]
            layers += sets
            others += sum(row["verdict"] in ("found", "weak") for row in rows)
    return layers, others


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=1000)
    sets = parser.parse_args().sets
    d = 64
    cases = [
        # roles, standard deviations, cosine, whether the rest lies along PC2, scatter of the default's responses
        (275, (4.0, 3.0, 2.0), 0.8, False, 0.0),
        (275, (4.0, 3.0, 2.0), 0.8, False, 2.7),
        (275, (4.0, 3.0, 2.0), 0.8, True, 0.0),
        (275, (4.0, 3.0, 2.0), 0.3, False, 0.0),
        (275, (6.0, 2.0), 0.95, False, 0.0),
        (100, (4.0, 2.5, 2.0), 0.8, False, 0.0),
        (100, (4.0, 2.0, 1.5), 0.8, True, 0.0),
        (45, (4.0, 2.0, 1.5), 0.8, False, 0.0),
        (45, (4.0, 2.0, 1.5), 0.8, True, 2.7),
        (100, (4.0, 3.0, 2.0), 0.8, True, 0.0),
        (100, (3.0, 2.7), 0.8, True, 0.0),
        (60, (3.0, 2.8), 0.6, True, 0.0),
        (100, (4.0, 2.0), 0.1, False, 0.0),
        (20, (4.0, 2.0), 0.8, False, 0.0),
    ]
    print("| roles | deviations of PC1, PC2, … | cos | beside PC1 | default | cos(axis, PC1) | variance ratio | positions |")
    print("|---:|---|---:|---|---|---:|---:|---:|")
    for index, (roles, leading, cosine, plane, scatter) in enumerate(cases):
        found = coverage(roles, d, spectrum(d, *leading), toward(d, cosine, 10, plane), scatter, sets, index)
        shown = " | ".join(f"{100 * share:.1f} %" for share in found)
        beside = "PC2" if plane else "any"
        words = "100 responses" if scatter else "one vector"
        print(f"| {roles} | {', '.join(f'{x:g}' for x in leading)} | {cosine} | {beside} | {words} | {shown} |", flush=True)
    print("\n| test, where its null is true | rejects |\n|---|---:|")
    for name, share in rejections(2 * sets).items():
        print(f"| {name} | {100 * share:.1f} % |")
    print("\n{} layers of noise, {} of them found or weak".format(*verdicts()))


if __name__ == "__main__":
    main()
