"""persona vectors against NumPy in float64 and the reference pipeline's own arithmetic, on files of real PyTorch."""

import csv
import json
import subprocess

import numpy as np
import pytest
import safetensors.torch
import torch
from safetensors import safe_open

LAYERS, DIMENSIONS = 3, 40
TYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32, "float64": torch.float64}


@pytest.fixture
def vectors(persona, tmp_path):
    """Averages the dump tmp_path/dump; gives the tensors, the metadata and the table of counts."""

    def vectors(*options, status=0, says=""):
        target = tmp_path / "out" / "vectors.safetensors"
        command = [persona, "vectors", tmp_path / "dump", "-o", target, "--force", *map(str, options)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        assert says in done.stderr, done.stderr
        if status:
            return None
        assert not list(target.parent.glob("*.parts"))
        with safe_open(target, "numpy") as file:
            tensors, metadata = {name: file.get_tensor(name) for name in file.keys()}, file.metadata()
        with (target.parent / "counts.csv").open() as table:
            counts = {row["role"]: row for row in csv.DictReader(table)}
        return tensors, metadata, counts

    return vectors


def responses(seed, count, dtype, shape=(LAYERS, DIMENSIONS), label="pos"):
    """Responses about a mean in which one dimension is a thousand times the rest."""
    generator = torch.Generator().manual_seed(seed)
    centre = torch.randn(shape, generator=generator, dtype=torch.float64)
    centre[..., 5] = 1000
    rows = centre + 0.5 * torch.randn((count, *shape), generator=generator, dtype=torch.float64)
    return {f"{label}_p{i % 5}_q{i // 5}": rows[i].to(dtype) for i in range(count)}


def save(folder, role, content, **options):
    path = folder / "dump" / "activations" / f"{role}.pt"
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content, path, **options)


def score(folder, role, scores):
    path = folder / "dump" / "scores" / f"{role}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(scores))


def reference(tensors):
    """The mean, and the sum over responses of the squared distance from it, layer by layer, in float64."""
    rows = np.stack([tensor.to(torch.float64).numpy() for tensor in tensors])
    mean = rows.mean(0)
    return mean, ((rows - mean) ** 2).sum(-1).sum(0)


def close(found, wanted, tolerance):
    """Element by element, of the size of the rest of the row: a massive dimension must not hide the others."""
    assert found.shape == wanted.shape
    size = np.median(np.abs(wanted)) if wanted.ndim else 0
    assert (np.abs(found - wanted) <= tolerance * np.maximum(np.abs(wanted), size)).all()


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 64, 101])
def test_means_and_sums_of_squares(vectors, tmp_path, dtype, count):
    roles = {name: responses(seed, count, TYPES[dtype]) for seed, name in enumerate(["default", "a", "b"])}
    for name, content in roles.items():
        save(tmp_path, name, content)
    tensors, metadata, counts = vectors("--threads", 3)
    assert json.loads(metadata["roles"]) == ["a", "b"]
    for index, name in enumerate(["a", "b"]):
        mean, squares = reference(roles[name].values())
        close(tensors["role_vectors"][index], mean, 1e-14)
        if count > 1:
            close(tensors["within_sum_of_squares"][index], squares, 1e-11)
        else:
            assert not tensors["within_sum_of_squares"][index].any()
    close(tensors["default"], reference(roles["default"].values())[0], 1e-14)
    assert tensors["counts"].tolist() == [count, count] and tensors["default_count"] == count
    assert {row["kept"] for row in counts.values()} == {str(count)}


def test_layouts_of_the_field(vectors, tmp_path):
    content = responses(1, 20, torch.bfloat16)
    save(tmp_path, "plain", content)
    save(tmp_path, "legacy", content, _use_new_zipfile_serialization=False)
    stacked = torch.stack(list(content.values()))
    save(tmp_path, "views", dict(zip(content, stacked, strict=True)))
    save(tmp_path, "transposed", {key: value.T.contiguous().T for key, value in content.items()})
    save(tmp_path, "mixed", {key: value.float() if i % 2 else value for i, (key, value) in enumerate(content.items())})
    save(
        tmp_path,
        "beside",
        {**content, "metadata": {"model": "m", "n": 3}, "mean": stacked.mean(0), "mask": torch.ones(3).bool()},
    )
    folder = tmp_path / "dump" / "activations"
    safetensors.torch.save_file(content, folder / "safe.safetensors")
    arrays = {key: value.float().numpy() for key, value in content.items()}
    np.savez(folder / "stored.npz", **arrays)
    np.savez_compressed(folder / "deflated.npz", **arrays)
    np.save(folder / "stack.npy", np.stack(list(arrays.values())))
    tensors, metadata, counts = vectors()
    mean, squares = reference(content.values())
    names = json.loads(metadata["roles"])
    assert len(names) == 10
    for index, name in enumerate(names):
        close(tensors["role_vectors"][index], mean, 1e-14)
        close(tensors["within_sum_of_squares"][index], squares, 1e-11)
        assert counts[name]["responses"] == "20", name
    assert counts["beside"]["stray"] == "3" and counts["plain"]["stray"] == "0"


