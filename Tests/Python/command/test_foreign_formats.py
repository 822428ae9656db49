"""Files of other programs: named in words, with a line of Python that makes tensors of them, which is followed here."""

import bz2
import gzip
import json
import lzma
import pickle
import re
import subprocess
import sys
from collections import defaultdict, namedtuple

import numpy as np
import pytest
import torch
from people import NAMES, read, refused, run, save, table, tensors, world  # noqa: F401
from printed import phrases
from safetensors.numpy import load_file
from safetensors.torch import save_file

ALL = [*NAMES, "default"]
Case = namedtuple("Case", "name says write result", defaults=[None])


def stack(world):  # noqa: F811
    return np.concatenate([world.roles, world.default[None]])


def advice(said, folder):
    """Runs the line of Python that an error gives."""
    command = re.search(r'python3 (-c ".+")', said).group(1)
    subprocess.run(f"{sys.executable} {command}", shell=True, cwd=folder, check=True)


def fitted(run, world, path):  # noqa: F811
    read(run, "fit", path, "-o", path.parent / "out", "--bootstrap", 0, "--force")
    return np.allclose(load_file(path.parent / "out/space.safetensors")["role_vectors"], world.roles[np.argsort(NAMES)])


def hdf5(world, path):  # noqa: F811
    with pytest.importorskip("h5py").File(path, "w") as file:
        for name, vector in zip(ALL, stack(world), strict=True):
            file[name] = vector


def arrow_table(world):  # noqa: F811
    return pytest.importorskip("pyarrow").table({"role": ALL, "vector": stack(world).tolist()})


def parquet(world, path):  # noqa: F811
    made = arrow_table(world)
    __import__("pyarrow.parquet").parquet.write_table(made, path)


def feather(world, path):  # noqa: F811
    made = arrow_table(world)
    __import__("pyarrow.feather").feather.write_feather(made, path)


def arrow_stream(world, path):  # noqa: F811
    made = arrow_table(world)
    with path.open("wb") as file, __import__("pyarrow").ipc.new_stream(file, made.schema) as writer:
        writer.write_table(made)


def data_frame(world, path):  # noqa: F811
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame({"role": ALL, "vector": stack(world).tolist()}).to_pickle(path)


def wide_frame(world, path):  # noqa: F811
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(stack(world)[:, 0], index=pandas.Index(ALL, name="role"))
    torch.save(frame, path)


def matlab(world, path):  # noqa: F811
    import scipy.io

    scipy.io.savemat(path, dict(zip(ALL, stack(world), strict=True)))


def roles_file(world, path):  # noqa: F811
    torch.save(dict(zip(ALL, tensors(stack(world)), strict=True)), path)
    return path.read_bytes()


def packed(compress):
    def write(world, path):  # noqa: F811
        path.write_bytes(compress(roles_file(world, path)))

    return write


def zstandard(world, path):  # noqa: F811
    compressor = pytest.importorskip("zstandard").ZstdCompressor()
    path.write_bytes(compressor.compress(roles_file(world, path)))


def bare_pickle(world, path):  # noqa: F811
    path.write_bytes(pickle.dumps(dict(zip(ALL, stack(world), strict=True))))


def default_dictionary(world, path):  # noqa: F811
    made = defaultdict(torch.Tensor)
    made.update(zip(ALL, tensors(stack(world)), strict=True))
    torch.save(made, path)


def sparse(world, path):  # noqa: F811
    torch.save({name: vector.to_sparse() for name, vector in zip(ALL, tensors(stack(world)), strict=True)}, path)


def numbers(world, path):  # noqa: F811
    path.write_text(json.dumps(stack(world).tolist()))
    (path.parent / "names.json").write_text(json.dumps(ALL))


