#!/usr/bin/env python3
"""Whether the place of an answer follows the score that a reader gave it, in Data/smollm2, for docs/validation.md.

    scripts/python scripts/simulations/measure_scores.py

In NumPy and SciPy from the files of the dump alone, so that it also checks what `persona stability` says of it.
"""

import csv
import json
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import rankdata, spearmanr

DUMP = Path(__file__).resolve().parents[2] / "Data" / "smollm2"
SPLITS = 200


@dataclass
class Way:
    """How the direction from the default to a persona is learned."""

    blocks: int  # of questions; those of one block are placed by what the others say
    rounds: int  # in which the answers that lie near the default are left out


#: To the mean of the persona's answers to all other questions.
MEAN = Way(blocks=1000, rounds=0)
#: To the mean of the answers that are farther out, in six blocks, as `PersonaStates` has it.
FARTHER = Way(blocks=6, rounds=3)


@dataclass
class Answers:
    """The answers of one role, a row each."""

    rows: np.ndarray  # (n, L, d)
    questions: np.ndarray  # (n,), of int
    scores: np.ndarray  # (n,), 0 to 3; -1 where there is none
    lengths: np.ndarray  # (n,), in characters

    def chosen(self, which: np.ndarray) -> "Answers":
        return Answers(self.rows[which], self.questions[which], self.scores[which], self.lengths[which])


def tensors(path: Path) -> dict[str, np.ndarray]:
    """The tensors of a safetensors file of bfloat16, which NumPy does not have, in float64."""
    content = path.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    header, data = json.loads(content[8 : 8 + size]), content[8 + size :]
    read = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "BF16", (path, entry)
        first, last = entry["data_offsets"]
        # The upper half of a float32.
        bits = np.frombuffer(data[first:last], "<u2").astype(np.uint32) << 16
        read[name] = bits.view(np.float32).astype(float).reshape(entry["shape"])
    return read


def load(dump: Path = DUMP) -> tuple[list[int], dict[str, Answers]]:
    """The layers of a dump, and the answers of each role in order of their keys."""
    with (dump / "lengths.csv").open(encoding="utf-8") as file:
        lengths = {(row["role"], row["key"]): int(row["characters"]) for row in csv.DictReader(file)}
    roles = {}
    for path in sorted((dump / "activations").iterdir()):
        role, content = path.stem, tensors(path)
        table = dump / "scores" / f"{role}.json"
        scores = json.loads(table.read_text(encoding="utf-8")) if table.exists() else {}
        keys = sorted(content)
        roles[role] = Answers(
            np.stack([content[key] for key in keys]),
            np.array([int(key.split("_q")[1].split("_")[0]) for key in keys]),
            np.array([scores.get(key, -1) for key in keys]),
            np.array([lengths[role, key] for key in keys]),
        )
    return json.loads((dump / "manifest.json").read_text(encoding="utf-8"))["layers"], roles


def direction(rows: np.ndarray, rounds: int) -> np.ndarray:
    """The mean of the rows; in each round that of those past half of their 90th percentile along it."""
    way = rows.mean(0)
    for _ in range(rounds):
        along = rows @ way
        way = rows[along > np.percentile(along, 90) / 2].mean(0)
    return way


def places(own: Answers, home: Answers, row: int, way: Way) -> tuple[np.ndarray, np.ndarray]:
    """Where answers lie on the way from the default (0) to the persona (about 1), and the default's own along it.

    The default's mean answer to the same question is taken from each; directions are learned on other questions.
    """
    means = {question: home.rows[home.questions == question, row].mean(0) for question in np.unique(home.questions)}
    answers = own.rows[:, row] - np.stack([means[question] for question in own.questions])
    others = home.rows[:, row] - np.stack([means[question] for question in home.questions])
    # Answers lie nearer to a mean that they are part of.
    counts = np.array([(home.questions == question).sum() for question in home.questions])
    others *= np.sqrt(counts / np.maximum(counts - 1, 1))[:, None]
    place, scatter = np.zeros(len(answers)), np.zeros(len(others))
    asked = np.unique(own.questions)
    for block in np.array_split(asked, min(way.blocks, len(asked))):
        is_left_out, is_home = np.isin(own.questions, block), np.isin(home.questions, block)
        toward = direction(answers[~is_left_out], way.rounds)
        place[is_left_out] = answers[is_left_out] @ toward / (toward @ toward)
        scatter[is_home] = others[is_home] @ toward / (toward @ toward)
    return place, scatter


