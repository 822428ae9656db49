"""Keys that name layers are layers; lists of records and the tokens of one request say what they are, and what to type."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from people import NAMES, read, refused, run, save, table, world  # noqa: F401
from safetensors.numpy import load_file, save_file


def follow(error, folder):
    """Does what an error says: the Python in it, and what that printed to its end."""
    command = error[error.index("python3 -c ") :].strip().replace("python3", sys.executable, 1)
    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stderr)


@pytest.fixture
def plain(run, world, tmp_path):  # noqa: F811
    """What a fit of the usual layout gives."""
    read(run, "fit", world.write(tmp_path / "plain"), "-o", tmp_path / "expected", "--bootstrap", 0)
    return load_file(tmp_path / "expected/space.safetensors")


def same(space, expected):
    assert set(space) == set(expected)
    return all(np.array_equal(space[name], expected[name]) for name in expected)


@pytest.mark.parametrize("order", ["layer first", "role first", "nested", "nested role first"])
def test_keys_that_name_layers_are_layers(run, world, plain, tmp_path, order):  # noqa: F811
    vectors = dict(zip(NAMES, world.roles, strict=True)) | {"default": world.default}
    nested = {f"layer_{12 + layer}": {name: v[layer] for name, v in vectors.items()} for layer in range(4)}
    turned = {name: {f"layer_{12 + layer}": v[layer] for layer in range(4)} for name, v in vectors.items()}
    path = tmp_path / "all.safetensors"
    if order == "layer first":
        save_file({f"{layer}/{name}": v for layer, roles in nested.items() for name, v in roles.items()}, path)
    elif order == "role first":
        save_file({f"{name}/{layer}": v for name, own in turned.items() for layer, v in own.items()}, path)
    else:
        path = tmp_path / "all.pt"
        save(nested if order == "nested" else turned, path)
    read(run, "fit", path, "-o", tmp_path / "out", "--bootstrap", 0)
    assert same(load_file(tmp_path / "out/space.safetensors"), plain)
    assert [row["layer"] for row in table(tmp_path / "out/layers.csv")] == ["12", "13", "14", "15"]


def test_a_role_without_a_layer_is_refused(run, world, tmp_path):  # noqa: F811
    vectors = {f"layer_{i}/{n}": v[i] for n, v in zip(NAMES, world.roles, strict=True) for i in range(4)}
    del vectors["layer_2/nurse"]
    save_file(vectors, tmp_path / "all.safetensors")
    for options in ([], ["--default", "layer_1/pirate"], ["--default", "pirate"]):
        error = refused(run, "fit", tmp_path / "all.safetensors", "-o", tmp_path / "out", *options)
        assert "its keys name layers" in error and "{layer: {role: (d)}}" in error


@pytest.mark.parametrize("kind", ["list", "numbers", "names"])
def test_a_role_of_one_tensor_a_layer(run, world, plain, tmp_path, kind):  # noqa: F811
    def parts(vector):
        if kind == "list":
            return list(vector)
        return {(20 + i if kind == "numbers" else f"layer_{20 + i}"): vector[i] for i in range(4)}

    dump = tmp_path / "dump"
    for name, vector in zip(NAMES, world.roles, strict=True):
        save(parts(vector), dump / "vectors" / f"{name}.pt")
    save(parts(world.default), dump / "default.pt")
    read(run, "fit", dump, "-o", tmp_path / "out", "--bootstrap", 0)
    assert same(load_file(tmp_path / "out/space.safetensors"), plain)
    first = 0 if kind == "list" else 20
    assert [int(row["layer"]) for row in table(tmp_path / "out/layers.csv")] == list(range(first, first + 4))


def records(world, name, vector, count=6):  # noqa: F811
    random = np.random.default_rng(NAMES.index(name) if name in NAMES else 99)
    noise = random.normal(size=(count, *vector.shape)).astype("f4") / 10
    return [
        {"key": f"pos_p{i % 2}_q{i // 2}", "activation": vector + noise[i], "score": 3 if i else 1, "prompt": "hello"}
        for i in range(count)
    ]


def test_records_become_a_dump_by_what_the_error_says(run, world, tmp_path):  # noqa: F811
    vectors = dict(zip(NAMES, world.roles, strict=True)) | {"default": world.default}
    lists = {name: records(world, name, vector) for name, vector in vectors.items()}
    for name, own in lists.items():
        save(own, tmp_path / "given/activations" / f"{name}.pt")
    # Each of the files as it is blamed; then all.
    error = refused(run, "vectors", tmp_path / "given", "-o", tmp_path / "v.safetensors")
    assert "a list of 6 records" in error and "'score'" in error
    for name in vectors:
        error = refused(run, "vectors", tmp_path / "given/activations" / f"{name}.pt", "-o", tmp_path / "v.safetensors")
        follow(error, tmp_path)
    read(run, "vectors", tmp_path / "DUMP", "-o", tmp_path / "v.safetensors", "--min-count", 1, "--no-question-adjustment")
    found = load_file(tmp_path / "v.safetensors")
    for i, name in enumerate(sorted(NAMES)):
        kept = np.mean([r["activation"].astype("f8") for r in lists[name] if r["score"] == 3], axis=0)
        assert np.allclose(found["role_vectors"][i], kept, rtol=1e-12)


def test_one_file_of_records_of_many_roles(run, world, tmp_path):  # noqa: F811
    vectors = dict(zip(NAMES, world.roles, strict=True)) | {"default": world.default}
    save([{"role": name, "activation": vector} for name, vector in vectors.items()], tmp_path / "all.pt")
    for options in ([], ["--default", "0.activation"]):
        error = refused(run, "fit", tmp_path / "all.pt", "-o", tmp_path / "out", *options)
        assert "a list of 13 records" in error
    follow(error, tmp_path)
    read(run, "fit", tmp_path / "DUMP", "-o", tmp_path / "out")
    assert {row["role"] for row in table(tmp_path / "out/roles.csv")} == set(vectors)


def test_the_tokens_of_a_request_become_turns_by_what_the_error_says(run, world, tmp_path):  # noqa: F811
    from safetensors.torch import save_file as save_torch

    read(run, "fit", world.write(tmp_path / "dump"), "-o", tmp_path / "fit")
    tokens = np.repeat(world.turns(), 6, axis=0)
    request = tmp_path / "dump/turns/req-0.safetensors"
    request.parent.mkdir()
    save_torch({"token_ids": torch.arange(30), "hidden_states": torch.from_numpy(tokens).bfloat16()}, request)
    space = tmp_path / "fit/space.safetensors"
    for given in (tmp_path / "dump", request, request.parent):
        error = refused(run, "project", space, given, "-o", tmp_path / "out")
        assert "the 30 tokens of one request" in error and "block j - 1" in error
    follow(error, tmp_path)
    read(run, "project", space, tmp_path / "turn.safetensors", "-o", tmp_path / "out")
    rows = table(tmp_path / "out/turns.csv")
    assert [(r["turn"], r["tokens"]) for r in rows] == [("0", "30")] * 4
    expected = world.positions(torch.from_numpy(tokens).bfloat16().double().numpy().mean(0))
    assert np.allclose([float(r["axis_position"]) for r in rows], expected, atol=1e-9)
