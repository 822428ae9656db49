"""Random dumps: the command's own synthetic ones, and ones made here by other assumptions."""

import json
import subprocess
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file


def sizes(random) -> dict:
    """Random sizes of a dump of `persona synth`."""
    return {
        "--roles": random.integers(10, 20), "--layer-count": random.integers(1, 4),
        "--dimensions": random.integers(24, 96), "--conversations": 4 * random.integers(2, 5),
        "--turns": random.integers(3, 9), "--prompts": 2, "--questions": random.integers(5, 9),
    }  # fmt: skip


def synthetic(persona, folder: Path, sizes: dict, seed: int) -> Path:
    """A dump of `persona synth` with responses and conversations."""
    options = [str(word) for pair in (sizes | {"--seed": seed}).items() for word in pair]
    subprocess.run([persona, "synth", "-o", folder, "--responses", "-q", *options], check=True)
    return folder


def plain(folder: Path, random):
    """Roles with heavy tails about a few directions, a default far from them, and conversations that wander: float64.

    Returns the roles (R, L, d), the default (L, d), and the turns of each conversation (T, L, d).
    """
    roles, layers, width = random.integers(10, 40), random.integers(1, 4), random.integers(16, 64)
    span = random.standard_normal((layers, 3, width)) * np.array([6, 3, 2])[:, None] / np.sqrt(width)
    weights = random.standard_t(4, (roles, 1, 3)) * np.ones((1, layers, 1))
    vectors = np.einsum("rlk,lkd->rld", weights, span) + random.standard_t(5, (roles, layers, width)) * 0.2
    default = vectors.mean(0) + 2 * span[:, 0] + 0.3 * random.standard_normal((layers, width))
    (folder / "vectors").mkdir(parents=True)
    (folder / "turns").mkdir()
    (folder / "transcripts").mkdir()
    for index, vector in enumerate(vectors):
        save_file({"vector": np.ascontiguousarray(vector)}, folder / f"vectors/r{index:02}.safetensors")
    save_file({"vector": np.ascontiguousarray(default)}, folder / "default.safetensors")
    talks = {}
    for index in range(int(random.integers(2, 8))):
        count = int(random.integers(1, 9))
        steps = random.standard_normal((count, layers, width)) * 0.3
        talks[f"c{index}"] = np.ascontiguousarray(default - np.cumsum(abs(steps), 0) * np.sign(span[:, 0]))
        save_file({"turns": talks[f"c{index}"]}, folder / f"turns/c{index}.safetensors")
        messages = [{"role": role, "content": "…"} for _ in range(count) for role in ("user", "assistant")]
        text = {"model": "m", "conversation": messages, "domain": "d"}
        (folder / f"transcripts/c{index}.json").write_text(json.dumps(text))
    return vectors, default, talks
