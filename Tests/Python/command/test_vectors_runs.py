"""What runs of `persona vectors` and `fit` may take from one another, and what stands beside the responses."""

import csv
import json
import os
import shutil
import subprocess

import numpy as np
import pytest
import torch
from safetensors import safe_open

from test_vectors import LAYERS, reference, responses, save, score


@pytest.fixture
def command(persona, tmp_path):
    """Runs a verb on tmp_path/dump, or another input, into tmp_path/out; gives what it says on stderr."""

    def command(verb, *options, status=0, source="dump", output="out"):
        target = tmp_path / output / ("vectors.safetensors" if verb == "vectors" else "")
        line = [persona, verb, tmp_path / source, "-o", target, "--force", "-q", "--bootstrap", 0, *options]
        done = subprocess.run([*map(str, line)], capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        return done.stderr

    return command


def tensors(path):
    with safe_open(path, "numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()


def stop_half_way(command, tmp_path):
    """A run that ends at its last role, whose file is damaged, and leaves the parts of the others; mends the file."""
    path = tmp_path / "dump" / "activations" / "z.pt"
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    command("vectors", "--min-count", "1", "--threads", "1", status=65)
    assert list((tmp_path / "out").glob("*.parts"))
    path.write_bytes(whole)


def fresh(command, tmp_path):
    """The bytes of a run that takes nothing over."""
    command("vectors", "--min-count", "1", output="fresh")
    return (tmp_path / "fresh" / "vectors.safetensors").read_bytes()


def test_parts_are_of_their_scores(command, tmp_path):
    for seed, role in enumerate(["default", "a", "z"]):
        save(tmp_path, role, responses(seed, 12, torch.float32))
    stop_half_way(command, tmp_path)
    # Scores appear, and leave half of each role.
    for role in ["a", "z"]:
        score(tmp_path, role, {f"pos_p{i % 5}_q{i // 5}": 3 * (i % 2) for i in range(12)})
    command("vectors", "--min-count", "1")
    found = (tmp_path / "out" / "vectors.safetensors").read_bytes()
    assert found == fresh(command, tmp_path)
    assert list(tensors(tmp_path / "out" / "vectors.safetensors")[0]["counts"]) == [6, 6]
    # And go again.
    stop_half_way(command, tmp_path)
    shutil.rmtree(tmp_path / "dump" / "scores")
    command("vectors", "--min-count", "1")
    assert list(tensors(tmp_path / "out" / "vectors.safetensors")[0]["counts"]) == [12, 12]


def test_parts_are_of_their_dump(command, tmp_path):
    """Two dumps whose files have the same names, sizes and times, as archives and checkouts leave them."""
    for name, offset in [("dump", 0), ("other", 10)]:
        for seed, role in enumerate(["default", "a", "z"]):
            save(tmp_path, role, responses(seed + offset, 12, torch.float32))
            os.utime(tmp_path / "dump" / "activations" / f"{role}.pt", (1_700_000_000, 1_700_000_000))
        if name == "dump":
            (tmp_path / "dump").rename(tmp_path / "first")
    (tmp_path / "dump").rename(tmp_path / "second")
    (tmp_path / "first").rename(tmp_path / "dump")
    stop_half_way(command, tmp_path)
    (tmp_path / "dump").rename(tmp_path / "first")
    (tmp_path / "second").rename(tmp_path / "dump")
    command("vectors", "--min-count", "1")
    assert (tmp_path / "out" / "vectors.safetensors").read_bytes() == fresh(command, tmp_path)


@pytest.mark.parametrize("name", ["default", "neutral"])
def test_a_default_beside_the_responses(command, tmp_path, name):
    roles = {role: responses(seed, 9, torch.float32) for seed, role in enumerate(["a", "b", "default"])}
    if name == "default":
        del roles["default"]
    for role, content in roles.items():
        save(tmp_path, role, content)
    vector = torch.randn(LAYERS, 40)
    torch.save(vector, tmp_path / "dump" / f"{name}.pt")
    options = ["--default", name, "--layers", "1:3"]
    command("vectors", *options)
    found, metadata = tensors(tmp_path / "out" / "vectors.safetensors")
    assert (found["default"] == vector[1:].double().numpy()).all()
    assert json.loads(metadata["layers"]) == [1, 2]
    # A fit of the file is that of the dump, names included.
    command("fit", *options, output="direct")
    command("fit", source="out/vectors.safetensors", output="by_file")
    for table in ["layers.csv", "components.csv", "roles.csv"]:
        assert (tmp_path / "direct" / table).read_bytes() == (tmp_path / "by_file" / table).read_bytes(), table
    with (tmp_path / "direct" / "roles.csv").open() as rows:
        assert [row["rank"] for row in csv.DictReader(rows) if row["role"] == name] == ["", ""]
    inputs = {entry["path"] for entry in json.loads(tensors(tmp_path / "direct" / "space.safetensors")[1]["inputs"])}
    assert inputs == {f"activations/{role}.pt" for role in roles} | {f"{name}.pt"}


def test_a_default_beside_that_is_wrong(command, tmp_path):
    for role in ["a", "b"]:
        save(tmp_path, role, responses(1, 9, torch.float32))
    path = tmp_path / "dump" / "default.pt"
    torch.save(torch.randn(LAYERS - 1, 40), path)
    for verb in ["vectors", "fit"]:
        assert f"shape [{LAYERS - 1}, 40], but the responses has [{LAYERS}, 40]" in command(verb, status=65)
    vector = torch.randn(LAYERS, 40)
    vector[2, 7] = float("nan")
    torch.save(vector, path)
    for verb in ["vectors", "fit"]:
        assert "NaN at layer 2, dimension 7" in command(verb, status=65)
    torch.save(torch.randn(LAYERS, 40), path)
    np.save(tmp_path / "dump" / "default.npy", np.zeros((LAYERS, 40)))
    assert "default.npy" in command("vectors", status=65)


def test_squares_that_overflow_beside_a_nan(command, tmp_path):
    content = responses(1, 9, torch.float64)
    content["pos_p0_q0"][0, 0] = float("nan")
    content["pos_p1_q0"][1, 0] = 1e200
    save(tmp_path, "a", content)
    save(tmp_path, "default", responses(2, 9, torch.float64))
    assert "squares" in command("vectors", "--nonfinite", "skip", status=65)


def test_the_file_of_one_role_belongs_to_its_dump(command, tmp_path):
    content = responses(1, 60, torch.float32)
    save(tmp_path, "a", content)
    save(tmp_path, "default", responses(2, 9, torch.float32))
    score(tmp_path, "a", {key: 3 for key in list(content)[:55]})
    (tmp_path / "dump" / "manifest.json").write_text('{"layer_convention": "hidden_states"}')
    command("vectors", source="dump/activations/a.pt")
    found, metadata = tensors(tmp_path / "out" / "vectors.safetensors")
    assert json.loads(metadata["layers"]) == [-1, 0, 1]
    mean, _ = reference([content[key] for key in list(content)[:55]])
    assert np.allclose(found["role_vectors"][0], mean, rtol=1e-13)
    assert [entry["path"] for entry in json.loads(metadata["inputs"])] == ["activations/a.pt", "scores/a.json"]


def test_many_roles_with_too_few_responses_keep_no_files_open(persona, tmp_path):
    for role in range(150):
        save(tmp_path, f"r{role:03}", responses(role, 2, torch.float32))
    for role in ["default", "a", "b"]:
        save(tmp_path, role, responses(3, 9, torch.float32))
    line = f"ulimit -n 64; '{persona}' vectors '{tmp_path}/dump' -o '{tmp_path}/out/v.safetensors' -q --min-count 5"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_shapes_that_no_dump_has(persona, tmp_path):
    """Sizes that a sparse file can claim: an error, not a crash for want of memory."""
    for shape in [(2**33, 1), (1, 2**33)]:
        path = tmp_path / "huge" / "activations" / "a.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        size = shape[0] * shape[1]
        header = json.dumps({"x": {"dtype": "F8_E4M3", "shape": shape, "data_offsets": [0, size]}}).encode()
        with path.open("wb") as file:
            file.write(len(header).to_bytes(8, "little") + header)
            file.truncate(8 + len(header) + size)
        done = subprocess.run(
            [persona, "vectors", tmp_path / "huge", "-o", tmp_path / "out" / "v.safetensors", "--layers", "0:1"],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 65 and "damaged" in done.stderr, done.stderr
        path.unlink()


@pytest.mark.parametrize(("verb", "target"), [("vectors", "out/vectors.safetensors"), ("fit", "out"), ("analyze", "out")])
def test_score_all_beside_scores_says_nothing_of_a_folder_that_is_missing(persona, tmp_path, verb, target):
    for seed, name in enumerate(["default", "a", "b", "c"]):
        content = responses(seed, 10, torch.float32)
        save(tmp_path, name, content)
        if name != "default":
            score(tmp_path, name, dict.fromkeys(content, 3))
    line = [persona, verb, tmp_path / "dump", "-o", tmp_path / target, "--force", "--bootstrap", 0, "--score", "all"]
    done = subprocess.run([*map(str, line)], capture_output=True, text=True)
    assert done.returncode == 0 and "no scores/" not in done.stderr, done.stderr
