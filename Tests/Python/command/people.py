"""Inputs as people have them: a small planted world, and the command run over it."""

import csv
import subprocess

import numpy as np
import pytest
import torch

LAYERS, DIMENSIONS = 4, 64
#: Options of runs whose intervals nobody looks at.
FAST = ("--bootstrap", 0)
NAMES = "pirate judge nurse bard hermit clerk wolf oracle jester tutor spy ghost".split()


class World:
    """Twelve roles on a line, a default beyond them, and turns that fall along it; float32, (layers, dimensions)."""

    def __init__(self):
        random = np.random.default_rng(7)
        unit = random.normal(size=(LAYERS, DIMENSIONS))
        unit /= np.linalg.norm(unit, axis=1, keepdims=True)
        base = random.normal(size=(LAYERS, DIMENSIONS)) * 3
        place = np.linspace(-1.5, 1.2, len(NAMES))[:, None, None] * 2
        roles = base + place * unit + random.normal(size=(len(NAMES), LAYERS, DIMENSIONS)) * 0.12
        self.roles = roles.astype(np.float32)
        self.default = (base + 4 * unit + random.normal(size=(LAYERS, DIMENSIONS)) * 0.05).astype(np.float32)
        self.mean = self.roles.astype(np.float64).mean(0)
        self.axis = self.default.astype(np.float64) - self.mean

    def turns(self, count=5):
        noise = np.random.default_rng(0).normal(size=(count, LAYERS, DIMENSIONS)) * 0.05
        fall = np.linspace(1, 0.2, count)[:, None, None]
        return (self.mean + fall * self.axis + noise).astype(np.float32)

    def positions(self, activations):
        """Axis positions, by the definition, of (…, layers, dimensions)."""
        return ((activations.astype(np.float64) - self.mean) * self.axis).sum(-1) / (self.axis**2).sum(-1)

    def write(self, folder, roles=None, default=None):
        (folder / "vectors").mkdir(parents=True, exist_ok=True)
        for name, vector in zip(NAMES, self.roles if roles is None else roles, strict=True):
            save(vector, folder / "vectors" / f"{name}.pt")
        save(self.default if default is None else default, folder / "default.pt")
        return folder


def save(value, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(tensors(value), path)


def tensors(value):
    if isinstance(value, np.ndarray):
        return torch.from_numpy(np.ascontiguousarray(value))
    if isinstance(value, dict):
        return {key: tensors(item) for key, item in value.items()}
    return type(value)(map(tensors, value)) if isinstance(value, list | tuple) else value


@pytest.fixture
def world():
    return World()


@pytest.fixture
def run(persona):
    def run(*arguments):
        return subprocess.run([persona, *map(str, arguments)], capture_output=True, text=True)

    return run


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def read(run, *arguments):
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    return done


def refused(run, *arguments):
    done = run(*arguments)
    assert done.returncode in (64, 65, 66), (done.returncode, done.stdout, done.stderr)
    return done.stderr
