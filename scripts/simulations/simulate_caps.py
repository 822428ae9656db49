#!/usr/bin/env python3
"""How often `persona cap` names wrong layers, and how often what it recommends breaks its budget on new conversations.

  scripts/python scripts/simulations/simulate_caps.py [--dumps 100]

Prints the tables of docs/validation.md. Two generators, neither of them that of `persona synth`, plant how well each layer tells what is
fine from what drifts; the command sees a sample of conversations, and what it chose is held against the truth and against 2,000 new ones.
"""

import argparse
import csv
import json
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

PERSONA = Path(__file__).resolve().parents[2] / ".build" / "release" / "persona"
LAYERS, DIMENSIONS, TURNS, TOKENS = 8, 12, 6, 12
BUDGET, NEW = 0.05, 2000
OPTIONS = ["--benign", "fine", "--percentile", "1,2,3,4,5,7,10"]


class Falling:
    """Drifting conversations fall in a straight line, each by its own amount; tokens scatter normally, in some layers little."""

    name = "straight falls, normal noise"
    spread = np.array([3.0, 2.0, 1.0, 0.5, 0.5, 0.55, 1.2, 3.0])

    def positions(self, random, drifts, count):
        """Shape (count, TURNS, TOKENS, LAYERS), in axis positions."""
        slopes = random.uniform(0.4, 1.4, (count, 1, 1, 1)) if drifts else np.zeros((count, 1, 1, 1))
        paths = 1 - slopes * np.linspace(0, 1, TURNS)[None, :, None, None]
        talk = 0.1 * random.standard_normal((count, 1, 1, 1))
        # What lies low at one layer lies low at the next.
        noise = 0.9 * random.standard_normal((count, TURNS, TOKENS, 1))
        noise = noise + 0.19**0.5 * random.standard_normal((count, TURNS, TOKENS, LAYERS))
        return paths + talk + self.spread * noise


class Leaving:
    """Drifting conversations leave for another place at some turn; tokens have long tails and resemble their neighbours; what benign
    conversations differ by is skewed. Depth decides how far the other place is."""

    name = "sudden leaving, long tails, unequal conversations"
    depth = np.array([0.1, 0.3, 0.9, 1.3, 1.4, 1.3, 0.6, 0.2])

    def positions(self, random, drifts, count):
        away = np.zeros((count, TURNS, 1, 1))
        if drifts:
            away = (np.arange(TURNS) >= 1 + random.geometric(0.35, (count, 1)))[:, :, None, None].astype(float)
        talk = 0.25 * (1 - random.exponential(1, (count, 1, 1, 1)))
        noise = random.standard_t(5, (count, TURNS, TOKENS, 1)) + 0.5 * random.standard_t(5, (count, TURNS, TOKENS, LAYERS))
        for token in range(1, TOKENS):
            noise[:, :, token] = 0.6 * noise[:, :, token - 1] + 0.8 * noise[:, :, token]
        return 1 - away * self.depth + talk + 0.35 * noise


GENERATORS = [Falling(), Leaving()]


class World:
    """Roles and their default, and the activations at axis positions of each layer."""

    def __init__(self, folder: Path, random):
        self.folder = folder
        roles = random.standard_normal((20, LAYERS, DIMENSIONS)).astype(np.float32)
        self.mean = roles.astype(np.float64).mean(0)
        self.axis = 3 * random.standard_normal((LAYERS, DIMENSIONS))
        default = (self.mean + self.axis).astype(np.float32)
        self.axis = default - self.mean
        (folder / "vectors").mkdir(parents=True)
        for number, role in enumerate(roles):
            save_file({"vector": role}, folder / f"vectors/role{number:02}.safetensors")
        save_file({"vector": default}, folder / "vectors/default.safetensors")
        subprocess.run([PERSONA, "fit", folder, "-o", folder / "space", "-q", "--bootstrap", "0"], check=True)

    def at(self, positions):
        return (self.mean + positions[..., None] * self.axis).astype(np.float32)

    def write(self, dump: Path, random, generator, count: int, kinds=("fine", "drift")) -> None:
        """`count` conversations of each kind, and 200 answers of the default, which are benign turns' means."""
        for name in ("turns", "transcripts", "activations"):
            (dump / name).mkdir(parents=True)
        talk = json.dumps([{"role": role, "content": "x"} for _ in range(TURNS) for role in ("user", "assistant")])
        for kind in kinds:
            for number, own in enumerate(generator.positions(random, kind == "drift", count)):
                tokens, offsets = self.at(own.reshape(-1, LAYERS)), np.arange(0, TURNS * TOKENS + 1, TOKENS)
                save_file({"tokens": tokens, "turn_offsets": offsets}, dump / f"turns/{kind}{number:03}.safetensors")
                text = f'{{"domain": "{kind}", "conversation": {talk}}}'
                (dump / f"transcripts/{kind}{number:03}.json").write_text(text)
        answers = self.at(generator.positions(random, False, 200)[:, 0].mean(1))
        save_file({f"default_p0_q{q}": answer for q, answer in enumerate(answers)}, dump / "activations/default.safetensors")


