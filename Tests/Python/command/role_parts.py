"""Roles in every form, and the parts of a run over them."""

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from test_components_parts import content

LAYERS, D = 3, 32
OUTPUTS = ["counts.csv", "vectors.safetensors"]


def answers(seed, count, label="pos"):
    """Responses about a centre of their own, with one dimension far from the rest."""
    random = np.random.default_rng(seed)
    centre = random.standard_normal((LAYERS, D))
    centre[:, 7] = 900
    return {f"{label}_p{i % 3}_q{i // 3}": centre + random.standard_normal((LAYERS, D)) for i in range(count)}


def save(path, content):
    """A role in the form that the ending says; a folder has a file a response."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".safetensors":
        save_file({key: np.ascontiguousarray(value) for key, value in content.items()}, path)
    elif path.suffix == ".pt":
        torch.save({key: torch.from_numpy(value.astype(np.float32)) for key, value in content.items()}, path)
    elif path.suffix == ".npz":
        np.savez_compressed(path, **content)
    else:
        path.mkdir()
        for key, value in content.items():
            np.save(path / f"{key}.npy", value)


@pytest.fixture
def dump(tmp_path):
    """Roles in all forms, of few answers and of many."""
    roles = {"default": (20, ".safetensors"), "a": (61, ".pt"), "b": (7, ""), "c": (33, ".npz"), "d": (9, ".safetensors"), "e": (50, "")}
    made = {}
    for seed, (role, (count, ending)) in enumerate(roles.items()):
        made[role] = answers(seed, count)
        save(tmp_path / "dump" / "activations" / f"{role}{ending}", made[role])
    return made


def whole(run, *options, source="dump"):
    return run("vectors", source, "-o", "whole/vectors.safetensors", "--force", *options)


def parts(run, count, *options, source="dump", folder="parts"):
    return [
        run("vectors", source, "-o", f"{folder}/{part}", "--part", f"{part}/{count}", "--force", *options)
        for part in range(1, count + 1)
    ]


def joined(run, tmp_path, *more):
    """What `merge` makes of the parts, which is what one run wrote."""
    done = run("merge", "parts", "-o", "merged", "--force", *more)
    assert sorted(content(tmp_path / "merged")) == OUTPUTS
    assert content(tmp_path / "merged") == content(tmp_path / "whole")
    return done
