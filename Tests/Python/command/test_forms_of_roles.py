"""Role vectors and responses in forms that others keep them in: names beside arrays, modules' names, folders of responses."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from people import NAMES, read, refused, run, save, table, tensors, world  # noqa: F401
from safetensors.numpy import load_file
from safetensors.torch import save_file

ALL = [*NAMES, "default"]


def stack(world):  # noqa: F811
    return np.concatenate([world.roles, world.default[None]])


def fitted(run, path, out, *options):
    read(run, "fit", path, "-o", out, "--bootstrap", 0, *options)
    metadata = read(run, "inspect", out / "space.safetensors", "--json").stdout
    layers = json.loads(json.loads(metadata)[0]["metadata"]["layers"])
    return load_file(out / "space.safetensors")["role_vectors"].astype("float64"), layers


def wanted(world):  # noqa: F811
    return world.roles[np.argsort(NAMES)].astype("float64")


def in_file(world, path, kind):  # noqa: F811
    vectors = stack(world)
    if kind == "names":
        torch.save({"names": ALL, "x": tensors(vectors)}, path)
    elif kind == "tuple":
        torch.save((tensors(vectors), ALL), path)
    elif kind == "(L, R, d)":
        torch.save({"roles": ALL, "vectors": tensors(vectors.transpose(1, 0, 2))}, path)
    elif kind == "commas":
        save_file({"x": tensors(vectors)}, path, metadata={"roles": ", ".join(ALL)})
    elif kind == "npz":
        np.savez(path, roles=np.array(ALL), vectors=vectors)
    elif kind == "npz of bytes":
        np.savez_compressed(path, names=np.array([name.encode() for name in ALL]), vectors=vectors)
    elif kind == "npz of wide text":
        np.savez(path, labels=np.array(ALL).astype(">U12"), vectors=vectors)


@pytest.mark.parametrize("kind", ["names", "tuple", "(L, R, d)", "commas", "npz", "npz of bytes", "npz of wide text"])
def test_names_in_the_file_itself(run, world, tmp_path, kind):  # noqa: F811
    ending = "npz" if kind.startswith("npz") else "safetensors" if kind == "commas" else "pt"
    path = tmp_path / f"roles.{ending}"
    in_file(world, path, kind)
    found, _ = fitted(run, path, tmp_path / "out")
    assert np.array_equal(found, wanted(world))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vecs.json", json.dumps(ALL)),
        ("vecs.txt", "\n".join(ALL) + "\n"),
        ("names.txt", "\r\n".join(ALL)),
        ("role_names.json", json.dumps({"roles": ALL})),
        ("metadata.json", json.dumps({"model": "m", "names": ALL})),
        ("vecs_names.json", json.dumps({name: place for place, name in enumerate(ALL)})),
    ],
)
@pytest.mark.parametrize("beside", [False, True], ids=["default within", "default beside"])
def test_names_beside_an_array(run, world, tmp_path, name, text, beside):  # noqa: F811
    folder = tmp_path / "dump"
    folder.mkdir()
    if beside:
        save(world.default, folder / "default.pt")
    np.save(folder / "vecs.npy", world.roles if beside else stack(world))
    (folder / name).write_text(text.replace(', "default"', "").replace("\ndefault", "") if beside else text)
    if beside and name == "vecs_names.json":
        (folder / name).write_text(json.dumps({role: place for place, role in enumerate(NAMES)}))
    found, _ = fitted(run, folder, tmp_path / "out")
    assert np.allclose(found, wanted(world))


def test_names_of_another_number_are_an_error(run, world, tmp_path):  # noqa: F811
    np.save(tmp_path / "x.npy", stack(world))
    (tmp_path / "names.txt").write_text("a\nb\n")
    assert "2 names for 13 rows" in refused(run, "fit", tmp_path / "x.npy", "-o", tmp_path / "out")


def test_pickled_names_in_an_npz_are_refused_with_what_saves_text(run, world, tmp_path):  # noqa: F811
    np.savez(tmp_path / "x.npz", roles=np.array(ALL, dtype=object), vectors=stack(world))
    said = refused(run, "fit", tmp_path / "x.npz", "-o", tmp_path / "out")
    code = re.search(r"np\.savez\(.+", said).group(0)
    roles, vectors = ALL, stack(world)
    directory = os.getcwd()
    os.chdir(tmp_path)
    try:
        exec(code, {"np": np, "roles": roles, "vectors": vectors})
    finally:
        os.chdir(directory)
    assert np.array_equal(fitted(run, tmp_path / "new.npz", tmp_path / "out")[0], wanted(world))


KEYS = ["model.layers.{}", "transformer.h.{}", "blocks.{}.hook_resid_post", "model.layers.{}.output", "L{}", "layer_{}"]


@pytest.mark.parametrize("key", KEYS)
def test_keys_of_modules_number_the_layers(run, world, tmp_path, key):  # noqa: F811
    for name, vector in zip(ALL, stack(world), strict=True):
        save({key.format(16 + i): x for i, x in enumerate(vector)}, tmp_path / "a/vectors" / f"{name}.pt")
    found, layers = fitted(run, tmp_path / "a", tmp_path / "out")
    assert layers == [16, 17, 18, 19] and np.array_equal(found, wanted(world))
    assert "name layers 16 to 19" in read(run, "inspect", tmp_path / "a/vectors/pirate.pt").stdout


@pytest.mark.parametrize("order", ["{role}.{key}", "{key}.{role}"])
def test_keys_of_modules_and_roles(run, world, tmp_path, order):  # noqa: F811
    entries = {}
    for name, vector in zip(ALL, stack(world), strict=True):
        entries |= {order.format(role=name, key=f"model.layers.{8 + i}"): x for i, x in enumerate(vector)}
    save(entries, tmp_path / "all.pt")
    found, layers = fitted(run, tmp_path / "all.pt", tmp_path / "out")
    assert layers == [8, 9, 10, 11] and np.array_equal(found, wanted(world))
    assert "layers 8 to 11 of 13 roles" in read(run, "inspect", tmp_path / "all.pt").stdout


def test_a_hook_before_a_block_is_not_taken_for_its_output(run, world, tmp_path):  # noqa: F811
    for name, vector in zip(ALL, stack(world), strict=True):
        entries = {f"blocks.{i}.hook_resid_pre": x for i, x in enumerate(vector)}
        save(entries, tmp_path / "a/vectors" / f"{name}.pt")
    assert "several tensors" in refused(run, "fit", tmp_path / "a", "-o", tmp_path / "out")


def test_control_vectors_are_roles(run, world, tmp_path):  # noqa: F811
    gguf = pytest.importorskip("gguf")
    for name, vector in zip(ALL, stack(world), strict=True):
        path = tmp_path / "a" / ("default.gguf" if name == "default" else f"vectors/{name}.gguf")
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = gguf.GGUFWriter(path, "controlvector")
        for i, x in enumerate(vector):
            writer.add_tensor(f"direction.{i + 1}", x.copy())
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
    found, layers = fitted(run, tmp_path / "a", tmp_path / "out")
    assert layers == [1, 2, 3, 4] and np.array_equal(found, wanted(world))


@pytest.mark.parametrize("kind", ["int16", "uint16", "|V2"])
def test_raw_bfloat16_is_read_where_it_is_said(run, world, tmp_path, kind):  # noqa: F811
    halves = torch.from_numpy(stack(world)).bfloat16()
    (tmp_path / "a/vectors").mkdir(parents=True)
    for name, half in zip(ALL, halves, strict=True):
        raw = half.view(torch.int16).numpy()
        np.save(tmp_path / "a/vectors" / f"{name}.npy", raw.view({"int16": "<i2", "uint16": "<u2", "|V2": "|V2"}[kind]))
    said = refused(run, "fit", tmp_path / "a", "-o", tmp_path / "out")
    assert "--void bfloat16" in said
    found, _ = fitted(run, tmp_path / "a", tmp_path / "out", "--void", "bfloat16")
    assert np.array_equal(found, halves[:-1].double().numpy()[np.argsort(NAMES)])
    file = tmp_path / "a/vectors/pirate.npy"
    assert "bfloat16" in read(run, "inspect", file, "--void", "bfloat16").stdout
    read(run, "convert", file, "-o", tmp_path / "p.npy", "--void", "bfloat16")
    assert np.array_equal(np.load(tmp_path / "p.npy"), halves[0].float().numpy())


def noisy(world, count=8):  # noqa: F811
    """Responses of each role, (count, layers, d), whose mean is its vector to a rounding."""
    random = np.random.default_rng(5)
    for name, vector in zip(ALL, stack(world), strict=True):
        noise = random.normal(size=(count, *vector.shape)).astype("float32")
        yield name, vector + noise - noise.mean(0)


def test_one_file_of_responses_by_role_is_averaged(run, world, tmp_path):  # noqa: F811
    save(dict(noisy(world)), tmp_path / "all.pt")
    done = read(run, "fit", tmp_path / "all.pt", "-o", tmp_path / "first", "--bootstrap", 0)
    assert "8 responses or tokens in 4 layers, of which the mean is the role's vector" in done.stderr
    found, _ = fitted(run, tmp_path / "all.pt", tmp_path / "out")
    assert np.allclose(found, wanted(world), atol=1e-5)


@pytest.mark.parametrize("kind", ["list", "keys"])
def test_several_responses_of_each_role_in_one_file_are_refused_and_the_line_makes_a_dump(run, world, tmp_path, kind):  # noqa: F811
    keys = [f"pos_p{i % 2}_q{i // 2}" for i in range(8)]
    made = {name: list(x) if kind == "list" else dict(zip(keys, x, strict=True)) for name, x in noisy(world)}
    save(made, tmp_path / "all.pt")
    said = refused(run, "fit", tmp_path / "all.pt", "-o", tmp_path / "out")
    assert "13 roles of 8 responses each, [4, 64]" in said
    command = re.search(r'python3 (-c ".+")', said).group(1)
    subprocess.run(f"{sys.executable} {command}", shell=True, cwd=tmp_path, check=True)
    found, _ = fitted(run, tmp_path / "DUMP", tmp_path / "out")
    assert np.allclose(found, wanted(world), atol=1e-5)


def test_layers_by_number_of_each_role(run, world, tmp_path):  # noqa: F811
    made = {name: {16 + i: x for i, x in enumerate(vector)} for name, vector in zip(ALL, stack(world), strict=True)}
    save(made, tmp_path / "all.pt")
    found, layers = fitted(run, tmp_path / "all.pt", tmp_path / "out")
    assert layers == [16, 17, 18, 19] and np.array_equal(found, wanted(world))


def folder_of_responses(world, folder):  # noqa: F811
    for name, responses in noisy(world):
        for i, response in enumerate(responses):
            save(response, folder / "activations" / name / f"pos_p{i % 2}_q{i // 2}.pt")
    return folder


def test_a_folder_of_one_file_a_response_is_read_as_one_file_is(run, world, tmp_path):  # noqa: F811
    folder = folder_of_responses(world, tmp_path / "files")
    keys = [f"pos_p{i % 2}_q{i // 2}" for i in range(8)]
    for name, responses in noisy(world):
        save(dict(zip(keys, responses, strict=True)), tmp_path / "one/activations" / f"{name}.pt")
        scores = {key: 3 if i != 2 else 0 for i, key in enumerate(keys)}
        for place in folder, tmp_path / "one":
            (place / "scores").mkdir(exist_ok=True)
            (place / "scores" / f"{name}.json").write_text(json.dumps(scores))
    for verb, out in ("vectors", "one/vectors.safetensors"), ("fit", "fit"), ("analyze", "all"):
        for place in "files", "one":
            read(run, verb, tmp_path / place, "-o", tmp_path / f"{place}-{out}", "--min-count", 3)
    a, b = (load_file(tmp_path / f"{place}-one/vectors.safetensors") for place in ("files", "one"))
    assert a.keys() == b.keys() and all(np.allclose(a[key], b[key], rtol=1e-12) for key in a)
    # The order of responses, and with it that of sums, is another.
    for one, other in zip(*(table(tmp_path / f"{place}-all/roles.csv") for place in ("files", "one")), strict=True):
        assert one["role"] == other["role"] and one["count"] == other["count"]
        assert float(one["axis_position"]) == pytest.approx(float(other["axis_position"]), rel=1e-6, abs=1e-9)
    broken = torch.load(folder / "activations/judge/pos_p1_q1.pt")
    broken[2] = 0
    torch.save(broken, folder / "activations/judge/pos_p1_q1.pt")
    said = refused(run, "vectors", folder, "-o", tmp_path / "again.safetensors", "--min-count", 3)
    assert "judge: pos_p1_q1: nothing but zeros at layer 2" in said


def test_a_folder_of_one_file_a_layer_is_refused(run, world, tmp_path):  # noqa: F811
    for name, responses in noisy(world):
        for layer in range(4):
            save(responses[:, layer], tmp_path / "a/activations" / name / f"layer_{layer}.pt")
    assert "a file a layer" in refused(run, "fit", tmp_path / "a", "-o", tmp_path / "out")


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("ending", ["pt", "safetensors"])
def test_responses_given_as_tokens_come_with_an_offer_of_their_means(run, world, tmp_path, ragged, ending):  # noqa: F811
    random = np.random.default_rng(6)
    for name, vector in zip(ALL, stack(world), strict=True):
        entries = {}
        for i in range(8):
            noise = random.normal(size=(4 + i if ragged else 5, *vector.shape)).astype("float32")
            entries[f"pos_p{i % 2}_q{i // 2}"] = vector + noise - noise.mean(0)
        path = tmp_path / "a/activations" / f"{name}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        (torch.save if ending == "pt" else save_file)(tensors(entries), path)
    said = refused(run, "fit", tmp_path / "a", "-o", tmp_path / "out")
    assert "tokens" in said and "MEANS" in said
    command = re.search(r'python3 (-c ".+")', said).group(1)
    subprocess.run(f"{sys.executable} {command}", shell=True, cwd=tmp_path, check=True)
    found, _ = fitted(run, tmp_path / "MEANS", tmp_path / "out")
    assert np.allclose(found, wanted(world), atol=1e-5)


def test_a_buffer_is_a_tensor(run, world, tmp_path):  # noqa: F811
    for name, vector in zip(ALL, tensors(stack(world)), strict=True):
        save(torch.nn.Buffer(vector), tmp_path / "a/vectors" / f"{name}.pt")
    assert np.array_equal(fitted(run, tmp_path / "a", tmp_path / "out")[0], wanted(world))


def test_tables_hold_what_is_of_a_role(run, world, tmp_path):  # noqa: F811
    save(dict(noisy(world)), tmp_path / "all.pt")
    read(run, "fit", tmp_path / "all.pt", "-o", tmp_path / "out", "--bootstrap", 0)
    assert {row["role"] for row in table(tmp_path / "out/roles.csv")} == set(ALL)
