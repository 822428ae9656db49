#!/usr/bin/env python3
"""Whether the axis is in the demo dump, who drifts along it, and the states of answers and turns, for Data/README.md.

    scripts/python scripts/simulations/measure_demo.py

In NumPy from the files of the dump alone, so that it also checks what `persona` says of it.
"""

import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from safetensors.torch import load_file as load_torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from simulations.demo_states import print_states

DEMO = ROOT / "Data" / "demo"
REPLICATES = 1000


def role_vectors(dump: Path = DEMO) -> tuple[np.ndarray, np.ndarray]:
    """The role vectors (R, L, d) in float64, by name, and the default's (L, d)."""
    vectors = {path.stem: load_file(path)["vector"].astype(float) for path in sorted((dump / "vectors").iterdir())}
    default = vectors.pop("default")
    return np.stack(list(vectors.values())), default


def axis_and_pc1(roles: np.ndarray, default: np.ndarray) -> tuple[float, float, float]:
    """cos(axis, PC1); where the default lies in the range of PC1 over roles and default; the variance ratio of PC1."""
    mean = roles.mean(0)
    centred, axis = roles - mean, default - mean
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)
    pc1 = directions[0] * (1 if directions[0] @ axis >= 0 else -1)
    scores = np.append(centred @ pc1, axis @ pc1)
    place = (scores[-1] - scores.min()) / np.ptp(scores)
    return float(pc1 @ axis / np.linalg.norm(axis)), float(place), float(singular[0] ** 2 / (singular**2).sum())


def cosine_interval(roles: np.ndarray, default: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of cos(axis, PC1) over resampled roles."""
    draw = np.random.default_rng(seed)
    count = len(roles)
    samples = [axis_and_pc1(roles[draw.integers(count, size=count)], default)[0] for _ in range(REPLICATES)]
    return tuple(np.percentile(samples, [2.5, 97.5]))


def random_null(dimensions: int, seed: int = 0) -> float:
    """The 95th percentile of |cos| between a direction and a random one."""
    return float(np.quantile(np.sqrt(np.random.default_rng(seed).beta(0.5, (dimensions - 1) / 2, 200_000)), 0.95))


def positions(layer: int, dump: Path = DEMO) -> dict[str, dict[str, list[np.ndarray]]]:
    """The axis positions of the turns of each sample where no character is asked for, by domain and conversation."""
    roles, default = role_vectors(dump)
    mean = roles[:, layer].mean(0)
    axis = default[layer] - mean
    by_domain: dict[str, dict[str, list[np.ndarray]]] = {}
    for path in sorted((dump / "turns").iterdir()):
        transcript = json.loads((dump / "transcripts" / f"{path.stem}.json").read_text(encoding="utf-8"))
        if "persona" in transcript:
            continue
        tensors = {name: tensor.double().numpy() for name, tensor in load_torch(path).items()}
        if "tokens" in tensors:
            offsets = tensors["turn_offsets"].astype(int)
            turns = np.stack([tensors["tokens"][a:b].mean(0) for a, b in zip(offsets, offsets[1:])])
        else:
            turns = tensors["turns"]
        samples = by_domain.setdefault(transcript["domain"], {}).setdefault(transcript["conversation_id"], [])
        samples.append((turns[:, layer] - mean) @ axis / (axis @ axis))
    return by_domain


def change_interval(conversations: dict[str, list[np.ndarray]], seed: int = 0) -> tuple[float, float, float]:
    """The mean change from the first to the last turn, and its 2.5 and 97.5 percentiles.

    Whole conversations are resampled, all their samples with them: samples of one conversation are not independent.
    """
    changes = np.array([np.mean([x[-1] - x[0] for x in samples]) for samples in conversations.values()])
    draw = np.random.default_rng(seed)
    means = changes[draw.integers(len(changes), size=(REPLICATES, len(changes)))].mean(1)
    return float(changes.mean()), *np.percentile(means, [2.5, 97.5])


def main() -> None:
    roles, default = role_vectors()
    null = random_null(roles.shape[2])
    print(f"{len(roles)} roles; 95 % of random directions have a cosine below {null:.3f}\n")
    print(
        "| layer | cos(axis, PC1) | 95 % interval | default in the range of PC1 | variance ratio of PC1 |\n"
        "|---|---|---|---|---|"
    )
    for layer in range(roles.shape[1]):
        cosine, place, ratio = axis_and_pc1(roles[:, layer], default[layer])
        low, high = cosine_interval(roles[:, layer], default[layer])
        print(f"| {layer} | {cosine:.3f} | {low:.3f} to {high:.3f} | {place:.3f} | {ratio:.3f} |")
    print(
        "\n| domain | layer | conversations | change from first to last turn | 95 % interval |\n|---|---|---|---|---|"
    )
    for layer in (2, 3):
        for domain, conversations in positions(layer).items():
            change, low, high = change_interval(conversations)
            print(f"| {domain} | {layer} | {len(conversations)} | {change:+.3f} | {low:+.3f} to {high:+.3f} |")
    print_states(DEMO, layer=3)


if __name__ == "__main__":
    main()
