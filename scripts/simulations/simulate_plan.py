#!/usr/bin/env python3
"""Whether studies of the size that `persona plan` advises reach the power and the intervals that it promises.

  scripts/python scripts/simulations/simulate_plan.py [--pilots 200] [--studies 400]

Prints the tables of docs/validation.md. It draws pilots, asks the command, and draws studies of the size it names from the same
truth: how often these tell the change from 0, and how far their intervals reach, on average over pilots.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

PERSONA = Path(__file__).resolve().parents[2] / ".build" / "release" / "persona"
HEADER = "conversation,domain,condition,sample,turn,speaker,layer,axis_position,persona\n"
EFFECT, POWER, HALF_WIDTH = 0.3, 0.8, 0.15


def noise(random, tails, size):
    """Of standard deviation 1: normal, of long tails, or skewed."""
    if tails == "long tails":
        return random.standard_t(5, size) / np.sqrt(5 / 3)
    if tails == "skewed":
        return random.exponential(1, size) - 1
    return random.standard_normal(size)


@dataclass(frozen=True)
class Case:
    """Conversations whose change varies by `between`, and their regenerations about it by `within`."""

    conversations: int
    samples: int
    tails: str = "normal"
    between: float = 0.35
    within: float = 0.25
    paired: bool = False

    def changes(self, random, count, samples, mean, conditions=1):
        """Shape (conditions, count, samples); what conversations have in common under all conditions is in each."""
        common = 0.5 * noise(random, self.tails, (1, count, 1)) if conditions > 1 else 0.0
        own = self.between * noise(random, self.tails, (conditions, count, 1))
        read = self.within * noise(random, self.tails, (conditions, count, samples))
        shift = np.zeros((conditions, 1, 1))
        shift[-1] = mean
        return shift + common + own + read

    def __str__(self):
        again = f", {self.samples} regenerations each" if self.samples > 1 else ""
        return f"{self.conversations} conversations{again}, {self.tails}{', paired conditions' if self.paired else ''}"


CASES = [
    Case(conversations, samples, tails)
    for tails in ["normal", "long tails", "skewed"]
    for conversations, samples in [(8, 1), (12, 1), (12, 3), (24, 3)]
] + [Case(12, 2, "normal", paired=True), Case(12, 2, "long tails", paired=True)]


def plans(folder, case, pilots, random):
    """The rows of plan.csv of each pilot, which is a persona of one table."""
    conditions = 2 if case.paired else 1
    with (folder / "turns.csv").open("w") as file:
        file.write(HEADER)
        for pilot in range(pilots):
            changes = case.changes(random, case.conversations, case.samples, 0.0, conditions)
            for (condition, conversation, sample), change in np.ndenumerate(changes):
                start = 0.9 + 0.3 * random.standard_normal()
                for turn, position in enumerate([start, random.standard_normal(), start + change]):
                    file.write(f"c{conversation},,k{condition},{sample},{turn},assistant,5,{float(position)!r},p{pilot}\n")
    command = [PERSONA, "plan", folder / "turns.csv", "-o", folder / "out", "--force", "-q"]
    command += ["--drift", EFFECT, "--power", POWER, "--interval", HALF_WIDTH]
    subprocess.run(list(map(str, command)), check=True)
    with (folder / "out" / "plan.csv").open() as file:
        return list(csv.DictReader(file))


def reached(random, case, row, studies):
    """The power, or the mean half-width, of studies of the size in `row`."""
    count, samples = int(row["needed"]), int(row["samples"])
    conditions = 2 if case.paired else 1
    values = []
    for _ in range(studies):
        changes = case.changes(random, count, samples, EFFECT, conditions).mean(2)
        values.append(changes[-1] - changes[0] if case.paired else changes[0])
    values = np.array(values)
    error = values.std(1, ddof=1) / np.sqrt(count)
    threshold = stats.t.ppf(0.975, count - 1)
    if row["goal"] == "power":
        return float((abs(values.mean(1)) > threshold * error).mean())
    return float((threshold * error).mean())


def truth(case, samples):
    """The number that the truth takes."""
    variance = (2 if case.paired else 1) * (case.between**2 + case.within**2 / samples)
    numbers = np.arange(5, 5000)
    threshold = stats.t.ppf(0.975, numbers - 1)
    powers = stats.nct.sf(threshold, numbers - 1, EFFECT / np.sqrt(variance / numbers))
    widths = threshold * np.sqrt(variance / numbers)
    return {"power": numbers[np.argmax(powers >= POWER)], "interval": numbers[np.argmax(widths <= HALF_WIDTH)]}


def conversations(arguments, random):
    print("| pilot | regenerations in the study | power (.80) | half-width (.150) | conversations for the power: median (with the "
          "truth known) | interval of the number holds it |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            rows = plans(Path(folder), case, arguments.pilots, random)
        wanted = "difference" if case.paired else "change"
        rows = [row for row in rows if row["of"] == wanted and row["needed"]]
        for samples in sorted({int(row["samples"]) for row in rows}, reverse=True):
            own = {goal: [row for row in rows if row["goal"] == goal and int(row["samples"]) == samples]
                   for goal in ["power", "interval"]}
            found = {goal: [reached(random, case, row, arguments.studies) for row in some] for goal, some in own.items()}
            known = truth(case, samples)
            held = np.mean([
                int(row["needed_low"]) <= known[goal] <= int(row["needed_high"] or 10**9)
                for goal, some in own.items() for row in some])
            median = np.median([int(row["needed"]) for row in own["power"]])
            print(f"| {case} | {samples} | {np.mean(found['power']):.3f} | {np.mean(found['interval']):.3f} | "
                  f"{median:.0f} ({known['power']}) | {100 * held:.0f} % |", flush=True)


@dataclass(frozen=True)
class Answers:
    """Answers of roles along the axis: a role's own effect of each question, its prompts', and the answer's, beside what a question
    does to every answer."""

    questions: int
    prompts: int
    tails: str
    shared: float = 0.6
    own: float = 0.3
    prompt: float = 0.2
    answer: float = 0.4
    roles: int = 12

    def __str__(self):
        return f"{self.questions} questions, {self.prompts} prompts, {self.roles} roles, {self.tails}"


def pilot_dump(folder, case, random):
    """A dump in eight dimensions, of which the first is the axis: roles about 0, the default at 1."""
    (folder / "activations").mkdir(parents=True)
    (folder / "vectors").mkdir()
    shared = case.shared * random.standard_normal(case.questions)
    beside = random.standard_normal((case.roles, 7))
    beside -= beside.mean(0)
    for index, role in enumerate(["default", *[f"role{index}" for index in range(case.roles)]]):
        centre = np.array([1, *np.zeros(7)]) if index == 0 else np.array([0, *beside[index - 1]])
        np.save(folder / "vectors" / f"{role}.npy", centre[None])
        own = case.own * noise(random, case.tails, case.questions) * (role != "default")
        prompts = case.prompt * random.standard_normal(case.prompts) * (role != "default")
        rows = {}
        for prompt in range(case.prompts):
            for question in range(case.questions):
                answer = centre.copy()
                scatter = case.answer * (0.3 if role == "default" else 1)
                answer[0] += shared[question] + own[question] + prompts[prompt]
                answer[0] += scatter * noise(random, case.tails, ())
                rows[f"pos_p{prompt}_q{question}"] = answer[None]
        np.savez(folder / "activations" / f"{role}.npz", **rows)
    (folder / "manifest.json").write_text(json.dumps({"layers": [3]}))


def study(random, case, count, samples, sides):
    """Means over questions of a role less the default, or of the difference of two roles; shape (count)."""
    own = case.own * noise(random, case.tails, (sides, count))
    read = case.answer * noise(random, case.tails, (sides, count, samples)).mean(2)
    values = own + read
    if sides == 2:
        return values[0] - values[1]
    default = 0.3 * case.answer * noise(random, case.tails, (count, samples)).mean(1)
    return values[0] - default


def questions(arguments, random):
    print("\n| pilot | answers a question | two roles .3 apart: power (.80) | a role: half-width (.150) |")
    print("| --- | ---: | ---: | ---: |")
    for case in [Answers(12, 3, "normal"), Answers(12, 3, "long tails"), Answers(10, 1, "normal"), Answers(40, 5, "normal")]:
        found = {}
        for _ in range(max(10, arguments.pilots // 4)):
            with tempfile.TemporaryDirectory() as folder:
                pilot_dump(Path(folder) / "dump", case, random)
                command = [PERSONA, "plan", f"{folder}/dump", "-o", f"{folder}/out", "-q", "--bootstrap", "0"]
                command += ["--drift", EFFECT, "--power", POWER, "--interval", HALF_WIDTH]
                subprocess.run(list(map(str, command)), check=True)
                with open(f"{folder}/out/plan.csv") as file:
                    rows = list(csv.DictReader(file))
            for row in rows:
                sides = {"roles": 2, "typical_role": 1}.get(row["of"])
                if (sides, row["goal"]) not in {(2, "power"), (1, "interval")}:
                    continue
                count, samples = int(row["needed"]), int(row["samples"])
                values = np.array([study(random, case, count, samples, sides) for _ in range(arguments.studies)])
                if sides == 2:
                    values = values + EFFECT
                error, threshold = values.std(1, ddof=1) / np.sqrt(count), stats.t.ppf(0.975, count - 1)
                reach = (abs(values.mean(1)) > threshold * error) if sides == 2 else threshold * error
                found.setdefault((samples, sides), []).append(float(reach.mean()))
        for samples in sorted({samples for samples, _ in found}, reverse=True):
            print(f"| {case} | {samples} | {np.mean(found[samples, 2]):.3f} | {np.mean(found[samples, 1]):.3f} |", flush=True)


@dataclass(frozen=True)
class Roles:
    """Role vectors with a leading direction, and a default at `cosine` to it."""

    roles: int
    cosine: float
    tails: str
    deviations: tuple[float, ...] = (4.0, 2.0, 1.5, *[1.0] * 21)

    def draw(self, random, count):
        """`count` of them and the default, of which the direction beside the first is the second's."""
        places = noise(random, self.tails, (count, len(self.deviations))) * self.deviations
        default = np.zeros(len(self.deviations))
        default[:2] = 10 * self.cosine, 10 * np.sqrt(1 - self.cosine**2)
        return {"default": default, **{f"role{index}": place for index, place in enumerate(places)}}

    def pilot(self, folder, random):
        """A dump of answers that differ by next to nothing, so that what is planned by is the choice of roles."""
        folder.mkdir(parents=True)
        for role, place in self.draw(random, self.roles).items():
            answers = {f"pos_p0_q{question}": (place + 0.001 * random.standard_normal(len(place)))[None] for question in range(6)}
            np.savez(folder / f"{role}.npz", **answers)

    def __str__(self):
        return f"{self.roles} roles, cos {self.cosine}, {self.tails}"


