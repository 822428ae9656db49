"""What `persona cap` writes, by hand in PyTorch and pandas: the peer of `scripts/bench cap` that does all of it."""

import glob
from pathlib import Path

import pandas as pd
import torch
from safetensors import safe_open

WIDTHS = (2, 3, 4, 6, 8)
REPLICATES = 1000


def torch_cap_tables(source: str, space: str) -> None:
    """As the definitions have it: sums in float64, all floors at once, layer by layer and conversation by conversation."""
    with safe_open(space, "pt") as file:
        axis, roles, default = (file.get_tensor(name).double() for name in ("axis", "role_vectors", "default"))
    norm, mean = axis.norm(dim=1), roles.mean(0)
    v = axis / norm[:, None]
    floors = torch.quantile((roles * v).sum(-1), torch.arange(2, 98, 5).double() / 100, dim=0).T
    from_default = roles - default
    reach = (from_default - (from_default * v).sum(-1, keepdim=True) * v).norm(dim=-1).max(0).values
    rows, caps, ranges, places = [], [], [], []
    for path in sorted(glob.glob(f"{source}/turns/*")):
        with safe_open(path, "pt") as file:
            tokens, offsets = file.get_tensor("tokens"), file.get_tensor("turn_offsets")
        lengths = offsets.diff()
        count = len(lengths)
        turn = torch.repeat_interleave(torch.arange(count), lengths)
        # A product: `index_add_` takes many times as long.
        average = (turn == torch.arange(count)[:, None]).double() / lengths[:, None]
        lacks, layers = [], []
        for layer in range(len(v)):
            h = tokens[:, layer].double()
            middle = average @ h
            before = middle @ v[layer]
            off = middle - default[layer]
            off = (off - (off @ v[layer])[:, None] * v[layer]).norm(dim=1) / reach[layer]
            pull = (floors[layer] - (h @ v[layer])[:, None]).clamp(min=0)
            share, pullback = average @ (pull > 0).double(), average @ pull
            perturbation = average @ (pull / h.norm(dim=1, keepdim=True))
            lacks.append(pull / norm[layer])
            position = (before - mean[layer] @ v[layer]) / norm[layer]
            after = position[:, None] + pullback / norm[layer]
            layers.append((share, pullback, perturbation, position[0] - position[-1], after[0] - after[-1]))
            table = torch.stack(
                torch.broadcast_tensors(
                    torch.arange(count)[:, None].double(), floors[layer], lengths[:, None].double(), share, before[:, None],
                    before[:, None] + pullback, pullback, position[:, None], after, perturbation, off[:, None],
                ), -1,
            )  # fmt: skip
            rows.append(table.transpose(0, 1).reshape(-1, table.shape[-1]))
            places += [(Path(path).stem, layer)] * len(rows[-1])
        caps.append([torch.stack([own[i] for own in layers]) for i in range(5)])
        ranges.append(together(torch.stack(lacks), average, caps[-1][3]))
    names = ["turn", "tau", "tokens", "capped_share", "before", "after", "pullback", "before_position", "after_position"]
    frame = pd.DataFrame(torch.cat(rows).numpy(), columns=[*names, "perturbation", "off_axis_ratio"])
    frame.insert(0, "conversation", [name for name, _ in places])
    frame.insert(1, "layer", [layer for _, layer in places])
    frame.to_csv(Path(space).parent / "peer_turns.csv", index=False)
    weights = draws(len(caps))
    fall, after = torch.stack([cap[3] for cap in caps]), torch.stack([cap[4] for cap in caps])
    reduction, low, high = reductions(fall[:, :, None].expand_as(after), after, weights)
    table = torch.stack([torch.cat([cap[i] for cap in caps], 1).mean(1) for i in range(3)] + [reduction, low, high], -1)
    pd.DataFrame(table.reshape(-1, 6).numpy()).to_csv(Path(space).parent / "peer_caps.csv", index=False)
    each = 1 - (weights @ after.flatten(1)).reshape(-1, *after.shape[1:]) / (weights @ fall)[:, :, None]
    lines, number = [], 0
    for width in WIDTHS:
        for first in range(len(v) - width + 1):
            shares, falls, arriving = (torch.stack([own[number][i] for own in ranges]) for i in range(3))
            inside = each[:, first : first + width].mean(1).quantile(torch.tensor([0.025, 0.975]).double(), dim=0)
            found = reductions(falls[:, None].expand_as(arriving), arriving, weights)
            alone = reduction[first : first + width]
            lines.append(torch.stack([shares.mean(0), alone.mean(0), *inside, alone.amin(0), *found], -1))
            number += 1
    pd.DataFrame(torch.cat(lines).numpy()).to_csv(Path(space).parent / "peer_ranges.csv", index=False)


def together(lacks: torch.Tensor, average: torch.Tensor, falls: torch.Tensor) -> list[tuple]:
    """Of each range of layers: the share of tokens below one of its floors, and the fall at its last layer before and after, if all
    that is moved arrives there; of `lacks` (layers, tokens, floors) in axis lengths."""
    found = []
    for width in WIDTHS:
        for first in range(len(lacks) - width + 1):
            most = lacks[first : first + width].amax(0)
            share, moved = average @ (most > 0).double(), average @ most
            fall = falls[first + width - 1]
            found.append((share.mean(0), fall, fall + moved[0] - moved[-1]))
    return found


def draws(count: int) -> torch.Tensor:
    """How often each conversation is in each bootstrap sample."""
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randint(count, (REPLICATES, count), generator=generator)
    return torch.zeros(REPLICATES, count, dtype=torch.double).scatter_add_(1, drawn, torch.ones(drawn.shape).double())


def reductions(before: torch.Tensor, after: torch.Tensor, weights: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """The share of the fall that is taken away, with its interval, of falls (conversations, …)."""
    drawn = 1 - (weights @ after.flatten(1)) / (weights @ before.flatten(1))
    ends = drawn.quantile(torch.tensor([0.025, 0.975]).double(), dim=0)
    shape = before.shape[1:]
    return 1 - after.sum(0) / before.sum(0), ends[0].reshape(shape), ends[1].reshape(shape)
