#!/usr/bin/env python3
"""What measurement alone makes of `persona compare` where roles are means of answers, for docs/validation.md.

    scripts/run --version
    scripts/python scripts/simulations/measure_measured_comparison.py [--sets 60] [--real DUMP]

Each layer of a pair of dumps is a data set of its own: two measurements of one and the same model, of which nothing moved, and the same
with one role that did. `--real` compares the even and the odd questions of a dump with activations/.
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


def answers(
    kind: str, roles: int, d: int, noise: float, questions: int, sets: int, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Two models (R + 1, Q, L, d) that answer the same questions and are one and the same but for the noise of each answer: a question
    moves all roles, and each by a pattern of its own. `heavy` answers have long tails, and roles widths of their own."""
    centres = random.standard_normal((roles + 1, sets, d)) * np.r_[4, 2, np.ones(d - 2)]
    centres[-1] = np.r_[9, 3, np.zeros(d - 2)]
    shared = noise * random.standard_normal((questions, sets, d))
    own = noise / 2 * random.standard_normal((roles + 1, questions, sets, d))
    found = centres[:, None] + shared + own
    widths = noise * (random.uniform(0.3, 1.7, (roles + 1, 1, 1, 1)) if kind == "heavy" else 1.0)

    def scatter() -> np.ndarray:
        shape = (roles + 1, questions, sets, d)
        return widths * (random.standard_t(4, shape) if kind == "heavy" else random.standard_normal(shape))

    return found + scatter(), found + scatter()


def measured(
    pair: tuple[np.ndarray, np.ndarray], asked: tuple[list[int], list[int]]
) -> tuple[list[dict[str, str]], list[list[dict[str, str]]]]:
    """comparison.csv of all layers and movers.csv of each, of two models that are asked the questions `asked`."""
    sets = pair[0].shape[2]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for side, own, kept in zip("ab", pair, asked, strict=True):
            (folder / side / "activations").mkdir(parents=True)
            for index, role in enumerate(own):
                content = {f"pos_p0_q{q}": np.ascontiguousarray(role[q], dtype=np.float32) for q in kept}
                label = "default" if index == len(own) - 1 else f"r{index:03}"
                save_file(content, folder / side / "activations" / f"{label}.safetensors")
            command = [PERSONA, "fit", folder / side, "-o", folder / f"fit-{side}", "-q", "--bootstrap", "40"]
            subprocess.run(command, check=True)
        tables, movers = [], []
        for layer in range(sets):
            command = [PERSONA, "compare", folder / "fit-a", folder / "fit-b", "-o", folder / "out", "-q", "--force"]
            command += ["--layers", layer, "--layer", layer, "--bootstrap", 100]
            subprocess.run([*map(str, command)], check=True)
            tables += csv.DictReader((folder / "out" / "comparison.csv").open())
            movers.append(list(csv.DictReader((folder / "out" / "movers.csv").open())))
        return tables, movers


def outside(row: dict[str, str]) -> bool:
    return not float(row["low"]) <= 0 <= float(row["high"])


CASES = [
    # answers, roles, dimensions, noise of an answer, questions of either model, whether they are the same
    ("normal", 50, 24, 1.5, 12, 12, False),
    ("normal", 50, 24, 3.0, 12, 12, False),
    ("heavy", 50, 24, 1.5, 12, 12, False),
    ("heavy", 50, 24, 3.0, 30, 10, False),
    ("heavy", 50, 24, 1.5, 6, 6, False),
    ("normal", 120, 100, 2.0, 20, 20, False),
    ("normal", 80, 64, 1.5, 40, 40, False),
    ("normal", 50, 24, 1.5, 12, 12, True),
    ("heavy", 50, 24, 3.0, 20, 20, True),
]


