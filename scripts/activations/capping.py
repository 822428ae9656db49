"""Activation capping in the model itself: a floor along the Assistant axis at some blocks."""

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open

from .faults import NOT_FOUND, USAGE, Fault
from .layers import parse_layers
from .model import on_block_outputs


@dataclass(frozen=True)
class Capping:
    """Unit axes (d,) toward the Assistant and floors τ in units of axis projection, by layer."""

    axes: dict[int, np.ndarray]
    floors: dict[int, float]
    #: What the manifest says of it.
    record: dict

    @staticmethod
    def read(path: Path, layers: str | None, tau: float | None, percentile: float | None) -> "Capping":
        """Axes from the `space.safetensors` of `persona fit`; τ as given, or a percentile of its role vectors.

        The percentile is of the role vectors' projections on the unit axis, with linear interpolation.
        """
        if not path.exists():
            raise Fault(f"{path}: no such file; --cap takes the space.safetensors that persona fit writes", NOT_FOUND)
        try:
            with safe_open(path, "np") as file:
                metadata = file.metadata() or {}
                axis, roles = file.get_tensor("axis"), file.get_tensor("role_vectors")
                fitted = json.loads(metadata["layers"])
        except Exception as error:
            raise Fault(f"{path}: not a space of persona fit: {error}") from error
        if layers is None:
            raise Fault(f"--cap needs --layers: which of the layers {fitted} to cap", USAGE)
        chosen = parse_layers(layers, fitted, "--layers")
        if (tau is None) == (percentile is None):
            raise Fault("--cap needs one of --tau (in units of axis projection) and --percentile", USAGE)
        axes, floors = {}, {}
        for layer in chosen:
            row = fitted.index(layer)
            direction = axis[row].astype(np.float64)
            length = np.linalg.norm(direction)
            if not np.isfinite(length) or length == 0:
                raise Fault(f"{path}: the axis of layer {layer} has length {length}")
            axes[layer] = direction / length
            projections = roles[:, row].astype(np.float64) @ axes[layer]
            floors[layer] = float(tau if tau is not None else np.percentile(projections, percentile))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return Capping(
            axes,
            floors,
            {
                "space_sha256": digest,
                "layers": chosen,
                "tau": [floors[layer] for layer in chosen],
                "percentile": percentile,
            },
        )

    def check(self, blocks: torch.nn.ModuleList, hidden_size: int) -> None:
        """Throws if the model has other layers or dimensions than the space."""
        for layer, axis in self.axes.items():
            if len(axis) != hidden_size:
                raise Fault(f"--cap: the space has {len(axis)} dimensions, the model {hidden_size}")
            if not 0 <= layer < len(blocks):
                raise Fault(f"--cap: the model has no block {layer}; its blocks are 0 to {len(blocks) - 1}")

    @contextmanager
    def applied(self, blocks: torch.nn.ModuleList):
        """Caps every token at the layers while it lasts: h ← h − v min(h·v − τ, 0)."""
        directions: dict[int, torch.Tensor] = {}

        def cap(layer: int, hidden: torch.Tensor) -> torch.Tensor:
            if layer not in directions:
                directions[layer] = torch.tensor(self.axes[layer], dtype=torch.float32, device=hidden.device)
            # In float32 whatever the model's type: τ is compared with a sum over thousands of dimensions.
            axis, wide = directions[layer], hidden.float()
            below = (wide @ axis - self.floors[layer]).clamp(max=0)
            return (wide - below.unsqueeze(-1) * axis).to(hidden.dtype)

        with on_block_outputs(blocks, self.axes, cap):
            yield
