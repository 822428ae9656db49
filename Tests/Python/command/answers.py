"""Responses of the planted world of `people`, keyed as the reference pipeline keys them."""

import json

import numpy as np
from people import NAMES, save
from safetensors.numpy import load_file

KEYS = [f"pos_p{p}_q{q}" for p in range(2) for q in range(6)]


def answers(world, folder, form=lambda x: x, keys=KEYS, manifest=None, opposite=None):  # noqa: F811
    """Responses whose means are the planted vectors; the opposite of a role lies at its mirror image about the mean."""
    random = np.random.default_rng(5)
    for name, vector in [*zip(NAMES, world.roles, strict=True), ("default", world.default)]:
        noise = random.normal(size=(len(keys), *vector.shape)) * 0.1
        noise -= noise.mean(0)
        own = ["default" + key[3:] for key in keys] if name == "default" else keys
        content = {key: form((vector + n).astype("float32")) for key, n in zip(own, noise, strict=True)}
        if opposite and name != "default":
            mirrored = 2 * world.mean - vector
            for key, n in zip(keys, noise, strict=True):
                content[opposite + key[3:]] = form((mirrored + n).astype("float32"))
        save(content, folder / "activations" / f"{name}.pt")
    if manifest:
        (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def fitted(folder):
    return load_file(folder / "space.safetensors")["role_vectors"][np.argsort(np.argsort(NAMES))]
