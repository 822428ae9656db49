"""Makes the inputs of the benchmarks: files of torch.save, seeded numbers about a mean with one massive dimension."""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

#: Distinct responses; the others are these, shifted: drawing billions of normal numbers would take the longest.
DISTINCT = 32


def responses(folder: Path, roles: int, count: int, layers: int, dimensions: int) -> None:
    """`activations/<role>.pt` for `roles` roles, the default among them, of `count` bfloat16 responses."""
    target = folder / "activations"
    target.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(1)
    centre = torch.randn(layers, dimensions, generator=generator)
    centre[:, 7] = 900
    noise = torch.randn(DISTINCT, layers, dimensions, generator=generator)
    for role in range(roles):
        mean = centre + 0.3 * torch.randn(layers, dimensions, generator=generator)
        content = {
            f"pos_p{i // 240}_q{i % 240}": (mean + noise[i % DISTINCT].roll(i // DISTINCT, -1)).bfloat16()
            for i in range(count)
        }
        torch.save(content, target / ("default.pt" if role == 0 else f"role{role:03}.pt"))


def vectors(folder: Path, roles: int, layers: int, dimensions: int) -> None:
    """`vectors/<role>.pt` for `roles` roles and the default, float32."""
    target = folder / "vectors"
    target.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(2)
    directions = torch.randn(20, layers, dimensions, generator=generator)
    for role in range(roles + 1):
        weights = torch.randn(20, 1, 1, generator=generator) * torch.linspace(3, 0.2, 20).reshape(-1, 1, 1)
        vector = (weights * directions).sum(0) + 0.5 * torch.randn(layers, dimensions, generator=generator)
        torch.save(vector, target / ("default.pt" if role == 0 else f"role{role:03}.pt"))


def tokens(folder: Path, conversations: int, turns: int, length: int, layers: int, dimensions: int) -> None:
    """`turns/<id>.safetensors` of bfloat16 tokens, `length` a turn on average, and their transcripts."""
    for name in ("turns", "transcripts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(3)
    centre = torch.randn(layers, dimensions, generator=generator)
    centre[:, 7] = 900
    noise = torch.randn(DISTINCT, layers, dimensions, generator=generator)
    for number in range(conversations):
        name = f"conversation{number:03}"
        lengths = [max(1, length + (7 * turn) % 41 - 20) for turn in range(turns)]
        content = torch.empty(sum(lengths), layers, dimensions, dtype=torch.bfloat16)
        mean = centre + 0.3 * torch.randn(layers, dimensions, generator=generator)
        for token in range(len(content)):
            content[token] = mean + noise[token % DISTINCT].roll(token // DISTINCT, -1)
        offsets = torch.tensor([0, *lengths]).cumsum(0)
        save_file({"tokens": content, "turn_offsets": offsets}, folder / "turns" / f"{name}.safetensors")
        spoken = [{"role": role, "content": ""} for _ in lengths for role in ("user", "assistant")]
        text = json.dumps({"domain": f"domain{number % 2}", "conversation": spoken})
        (folder / "transcripts" / f"{name}.json").write_text(text)


def embeddings(folder: Path, conversations: int, turns: int, dimensions: int) -> None:
    """`embeddings/<id>.npy` of float32, a message a turn, and `turns.csv` in which they move the position."""
    (folder / "embeddings").mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(5)
    scales = np.geomspace(3, 0.1, dimensions)
    direction = random.normal(size=dimensions) / scales / np.sqrt(dimensions)
    lines = ["conversation,domain,condition,sample,turn,speaker,layer,tokens,axis_projection,axis_position"]
    for number in range(conversations):
        name = f"conversation{number:04}"
        values = (random.normal(size=(turns, dimensions)) * scales).astype(np.float32)
        np.save(folder / "embeddings" / f"{name}.npy", values)
        places = 0.9 - 0.02 * (number % 2) * np.arange(turns) + 0.2 * values @ direction + 0.2 * random.normal(size=turns)
        lines += [f"{name},domain{number % 2},,,{turn},assistant,0,,,{place}" for turn, place in enumerate(places)]
    (folder / "turns.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    kinds = {"responses": responses, "tokens": tokens, "vectors": vectors, "embeddings": embeddings}
    kinds[sys.argv[1]](Path(sys.argv[2]), *map(int, sys.argv[3:]))
