"""What the tests of fit share: a planted dump, the command, and axis and first component in NumPy."""

import csv
import subprocess

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

ROLES, LAYERS, DIMENSIONS = 60, 2, 50


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A dump of role vectors with a leading direction, a massive dimension, levels and traits."""
    folder = tmp_path_factory.mktemp("planted")
    random = np.random.default_rng(7)
    strength = np.r_[5, 3, 2, np.ones(DIMENSIONS - 3)]
    roles = random.standard_normal((ROLES, LAYERS, DIMENSIONS)) * strength
    roles[..., 9] += 900
    default = np.zeros((LAYERS, DIMENSIONS))
    default[:, 0], default[:, 1], default[:, 9] = 14, 4, 900
    (folder / "vectors").mkdir()
    (folder / "traits").mkdir()
    for index, vector in enumerate(roles):
        save_file({"vector": vector}, folder / "vectors" / f"r{index:02}.safetensors")
    save_file({"vector": default}, folder / "vectors" / "default.safetensors")
    traits = random.standard_normal((12, LAYERS, DIMENSIONS)) + 3
    traits[3, :, 0] += 30
    traits[4, :, 0] -= 25
    for index, vector in enumerate(traits):
        save_file({"vector": vector}, folder / "traits" / f"t{index:02}.safetensors")
    levels = np.arange(ROLES) % 4 + 1
    table = ["role,group,level"] + [f"r{index:02},some,{levels[index]}" for index in range(50)]
    (folder / "roles.csv").write_text("\n".join(table) + "\n")
    return folder, roles, default, traits, levels[:50]


@pytest.fixture
def fit(persona, planted, tmp_path):
    def fit(*options, verb="fit", source=None):
        out = tmp_path / "out"
        command = [persona, verb, source or planted[0], "-o", out, "-q", "--force", *map(str, options)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return {path.stem: list(csv.DictReader(path.open())) for path in out.glob("*.csv")}, load_file(
            out / "space.safetensors"
        )

    return fit


def numbers(rows, *columns):
    return np.array([[float(row[column]) for column in columns] for row in rows])


def number_or_nan(text):
    return float(text) if text else np.nan


def space(roles, default):
    """Of one layer: cos(axis, PC1), variance ratio of PC1, unit axis, PC1, positions."""
    mean = roles.mean(0)
    _, s, vt = np.linalg.svd(roles - mean, full_matrices=False)
    axis = default - mean
    unit = axis / np.linalg.norm(axis)
    return abs(vt[0] @ unit), s[0] ** 2 / (s**2).sum(), unit, vt[0], mean, axis