def measured_tables(sets: int) -> None:
    """What measurement alone makes of two measurements of one model; and one role that moved."""
    shown = ["cos_axis", "default_shift_off_axis", "cka_debiased", "rsa_spearman", "position_spearman", "procrustes_cosine"]
    lines = []
    print("| case | answers | roles | dimensions | noise | questions | p ≤ .05 | moved | a mover in a set | interval without 0 | power at .4, .8, 1.2 | sets untold |")
    print("|---:|---|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|")
    for seed, (kind, roles, d, noise, first, second, same) in enumerate(CASES):
        random = np.random.default_rng(seed)
        one, other = answers(kind, roles, d, noise, first if same else first + second, sets, random)
        asked = (list(range(first)), list(range(first))) if same else (list(range(first)), list(range(first, first + second)))
        rows, movers = measured((one, other), asked)
        # Where an axis is not longer than its error nothing is told of its roles.
        every = [row for table in movers for row in table if row["measurement_error"]]
        untold = sum(not table[0]["measurement_error"] for table in movers)
        moved = [sum(row["moved"] == "yes" for row in table) for table in movers]
        power = []
        for distance in (0.4, 0.8, 1.2):
            changed = other.copy()
            # Along the axis, whose length is √90, by a share of it; roles without the one that moved stay about their mean.
            changed[3] += distance * np.r_[9, 3, np.zeros(d - 2)]
            _, found = measured((one[:, :, : max(sets // 4, 1)], changed[:, :, : max(sets // 4, 1)]), asked)
            power.append(np.mean([next(row for row in table if row["role"] == "r003")["moved"] == "yes" for table in found]))
        print(
            f"| {seed + 1} | {kind} | {roles} | {d} | {noise:g} | {first} and {second}{', the same' if same else ''} "
            f"| {100 * np.mean([float(row['p']) <= 0.05 for row in every]):.1f} % | {100 * sum(moved) / len(every):.2f} % "
            f"| {100 * np.mean(np.array(moved) > 0):.0f} % | {100 * np.mean([outside(row) for row in every]):.1f} % "
            f"| {', '.join(f'{100 * share:.0f} %' for share in power)} | {untold} |",
            flush=True,
        )
        cells = []
        for name in shown:
            own = [row for row in rows if row["measure"] == name]
            value, free, ceiling = (np.array([float(row[c] or "nan") for row in own]) for c in ("value", "corrected", "ceiling"))
            outer = np.array([float(row["ceiling_95"] or "nan") for row in own])
            known = ~np.isnan(outer)
            beyond = np.mean((value > outer if "shift" in name else value < outer)[known])
            free = f" ({np.median(free):.2f})" if not np.isnan(free).all() else ""
            cells.append(f"{value.mean():.2f}{free} / {np.nanmean(ceiling):.2f} / {100 * beyond:.0f} %")
        lines.append(f"| {seed + 1} | " + " | ".join(cells) + " |")
    print("\nvalue (corrected, median) / ceiling / beyond ceiling_95\n")
    print("| case | " + " | ".join(shown) + " |\n|---|" + "---|" * len(shown))
    print("\n".join(lines))


def real_halves(dump: Path) -> None:
    """The even and the odd questions of a dump, compared layer by layer."""
    from safetensors.torch import load_file, save_file as save

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for half in range(2):
            (folder / f"{half}" / "activations").mkdir(parents=True)
            if (dump / "manifest.json").exists():
                (folder / f"{half}" / "manifest.json").write_bytes((dump / "manifest.json").read_bytes())
            for path in sorted((dump / "activations").iterdir()):
                content = {k: v for k, v in load_file(path).items() if int(k.split("_q")[1].split("_")[0]) % 2 == half}
                save(content, folder / f"{half}" / "activations" / path.name)
            subprocess.run([PERSONA, "fit", folder / f"{half}", "-o", folder / f"fit{half}", "-q"], check=True)
        command = [PERSONA, "compare", folder / "fit0", folder / "fit1", "-o", folder / "out", "-q"]
        subprocess.run(command, check=True)
        rows = list(csv.DictReader((folder / "out" / "comparison.csv").open()))
        print("| layer | moved (q ≤ .05) | p ≤ .05 | measure | value | corrected | ceiling | ceiling_95 |\n|---|---|---|---|---:|---:|---:|---:|")
        for layer in dict.fromkeys(row["layer_a"] for row in rows):
            subprocess.run([*command, "--force", "--layers", layer, "--layer", layer], check=True)
            movers = list(csv.DictReader((folder / "out" / "movers.csv").open()))
            called = sum(row["moved"] == "yes" for row in movers)
            low = sum(float(row["p"] or "nan") <= 0.05 for row in movers)
            for row in rows:
                if row["layer_a"] == layer and row["measure"] in ("cos_axis", "default_shift_off_axis", "cka_debiased", "position_spearman"):
                    numbers = " | ".join(f"{float(row[c]):.3f}" if row[c] else "" for c in ("value", "corrected", "ceiling", "ceiling_95"))
                    print(f"| {layer} | {called} of {len(movers)} | {low} | {row['measure']} | {numbers} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=60)
    parser.add_argument("--real", type=Path, metavar="DUMP")
    arguments = parser.parse_args()
    if arguments.real:
        real_halves(arguments.real)
    else:
        measured_tables(arguments.sets)


if __name__ == "__main__":
    main()
