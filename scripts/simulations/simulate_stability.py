#!/usr/bin/env python
"""How often the intervals of persona stability hold what was planted, and its p rejects: the numbers of docs/validation.md.

  scripts/python scripts/simulations/simulate_stability.py [--persona .build/release/persona] [--repeats 200]

Resistance and instability come from `persona synth --responses`, whose truth.json states them. The intraclass correlation
comes from small dumps that are written here, in which personas are drawn anew each time, and p from such in which personas
are but labels on prompts.
"""

import argparse
import csv
import json
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

QUANTITIES = ("resistance", "instability")


def run(*arguments):
    subprocess.run([str(argument) for argument in arguments], check=True)


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def stability(persona, dump, out, *options):
    run(persona, "fit", dump, "-o", out, "-q", "--bootstrap", 0, "--force", *options)
    run(persona, "stability", out / "space.safetensors", dump, "-o", out, "-q", "--force")
    return table(out / "personas.csv"), table(out / "variance.csv")


def planted(persona, folder, repeats, design):
    """The share of intervals that hold the truth, by level and quantity, and the median error of the estimates."""
    held, errors, quadrants = Counter(), {}, Counter()
    for seed in range(repeats):
        dump = folder / "dump"
        sizes = ["--roles", 16, "--layer-count", 1, "--dimensions", 64, "--conversations", 0, *design]
        run(persona, "synth", "-o", dump, "-q", "--force", "--responses", "--seed", seed, *sizes)
        truth = json.loads((dump / "truth.json").read_text())["responses"]["layers"][0]["personas"]
        personas, _ = stability(persona, dump, folder / "out")
        for own, row in zip(sorted(truth, key=lambda own: own["persona"]), personas, strict=True):
            assert own["persona"] == row["persona"]
            for quantity in QUANTITIES:
                if row["identified"] != "yes" or not row[f"{quantity}_low"]:
                    held[quantity, row["level"], "none"] += 1
                    continue
                low, high = float(row[f"{quantity}_low"]), float(row[f"{quantity}_high"])
                held[quantity, row["level"], low <= own[quantity] <= high] += 1
                errors.setdefault((quantity, row["level"]), []).append(float(row[quantity]) - own[quantity])
            if row["identified"] == "yes":
                quadrants[row["level"], own["quadrant"] == row["quadrant"]] += 1
    for quantity in QUANTITIES:
        for level in "1234":
            yes, no, none = (held[quantity, level, key] for key in (True, False, "none"))
            bias = np.median(errors[quantity, level])
            print(f"| {quantity} | {level} | {yes / (yes + no):.3f} | {yes + no} | {bias:+.4f} | {none} |")
    print({level: quadrants[level, True] / (quadrants[level, True] + quadrants[level, False]) for level in "1234"})


def write_safetensors(path, tensors):
    header, data, offset = {}, [], 0
    for name, array in tensors.items():
        body = array.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + len(body)]}
        data.append(body)
        offset += len(body)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(data))


def correlation(persona, folder, repeats, personas, draw):
    """The share of intervals that hold the intraclass correlation of the population that personas are drawn from."""
    prompts, questions, runs = 3, 6, 2
    sd = dict(persona=1.0, prompt=0.5, question=0.3, cell=0.2, run=1.0)
    total = prompts * questions * runs
    # What a persona's mean and its responses vary by, on average; questions are the same for all.
    mean = sd["persona"] ** 2 + sd["prompt"] ** 2 / prompts
    mean += sd["cell"] ** 2 / (prompts * questions) + sd["run"] ** 2 / total
    all_of_it = sum(sd[name] ** 2 for name in ("prompt", "cell", "run"))
    within = (total * all_of_it - total * (mean - sd["persona"] ** 2)) / (total - 1)
    within += sd["question"] ** 2 * (total - total / questions) / (total - 1)
    between = mean - within / total
    truth = between / (between + within)
    generator, held, ratios, count = np.random.default_rng(personas), 0, 0, 0
    for _ in range(repeats):
        dump = folder / "small"
        (dump / "activations").mkdir(parents=True, exist_ok=True)
        for path in (dump / "activations").iterdir():
            path.unlink()
        asked = sd["question"] * generator.normal(size=questions)
        for index, place in enumerate(draw(generator, personas)):
            rows = {}
            for p in range(prompts):
                moved = place + sd["prompt"] * generator.normal()
                for q in range(questions):
                    cell = moved + asked[q] + sd["cell"] * generator.normal()
                    for r in range(runs):
                        value = np.append(cell + sd["run"] * generator.normal(), 1e-3 * generator.normal(size=5))
                        rows[f"pos_p{p}_q{q}_r{r}"] = value[None]
            write_safetensors(dump / "activations" / f"role{index:02d}.safetensors", rows)
        write_safetensors(dump / "default.safetensors", {"vector": np.array([[10.0, 0, 0, 0, 0, 0]])})
        _, variance = stability(persona, dump, folder / "out2")
        row = variance[0]
        held += float(row["icc_low"]) <= truth <= float(row["icc_high"])
        high = float(row["instability_ratio_high"] or "inf")
        ratios += float(row["instability_ratio_low"]) <= (1 - truth) / truth <= high
        count += 1
    print(f"| {draw.__name__} | {personas} | {truth:.3f} | {held / count:.3f} | {ratios / count:.3f} | {count} |")


def labels(persona, folder, repeats):
    """How often p is below .05 for personas that are but labels on prompts."""
    generator, found = np.random.default_rng(1), {"axis_position": [], "vector": []}
    for _ in range(repeats):
        dump = folder / "labels"
        (dump / "activations").mkdir(parents=True, exist_ok=True)
        for index in range(10):
            rows = {}
            for p in range(3):
                moved = generator.normal(size=6)
                for q in range(4):
                    rows[f"pos_p{p}_q{q}"] = (moved + generator.normal(size=6))[None]
            write_safetensors(dump / "activations" / f"role{index}.safetensors", rows)
        write_safetensors(dump / "default.safetensors", {"vector": np.array([[10.0, 0, 0, 0, 0, 0]])})
        for row in stability(persona, dump, folder / "out3")[1]:
            if row["readout"] in found:
                found[row["readout"]].append(float(row["p"]))
    for readout, p in found.items():
        print(f"| {readout} | {np.mean(np.array(p) < 0.05):.3f} | {np.mean(p):.3f} | {len(p)} |")


def normal(generator, count):
    return generator.normal(size=count)


def uniform(generator, count):
    return generator.uniform(-np.sqrt(3), np.sqrt(3), size=count)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persona", type=Path, default=Path(__file__).parents[2] / ".build" / "release" / "persona")
    parser.add_argument("--repeats", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for design in (["--questions", 20, "--runs", 2], ["--questions", 60, "--runs", 1]):
            print("\n", *design, "\n| quantity | level | held | intervals | median error | none |\n|---|---|---|---|---|---|")
            planted(given.persona, folder, given.repeats, design)
        print("\n| personas drawn | personas | ICC | held | ratio held | samples |\n|---|---|---|---|---|---|")
        for draw in (normal, uniform):
            for personas in (12, 45):
                correlation(given.persona, folder, given.repeats, personas, draw)
        print("\n| readout | p below .05 | mean p | dumps |\n|---|---|---|---|")
        labels(given.persona, folder, 5 * given.repeats)


if __name__ == "__main__":
    main()
