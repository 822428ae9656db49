"""persona project on dumped tokens and turns, the Assistant's and the users', against NumPy written out."""

import csv
import json
import subprocess

import numpy as np
import pytest
import safetensors.torch
import torch

LAYERS, DIMENSIONS = 5, 37
TYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32, "float64": torch.float64}


@pytest.fixture(scope="module")
def space(persona, tmp_path_factory):
    """A fitted space: its folder, the default and the mean role, both (layers, d)."""
    folder = tmp_path_factory.mktemp("space")
    random = np.random.default_rng(1)
    centre = random.standard_normal((LAYERS, DIMENSIONS))
    centre[:, 5] = 900
    roles = centre + random.standard_normal((12, LAYERS, DIMENSIONS))
    default = centre + 2 + random.standard_normal((LAYERS, DIMENSIONS))
    (folder / "dump" / "vectors").mkdir(parents=True)
    for index, role in enumerate(roles):
        np.save(folder / "dump" / "vectors" / f"role{index}.npy", role)
    np.save(folder / "dump" / "default.npy", default)
    command = [persona, "fit", folder / "dump", "-o", folder, "-q", "--bootstrap", "0"]
    subprocess.run(command, check=True)
    return folder / "space.safetensors", default, roles.mean(0)


@pytest.fixture
def project(persona, tmp_path, space):
    """Projects tmp_path/dump; gives the rows by conversation, speaker, turn and layer, and what was said."""

    def project(*options, status=0, says=""):
        command = [persona, "project", space[0], tmp_path / "dump", "-o", tmp_path / "out", "--force"]
        done = subprocess.run([*command, *map(str, options)], capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        assert says in done.stderr + done.stdout, done.stderr + done.stdout
        if status:
            return None
        with (tmp_path / "out" / "turns.csv").open() as file:
            rows = list(csv.DictReader(file))
        keyed = {(row["conversation"], row["speaker"], int(row["turn"]), int(row["layer"])): row for row in rows}
        assert len(keyed) == len(rows)
        return keyed

    return project


def tokens(lengths, dtype=torch.bfloat16, seed=2, d=DIMENSIONS, layers=LAYERS):
    """Tokens about a mean in which one dimension is nearly a thousand, and where turns begin."""
    generator = torch.Generator().manual_seed(seed)
    centre = torch.randn(layers, d, generator=generator, dtype=torch.float64)
    centre[:, 5] = 900
    content = centre + torch.randn(sum(lengths), layers, d, generator=generator, dtype=torch.float64)
    return content.to(dtype), torch.tensor([0, *np.cumsum(lengths)])


def save(tmp_path, name, content, folder="turns"):
    path = tmp_path / "dump" / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".safetensors":
        safetensors.torch.save_file({key: value.contiguous() for key, value in content.items()}, path)
    else:
        torch.save(content, path)


def transcript(tmp_path, name, roles, **fields):
    path = tmp_path / "dump" / "transcripts" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    conversation = [{"role": role, "content": ""} for role in roles]
    path.write_text(json.dumps({"conversation": conversation, **fields}))


def check(row, h, space, layer):
    """Every number of a row against the definitions, at `h` (d) in float64."""
    _, default, mean = space
    a, mu = default[layer], mean[layer]
    axis = a - mu
    norm = np.linalg.norm(axis)
    v = axis / norm
    along = (h - a) @ v
    wanted = {
        "axis_projection": h @ v,
        "axis_position": (h - mu) @ axis / norm**2,
        "axis_distance": -along,
        "off_axis_distance": np.linalg.norm((h - a) - along * v),
        "cosine": (h - mu) @ v / np.linalg.norm(h - mu),
    }
    for column, value in wanted.items():
        assert float(row[column]) == pytest.approx(value, rel=1e-9, abs=1e-11), column


LENGTHS = [1, 3, 8, 16, 17, 130]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("ending", ["safetensors", "pt"])
def test_tokens(project, tmp_path, space, dtype, ending):
    content, offsets = tokens(LENGTHS, TYPES[dtype])
    save(tmp_path, f"talk.{ending}", {"tokens": content, "turn_offsets": offsets})
    rows = project()
    assert len(rows) == len(LENGTHS) * LAYERS
    for turn, length in enumerate(LENGTHS):
        mean = content[offsets[turn] : offsets[turn + 1]].to(torch.float64).numpy().mean(0)
        for layer in range(LAYERS):
            row = rows["talk", "assistant", turn, layer]
            assert row["tokens"] == str(length)
            check(row, mean[layer], space, layer)


@pytest.mark.parametrize("layout", ["transposed", "npz", "deflated", "float8", "big"])
def test_tokens_that_do_not_lie_one_after_the_other(project, tmp_path, space, layout):
    """What the quick way cannot read gives the same."""
    content, offsets = tokens(LENGTHS, torch.float32)
    path = tmp_path / "dump" / "turns"
    path.mkdir(parents=True)
    if layout == "transposed":
        turned = content.transpose(0, 2).contiguous().transpose(0, 2)
        save(tmp_path, "talk.pt", {"tokens": turned, "turn_offsets": offsets})
    elif layout == "float8":
        content = (content / 4).to(torch.float8_e4m3fn)
        save(tmp_path, "talk.pt", {"tokens": content, "turn_offsets": offsets})
    elif layout == "big":
        np.savez(path / "talk.npz", tokens=content.numpy().astype(">f4"), turn_offsets=offsets.numpy())
    else:
        write = np.savez if layout == "npz" else np.savez_compressed
        write(path / "talk.npz", tokens=content.numpy(), turn_offsets=offsets.numpy())
    rows = project()
    for turn in range(len(LENGTHS)):
        mean = content[offsets[turn] : offsets[turn + 1]].to(torch.float64).numpy().mean(0)
        for layer in range(LAYERS):
            check(rows["talk", "assistant", turn, layer], mean[layer], space, layer)


def test_some_layers_have_the_numbers_of_all(project, tmp_path):
    content, offsets = tokens(LENGTHS)
    save(tmp_path, "talk.safetensors", {"tokens": content, "turn_offsets": offsets})
    every = project()
    some = project("--layers", "1,3:5")
    assert some == {key: row for key, row in every.items() if key[3] in (1, 3, 4)}


def test_large_files_are_shared_out_without_a_change(project, persona, tmp_path):
    """Several pieces of 32 MB, and a turn of more than one block, for any number of threads."""
    d, layers = 1024, 8
    random = np.random.default_rng(3)
    (tmp_path / "dump" / "vectors").mkdir(parents=True)
    for index in range(8):
        np.save(tmp_path / "dump" / "vectors" / f"role{index}.npy", random.standard_normal((layers, d)))
    np.save(tmp_path / "dump" / "default.npy", 1 + random.standard_normal((layers, d)))
    lengths = [100, 1, 2500, 700, 900, 640]
    content, offsets = tokens(lengths, d=d, layers=layers)
    save(tmp_path, "talk.safetensors", {"tokens": content, "turn_offsets": offsets})
    subprocess.run([persona, "fit", tmp_path / "dump", "-o", tmp_path / "fit", "-q", "--bootstrap", "0"], check=True)
    found = []
    for threads in (1, 2, 7, 400):
        out = tmp_path / f"out{threads}"
        command = [persona, "project", tmp_path / "fit" / "space.safetensors", tmp_path / "dump", "-o", out, "-q"]
        subprocess.run([*map(str, command), "--threads", str(threads)], check=True)
        found.append((out / "turns.csv").read_bytes())
    assert found[1:] == found[:-1]
    with safetensors.safe_open(tmp_path / "fit" / "space.safetensors", "np") as file:
        axis, mean = file.get_tensor("axis"), file.get_tensor("mean")
    for row in csv.DictReader(found[0].decode().splitlines()):
        turn, layer = int(row["turn"]), int(row["layer"])
        h = content[offsets[turn] : offsets[turn + 1], layer].to(torch.float64).numpy().mean(0)
        position = (h - mean[layer]) @ axis[layer] / (axis[layer] @ axis[layer])
        assert float(row["axis_position"]) == pytest.approx(position, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("dtype", TYPES)
def test_values_that_are_not_finite(project, tmp_path, space, value, dtype):
    content, offsets = tokens(LENGTHS, TYPES[dtype])
    content[offsets[3] + 2, 1, 7] = value
    save(tmp_path, "talk.pt", {"tokens": content, "turn_offsets": offsets})
    word = "NaN" if value != value else "infinity"
    project(status=65, says=f"{word} at turn 3, layer 1, dimension 7")
    rows = project("--nonfinite", "skip", says="values are not finite, or nothing but zeros, at layer 1; left out there: turns '3'")
    assert len(rows) == len(LENGTHS) * LAYERS - 1 and ("talk", "assistant", 3, 1) not in rows
    mean = content[offsets[4] : offsets[5]].to(torch.float64).numpy().mean(0)
    check(rows["talk", "assistant", 4, 1], mean[1], space, 1)


def test_sums_beyond_doubles_are_no_reason(project, tmp_path, space):
    """Finite tokens of which squares leave the range: the quick way gives up, the numbers do not."""
    content = torch.full((4, LAYERS, DIMENSIONS), 1e200, dtype=torch.float64)
    save(tmp_path, "talk.pt", {"tokens": content, "turn_offsets": torch.tensor([0, 4])})
    rows = project()
    _, default, mean = space
    v = (default - mean)[0] / np.linalg.norm((default - mean)[0])
    row = rows["talk", "assistant", 0, 0]
    assert float(row["axis_projection"]) == pytest.approx(1e200 * v.sum(), rel=1e-9)
    assert float(row["cosine"]) == pytest.approx(v.sum() / np.sqrt(DIMENSIONS), rel=1e-9)


def test_user_turns_beside_the_assistants(project, tmp_path, space):
    turns, _ = tokens([3], torch.float32)
    users, _ = tokens([4], torch.float32, seed=9)
    save(tmp_path, "means.safetensors", {"turns": turns, "user_turns": users})
    content, offsets = tokens([5, 9])
    spoken, spoken_offsets = tokens([2, 11, 30], seed=10)
    save(
        tmp_path,
        "tokens.pt",
        {
            "tokens": content,
            "turn_offsets": offsets,
            "user_tokens": spoken,
            "user_turn_offsets": spoken_offsets,
        },
    )
    transcript(tmp_path, "tokens", ["user", "assistant", "user", "user", "assistant"], domain="therapy")
    rows = project(says="5 turns of 2 conversations and 7 turns of their users")
    for turn in range(4):
        for layer in range(LAYERS):
            row = rows["means", "user", turn, layer]
            assert row["tokens"] == ""
            check(row, users[turn, layer].to(torch.float64).numpy(), space, layer)
    for turn, length in enumerate([2, 11, 30]):
        mean = spoken[spoken_offsets[turn] : spoken_offsets[turn + 1]].to(torch.float64).numpy().mean(0)
        row = rows["tokens", "user", turn, 2]
        assert row["tokens"] == str(length) and row["domain"] == "therapy"
        check(row, mean[2], space, 2)
    transcript(tmp_path, "tokens", ["user", "assistant", "user", "assistant"])
    project(status=65, says="3 user turns, but ")
    project(status=65, says="has 2 messages of the user")


def test_user_turns_from_embeddings(project, tmp_path, space):
    """The means over the user's messages count as turns if they are of the space's layers and dimensions."""
    turns, _ = tokens([2], torch.float32)
    save(tmp_path, "talk.safetensors", {"turns": turns})
    transcript(tmp_path, "talk", ["system", "user", "assistant", "user", "user", "assistant"])
    users, _ = tokens([2], torch.float32, seed=4)
    save(
        tmp_path,
        "talk.safetensors",
        {"embeddings": users, "messages": torch.tensor([1, 4])},
        folder="embeddings",
    )
    rows = project()
    # The user's second message has no embedding.
    assert {key[2] for key in rows if key[1] == "user"} == {0, 2}
    check(rows["talk", "user", 2, 3], users[1, 3].to(torch.float64).numpy(), space, 3)
    save(tmp_path, "talk.safetensors", {"embeddings": users, "messages": torch.tensor([1, 2])}, folder="embeddings")
    project(status=65, says="message 2 of ")
    save(tmp_path, "talk.safetensors", {"embeddings": torch.randn(2, 1, 16)}, folder="embeddings")
    assert {key[1] for key in project()} == {"assistant"}


def test_transcripts_with_other_turns_name_both_counts(project, tmp_path):
    turns, _ = tokens([3], torch.float32)
    save(tmp_path, "talk.safetensors", {"turns": turns})
    transcript(tmp_path, "talk", ["user", "assistant", "user", "assistant"])
    project(status=65, says="3 turns, but ")
    project(status=65, says="has 2 assistant turns")
