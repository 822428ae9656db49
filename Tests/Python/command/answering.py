"""Answers with planted states, made without the package's own synthesis."""

from dataclasses import dataclass

import numpy as np
import torch
from responding import save


@dataclass
class Persona:
    """What a model does when it is asked for a persona."""

    #: The length of the way from the default, in standard deviations of a dimension.
    distance: float = 14.0
    #: The share of answers given as the default, and what it depends on: chance, question or prompt.
    refused: float = 0.0
    refusal: str = "chance"
    #: The standard deviation of adopted answers along the way, in shares of it.
    wobble: float = 0.0
    #: Where adopted answers lie on the way.
    reach: float = 1.0
    #: Whether refusing is a matter of prompt and question, so that runs never differ.
    is_fixed: bool = False


class World:
    """Noise with a power-law spectrum and a massive dimension, effects of questions that all share, shifts by prompt."""

    def __init__(self, seed, questions=12, prompts=4, runs=2, dimensions=48, shift=0.3, heavy=False, layers=1):
        self.random = np.random.default_rng(seed)
        self.shape, self.heavy, self.shift = (prompts, questions, runs), heavy, shift
        spectrum = (1 + np.arange(dimensions)) ** -0.5
        self.spectrum = spectrum / np.sqrt((spectrum**2).mean())
        self.base = np.zeros(dimensions)
        self.base[3] = 300
        self.questions = self.noise(questions)
        #: The share of refusals expected of the last persona's prompts over all questions.
        self.expected = 0.0

    def noise(self, *shape, heavy=False):
        size = np.sqrt(3 / self.random.chisquare(5, shape))[..., None] if heavy else 1
        return self.random.normal(size=(*shape, len(self.spectrum))) * self.spectrum * size

    def answers(self, persona=None, way=None):
        """Activations (prompts, questions, runs, d), and which of them are the default's."""
        prompts, questions, runs = self.shape
        rows = self.base + self.questions[None, :, None] + self.noise(*self.shape, heavy=self.heavy)
        rows += self.shift * self.noise(prompts)[:, None, None]
        if persona is None:
            return rows, np.ones(self.shape, bool)
        home = self.refusals(persona)
        place = persona.reach * (1 + persona.wobble * self.random.normal(size=self.shape))
        own = way * place[..., None] + 0.3 * self.noise(questions)[None, :, None]
        return rows + np.where(home[..., None], 0, own), home

    def refusals(self, persona):
        prompts, questions, runs = self.shape
        rate = np.full(self.shape, persona.refused)
        self.expected = persona.refused
        if persona.refusal != "chance":
            axis = 1 if persona.refusal == "question" else 0
            levels = self.random.random(self.shape[axis]) < persona.refused
            each = np.where(levels, persona.refused + 0.6 * (1 - persona.refused), 0.4 * persona.refused)
            rate = np.broadcast_to(each[None, :, None] if axis else each[:, None, None], self.shape)
            self.expected = persona.refused if axis else each.mean()
        if persona.is_fixed:
            return np.broadcast_to(self.random.random((prompts, questions, 1)) < rate[..., :1], self.shape)
        return self.random.random(self.shape) < rate

    def direction(self, length):
        way = self.random.normal(size=len(self.spectrum))
        return way / np.linalg.norm(way) * length


def tensors(rows, prefix="pos", first=0):
    prompts, questions, runs = rows.shape[:3]
    return {
        f"{prefix}_p{p + first}_q{q}_r{r}": torch.tensor(rows[p, q, r][None])
        for p in range(prompts)
        for q in range(questions)
        for r in range(runs)
    }


def world_dump(folder, personas, seed=0, **options):
    """Writes a dump of `personas` by name; gives their ways, and which answers are the default's by key."""
    world = World(seed, **options)
    save(folder, "activations", "default", tensors(world.answers()[0], "default"))
    ways, homes = {}, {}
    for name, persona in personas.items():
        ways[name] = world.direction(persona.distance)
        rows, home = world.answers(persona, ways[name])
        content = tensors(rows)
        save(folder, "activations", name, content)
        homes[name] = dict(zip(content, home.ravel(), strict=True))
    return world, ways, homes
