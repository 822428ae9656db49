"""persona cap where few conversations are touched: intervals hold what a cap does to all conversations of the process."""

import csv
import json
import subprocess

import numpy as np
import torch

DIMENSIONS, TURNS, CONVERSATIONS = 8, 5, 24


def positions(random, is_benign):
    """Benign conversations stay, but for one in ten that falls; the others fall."""
    fall = (1.6 if random.random() < 0.1 else 0.0) if is_benign else max(0.0, random.normal(1, 0.5))
    return 1 + 0.15 * random.normal() - fall * np.arange(TURNS) / (TURNS - 1) + 0.15 * random.normal(size=TURNS)


def write(folder, random):
    """A space of one layer and conversations in it."""
    roles = random.normal(size=(16, DIMENSIONS)) * np.r_[3, np.ones(DIMENSIONS - 1)]
    default = roles.mean(0) + 8 * np.eye(DIMENSIONS)[0]
    for name in ("vectors", "turns", "transcripts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for index, row in enumerate(roles):
        torch.save(torch.tensor(row[None]), folder / f"vectors/role{index}.pt")
    torch.save(torch.tensor(default[None]), folder / "vectors/default.pt")
    messages = [{"role": role, "content": "x"} for _ in range(TURNS) for role in ("user", "assistant")]
    for index in range(CONVERSATIONS):
        x = roles.mean(0) + positions(random, index % 2 == 0)[:, None] * (default - roles.mean(0))
        torch.save({"turns": torch.tensor(x[:, None])}, folder / f"turns/c{index}.pt")
        text = {"model": "m", "domain": ["coding", "therapy"][index % 2], "conversation": messages}
        (folder / f"transcripts/c{index}.json").write_text(json.dumps(text))


def test_intervals_hold_where_few_are_touched(persona, tmp_path):
    held = {"benign": {}, "drift_reduction": {}}
    random = np.random.default_rng(10)
    many = [np.stack([positions(random, is_benign) for _ in range(3000)]) for is_benign in (True, False)]
    for seed in range(30):
        write(tmp_path / "dump", np.random.default_rng(seed))
        fit = [persona, "fit", "dump", "-o", "fit", "--bootstrap", "0", "--force", "-q"]
        cap = [persona, "cap", "fit", "dump", "-o", "cap", "--bootstrap", "400", "--force", "-q", "--benign", "coding"]
        for command in (fit, [*cap, "--percentile", "1,10,25,50,75", "--seed", str(seed)]):
            subprocess.run(command, cwd=tmp_path, check=True)
        with (tmp_path / "cap" / "caps.csv").open() as file:
            found = list(csv.DictReader(file))
        for row in found:
            floor = float(row["tau_position"])
            falls = np.concatenate(many)
            after = np.maximum(falls, floor)
            truth = {
                "benign": (many[0] < floor).mean(),
                "drift_reduction": 1 - (after[:, 0] - after[:, -1]).sum() / (falls[:, 0] - falls[:, -1]).sum(),
            }
            for name, value in truth.items():
                if row[f"{name}_low"]:
                    inside = float(row[f"{name}_low"]) - 1e-9 <= value <= float(row[f"{name}_high"]) + 1e-9
                    held[name].setdefault(row["percentile"], []).append(inside)
    # Of 30 at 95 %, fewer than 25 happen once in 300 times.
    assert len(held["benign"]) == 5
    for percentile, inside in held["benign"].items():
        assert len(inside) == 30 and sum(inside) >= 25, ("benign", percentile)
    # What bootstrap percentiles of 24 conversations leave of 95 % where enough are touched: docs/validation.md.
    for percentile, inside in held["drift_reduction"].items():
        assert sum(inside) >= 0.8 * len(inside), ("reduction", percentile)
