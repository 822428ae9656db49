#!/usr/bin/env python3
"""How often `persona drift` names the right model of conversations, and how often its intervals hold the truth.

  scripts/python scripts/simulations/simulate_tether.py [--groups 200]

Prints the tables of docs/validation.md. Every group is a domain of one turns.csv: what is measured is the command itself.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PERSONA = Path(__file__).resolve().parents[2] / ".build" / "release" / "persona"
HEADER = (
    "conversation,domain,condition,sample,turn,speaker,layer,tokens,axis_projection,axis_position,axis_distance,"
    "off_axis_distance,cosine\n"
)
HOME, AWAY = (0.95, 0.1), (-0.2, 0.2)


@dataclass(frozen=True)
class Chain:
    """Two states, each normal or of Student's t with `freedom` degrees of freedom."""

    leave: float
    come_back: float
    freedom: int = 0

    def positions(self, random: np.random.Generator, turns: int) -> np.ndarray:
        at_home = [True]
        while len(at_home) < turns:
            at_home.append(random.random() >= self.leave if at_home[-1] else random.random() < self.come_back)
        noise = random.standard_normal(turns)
        if self.freedom:
            noise = random.standard_t(self.freedom, turns) / np.sqrt(self.freedom / (self.freedom - 2))
        mean, sd = (np.where(at_home, HOME[i], AWAY[i]) for i in (0, 1))
        return mean + sd * noise

    def __str__(self) -> str:
        tails = f", t with {self.freedom} degrees of freedom" if self.freedom else ""
        return f"leave {self.leave}, come back {self.come_back}{tails}"


@dataclass(frozen=True)
class Walk:
    """A walk to `rest`, read with an error, of which conversations may have resting points of their own."""

    rate: float
    noise: float
    reading: float
    rest: float = 0.0
    own: float = 0.0
    starts_there: bool = False

    def positions(self, random: np.random.Generator, turns: int) -> np.ndarray:
        point, x = self.rest + self.own * random.standard_normal(), [0.95 + 0.05 * random.standard_normal()]
        if self.starts_there:
            x = [point + self.noise / np.sqrt(1 - (1 - self.rate) ** 2) * random.standard_normal()]
        while len(x) < turns:
            x.append(x[-1] + self.rate * (point - x[-1]) + self.noise * random.standard_normal())
        return np.array(x) + self.reading * random.standard_normal(turns)

    def __str__(self) -> str:
        own = f", own points ± {self.own}" if self.own else ""
        own += " from the start" if self.starts_there else ""
        return f"rate {self.rate}, noise {self.noise}, read ± {self.reading}{own}"


@dataclass(frozen=True)
class Noise:
    """Turns that know nothing of one another."""

    kind: str

    def positions(self, random: np.random.Generator, turns: int) -> np.ndarray:
        match self.kind:
            case "normal":
                return 0.8 + 0.1 * random.standard_normal(turns)
            case "long tails":
                return 0.8 + 0.1 * random.standard_t(3, turns)
            case "skewed":
                return 0.8 - 0.1 * random.exponential(size=turns)
            case "flat":
                return random.random(turns)
            case "levels kept":
                return 0.8 + 0.3 * random.standard_normal() + 0.1 * random.standard_normal(turns)
            case "a first turn off the others":
                return np.where(np.arange(turns) == 0, 1, 0.2) + 0.1 * random.standard_normal(turns)
        raise ValueError(self.kind)

    def __str__(self) -> str:
        return self.kind


def tethers(kind: Chain | Walk | Noise, clusters: int, samples: int, turns: int, groups: int) -> list[dict[str, str]]:
    """What the command says of each of `groups` groups of `clusters` conversations with `samples` regenerations each."""
    random = np.random.default_rng([clusters, samples, turns, len(str(kind))])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "turns.csv"
        with path.open("w") as file:
            file.write(HEADER)
            for group in range(groups):
                for index in range(clusters * samples):
                    conversation, sample = divmod(index, samples)
                    for turn, position in enumerate(kind.positions(random, turns).tolist()):
                        name = f"{group}-{conversation},{group},,{sample}"
                        file.write(f"{name},{turn},assistant,0,,0,{position!r},0,0,0\n")
        command = [PERSONA, "drift", path, "-o", Path(folder) / "out", "-q"]
        subprocess.run(list(map(str, command)), check=True)
        with (Path(folder) / "out" / "tether.csv").open() as file:
            return [row for row in csv.DictReader(file) if row["domain"] != "(all)"]