def roles(arguments, random):
    print("\n| pilot | half-width of cos(axis, PC1) (.150) | roles needed: median |")
    print("| --- | ---: | ---: |")
    for case in [Roles(15, 0.8, "normal"), Roles(30, 0.8, "normal"), Roles(30, 0.6, "normal"), Roles(30, 0.8, "long tails"),
                 Roles(60, 0.6, "long tails")]:
        widths, numbers = [], []
        for _ in range(max(10, arguments.pilots // 3)):
            with tempfile.TemporaryDirectory() as folder:
                folder = Path(folder)
                case.pilot(folder / "dump" / "activations", random)
                command = [PERSONA, "plan", folder / "dump", "-o", folder / "out", "-q", "--interval", HALF_WIDTH]
                subprocess.run(list(map(str, command)), check=True)
                with (folder / "out" / "plan.csv").open() as file:
                    row = next(row for row in csv.DictReader(file) if row["of"] == "cos_axis_pc1")
                if not row["needed"]:
                    continue
                numbers.append(int(row["needed"]))
                for study in range(3):
                    content = case.draw(random, numbers[-1])
                    np.savez(folder / "study.npz", **{role: place[None] for role, place in content.items()})
                    command = [PERSONA, "fit", folder / "study.npz", "-o", folder / "fit", "--force", "-q"]
                    subprocess.run(list(map(str, command)), check=True)
                    with (folder / "fit" / "layers.csv").open() as file:
                        row = next(csv.DictReader(file))
                    widths.append((float(row["cos_axis_pc1_high"]) - float(row["cos_axis_pc1_low"])) / 2)
        print(f"| {case} | {np.mean(widths):.3f} | {np.median(numbers):.0f} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pilots", type=int, default=200)
    parser.add_argument("--studies", type=int, default=400)
    parser.add_argument("--roles-only", action="store_true", help="the last table alone")
    arguments = parser.parse_args()
    if not PERSONA.exists():
        print(f"no {PERSONA}: type   swift build -c release --product persona", file=sys.stderr)
        return 66
    random = np.random.default_rng(20)
    if not arguments.roles_only:
        conversations(arguments, random)
        questions(arguments, random)
    roles(arguments, np.random.default_rng(21))
    return 0


if __name__ == "__main__":
    sys.exit(main())