CASES = [
    Case("roles.h5", "an HDF5 file", hdf5, "roles.npz"),
    Case("roles.parquet", "a Parquet file", parquet, "roles.npz"),
    Case("roles.feather", "an Arrow file", feather, "roles.npz"),
    Case("roles.arrow", "an Arrow stream", arrow_stream, "roles.npz"),
    Case("roles.pkl", "a pickled DataFrame of pandas", data_frame, "roles_plain.npz"),
    Case("roles.mat", "a MATLAB file", matlab, "roles.npz"),
    Case("roles.pt.gz", "a gzip file", packed(gzip.compress), "roles.pt"),
    Case("roles.pt", "a gzip file", packed(gzip.compress), "roles_unpacked.pt"),
    Case("roles.pt.bz2", "a bzip2 file", packed(bz2.compress), "roles.pt"),
    Case("roles.pt.xz", "an xz file", packed(lzma.compress), "roles.pt"),
    Case("roles.pt.zst", "a Zstandard file", zstandard, "roles.pt"),
    Case("roles.pickle", "a bare pickle", bare_pickle, "roles_plain.pt"),
    Case("roles.pt", "a defaultdict", default_dictionary, "roles_plain.pt"),
    Case("roles.pt", "a sparse tensor", sparse, "roles_plain.pt"),
    Case("vectors.json", "JSON", numbers, "vectors.npy"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.says} as {case.name}")
def test_the_line_of_python_makes_what_is_read(run, world, tmp_path, case):  # noqa: F811
    folder = tmp_path / "here"
    folder.mkdir()
    case.write(world, folder / case.name)
    for verb in ("inspect",), ("fit", "-o", tmp_path / "none"):
        said = refused(run, verb[0], folder / case.name, *verb[1:])
        assert case.says in said and str(folder / case.name) in said
    advice(said, folder)
    assert fitted(run, world, folder / case.result)


def test_a_wide_data_frame_of_one_layer(run, world, tmp_path):  # noqa: F811
    wide_frame(world, tmp_path / "roles.pt")
    said = refused(run, "fit", tmp_path / "roles.pt", "-o", tmp_path / "out")
    assert "a DataFrame of pandas" in said
    advice(said, tmp_path)
    read(run, "fit", tmp_path / "roles_plain.npz", "-o", tmp_path / "out", "--bootstrap", 0)
    found = load_file(tmp_path / "out/space.safetensors")["role_vectors"]
    assert np.allclose(found[:, 0], world.roles[np.argsort(NAMES), 0])


def test_a_zarr_folder_is_named_with_the_line(run, world, tmp_path):  # noqa: F811
    zarr = pytest.importorskip("zarr")
    zarr.save_group(str(tmp_path / "roles.zarr"), **dict(zip(ALL, stack(world), strict=True)))
    for verb in ("inspect",), ("fit", "-o", tmp_path / "out"):
        said = refused(run, verb[0], tmp_path / "roles.zarr", *verb[1:])
        assert "a zarr folder" in said
    advice(said, tmp_path)
    assert fitted(run, world, tmp_path / "roles.npz")


@pytest.mark.parametrize("name", ["a.pt", "a.safetensors", "a.npz"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<!DOCTYPE html><html><head><title>404</title>", "a web page or XML ('<!DOCTYPE html>"),
        ('{"error":"Repository not found"}', "an error message in JSON ('{\"error\":\"Repository not found\"}')"),
        ('{ "message": "Not Found", "status": "404" }', "an error message in JSON"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:01\nsize 3\n", "a Git LFS pointer"),
        ("# xet version 0\nfilesize = 1\n", "a Xet pointer"),
    ],
)
def test_what_a_download_left_is_named(run, tmp_path, name, text, says):  # noqa: F811
    (tmp_path / name).write_text(text)
    for verb in ("inspect",), ("fit", "-o", tmp_path / "out"), ("convert", "-o", tmp_path / "out.npy"):
        assert says in refused(run, verb[0], tmp_path / name, *verb[1:])


def test_model_outputs_are_named_and_the_line_makes_turns(run, world, tmp_path):  # noqa: F811
    outputs = pytest.importorskip("transformers.modeling_outputs")
    generation = pytest.importorskip("transformers.generation.utils")
    read(run, "fit", world.write(tmp_path / "plain"), "-o", tmp_path / "fit", "--bootstrap", 0)
    blocks = torch.from_numpy(np.repeat(world.turns(2)[:1], 6, 0)).unbind(1)
    states = tuple(x[None] for x in (torch.zeros_like(blocks[0]), *blocks))
    steps = (states, *(tuple(x[:, i : i + 1] for x in states) for i in range(6)))
    for name, made, says in (
        ("forward", outputs.CausalLMOutputWithPast(hidden_states=states), "an output of a model of transformers"),
        ("generated", generation.GenerateDecoderOnlyOutput(sequences=torch.zeros(1, 13), hidden_states=steps), "what generate() of transformers returns"),
    ):
        torch.save(made, tmp_path / f"{name}.pt")
        said = refused(run, "project", tmp_path / "fit", tmp_path / f"{name}.pt", "-o", tmp_path / name)
        assert says in said
        advice(said, tmp_path)
        read(run, "project", tmp_path / "fit", tmp_path / f"{name}_plain.pt", "-o", tmp_path / name)
        for row in table(tmp_path / name / "turns.csv"):
            wanted = world.positions(world.turns(2)[:1])[0, int(row["layer"])]
            assert float(row["axis_position"]) == pytest.approx(wanted)


@pytest.mark.parametrize("form", ["forward", "generated"])
def test_plain_hidden_states_are_named_and_the_line_makes_turns(run, world, tmp_path, form):  # noqa: F811
    read(run, "fit", world.write(tmp_path / "plain"), "-o", tmp_path / "fit", "--bootstrap", 0)
    blocks = torch.from_numpy(np.repeat(world.turns(2)[:1], 6, 0)).unbind(1)
    states = tuple(x[None] for x in (torch.zeros_like(blocks[0]), *blocks))
    steps = (states, *(tuple(x[:, i : i + 1] for x in states) for i in range(6)))
    torch.save(states if form == "forward" else steps, tmp_path / "states.pt")
    says = "hidden_states of a forward pass" if form == "forward" else "hidden_states of generate()"
    assert says in read(run, "inspect", tmp_path / "states.pt").stdout
    said = refused(run, "project", tmp_path / "fit", tmp_path / "states.pt", "-o", tmp_path / "out")
    assert says in said
    advice(said, tmp_path)
    read(run, "project", tmp_path / "fit", tmp_path / "states_turns.pt", "-o", tmp_path / "out")
    for row in table(tmp_path / "out/turns.csv"):
        wanted = world.positions(world.turns(2)[:1])[0, int(row["layer"])]
        assert float(row["axis_position"]) == pytest.approx(wanted)


WEIGHTS = {"model.embed_tokens.weight": torch.ones(8, 4), "model.layers.0.self_attn.q_proj.weight": torch.ones(4, 4)}


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.pt"])
def test_weights_of_a_model_are_no_activations(run, world, tmp_path, name):  # noqa: F811
    folder = tmp_path / "model"
    folder.mkdir()
    (save_file if name.endswith("safetensors") else torch.save)(WEIGHTS, folder / name)
    read(run, "fit", world.write(tmp_path / "plain"), "-o", tmp_path / "fit", "--bootstrap", 0)
    for verb in ("fit", folder / name), ("fit", folder), ("project", tmp_path / "fit", folder / name):
        said = refused(run, *verb, "-o", tmp_path / "out")
        assert "the weights of a model ('model.embed_tokens.weight'" in said
        assert "scripts/dump_activations.py FOLDER -o DUMP" in said
    assert "the weights of a model" in phrases(read(run, "inspect", folder).stdout)


def test_a_checkpoint_in_shards_is_no_dump(run, tmp_path):  # noqa: F811
    folder = tmp_path / "model"
    folder.mkdir()
    save_file(WEIGHTS, folder / "model-00001-of-00001.safetensors")
    index = {"weight_map": {name: "model-00001-of-00001.safetensors" for name in WEIGHTS}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "the weights of a model" in refused(run, "fit", folder, "-o", tmp_path / "out")


class Spread:
    """Pickles as a DTensor does, by its name."""

    def __reduce__(self):
        from torch.distributed.tensor import DTensor

        return DTensor, ()


def test_a_tensor_that_is_spread_over_devices_is_named(run, tmp_path):  # noqa: F811
    torch.save({"vector": Spread()}, tmp_path / "role.pt")
    said = refused(run, "inspect", tmp_path / "role.pt")
    assert "a DTensor, which is spread over devices" in said and "full_tensor()" in said


def test_a_whole_model_is_named(run, tmp_path):  # noqa: F811
    torch.save(torch.nn.Linear(4, 4), tmp_path / "model.pt")
    assert "a whole model, not activations" in refused(run, "inspect", tmp_path / "model.pt")


def test_inspect_goes_on_and_names_each_file_that_is_not_read(run, world, tmp_path):  # noqa: F811
    folder = world.write(tmp_path / "dump")
    (folder / "vectors/spy.pt").write_text("<html>")
    (folder / "vectors/wolf.pt").write_bytes(gzip.compress(b"x"))
    (folder / "vectors/extra.parquet").write_bytes(b"PAR1" + bytes(64))
    done = run("inspect", folder, tmp_path / "absent.pt", folder / "default.pt")
    assert done.returncode == 65
    assert "vectors/" in done.stdout and "default.pt: pt" in done.stdout
    for said in "spy.pt: a web page", "wolf.pt: a gzip file", "absent.pt: ":
        assert said in done.stderr
    assert "extra.parquet: a Parquet file" in phrases(done.stdout)
    assert len(json.loads(run("inspect", folder, "--json").stdout)) == 1
