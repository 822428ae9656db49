"""Every piece of docs/your-own-arrays.md, run as it stands there, and the command after it: the numbers are those of the planted world."""

import csv
import json
import re
import shlex
import subprocess
import sys

import numpy as np
import pytest
import torch
from people import NAMES, read, run, save, table, tensors, world  # noqa: F401
from repository import ROOT
from safetensors.torch import load_file, save_file

PAGE = (ROOT / "docs/your-own-arrays.md").read_text()
SECTIONS = re.findall(r"^## (.+?)\n(.*?)```python\n(.*?)```\n+```sh\n(.*?)```", PAGE, re.M | re.S)
ALL = [*NAMES, "default"]


def stack(world):  # noqa: F811
    return np.concatenate([world.roles, world.default[None]])


def steps(states, first):
    """Hidden states (tokens, layers, d) as transformers has them: the embedding, then each block, (1, tokens, d)."""
    blocks = torch.from_numpy(states).unbind(1)
    return tuple(x[None] for x in (torch.zeros_like(blocks[0]) + first, *blocks))


def tokens(world):  # noqa: F811
    """Seven tokens of a prompt, and six of a turn at one place."""
    return np.concatenate([np.repeat(world.turns(7)[1:2], 7, 0), np.repeat(world.turns(2)[:1], 6, 0)])


def one_array(world, folder):  # noqa: F811
    np.save(folder / "vectors.npy", stack(world))
    (folder / "role_order.json").write_text(json.dumps(ALL))


def columns(world, folder):  # noqa: F811
    for name, vector in zip(ALL, stack(world), strict=True):
        save(vector.T, folder / "columns" / f"{name}.pt")


def many(world, folder):  # noqa: F811
    random = np.random.default_rng(1)
    for name, vector in zip(ALL, stack(world), strict=True):
        noise = random.normal(size=(int(random.integers(5, 9)), *vector.shape)).astype("float32")
        save(vector + noise - noise.mean(0), folder / "tokens" / f"{name}.pt")


def responses(world):  # noqa: F811
    """Four responses of each role, whose mean is its vector."""
    noise = np.random.default_rng(2).normal(size=(4, *world.default.shape)).astype("float32")
    noise -= noise.mean(0)
    for name, vector in zip(ALL, stack(world), strict=True):
        yield from ((name, i % 2, i // 2, vector + noise[i]) for i in range(4))


def array_and_table(world, folder):  # noqa: F811
    rows = list(responses(world))
    np.save(folder / "responses.npy", np.stack([row[3] for row in rows]))
    with (folder / "responses.csv").open("w") as file:
        csv.writer(file).writerows([("role", "prompt", "question", "score"), *((*row[:3], 3) for row in rows)])


def records(world, folder):  # noqa: F811
    keys = ("role", "prompt", "question", "activation")
    rows = [dict(zip(keys, row, strict=True)) | {"score": 3} for row in responses(world)]
    save(rows, folder / "records.pt")


def hooks(world, folder):  # noqa: F811
    torch.save({16 + 4 * i: x for i, x in enumerate(tensors(stack(world)).unbind(1))}, folder / "hooks.pt")
    (folder / "role_order.json").write_text(json.dumps(ALL))


def forward_pass(world, folder):  # noqa: F811
    torch.save(steps(tokens(world), 0.5), folder / "hidden_states.pt")


def generated(world, folder):  # noqa: F811
    all_tokens = tokens(world)
    parts = [all_tokens[:7], *(all_tokens[i : i + 1] for i in range(7, 13))]
    torch.save(tuple(steps(part, 0.5) for part in parts), folder / "generated.pt")


def vllm(world, folder):  # noqa: F811
    states = {"token_ids": torch.arange(13), "hidden_states": tensors(tokens(world))}
    save_file(states, folder / "request.safetensors")


def cache(world, folder):  # noqa: F811
    keys = [f"blocks.{layer}.hook_resid_post" for layer in range(4)]
    torch.save(dict(zip(keys, steps(tokens(world), 0.5)[1:], strict=True)), folder / "cache.pt")


def padded(world, folder):  # noqa: F811
    turns = np.zeros((2, 5, *world.default.shape), "float32")
    turns[0], turns[1, :3] = world.turns(5), world.turns(3)
    np.save(folder / "turns.npy", turns)
    np.save(folder / "lengths.npy", [5, 3])


def frame(world, folder):  # noqa: F811
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    pandas.DataFrame({"role": ALL, "vector": stack(world).tolist()}).to_parquet(folder / "roles.parquet")


def hdf5(world, folder):  # noqa: F811
    h5py = pytest.importorskip("h5py", reason="h5py is not installed")
    with h5py.File(folder / "roles.h5", "w") as file:
        for name, vector in zip(ALL, stack(world), strict=True):
            file[name] = vector


def axis(world, folder):  # noqa: F811
    np.save(folder / "direction.npy", world.axis)
    save(world.turns(2), folder / "conversation.pt")


INPUTS = {
    "One array of all roles": one_array,
    "The hidden size first": columns,
    "Tokens of a role, not their mean": many,
    "One array of responses, and a table of what they are": array_and_table,
    "A list of records": records,
    "A dictionary a layer, as hooks leave it": hooks,
    "Hidden states of a forward pass": forward_pass,
    "What generate() returns": generated,
    "Hidden states of vLLM": vllm,
    "A cache of TransformerLens": cache,
    "Conversations in one array": padded,
    "A DataFrame, Parquet, Arrow": frame,
    "HDF5": hdf5,
    "An axis of your own": axis,
}


def test_every_section_has_its_input():
    assert [section[0] for section in SECTIONS] == list(INPUTS)


@pytest.mark.parametrize("section", SECTIONS, ids=[section[0] for section in SECTIONS])
def test_pieces_of_the_page_make_what_persona_reads(run, persona, world, tmp_path, section):  # noqa: F811
    title, _, code, command = section
    INPUTS[title](world, tmp_path)
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    read(run, "fit", world.write(tmp_path / "plain"), "-o", tmp_path / "space", "--bootstrap", 0)
    arguments = [str(tmp_path / "space") if word == "SPACE" else word for word in shlex.split(command)]
    assert arguments[0] == "persona"
    done = subprocess.run([persona, *arguments[1:]], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    if arguments[1] == "fit":
        vectors = load_file(tmp_path / "out/space.safetensors")["role_vectors"].double().numpy()
        assert np.allclose(vectors, world.roles[np.argsort(NAMES)], atol=1e-5)
        return
    rows = [row for row in table(tmp_path / "out/turns.csv") if row["conversation"] in ("turn", "c0", "conversation")]
    turns = {2: world.turns(2), 5: world.turns(5)}.get(len(rows) // 4, world.turns(2)[:1])
    if title == "An axis of your own":
        unit = world.axis / np.linalg.norm(world.axis, axis=-1, keepdims=True)
        wanted, column = (turns.astype("float64") * unit).sum(-1), "axis_projection"
        assert {row["axis_position"] for row in rows} == {""}
    else:
        wanted, column = world.positions(turns), "axis_position"
    for row in rows:
        assert float(row[column]) == pytest.approx(wanted[int(row["turn"]), int(row["layer"])], abs=1e-4)
