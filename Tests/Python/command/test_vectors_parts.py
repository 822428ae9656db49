"""persona vectors by parts: the same bytes as of one run, and the means of NumPy."""

import csv
import json
import os

import numpy as np
import pytest
from role_parts import D, LAYERS, answers, dump, joined, parts, save, whole  # noqa: F401
from safetensors.numpy import load_file
from test_components import run  # noqa: F401
from test_question_adjustment import least_squares, scored, write


@pytest.mark.parametrize("count", [1, 2, 3, 5, 11])
def test_parts(run, dump, tmp_path, count):  # noqa: F811
    whole(run)
    parts(run, count)
    assert sorted(os.listdir(tmp_path / "parts" / "1")) == [f"part-1-of-{count}.safetensors"]
    joined(run, tmp_path)
    found = load_file(tmp_path / "merged" / "vectors.safetensors")
    for place, role in enumerate("abcde"):
        rows = np.stack(list(dump[role].values()))
        rows = rows.astype(np.float32).astype(np.float64) if role == "a" else rows
        assert found["role_vectors"][place] == pytest.approx(rows.mean(0), rel=1e-13, abs=1e-13)
        squares = ((rows - rows.mean(0)) ** 2).sum(-1).sum(0)
        assert found["within_sum_of_squares"][place] == pytest.approx(squares, rel=1e-10)
        assert found["counts"][place] == len(rows)
    assert found["default"] == pytest.approx(np.mean(list(dump["default"].values()), 0), rel=1e-13, abs=1e-13)


def test_roles_are_dealt_by_their_bytes(run, tmp_path):  # noqa: F811
    counts = [3, 90, 5, 40, 4, 60, 30, 8, 55, 20]
    for seed, count in enumerate(counts):
        save(tmp_path / "dump" / "activations" / f"r{seed}.safetensors", answers(seed, count))
    shares, names = [], []
    for done in parts(run, 4, "--json"):
        own = [role["role"] for role in json.loads(done.stdout)["roles"]]
        names += own
        shares.append(sum((tmp_path / "dump" / "activations" / f"{name}.safetensors").stat().st_size for name in own))
    assert names == [f"r{i}" for i in range(10)]
    largest = (tmp_path / "dump" / "activations" / "r1.safetensors").stat().st_size
    assert max(abs(share - sum(shares) / 4) for share in shares) <= largest


@pytest.mark.parametrize("count", [2, 3, 20])
@pytest.mark.parametrize(
    "options",
    [(), ("--no-question-adjustment",), ("--min-count", 8), ("--score", "all"), ("--dtype", "float32"),
     ("--layers", 1), ("--score", "all", "--match-questions"), ("--score", "1,3", "--label", "pos")],
)  # fmt: skip
def test_scores_and_questions(run, tmp_path, count, options):  # noqa: F811
    files, scores, kept, _, _ = scored(6, noise=1.5)
    write(tmp_path / "dump", files, scores)
    options = ("--min-count", 1, *options)
    one = whole(run, *options)
    parts(run, count, *options)
    done = joined(run, tmp_path)
    # What is said of the vectors is the same, but for where they are.
    assert done.stdout.replace("merged/", "whole/") == one.stdout
    found = load_file(tmp_path / "merged" / "vectors.safetensors")
    names = sorted(name for name in kept if name != "default")
    if options == ("--min-count", 1):
        assert "Question-adjusted" in done.stdout
        wanted = least_squares(files, kept)
        assert found["role_vectors"] == pytest.approx(np.stack([wanted[name] for name in names]), rel=1e-9, abs=1e-9)
    if options[-1] == "--no-question-adjustment":
        plain = np.stack([np.mean([files[name][key] for key in kept[name]], 0) for name in names])
        assert found["role_vectors"] == pytest.approx(plain, rel=1e-12)
    if options[-2:] == ("--min-count", 8):
        with (tmp_path / "merged" / "counts.csv").open() as file:
            left = {row["role"] for row in csv.DictReader(file) if row["status"] == "left out"}
        assert left == {name for name in names if len(kept[name]) < 8} and left


def test_sums_by_question_are_kept_only_where_they_are_of_use(run, tmp_path):  # noqa: F811
    files, scores, _, _, _ = scored(7)
    write(tmp_path / "dump", files, scores)
    for options, wanted in [(("--score", "all"), False), ((), True), (("--no-question-adjustment",), False)]:
        for done in parts(run, 2, "--json", "--min-count", 1, *options):
            assert json.loads(done.stdout)["question_sums"] is wanted


