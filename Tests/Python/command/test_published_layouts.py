"""Layouts of others, read as what they are: the published vectors, stacks with names, shards with an index."""

import json

import numpy as np
import pytest
from people import NAMES, read, refused, run, save, table, world  # noqa: F401
from safetensors.numpy import load_file, save_file


@pytest.fixture
def plain(run, world, tmp_path):  # noqa: F811
    """What a fit of the usual layout gives."""
    read(run, "fit", world.write(tmp_path / "plain"), "-o", tmp_path / "expected", "--bootstrap", 0)
    return load_file(tmp_path / "expected/space.safetensors")


def fitted(run, path, tmp_path, *options):  # noqa: F811
    done = read(run, "fit", path, "-o", tmp_path / "out", "--bootstrap", 0, *options)
    return load_file(tmp_path / "out/space.safetensors"), done.stderr


def same(space, expected):
    return set(space) == set(expected) and all(np.array_equal(space[name], expected[name]) for name in expected)


def test_the_published_layout(run, world, plain, tmp_path):  # noqa: F811
    dump = tmp_path / "dump"
    for name, vector in zip(NAMES, world.roles, strict=True):
        save(vector, dump / "role_vectors" / f"{name}.pt")
    for i, name in enumerate(["calm", "dramatic"]):
        save(world.roles[i] - world.roles[i + 1], dump / "trait_vectors" / f"{name}.pt")
    save(world.default, dump / "default_vector.pt")
    save(world.axis.astype("f4"), dump / "assistant_axis.pt")
    for path in (dump, dump / "role_vectors"):
        space, _ = fitted(run, path, tmp_path, "--force")
        assert same(space, plain)
        assert {row["trait"] for row in table(tmp_path / "out/traits.csv")} == {"calm", "dramatic"}
    shown = json.loads(read(run, "inspect", dump, "--json").stdout)[0]
    assert shown["roles"] == 13 and {g["part"] for g in shown["groups"]} > {"role_vectors/", "trait_vectors/"}
    # Nothing may be written where it would pass for an input.
    assert refused_output(run, dump, dump / "role_vectors" / "out")


def refused_output(run, dump, out):  # noqa: F811
    return run("fit", dump, "-o", out).returncode == 73


@pytest.mark.parametrize("kind", ["pt", "npy", "safetensors"])
def test_a_stack_with_its_names(run, world, plain, tmp_path, kind):  # noqa: F811
    names, stack = [*NAMES, "default"], np.concatenate([world.roles, world.default[None]])
    path = tmp_path / "given" / f"role_vectors.{kind}"
    path.parent.mkdir()
    if kind == "pt":
        save({"roles": names, "vectors": stack}, path)
    elif kind == "npy":
        np.save(path, stack)
        (path.parent / "role_names.json").write_text(json.dumps(names))
    else:
        save_file({"vectors": stack}, path, metadata={"names": json.dumps(names)})
    space, notes = fitted(run, path, tmp_path)
    assert same(space, plain) and "not named" not in notes


def test_names_that_are_not_as_many_as_rows(run, world, tmp_path):  # noqa: F811
    save({"roles": [*NAMES[1:]], "vectors": world.roles}, tmp_path / "x.pt")
    assert "11 names for 12 rows" in refused(run, "fit", tmp_path / "x.pt", "-o", tmp_path / "out")


def test_shards_with_an_index(run, world, plain, tmp_path):  # noqa: F811
    vectors = dict(zip(NAMES, world.roles, strict=True)) | {"default": world.default}
    folder = tmp_path / "shards"
    folder.mkdir()
    places = {}
    for part in (0, 1):
        own = {name: vectors[name] for name in list(vectors)[part::2]}
        file = f"model-0000{part + 1}-of-00002.safetensors"
        save_file(own, folder / file)
        places |= dict.fromkeys(own, file)
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": places}))
    assert same(fitted(run, folder, tmp_path)[0], plain)
    (folder / "model-00002-of-00002.safetensors").unlink()
    error = refused(run, "fit", folder, "-o", tmp_path / "out2")
    assert "index.json" in error and "model-00002-of-00002.safetensors" in error


def test_a_percentile_that_looks_like_a_share(run, world, tmp_path):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    save({"turns": world.turns()}, dump / "turns" / "c0.pt")
    read(run, "fit", dump, "-o", tmp_path / "fit", "--bootstrap", 0)
    command = ["cap", tmp_path / "fit/space.safetensors", dump, "--force", "-o", tmp_path / "out"]
    assert "--percentile 0.25 is 0.25 %; 25 for" in read(run, *command, "--percentile", "0.25").stderr
    assert "share" not in read(run, *command, "--percentile", "0,1,25").stderr