def test_one_layer_and_single_vectors(vectors, tmp_path):
    for shape in [(1, DIMENSIONS), (DIMENSIONS,)]:
        content = responses(3, 12, torch.float32, shape)
        save(tmp_path, "a", content)
        tensors, _, _ = vectors()
        close(tensors["role_vectors"][0], reference(content.values())[0].reshape(1, DIMENSIONS), 1e-14)


def test_slots(vectors, tmp_path):
    content = responses(4, 10, torch.float32, (2, LAYERS, DIMENSIONS))
    save(tmp_path, "a", content)
    vectors(status=65, says="say which to take with --slot, from 0 to 1")
    vectors("--slot", 2, status=65, says="no slot 2")
    for slot in range(2):
        tensors, _, _ = vectors("--slot", slot)
        close(tensors["role_vectors"][0], reference([value[slot] for value in content.values()])[0], 1e-14)


def test_scores_choose(vectors, tmp_path):
    kept = {}
    for seed, name in enumerate(["default", "a", "b", "few", "unscored"]):
        content = responses(seed, 60, torch.bfloat16)
        save(tmp_path, name, content)
        scores = {key: 3 if i % (20 if name == "few" else 4) == 0 else i % 3 for i, key in enumerate(content)}
        scores.pop(f"pos_p0_q{3}")
        if name not in ("default", "unscored"):
            score(tmp_path, name, scores)
        kept[name] = [value for key, value in content.items() if scores.get(key) == 3 or name == "default"]
    tensors, metadata, counts = vectors("--min-count", 10, "--no-question-adjustment")
    assert json.loads(metadata["roles"]) == ["a", "b"] and json.loads(metadata["left_out"]) == ["few", "unscored"]
    for index, name in enumerate(["a", "b"]):
        close(tensors["role_vectors"][index], reference(kept[name])[0], 1e-14)
        row = counts[name]
        assert int(row["kept"]) == len(kept[name]) and row["unscored"] == "1" and row["status"] == "used"
        assert int(row["rejected"]) == 60 - 1 - len(kept[name])
    assert counts["default"]["kept"] == "60" and counts["few"]["status"] == "left out"
    assert counts["unscored"]["unscored"] == "60"
    # Scores from elsewhere.
    (tmp_path / "dump" / "scores").rename(tmp_path / "judged")
    again, _, _ = vectors("--min-count", 10, "--scores", tmp_path / "judged", "--no-question-adjustment")
    assert np.array_equal(again["role_vectors"], tensors["role_vectors"])
    everything, _, counts = vectors("--score", "all")
    assert counts["few"]["kept"] == "60" and len(everything["role_vectors"]) == 4


def test_matched_questions(vectors, tmp_path):
    contents = {name: responses(seed, 60, torch.float32) for seed, name in enumerate(["default", "a", "b"])}
    contents["a"] = {key: value for key, value in contents["a"].items() if not key.endswith(("_q1", "_q4"))}
    contents["b"] = {key: value for key, value in contents["b"].items() if not key.endswith("_q7")}
    for name, content in contents.items():
        save(tmp_path, name, content)
    tensors, metadata, counts = vectors("--match-questions")
    gone = ("_q1", "_q4", "_q7")
    for index, name in enumerate(["a", "b"]):
        mean, _ = reference([value for key, value in contents[name].items() if not key.endswith(gone)])
        close(tensors["role_vectors"][index], mean, 1e-14)
    assert [counts[name]["unmatched"] for name in ["default", "a", "b"]] == ["15", "5", "10"]
    assert json.loads(metadata["options"])["questions"] == "0,2,3,5,6,8,9,10,11"


