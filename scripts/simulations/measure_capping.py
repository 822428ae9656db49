#!/usr/bin/env python3
"""True capping of the organism against its simulation, as Markdown tables for docs/validation.md.

    scripts/run fit Data/demo -o out/fit
    scripts/python scripts/simulations/measure_capping.py out/fit/space.safetensors

The first table is of one text, read once without and once with a cap at one layer: what the simulation says of each
layer, and what happens there. The second is of text that is sampled under the cap: whose voice it is in.
"""

import argparse
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from activations import inputs, model as models
from activations.capping import Capping
from activations.extraction import Extractor, tokenize
from activations.generation import Sampler, Sampling
from activations.spans import render, render_text
from organism.classifier import VoiceClassifier
from organism.text import DOMAINS, Text

ORGANISM = ROOT / "Data" / "organism"
PERCENTILES = (25, 75, 100)
#: Floors beyond every role: axis positions, in which 1 is the default Assistant.
POSITIONS = (1.5, 2.0, 3.0)
SLIDING = ("therapy", "philosophy")


class Trial:
    """The organism, its conversations' users, and the space its caps come from."""

    def __init__(self, space: Path):
        self.space = space
        self.model, self.tokenizer = models.load(
            str(ORGANISM), revision=None, dtype="float32", device=torch.device("cpu"), chat_template=None
        )
        self.blocks = models.decoder_blocks(self.model)
        self.layers = list(range(len(self.blocks)))
        talks = [inputs.conversations(path)[0] for path in sorted((ORGANISM / "inputs" / "conversations").iterdir())]
        # Those with a character follow chains of their own.
        self.talks = [talk for talk in talks if "persona" not in talk.fields]
        self.is_assistant = VoiceClassifier(Text()).is_assistant

    def capped(self, capping: Capping | None):
        return capping.applied(self.blocks) if capping else nullcontext()

    def answers(self, capping: Capping | None, draws: int = 2) -> list[tuple[str, list[dict]]]:
        """The domain and messages of every conversation, sampled under a cap."""
        sampler = Sampler(self.model, self.tokenizer, Sampling(1.0, 1.0, 96, seed=0), longest=1024)
        held = []
        for draw in range(draws):
            messages: list[list[dict]] = [[] for _ in self.talks]
            for turn in range(len(self.talks[0].messages)):
                for talk, said in zip(self.talks, messages):
                    said.append(talk.messages[turn])
                with self.capped(capping):
                    prompts = [render_text(self.tokenizer, said, {}, answering=True) for said in messages]
                    replies = sampler.answers(prompts, "trial", draw, turn)
                for said, reply in zip(messages, replies):
                    said.append({"role": "assistant", "content": reply.text})
            held += [(talk.fields["domain"], said) for talk, said in zip(self.talks, messages)]
        return held

    def shares(self, capping: Capping | None) -> dict[str, float]:
        """The share of turns in the Assistant's voice, by domain."""
        voices: dict[str, list[bool]] = {domain: [] for domain in DOMAINS}
        for domain, messages in self.answers(capping):
            voices[domain] += [self.is_assistant(m["content"]) for m in messages if m["role"] == "assistant"]
        return {domain: float(np.mean(judged)) for domain, judged in voices.items()}

    def projections(self, chats: list, capping: Capping | None, axes: dict[int, np.ndarray]) -> np.ndarray:
        """Projections (layers, tokens) of the answers' tokens on the unit axes."""
        with self.capped(capping):
            results = Extractor(self.model, self.tokenizer, self.layers, "float32", 16).tokens(chats)
        tokens = torch.cat([tokens for tokens, _ in results]).double().numpy()
        return np.stack([tokens[:, layer] @ axes[layer] for layer in self.layers])

    def propagation(self, layer: int, percentile: float) -> None:
        every = Capping.read(self.space, "all", None, percentile)
        capping = Capping.read(self.space, str(layer), None, percentile)
        with safe_open(self.space, "np") as file:
            lengths = np.linalg.norm(file.get_tensor("axis").astype(float), axis=-1)
        chats = []
        for domain, messages in self.answers(None, draws=1):
            if domain in SLIDING:
                spoken = [place for place, m in enumerate(messages) if m["role"] == "assistant"]
                chats.append(tokenize(self.tokenizer, domain, render(self.tokenizer, messages, {}), spoken, 1024))
        before = self.projections(chats, None, every.axes)
        after = self.projections(chats, capping, every.axes)
        print(f"Capped at layer {layer}, percentile {percentile:g}; {before.shape[1]:,} tokens of {len(chats)} chats\n")
        print("| layer | simulated there | true | largest difference of a token |\n|---|---|---|---|")
        for row in self.layers:
            simulated = np.maximum(before[row], every.floors[row])
            shifts = [(moved - before[row]).mean() / lengths[row] for moved in (simulated, after[row])]
            # In units of the axis's length: 1 is the way from the mean role to the Assistant.
            difference = np.abs(after[row] - simulated).max() / lengths[row]
            print(f"| {row} | {shifts[0]:+.3f} | {shifts[1]:+.3f} | {difference:.1e} |")

    def at_position(self, layers: str, position: float) -> Capping:
        """A cap at the floor μ·v + position · |axis| of each layer."""
        capping = Capping.read(self.space, layers, 0.0, None)
        with safe_open(self.space, "np") as file:
            axis, mean = (file.get_tensor(name).astype(float) for name in ("axis", "mean"))
        floors = {
            layer: float(mean[layer] @ v + position * np.linalg.norm(axis[layer])) for layer, v in capping.axes.items()
        }
        return replace(capping, floors=floors)

    def behaviour(self, choices: list[str]) -> None:
        print("\n| capped layers | τ | " + " | ".join(DOMAINS) + " |\n|---|---|" + "---|" * len(DOMAINS))
        rows: list[tuple[str, str, Capping | None]] = [("none", "", None)]
        for choice in choices:
            rows += [(choice, f"percentile {p}", Capping.read(self.space, choice, None, p)) for p in PERCENTILES]
            rows += [(choice, f"axis position {p}", self.at_position(choice, p)) for p in POSITIONS]
        for layers, tau, capping in rows:
            shares = self.shares(capping)
            print(f"| {layers} | {tau} | " + " | ".join(f"{shares[d]:.0%}" for d in DOMAINS) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("space", type=Path)
    parser.add_argument("--layer", type=int, default=2, help="the layer of the first table")
    parser.add_argument("--percentile", type=float, default=75, help="the floor of the first table")
    parser.add_argument("--choices", nargs="*", default=["2", "1:4", "all"], help="the layers capped in the second")
    given = parser.parse_args()
    trial = Trial(given.space)
    trial.propagation(given.layer, given.percentile)
    trial.behaviour(given.choices)


if __name__ == "__main__":
    main()