def departures(roles: dict[str, Answers], row: int) -> dict[str, float]:
    """The mean place of each persona's answers in standard deviations of the default's along the same way."""
    home = roles["default"]
    found = {}
    for role, own in roles.items():
        if role != "default":
            place, scatter = places(own, home, row, FARTHER)
            found[role] = float(place.mean() / scatter.std(ddof=1))
    return found


def departures_of_halves(home: Answers, row: int, seed: int = 0) -> tuple[float, float]:
    """Between which departures 95 % of halves of the default are from its other halves: what no persona at all shows.

    Halves are of the answers to each question. They are half as many as a persona's answers and the default's, so that
    their means scatter √2 times as far, which is taken back.
    """
    draw, found = np.random.default_rng(seed), []
    for _ in range(SPLITS):
        is_first = np.zeros(len(home.rows), bool)
        for question in np.unique(home.questions):
            members = draw.permutation(np.flatnonzero(home.questions == question))
            is_first[members[: len(members) // 2]] = True
        place, scatter = places(home.chosen(is_first), home.chosen(~is_first), row, FARTHER)
        found.append(place.mean() / scatter.std(ddof=1) / np.sqrt(2))
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def area(place: np.ndarray, is_persona: np.ndarray) -> float:
    """AUC: how often an answer of the persona lies farther out than one that is not."""
    count = is_persona.sum()
    above = rankdata(place)[is_persona].sum() - count * (count + 1) / 2
    return float(above / (count * (len(place) - count)))


def correlation_without(place: np.ndarray, scores: np.ndarray, confounders: np.ndarray) -> float:
    """The rank correlation of place and score with what is linear in the confounders (n, k) taken from both ranks."""
    columns = np.column_stack([np.ones(len(place)), confounders])
    ranks = np.column_stack([rankdata(place), rankdata(scores)])
    ranks -= columns @ np.linalg.lstsq(columns, ranks, rcond=None)[0]
    return float(np.corrcoef(ranks.T)[0, 1])


def agreement(roles: dict[str, Answers], row: int) -> dict[str, dict[str, float]]:
    """Of each persona: `rho` of place and score, along the farther answers, beside length, within questions; `auc` of
    score 2 and 3 against 0 and 1.
    """
    home, found = roles["default"], {}
    for role, own in roles.items():
        if role == "default":
            continue
        place, _ = places(own, home, row, MEAN)
        farther, _ = places(own, home, row, FARTHER)
        asked = (own.questions[:, None] == np.unique(own.questions)[1:]).astype(float)
        found[role] = {
            "rho": float(spearmanr(place, own.scores).statistic),
            "farther": float(spearmanr(farther, own.scores).statistic),
            "beside_length": correlation_without(place, own.scores, rankdata(own.lengths)[:, None]),
            "within_questions": correlation_without(place, own.scores, asked),
            "auc": area(place, own.scores >= 2),
        }
    return found


def pooled(roles: dict[str, Answers], row: int) -> tuple[np.ndarray, np.ndarray]:
    """Place and score of the answers of all personas, each placed on its own way."""
    home, personas = roles["default"], [own for role, own in roles.items() if role != "default"]
    place = [places(own, home, row, MEAN)[0] for own in personas]
    return np.concatenate(place), np.concatenate([own.scores for own in personas])


def axis(roles: dict[str, Answers], row: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean role and the axis, of the means of all answers."""
    mean = np.mean([own.rows[:, row].mean(0) for role, own in roles.items() if role != "default"], axis=0)
    return mean, roles["default"].rows[:, row].mean(0) - mean


def length_correlation(roles: dict[str, Answers], row: int) -> float:
    """Pearson's r of an answer's length and its position on the axis, over the personas' answers."""
    mean, way = axis(roles, row)
    personas = [own for role, own in roles.items() if role != "default"]
    position = np.concatenate([(own.rows[:, row] - mean) @ way for own in personas])
    return float(np.corrcoef(position, np.concatenate([own.lengths for own in personas]))[0, 1])


def conversations(roles: dict[str, Answers], dump: Path = DUMP) -> dict[str, np.ndarray]:
    """The axis positions of the turns of each conversation, the mean over its samples; shape (turns, layers)."""
    samples: dict[str, list[np.ndarray]] = {}
    axes = [axis(roles, row) for row in range(roles["default"].rows.shape[1])]
    for path in sorted((dump / "turns").iterdir()):
        turns = tensors(path)["turns"]
        positions = [(turns[:, row] - mean) @ way / (way @ way) for row, (mean, way) in enumerate(axes)]
        samples.setdefault(path.stem.rsplit("_s", 1)[0], []).append(np.array(positions).T)
    return {name: np.mean(own, axis=0) for name, own in samples.items()}


def line(*cells) -> str:
    return "| " + " | ".join(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |"


def rule(columns: int) -> str:
    return "|---" + "|---:" * (columns - 1) + "|"


def layer_table(layers: list[int], roles: dict[str, Answers]) -> list[str]:
    heads = ("layer", "ρ", "farther", "beside length", "within questions", "AUC", "AUC, pooled", "length and axis")
    printed = [line(*heads), rule(len(heads))]
    for row, layer in enumerate(layers):
        measures = list(agreement(roles, row).values())
        means = [float(np.mean([own[name] for own in measures])) for name in measures[0]]
        place, scores = pooled(roles, row)
        printed.append(line(layer, *means, area(place, scores >= 2), length_correlation(roles, row)))
    return printed


def place_table(layers: list[int], roles: dict[str, Answers]) -> list[str]:
    heads = ("layer", *(f"scored {score}" for score in range(4)), "standard deviation at a score")
    printed = [line(*heads), rule(len(heads))]
    for row, layer in enumerate(layers):
        place, scores = pooled(roles, row)
        groups = [place[scores == score] for score in range(4)]
        within = np.sqrt(sum(((own - own.mean()) ** 2).sum() for own in groups) / (len(place) - len(groups)))
        printed.append(line(layer, *(float(own.mean()) for own in groups), float(within)))
    return printed


def persona_table(layers: list[int], roles: dict[str, Answers]) -> list[str]:
    low = {role: float((own.scores <= 1).mean()) for role, own in roles.items() if role != "default"}
    rho = [agreement(roles, row) for row in range(len(layers))]
    departed = [departures(roles, row) for row in range(len(layers))]
    heads = ["persona", "0–1", *(f"ρ {layer}" for layer in layers), *(f"away {layer}" for layer in layers)]
    printed = [line(*heads), rule(len(heads))]
    for role in sorted(low, key=lambda role: -departed[-1][role]):
        printed.append(line(role, low[role], *(own[role]["rho"] for own in rho), *(own[role] for own in departed)))
    zeros = [departures_of_halves(roles["default"], row) for row in range(len(layers))]
    blank = [""] * (1 + len(layers))
    printed.append(line("halves of the default", *blank, *(f"{first:.2f} to {last:.2f}" for first, last in zeros)))
    order = [float(spearmanr([own[role] for role in low], list(low.values())).statistic) for own in departed]
    return [*printed, line("ρ with 0–1", *blank, *order)]


def conversation_table(layers: list[int], roles: dict[str, Answers]) -> list[str]:
    heads = ("conversation", "turns", *(f"layer {layer}" for layer in layers))
    printed = [line(*heads), rule(len(heads))]
    for name, own in conversations(roles).items():
        printed.append(
            line(name, len(own), *(f"{first:.2f} to {last:.2f}" for first, last in zip(own[0], own[-1], strict=True)))
        )
    return printed


def tables(dump: Path = DUMP) -> list[str]:
    """The lines of the tables: by layer, by score, by persona, and from first to last turn of each conversation."""
    layers, roles = load(dump)
    makers = (layer_table, place_table, persona_table, conversation_table)
    return [text for maker in makers for text in (*maker(layers, roles), "")]


if __name__ == "__main__":
    print("\n".join(tables()))
