"""The states of the demo's answers and turns: by their text, beside what was planted, and where they lie.

The text is read by the classifier of scripts/organism, whose judgement is in `truth.json` of the demo.
"""

import json
import re
from pathlib import Path

import numpy as np
from safetensors.torch import load_file

from organism.text import moves

HOME = "default"


def read_truth(dump: Path) -> dict:
    return json.loads((dump / "truth.json").read_text(encoding="utf-8"))


def dose_of(truth: dict, role: str, key: str) -> float:
    """The dose of the prompt that an answer was given under: 1 but where the table of prompts says less."""
    prompt = int(re.search(r"_p(\d+)_", key)[1])
    return {(row["role"], row["prompt"]): row["dose"] for row in truth["doses"]}.get((role, prompt), 1.0)


def usual_voices(truth: dict, role: str) -> dict[str, str]:
    """The voices of a role's answers under its usual prompts, by key."""
    return {key: voice for key, voice in truth["answers"][role].items() if dose_of(truth, role, key) == 1}


def home_share(truth: dict, role: str) -> float:
    """The share of a role's answers that are in the Assistant's voice."""
    voices = list(usual_voices(truth, role).values())
    return voices.count(HOME) / len(voices)


def flips(truth: dict, role: str) -> float:
    """The share of the pairs of runs of one prompt and question of which one is at home and the other is not."""
    cells: dict[str, list[bool]] = {}
    for key, voice in usual_voices(truth, role).items():
        cells.setdefault(key.rpartition("_r")[0], []).append(voice == HOME)
    pairs = [states[0] != states[1] for states in cells.values() if len(states) == 2]
    return sum(pairs) / len(pairs)


def states(truth: dict, prefix: str) -> list[list[bool]]:
    """Which turns are at home, in each conversation of a domain or with a character, by the beginning of its name."""
    return [
        [voice == HOME for voice in voices] for name, voices in truth["turns"].items() if name.startswith(prefix + "-")
    ]


def _answers(dump: Path, role: str, layer: int) -> dict[str, np.ndarray]:
    tensors = load_file(dump / "activations" / f"{role}.safetensors")
    return {key: tensor[layer].double().numpy() for key, tensor in tensors.items()}


def places(dump: Path, role: str, layer: int) -> dict[str, float]:
    """Where each answer lies from the default's mean answer to its question, at 0, to the role's own voice, at 1."""
    truth = read_truth(dump)
    asked: dict[str, list[np.ndarray]] = {}
    for key, vector in _answers(dump, HOME, layer).items():
        asked.setdefault(_question(key), []).append(vector)
    base = {question: np.mean(vectors, axis=0) for question, vectors in asked.items()}
    gaps = {key: vector - base[_question(key)] for key, vector in _answers(dump, role, layer).items()}
    way = np.mean([gaps[key] for key, voice in usual_voices(truth, role).items() if voice != HOME], axis=0)
    return {key: float(gap @ way / (way @ way)) for key, gap in gaps.items()}


def _question(key: str) -> str:
    return re.search(r"_q(\d+)", key)[1]


def spread(dump: Path, role: str, layer: int) -> float:
    """The standard deviation of the places of answers in the role's own voice: how much it wobbles."""
    truth, found = read_truth(dump), places(dump, role, layer)
    return float(np.std([found[key] for key, voice in usual_voices(truth, role).items() if voice != HOME], ddof=1))


def place_by_dose(dump: Path, role: str, layer: int) -> dict[float, float]:
    """The mean place of a role's answers by the dose of their prompts."""
    truth, found = read_truth(dump), places(dump, role, layer)
    by_dose: dict[float, list[float]] = {}
    for key, place in found.items():
        by_dose.setdefault(dose_of(truth, role, key), []).append(place)
    return {dose: float(np.mean(of_dose)) for dose, of_dose in sorted(by_dose.items())}


def print_states(dump: Path, layer: int) -> None:
    """The tables of Data/README.md on answers and turns."""
    truth = read_truth(dump)
    rows = {row["role"]: row for row in truth["roles"]}
    print("\n| level | roles | resistance planted | in the text | flips in the text |\n|---|---|---|---|---|")
    for level in range(5):
        # Those with a resistance of their own have a table of their own.
        roles = [name for name, row in rows.items() if row["level"] == level and "kind" not in row]
        shares, flipped = ([measure(truth, role) for role in roles] for measure in (home_share, flips))
        planted = rows[roles[0]]["resistance"]
        print(f"| {level} | {len(roles)} | {planted:.2f} | {np.mean(shares):.2f} | {np.mean(flipped):.2f} |")
    print(
        "\n| character | kind | resistance: planted, in answers, in turns | leaves: planted, in turns "
        f"| comes back: planted, in turns | spread at layer {layer} |\n|---|---|---|---|---|---|"
    )
    for name, row in rows.items():
        if "kind" in row:
            home = states(truth, f"persona-{name}")
            found = moves(home)
            rates = " | ".join(f"{row[key]:.2f}, {found[key][0]} of {found[key][1]}" for key in ("leave", "come_back"))
            shares = f"{row['resistance']:.2f}, {home_share(truth, name):.2f}, {np.mean(home):.2f}"
            print(f"| {name} | {row['kind']} | {shares} | {rates} | {spread(dump, name, layer):.2f} |")
    print("\n| domain | leaves: planted, in turns | comes back: planted, in turns |\n|---|---|---|")
    for row in truth["domains"]:
        found = moves(states(truth, row["domain"]))
        rates = " | ".join(f"{row[key]:.2f}, {found[key][0]} of {found[key][1]}" for key in ("leave", "come_back"))
        print(f"| {row['domain']} | {rates} |")
    graded = sorted({row["role"] for row in truth["doses"]})
    doses = sorted({row["dose"] for row in truth["doses"]})
    print(f"\n| place at layer {layer} by dose | " + " | ".join(map(str, doses)) + " |\n|---|" + "---|" * len(doses))
    for role in graded:
        print(f"| {role} | " + " | ".join(f"{place:.2f}" for place in place_by_dose(dump, role, layer).values()) + " |")
