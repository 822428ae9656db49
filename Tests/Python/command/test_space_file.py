"""The space that persona fit makes of the demo, as the libraries read it and NumPy computes it."""

import json
import subprocess

import numpy as np
import safetensors.numpy
import safetensors.torch
from converting import check_all, convert, read_gguf, read_safetensors, same
from safetensors import safe_open

from repository import DEMO


def test_the_space_of_the_demo_is_read_by_the_libraries(persona, convert, tmp_path):
    done = subprocess.run([persona, "fit", DEMO, "-o", tmp_path / "fit", "-q"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "fit" / "space.safetensors"
    space = safetensors.numpy.load_file(path)
    check_all({key: value.numpy() for key, value in safetensors.torch.load_file(path).items()}, space)
    with safe_open(path, framework="np") as file:
        metadata = file.metadata()
    roles, layers = json.loads(metadata["roles"]), json.loads(metadata["layers"])
    assert len(roles) == 45 and "default" not in roles and layers == list(range(6))

    def vector(role) -> np.ndarray:
        (found,) = read_safetensors(DEMO / "vectors" / f"{role}.safetensors").values()
        return found.float().numpy()

    assert same(space["role_vectors"], np.stack([vector(role) for role in roles]))
    assert same(space["default"], vector("default").astype(np.float64))
    exact = {"rtol": 1e-12, "atol": 1e-13}
    mean = space["role_vectors"].astype(np.float64).mean(axis=0)
    np.testing.assert_allclose(space["mean"], mean, **exact)
    np.testing.assert_allclose(space["axis"], space["default"] - mean, **exact)
    for layer, directions in enumerate(space["components"]):
        # Against the singular values of the centred roles; directions up to sign, which the default orients.
        centred = space["role_vectors"][:, layer].astype(np.float64) - mean[layer]
        singular, right = np.linalg.svd(centred, full_matrices=False)[1:]
        np.testing.assert_allclose(np.abs((directions * right[:10]).sum(axis=1)), 1, atol=1e-9)
        np.testing.assert_allclose(
            space["variance"][layer] / space["variance"][layer][0], (singular / singular[0])[:10] ** 2, rtol=1e-9
        )
    # As NumPy and llama.cpp take it on.
    assert same(np.load(convert(path, ".npy", "--tensor", "role_vectors")), space["role_vectors"])
    assert same(np.load(convert(path, ".npy", "--tensor", "axis")), space["axis"])
    tensors, _ = read_gguf(convert(path, ".gguf", "--tensor", "axis"))
    check_all(tensors, {f"direction.{layer}": space["axis"][layer].astype(np.float32) for layer in layers if layer})
