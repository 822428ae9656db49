#!/usr/bin/env python3
"""The resistance that `persona` tells of the demo's answers against what their text says, for docs/validation.md.

    scripts/run analyze Data/demo -o out
    scripts/python scripts/simulations/measure_states.py out/personas.csv
"""

import csv
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from simulations.demo_states import home_share, read_truth


def main() -> None:
    truth = read_truth(ROOT / "Data" / "demo")
    levels = {row["role"]: row["level"] for row in truth["roles"]}
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    print("| layer | identified | mean error | largest error | intervals that cover it | other names for it identified |")
    print("|---|---|---|---|---|---|")
    for layer in sorted({row["layer"] for row in rows}, key=int):
        told = [row for row in rows if row["layer"] == layer and row["identified"] == "yes"]
        own = [row for row in told if levels[row["persona"]] > 0]
        shares = [home_share(truth, row["persona"]) for row in own]
        errors = [abs(float(row["resistance"]) - share) for row, share in zip(own, shares)]
        worst = own[int(np.argmax(errors))]["persona"]
        held = sum(
            float(row["resistance_low"]) <= share <= float(row["resistance_high"]) for row, share in zip(own, shares)
        )
        asked = sum(level > 0 for level in levels.values())
        print(
            f"| {layer} | {len(own)} of {asked} | {np.mean(errors):.3f} | {max(errors):.3f} ({worst}) "
            f"| {held} of {len(own)} | {len(told) - len(own)} of {len(levels) - asked} |"
        )


if __name__ == "__main__":
    main()