def share(count: int, all_: int) -> str:
    return f"{100 * count / all_:.1f} %" if all_ else "–"


def named(rows: list[dict[str, str]]) -> list[str]:
    return [share(sum(row["model"] == model for row in rows), len(rows)) for model in ("two_states", "walk", "neither")]


def held(rows: list[dict[str, str]], column: str, truth: float) -> str:
    """How often the intervals that are there hold the truth, and how many there are."""
    ends = [(float(row[f"{column}_low"]), float(row[f"{column}_high"])) for row in rows if row[f"{column}_low"]]
    return f"{share(sum(low <= truth <= high for low, high in ends), len(ends))} of {len(ends)}"


def table(head: list[str], rows: list[list[str]]) -> None:
    print(f"| {' | '.join(head)} |\n| --- | --- |{' ---: |' * (len(head) - 2)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(flush=True)


def size(clusters: int, samples: int, turns: int) -> str:
    return f"{clusters} × {turns}" + (f", {samples} regenerations each" if samples > 1 else "")


MODELS = ["two states", "walk", "neither"]


def chains(groups: int) -> None:
    therapy, philosophy = Chain(0.34, 0.163), Chain(0.243, 0.07)
    cases = [(therapy, n, 1, 6) for n in (6, 12, 36, 100)] + [(therapy, 12, 3, 6), (therapy, 12, 1, 15)]
    cases += [(philosophy, 12, 1, 6), (philosophy, 36, 1, 6), (philosophy, 12, 3, 6)]
    cases += [(Chain(0.34, 0.163, 4), 36, 1, 6), (Chain(0.5, 0.5), 36, 1, 6)]
    rows = []
    for chain, *shape in cases:
        found = tethers(chain, *shape, groups)
        intervals = [held(found, "leave", chain.leave), held(found, "come_back", chain.come_back)]
        rows.append([str(chain), size(*shape), *named(found), *intervals])
    table(["two states", "conversations × turns", *MODELS, "leave is held", "come back is held"], rows)


def walks(groups: int) -> None:
    usual, slow = Walk(0.4, 0.2, 0.08), Walk(0.15, 0.2, 0.08)
    cases = [(usual, n, 1, 10) for n in (12, 36, 100)] + [(usual, 12, 3, 10), (usual, 12, 1, 30)]
    cases += [(slow, 36, 1, 10), (slow, 12, 1, 30), (Walk(0.4, 0.2, 0.08, own=0.2), 36, 1, 10)]
    cases += [(Walk(0.4, 0.2, 0.08, own=0.3, starts_there=True), n, 1, 10) for n in (12, 36, 100)]
    cases += [(Walk(0.4, 0.1, 0.15), 36, 1, 10)]
    rows = []
    for walk, *shape in cases:
        found = tethers(walk, *shape, groups)
        truths = {"reversion_rate": walk.rate, "resting_point": walk.rest, "noise_sd": walk.noise}
        rows.append([str(walk), size(*shape), *named(found), *(held(found, *truth) for truth in truths.items())])
    table(["walk", "conversations × turns", *MODELS, "rate is held", "resting point is held", "noise is held"], rows)


def noises(groups: int) -> None:
    rows = []
    for kind in ("normal", "long tails", "skewed", "flat", "a first turn off the others", "levels kept"):
        for shape in ((12, 3, 6), (20, 1, 8), (6, 1, 15)):
            rows.append([kind, size(*shape), *named(tethers(Noise(kind), *shape, groups))])
    table(["noise", "conversations × turns", *MODELS], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", type=int, default=200)
    given = parser.parse_args()
    if not PERSONA.exists():
        sys.exit("simulate_tether: build the command first: swift build -c release --product persona")
    chains(given.groups)
    walks(given.groups)
    noises(given.groups)


if __name__ == "__main__":
    main()
