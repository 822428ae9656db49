#!/usr/bin/env python3
"""How often the intervals of the recommended layer hold the truth, the choice of the layer included, for docs/validation.md.

    scripts/run --version
    scripts/python scripts/simulations/measure_layer_choice.py [--dumps 300]

Each dump has layers with one and the same true cos(axis, PC1), in which the best one looks better than it is. Roles of a layer are
drawn anew, or share a part with those of the layers beside it, as layers of one residual stream do.
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
ROLES, DIMENSIONS, LENGTH = 45, 48, 10.0


def dump(draw: np.random.Generator, layers: int, shared: float, cosine: float, tails: bool) -> dict[str, np.ndarray]:
    """Role vectors (L, d) of which `shared` of the variance is the same in all layers; the default lies at `cosine` to PC1."""
    deviations = np.r_[4.0, 2.0, 1.5, np.arange(1, DIMENSIONS - 2) ** -0.25]
    noise = (lambda *shape: draw.standard_t(5, shape) / np.sqrt(5 / 3)) if tails else (lambda *shape: draw.standard_normal(shape))
    places = np.sqrt(shared) * noise(ROLES, 1, DIMENSIONS) + np.sqrt(1 - shared) * noise(ROLES, layers, DIMENSIONS)
    default = draw.standard_normal(DIMENSIONS)
    default[0] = 0
    default *= np.sqrt(1 - cosine**2) / np.linalg.norm(default)
    default[0] = cosine
    turn = np.linalg.qr(draw.standard_normal((DIMENSIONS, DIMENSIONS)))[0]
    content = {f"r{index:03}": vector for index, vector in enumerate(places * deviations @ turn)}
    content["default"] = np.repeat(LENGTH * default[None] @ turn, layers, 0)
    return {name: np.ascontiguousarray(vector, dtype=np.float32) for name, vector in content.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dumps", type=int, default=300)
    dumps = parser.parse_args().dumps
    print("| layers | shared by all layers | roles | cos | its own interval | for all layers at once | mean width of both |")
    print("|---:|---:|---|---:|---:|---:|---|")
    cases = [(12, 0.0, 0.7, False), (12, 0.9, 0.7, False), (30, 0.0, 0.7, False), (30, 0.9, 0.85, False), (12, 0.0, 0.7, True)]
    for seed, (layers, shared, cosine, tails) in enumerate(cases):
        held, widths = np.zeros(2), np.zeros(2)
        for index in range(dumps):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                save_file(dump(np.random.default_rng([seed, index]), layers, shared, cosine, tails), folder / "v.safetensors")
                command = [PERSONA, "fit", folder / "v.safetensors", "-o", folder / "out", "-q", "--bootstrap", "400"]
                subprocess.run(command, check=True)
                rows = list(csv.DictReader((folder / "out" / "layers.csv").open()))
            row = next((row for row in rows if row["recommended"]), None) or max(rows, key=lambda row: float(row["cos_axis_pc1"]))
            for place, kind in enumerate(("cos_axis_pc1", "cos_axis_pc1_simultaneous")):
                low, high = float(row[f"{kind}_low"]), float(row[f"{kind}_high"])
                held[place] += low <= cosine <= high
                widths[place] += high - low
        kind = "long tails" if tails else "normal"
        print(
            f"| {layers} | {shared:g} | {kind} | {cosine:g} | {100 * held[0] / dumps:.1f} % | {100 * held[1] / dumps:.1f} % | "
            f"{widths[0] / dumps:.2f}, {widths[1] / dumps:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
