#!/usr/bin/env python
"""How often persona stability finds the states that were planted, by a generator of its own: a table of docs/validation.md.

  scripts/python scripts/simulations/simulate_states.py [--persona .build/release/persona] [--repeats 40]

The generator is that of the tests (`Tests/Python/command/answering.py`), which has nothing of `persona synth`: noise with a power-law
spectrum and a massive dimension, effects of questions that all share, shifts by prompt, heavy tails, and refusals by chance, by
question or by prompt.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Python" / "command"))

from answering import Persona, World, tensors  # noqa: E402
from responding import save  # noqa: E402

DESIGNS = {
    "4 prompts, 12 questions, 2 runs": dict(),
    "heavy tails": dict(heavy=True),
    "5 prompts, 12 questions, 1 run": dict(prompts=5, runs=1),
    "shifts by prompt of half the noise": dict(shift=0.5),
    "3 prompts, 10 questions, 2 runs": dict(prompts=3, questions=10),
}
SHARES = (0.1, 0.3, 0.5, 0.7)


def personas():
    """What a model does with each, by kind."""
    kinds = {f"refused by {how}": [] for how in ("chance", "question", "prompt")}
    for how in ("chance", "question", "prompt"):
        kinds[f"refused by {how}"] += [Persona(refused=share, refusal=how, wobble=0.05) for share in SHARES]
    kinds["refused, 7 deviations away"] = [Persona(distance=7, refused=share) for share in SHARES]
    kinds["adopted"] = [Persona(distance=distance) for distance in (12, 14, 18)]
    kinds["adopted, wobbling"] = [Persona(distance=distance, wobble=0.4) for distance in (14, 20)]
    kinds["refused, wobbling"] = [Persona(distance=20, wobble=0.3, refused=share) for share in (0.3, 0.7)]
    kinds["the default itself"] = [Persona(distance=1e-6) for _ in range(6)]
    return [(kind, persona) for kind, members in kinds.items() for persona in members]


def simulate(persona, folder, seed, options):
    """One dump: rows of (kind, planted, expected share, realised share, row of personas.csv, axis length in noise)."""
    world, dump = World(seed, **options), folder / "dump"
    for path in dump.glob("activations/*"):
        path.unlink()
    save(dump, "activations", "default", tensors(world.answers()[0], "default"))
    truth = {}
    for index, (kind, planted) in enumerate(personas()):
        rows, home = world.answers(planted, world.direction(planted.distance))
        save(dump, "activations", f"role{index:02}", tensors(rows))
        truth[f"role{index:02}"] = (kind, planted, world.expected, home.mean())
    out = folder / "out"
    common = ["-q", "--force"]
    fit = ["fit", dump, "-o", out, *common, "--bootstrap", 0, "--score", "all", "--min-count", 1]
    measure = ["stability", out / "space.safetensors", dump, "-o", out, *common, "--bootstrap", 300, "--seed", seed]
    for command in (fit, measure):
        subprocess.run([persona, *map(str, command)], check=True)
    with (out / "layers.csv").open() as file:
        # In standard deviations of the noise of an answer, with what a question and a prompt do to the persona alone.
        length = float(next(csv.DictReader(file))["axis_norm"])
        noise = np.sqrt(1 + 0.3**2 + world.shift**2)
    with (out / "personas.csv").open() as file:
        rows = list(csv.DictReader(file))
    return [(*truth[row["persona"]], row, (length, noise)) for row in rows]


def report(name, found):
    by_kind = defaultdict(list)
    for kind, *rest in found:
        by_kind[kind].append(rest)
    for kind, rows in by_kind.items():
        told = [row for row in rows if row[3]["identified"] == "yes"]
        cells = [name, kind, f"{len(told) / len(rows):.1%}"]
        if told and kind != "the default itself":
            error = np.array([float(row["resistance"]) - seen for _, _, seen, row, _ in told])
            held = np.mean([float(r["resistance_low"]) <= e <= float(r["resistance_high"]) for _, e, _, r, _ in told])
            spread = [
                float(r["instability"]) * length / np.hypot(p.distance * p.wobble, noise)
                for p, _, _, r, (length, noise) in told
            ]
            quadrants = sorted({r["quadrant"] for *_, r, _ in told})
            shares = ", ".join(f"{q} {np.mean([r['quadrant'] == q for *_, r, _ in told]):.0%}" for q in quadrants)
            cells += [f"{error.mean():+.3f}", f"{np.abs(error).mean():.3f}", f"{held:.1%}", f"{np.median(spread):.2f}", shares]
        else:
            cells += ["", "", "", "", ""]
        print("| " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persona", type=Path, default=ROOT / ".build" / "release" / "persona")
    parser.add_argument("--repeats", type=int, default=40)
    given = parser.parse_args()
    print("| design | persona | identified | mean error | mean size of error | interval holds | instability / planted | quadrant |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, options) in enumerate(DESIGNS.items()):
            found = []
            for seed in range(given.repeats):
                found += simulate(given.persona, Path(folder), 1000 * number + seed, options)
            report(name, found)


if __name__ == "__main__":
    main()
