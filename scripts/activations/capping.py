"""Activation capping in the model itself: a floor along the Assistant axis behind some blocks.

Of a file that `persona export` writes (`cap-json`, `pt-capping`) or of a published `capping_config.pt`, in three lines:

    from activations.capping import Capping

    with Capping.load("cap.json").on(model):
        answer = model.generate(**inputs)

`model` is any causal language model of `transformers`. Every token is capped, of the prompt and of what is generated, while the
block lasts. `PYTHONPATH=scripts` makes the module found.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .cap_files import is_space, read_caps, read_space_caps
from .faults import Fault
from .model import decoder_blocks, on_block_outputs


@dataclass(frozen=True)
class Capping:
    """Unit axes (d,) toward the Assistant and floors τ in units of axis projection, by layer."""

    axes: dict[int, np.ndarray]
    floors: dict[int, float]
    #: What the manifest says of it.
    record: dict

    @staticmethod
    def load(path: Path | str, experiment: str | None = None) -> "Capping":
        """Caps of a `cap-json` file, or of the `experiment` of a `capping_config.pt`, which may be left out where there is one."""
        return Capping(*read_caps(Path(path), experiment))

    @staticmethod
    def read(path: Path, layers: str | None, tau: float | None, percentile: float | None) -> "Capping":
        """Axes from the `space.safetensors` of `persona fit`; τ as given, or a percentile of its role vectors.

        The percentile is of the role vectors' projections on the unit axis, with linear interpolation.
        """
        return Capping(*read_space_caps(path, layers, tau, percentile))

    @staticmethod
    def given(options) -> "Capping":
        """As the options of the dump script say."""
        if is_space(options.cap):
            return Capping.read(options.cap, options.layers, options.tau, options.percentile)
        return Capping.load(options.cap, options.experiment)

    @contextmanager
    def on(self, model, blocks: str | None = None):
        """Caps in `model`, which must have the layers and dimensions, while it lasts; `blocks` names its list of blocks."""
        found = decoder_blocks(model, blocks)
        self.check(found, model.config.get_text_config().hidden_size)
        with self.applied(found):
            yield model

    def check(self, blocks: torch.nn.ModuleList, hidden_size: int) -> None:
        """Throws if the model has other layers or dimensions than the axes."""
        for layer, axis in self.axes.items():
            if len(axis) != hidden_size:
                raise Fault(f"--cap: the axes have {len(axis)} dimensions, the model {hidden_size}")
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