def separations(generator) -> np.ndarray:
    """The d of each layer over very many conversations."""
    random = np.random.default_rng(99)
    kept = generator.positions(random, False, 4000).reshape(-1, LAYERS)
    drifted = generator.positions(random, True, 20000)[:, -1].reshape(-1, LAYERS)
    within = ((kept - kept.mean(0)) ** 2).sum(0) + ((drifted - drifted.mean(0)) ** 2).sum(0)
    return (kept.mean(0) - drifted.mean(0)) / np.sqrt(within / (len(kept) + len(drifted) - 2))


def planted(d: np.ndarray) -> set[int]:
    """The layers about the best, without a gap, that separate at least 0.8 times as well."""
    best = int(d.argmax())
    first = last = best
    while first > 0 and d[first - 1] >= 0.8 * d[best]:
        first -= 1
    while last + 1 < len(d) and d[last + 1] >= 0.8 * d[best]:
        last += 1
    return set(range(first, last + 1))


@dataclass
class Tally:
    """What came of the dumps of one case."""

    dumps: int = 0
    windows: int = 0
    wrong: int = 0
    best: int = 0
    found: list[float] = field(default_factory=list)
    costs: dict[str, list[float]] = field(default_factory=lambda: {"layer": [], "range": []})

    def add(self, folder: Path, truth: set[int], world: World, new: np.ndarray) -> None:
        rows, caps, ranges = (list(csv.DictReader((folder / f"{name}.csv").open())) for name in ("windows", "caps", "ranges"))
        self.dumps += 1
        window = {int(row["layer"]) for row in rows if row["window"] == "true"}
        if window:
            self.windows += 1
            self.wrong += not window <= truth
            self.found.append(len(window & truth) / len(truth))
            # The best layer is the one that the others are held against.
            self.best += not {int(row["layer"]) for row in rows if row["relative_low"] == "1" or row["relative_low"] == "1.0"} <= truth
        floors = {(row["layer"], row["percentile"]): float(row["tau_position"]) for row in caps}
        for row in caps:
            if row["recommended"] == "true":
                self.costs["layer"].append(cost(new, [int(row["layer"])], [float(row["tau_position"])]))
        for row in ranges:
            if row["recommended"] == "true":
                layers = list(range(int(row["first_layer"]), int(row["last_layer"]) + 1))
                taus = [floors[str(layer), row["percentile"]] for layer in layers]
                self.costs["range"].append(cost(new, layers, taus))


def cost(new: np.ndarray, layers: list[int], floors: list[float]) -> float:
    """The share of the tokens of new benign conversations that lie below a floor."""
    return float((new[..., layers] < np.array(floors)).any(-1).mean())


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def spent(costs: list[float], dumps: int) -> list[str]:
    if not costs:
        return ["0 %", "–", "–", "–"]
    over = sum(value > BUDGET for value in costs)
    return [share(len(costs), dumps), share(over, len(costs)), f"{100 * np.mean(costs):.1f} %", f"{100 * max(costs):.1f} %"]


def line(cells: list) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dumps", type=int, default=100)
    count, found = parser.parse_args().dumps, []
    with tempfile.TemporaryDirectory() as place:
        world = World(Path(place) / "world", np.random.default_rng(0))
        for generator in GENERATORS:
            truth = planted(separations(generator))
            new = generator.positions(np.random.default_rng(7), False, NEW)
            # Floors are percentiles of the tokens of other conversations that are fine.
            others = Path(place) / f"others{GENERATORS.index(generator)}"
            world.write(others, np.random.default_rng(8), generator, 50, kinds=("fine",))
            for size in (12, 30, 100):
                tally = Tally()
                for number in range(count):
                    dump, out = Path(place) / "dump", Path(place) / "out"
                    world.write(dump, np.random.default_rng([size, number]), generator, size)
                    command = [PERSONA, "cap", world.folder / "space", dump, "-o", out, "-q", "--force", *OPTIONS]
                    command += ["--calibrate", others / "turns"]
                    subprocess.run([*command, "--seed", str(number)], check=True, stderr=subprocess.DEVNULL)
                    tally.add(out, truth, world, new)
                    subprocess.run(["rm", "-r", dump], check=True)
                found.append((generator, truth, size, tally))
    head = ["conversations", "conversations of each kind", "planted layers", "a window", "best layer is none of them"]
    print(line([*head, "window has another layer", "of the planted layers it has"]) + "\n" + line(["---"] * 7))
    for generator, truth, size, tally in found:
        layers = f"{min(truth)}:{max(truth) + 1}"
        rates = [share(tally.windows, tally.dumps), share(tally.best, tally.windows), share(tally.wrong, tally.windows)]
        print(line([generator.name, size, layers, *rates, f"{100 * np.mean(tally.found or [np.nan]):.0f} %"]))
    head = ["conversations", "conversations of each kind", "recommended", "how often", "over the budget of 5 %", "mean", "most"]
    print("\n" + line(head) + "\n" + line(["---"] * 7))
    for generator, _, size, tally in found:
        for kind, costs in tally.costs.items():
            print(line([generator.name, size, f"a {kind}", *spent(costs, tally.dumps)]))


if __name__ == "__main__":
    main()