def test_runs_are_responses(vectors, tmp_path):
    content = {f"pos_p0_q{q}_r{r}": torch.randn(LAYERS, DIMENSIONS) for q in range(4) for r in range(3)}
    save(tmp_path, "a", content)
    save(tmp_path, "b", {key: value for key, value in content.items() if "_q2_" not in key})
    tensors, _, counts = vectors("--match-questions")
    assert counts["a"]["kept"] == counts["b"]["kept"] == "9" and counts["a"]["unmatched"] == "3"
    assert np.array_equal(tensors["role_vectors"][0], tensors["role_vectors"][1])


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("dtype", TYPES)
def test_values_that_are_not_finite(vectors, tmp_path, value, dtype):
    content = responses(5, 30, TYPES[dtype])
    content["pos_p2_q1"][1, 9] = value
    content["pos_p0_q3"][2, 0] = value
    save(tmp_path, "a", content)
    save(tmp_path, "b", responses(6, 30, TYPES[dtype]))
    word = "NaN" if value != value else "infinity"
    vectors(status=65, says=f"a.pt: pos_p2_q1: {word} at layer 1, dimension 9 (2 responses of the file")
    tensors, _, counts = vectors("--nonfinite", "skip")
    finite = [value for key, value in content.items() if key not in ("pos_p2_q1", "pos_p0_q3")]
    close(tensors["role_vectors"][0], reference(finite)[0], 1e-14)
    assert counts["a"]["nonfinite"] == "2" and counts["a"]["kept"] == "28"
    # Layers that are not wanted do not matter.
    _, _, counts = vectors("--layers", 0)
    assert counts["a"]["kept"] == "30"


@pytest.mark.parametrize("count", [1, 2, 3, 15, 16, 17, 63, 64, 257, 300, 1025, 1201])
def test_the_references_arithmetic_bit_for_bit(vectors, tmp_path, count):
    contents = {name: responses(seed, count, torch.bfloat16) for seed, name in enumerate(["default", "a"])}
    for name, content in contents.items():
        save(tmp_path, name, content)
    tensors, _, _ = vectors("--compat-bf16", "--threads", 2)
    for name, found in [("default", tensors["default"]), ("a", tensors["role_vectors"][0])]:
        mean = torch.stack(list(contents[name].values())).mean(dim=0)
        assert mean.dtype == torch.bfloat16
        assert np.array_equal(found, mean.to(torch.float64).numpy())
    # The squares are those of the exact mean.
    close(tensors["within_sum_of_squares"][0], reference(contents["a"].values())[1], 1e-11) if count > 1 else None


def test_the_references_arithmetic_is_of_its_type(vectors, tmp_path):
    save(tmp_path, "a", responses(1, 10, torch.float32))
    vectors("--compat-bf16", status=65, says="this is float32")


def test_types_of_the_output(persona, vectors, tmp_path):
    content = responses(2, 50, torch.float32)
    save(tmp_path, "a", content)
    mean = reference(content.values())[0]
    tensors, _, _ = vectors("--dtype", "float32")
    assert tensors["role_vectors"].dtype == np.float32
    assert np.array_equal(tensors["role_vectors"][0], mean.astype(np.float32))


def test_a_fit_averages_by_itself(persona, tmp_path):
    """The axis of a fit of responses is that of the means in float64."""
    roles = {name: responses(seed, 33, torch.bfloat16) for seed, name in enumerate(["default", "a", "b", "c", "d"])}
    for name, content in roles.items():
        save(tmp_path, name, content)
    (tmp_path / "dump" / "roles.csv").write_text("role,group,level\na,first,1\nc,second,2\n")
    out = tmp_path / "fit"
    # Of the default's responses, which intervals rest on, the file of vectors knows only the mean.
    subprocess.run([persona, "fit", tmp_path / "dump", "-o", out, "-q", "--bootstrap", "0"], check=True)
    means = {name: reference(content.values())[0] for name, content in roles.items()}
    with safe_open(out / "space.safetensors", "numpy") as file:
        axis = file.get_tensor("axis")
        assert [entry["path"] for entry in json.loads(file.metadata()["inputs"])][0] == "activations/a.pt"
    close(axis, means["default"] - np.mean([means[name] for name in "abcd"], 0), 1e-13)
    with (out / "roles.csv").open() as table:
        rows = list(csv.DictReader(table))
    assert {row["count"] for row in rows} == {"33"} and {row["group"] for row in rows} == {"", "first", "second"}
    again = tmp_path / "again"
    subprocess.run([persona, "fit", out / "vectors.safetensors", "-o", again, "-q", "--bootstrap", "0"], check=True)
    for name in ["layers.csv", "components.csv", "roles.csv"]:
        assert (again / name).read_bytes() == (out / name).read_bytes()