@pytest.mark.parametrize("count", [1, 2, 4])
def test_values_that_are_not_finite(run, tmp_path, count):  # noqa: F811
    files, scores, kept, _, _ = scored(8, noise=1)
    broken = {"default": 1, "r02": 2, "r05": 1, "r09": len(kept["r09"])}
    for name, number in broken.items():
        for place, key in enumerate(kept[name][:number]):
            files[name][key] = files[name][key].copy()
            files[name][key][1] = 0 if place % 2 else np.nan
    write(tmp_path / "dump", files, scores)
    refused = parts_that_fail(run, count)
    assert refused and all("with NaN or infinite values" in text or "NaN" in text or "zeros" in text for text in refused)
    options = ("--nonfinite", "skip", "--min-count", 1)
    whole(run, *options)
    parts(run, count, *options)
    assert "Question-adjusted" in joined(run, tmp_path).stdout
    left = {name: keys[broken.get(name, 0) :] for name, keys in kept.items() if name != "r09"}
    wanted = least_squares(files, left)
    names = sorted(name for name in left if name != "default")
    found = load_file(tmp_path / "merged" / "vectors.safetensors")
    assert found["role_vectors"] == pytest.approx(np.stack([wanted[name] for name in names]), rel=1e-9, abs=1e-9)
    assert found["default"] == pytest.approx(wanted["default"], rel=1e-9, abs=1e-9)


def test_values_that_are_not_finite_in_files_of_one_response(run, tmp_path):  # noqa: F811
    """Of a role that is a folder each response is judged by its own file."""
    files, scores, kept, _, _ = scored(11, noise=1)
    for name in ("default", "r04"):
        files[name][kept[name][1]] = np.full_like(files[name][kept[name][1]], np.nan)
    write(tmp_path / "dump", files, scores)
    for name in ("default", "r04", "r06"):
        (tmp_path / "dump" / "activations" / f"{name}.safetensors").unlink()
        save(tmp_path / "dump" / "activations" / name, files[name])
    options = ("--nonfinite", "skip", "--min-count", 1)
    whole(run, *options)
    parts(run, 3, *options)
    assert "Question-adjusted" in joined(run, tmp_path).stdout
    left = {name: [key for key in keys if np.isfinite(files[name][key]).all()] for name, keys in kept.items()}
    wanted = least_squares(files, left)
    found = load_file(tmp_path / "merged" / "vectors.safetensors")
    names = sorted(name for name in left if name != "default")
    assert found["role_vectors"] == pytest.approx(np.stack([wanted[name] for name in names]), rel=1e-9, abs=1e-9)


def parts_that_fail(run, count):  # noqa: F811
    """What the parts that hold a role with such values say."""
    texts = []
    for part in range(1, count + 1):
        line = ("vectors", "dump", "-o", f"refused/{part}", "--part", f"{part}/{count}", "--min-count", 1)
        try:
            run(*line)
        except AssertionError:
            texts.append(run(*line, status=65).stderr)
    return texts


def test_a_default_that_loses_a_question_to_its_values(run, tmp_path):  # noqa: F811
    """What is left of the default is known to its part alone, and no longer covers the roles' questions."""
    files, scores, kept, _, _ = scored(9, noise=1)
    for key in files["default"]:
        if key.endswith("_q3"):
            files["default"][key] = np.full_like(files["default"][key], np.inf)
    write(tmp_path / "dump", files, scores)
    options = ("--nonfinite", "skip", "--min-count", 1)
    whole(run, *options)
    parts(run, 3, *options)
    assert "Not question-adjusted: the default lacks some of the questions" in joined(run, tmp_path).stdout
    found = load_file(tmp_path / "merged" / "vectors.safetensors")["role_vectors"]
    plain = np.stack([np.mean([files[name][key] for key in kept[name]], 0) for name in sorted(kept) if name != "default"])
    assert found == pytest.approx(plain, rel=1e-12)


@pytest.mark.parametrize("beside", [True, False])
def test_a_default_that_is_no_role(run, dump, tmp_path, beside):  # noqa: F811
    (tmp_path / "dump" / "activations" / "default.safetensors").unlink()
    vector = np.random.default_rng(1).standard_normal((LAYERS, D))
    if beside:
        np.save(tmp_path / "dump" / "default.npy", vector)
    (tmp_path / "dump" / "roles.csv").write_text("role,group,level\na,first,1\nc,second,2\n")
    (tmp_path / "dump" / "manifest.json").write_text('{"model": "m", "pooling": "response_mean", "layers": [4, 8, 12]}')
    options = ("--layers", "8,12")
    whole(run, *options)
    parts(run, 3, *options)
    done = joined(run, tmp_path)
    found = load_file(tmp_path / "merged" / "vectors.safetensors")
    assert ("default" in found) == beside and ("no role 'default'" in done.stderr) != beside
    if beside:
        assert np.array_equal(found["default"], vector[1:])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_file_of_one_role(run, dump, tmp_path, count):  # noqa: F811
    source = "dump/activations/c.npz"
    whole(run, source=source)
    parts(run, count, source=source)
    joined(run, tmp_path)
    found = load_file(tmp_path / "merged" / "vectors.safetensors")["role_vectors"]
    assert found[0] == pytest.approx(np.mean(list(dump["c"].values()), 0), rel=1e-13, abs=1e-13)


def test_too_few_roles_are_found_at_the_merge(run, dump, tmp_path):  # noqa: F811
    whole_says = run("vectors", "dump", "-o", "v.safetensors", "--min-count", 100, status=65).stderr
    parts(run, 2, "--min-count", 100)
    said = run("merge", "parts", "-o", "no", status=65).stderr
    assert "0 roles have 100 responses or more" in said and said.split("dump: ")[1] == whole_says.split("dump: ")[1]
    assert not (tmp_path / "no").exists()
