"""persona fit reads layers side by side, and roles where there is one layer: the same bytes, and the same words of what is wrong."""

import subprocess

import numpy as np
import pytest
from safetensors.numpy import save_file

ROLES, LAYERS, D = 14, 9, 40


@pytest.fixture
def vectors(tmp_path):
    random = np.random.default_rng(0)
    values = {f"r{place:02}": random.standard_normal((LAYERS, D)).astype(np.float32) + 3 for place in range(ROLES)}
    values["default"] = random.standard_normal((LAYERS, D)).astype(np.float32)
    folder = tmp_path / "vectors"
    folder.mkdir()

    def write():
        for name, value in values.items():
            save_file({"vector": value}, folder / f"{name}.safetensors")

    write()
    return values, folder, write


def fit(persona, folder, out, threads, *options):
    command = [persona, "fit", folder, "-o", out, "--bootstrap", 0, "--threads", threads, "--force", *options]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", [(), ("--layers", "4")])
def test_any_number_of_threads(persona, vectors, tmp_path, options):
    contents = []
    for threads in (1, 2, 3, 16):
        done = fit(persona, vectors[1], tmp_path / "out", threads, *options)
        assert done.returncode == 0, done.stderr
        contents.append({path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()})
    assert all(content == contents[0] for content in contents)


@pytest.mark.parametrize("options", [(), ("--layers", "6")])
def test_the_first_role_that_is_broken_is_named(persona, vectors, tmp_path, options):
    values, folder, write = vectors
    values["r03"][6, 5] = np.nan
    values["r09"][1, 0] = np.inf
    values["r09"][6, 0] = np.inf
    write()
    said = {fit(persona, folder, tmp_path / "out", threads, *options).stderr.split(": note")[-1] for threads in (1, 2, 5, 16)}
    assert len(said) == 1
    assert "r03.safetensors" in said.pop()
    assert not (tmp_path / "out").exists()
