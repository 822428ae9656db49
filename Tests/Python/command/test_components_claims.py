"""What persona components claims of its numbers: that none larger is left out, how exact they are, and which runs are alike."""

import os
import re
import shutil

import numpy as np
import pytest
from safetensors.numpy import save_file
from test_components import run, table  # noqa: F401
from test_components_parts import leave_behind, matrix  # noqa: F401

K = 5


def variances(folder):
    return np.array([float(row["variance"]) for row in table(folder / "components.csv")])


def reference(x, k=K):
    x = x.astype(np.float64)
    return np.linalg.svd(x - x.mean(0), compute_uv=False)[:k] ** 2 / (len(x) - 1)


def repeated_answers(count, width, amplitude, mirrored, seed):
    """Twelve answers given again and again, and 200 neighbouring rows along another direction, none of which a look at rows from all over
    the file meets."""
    random = np.random.default_rng(seed)
    answers = np.zeros((12, width), np.float32)
    answers[:, : width // 2] = random.standard_normal((12, width // 2))
    which, sign = random.integers(0, 12, count), random.choice([-1, 1], count)
    if mirrored:
        which[1::2], sign = which[0::2], np.where(np.arange(count) % 2, 1, -1)
    x = answers[which] * sign[:, None].astype(np.float32)
    first = 15 * (count - 16) // 31 + 20
    first += first % 2
    x[first : first + 200] = 0
    x[first : first + 200, width // 2 : width // 2 + 10] = amplitude * np.where(np.arange(200) % 2, 1, -1)[:, None]
    return x


@pytest.mark.parametrize(("amplitude", "mirrored"), [(100, True), (15, False), (17, False)])
def test_no_larger_component_is_left_out(run, tmp_path, amplitude, mirrored):  # noqa: F811
    x = repeated_answers(8192, 512, amplitude, mirrored, 1)
    np.save(tmp_path / "x.npy", x)
    for solver in ("auto", "randomized"):
        run("components", "x.npy", "-o", solver, "-k", K, "--solver", solver, "--row-layers", 0)
        assert np.allclose(variances(tmp_path / solver), reference(x), rtol=1e-6)


def test_beside_a_component_of_far_more_variance(run, tmp_path):  # noqa: F811
    """Single precision stands still there, and double precision goes on; the covariance matrix has one component alone."""
    random = np.random.default_rng(0)
    x = (random.standard_normal((1500, 400)) + 1000 * random.standard_normal((1500, 1))).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    for options in ((), ("--solver", "randomized")):
        done = run("components", "x.npy", "-o", "o", "-k", K, "--row-layers", 0, "--force", *options)
        assert np.allclose(variances(tmp_path / "o"), reference(x), rtol=1e-6) and "above" not in done.stderr
    done = run("components", "x.npy", "-o", "few", "-k", K, "--row-layers", 0, "--passes", 12)
    assert "the covariance matrix was tried as well, and is less exact" in done.stdout
    assert len(variances(tmp_path / "few")) == K and "--passes allows more than 12" in done.stderr


@pytest.mark.parametrize("scale", [1e-30, 1e-20, 1e20])
def test_scales_that_single_precision_does_not_suit(run, tmp_path, scale):  # noqa: F811
    x = np.random.default_rng(1).standard_normal((900, 40))
    np.save(tmp_path / "x.npy", x * scale)
    for solver in ("auto", "covariance", "randomized"):
        done = run("components", "x.npy", "-o", "o", "-k", K, "--solver", solver, status=65)
        size = re.search(r"x.npy: at layer 0 values differ from their mean by some (\S+):", done.stderr)
        assert size and 0.6 * scale < float(size[1]) < 0.8 * scale  # the median of a normal's size is 0.67 of its deviation
    # The advice.
    np.save(tmp_path / "x.npy", x * scale / float(size[1]))
    run("components", "x.npy", "-o", "o", "-k", K)
    assert np.allclose(variances(tmp_path / "o"), reference(x * scale / float(size[1])), rtol=1e-6)
    run("components", "x.npy", "--part", "1/1", "-o", "p")


@pytest.mark.parametrize("row", [3, 40])
def test_a_value_beyond_single_precision_is_named(run, tmp_path, row):  # noqa: F811
    """Whether or not it is among the rows that are looked at."""
    x = np.random.default_rng(8).standard_normal((2000, 16))
    x[row, 7] = -1e20
    np.save(tmp_path / "x.npy", x)
    for solver in ("auto", "covariance", "randomized"):
        done = run("components", "x.npy", "-o", "o", "-k", K, "--solver", solver, status=65)
        assert f"x.npy: the value -1e20 in dimension 7 of row {row} at layer 0" in done.stderr
    assert f"of row {row} at layer 0" in run("components", "x.npy", "--part", "1/1", "-o", "p", status=65).stderr
    np.save(tmp_path / "x.npy", np.delete(x, row, 0))  # the advice
    run("components", "x.npy", "-o", "o", "-k", K)


def test_what_is_not_excluded_is_said_of_what_is_taken(run, tmp_path):  # noqa: F811
    np.save(tmp_path / "x.npy", np.random.default_rng(10).standard_normal((900, 300)).astype(np.float32))
    said = "a component larger than the last one is not excluded"
    assert said in run("components", "x.npy", "-o", "r", "--passes", 3, "--solver", "randomized").stderr
    done = run("components", "x.npy", "-o", "a", "--passes", 3)
    assert "Found from the covariance matrix" in done.stdout and said not in done.stderr


def test_what_misses_the_tolerance_says_so(run, tmp_path):  # noqa: F811
    random = np.random.default_rng(2)
    np.save(tmp_path / "x.npy", random.standard_normal((900, 40)).astype(np.float32))
    exact = ("-k", K, "--tolerance", 1e-9)
    done = run("components", "x.npy", "-o", "o", *exact, "--solver", "covariance")
    assert "above --tolerance 1e-9 at layer 0, up to" in done.stderr and "--solver randomized --passes 100 ends" in done.stderr
    assert "above" not in run("components", "x.npy", "-o", "r", *exact, "--solver", "randomized").stderr
    run("components", "x.npy", "--part", "1/1", "-o", "p")
    said = run("merge", "p", "-o", "m", *exact).stderr
    assert "persona components of the rows with --solver randomized --passes 100 ends in double precision" in said
    # 30 rows, one dimension a million times the rest: what rounding leaves of the others is no component.
    x = random.standard_normal((30, 30))
    x[:, 3] *= 1e9
    np.save(tmp_path / "few.npy", x)
    done = run("components", "few.npy", "-o", "f", "-k", 10, "--row-layers", 0)
    assert "have variance beyond rounding" in done.stdout
    assert all(float(row["residual"]) < 0.3 for row in table(tmp_path / "f" / "components.csv"))


@pytest.mark.parametrize("dtype", [np.int8, np.int64, bool])
def test_whole_numbers_are_named(run, tmp_path, dtype):  # noqa: F811
    np.save(tmp_path / "x.npy", np.ones((90, 8), dtype))
    for options in ((), ("--rows", "matrices")):
        assert "whole numbers (" in run("components", "x.npy", "-o", "o", *options, status=65).stderr


def test_an_empty_shard_is_passed_over(run, tmp_path):  # noqa: F811
    x = np.random.default_rng(3).standard_normal((300, 20)).astype(np.float32)
    for name, rows in (("a", x), ("b", x[:0])):
        np.save(tmp_path / f"{name}.npy", rows)
    assert "b.npy: it has no rows" in run("components", "a.npy", "b.npy", "-o", "o", "-k", K).stderr
    assert np.allclose(variances(tmp_path / "o"), reference(x), rtol=1e-6)
    assert "found 'b.npy of shape [0, 20]'" in run("components", "b.npy", "-o", "e", status=66).stderr


def test_rows_that_are_given_twice(run, tmp_path):  # noqa: F811
    np.save(tmp_path / "a.npy", np.random.default_rng(4).standard_normal((300, 20)))
    os.symlink("a.npy", tmp_path / "link.npy")
    os.link(tmp_path / "a.npy", tmp_path / "hard.npy")
    said = "a.npy is there more than once, perhaps by a link: its rows count as often"
    for name in ("a.npy", "link.npy", "hard.npy"):
        assert said in run("components", "a.npy", name, "-o", "o", "-k", K, "--force").stderr
    assert said not in run("components", "a.npy", "-o", "p", "-k", K).stderr


@pytest.mark.parametrize("part", ["1/0", "0/0", "3/2", "2", "1/100001"])
@pytest.mark.parametrize("verb", ["components", "vectors"])
def test_parts_that_cannot_be(run, tmp_path, verb, part):  # noqa: F811
    np.save(tmp_path / "x.npy", np.ones((9, 3)))
    assert "invalid for '--part <i/N>'" in run(verb, "x.npy", "-o", "o", "--part", part, status=64).stderr


def test_numbers_beyond_sense(run, tmp_path):  # noqa: F811
    np.save(tmp_path / "x.npy", np.random.default_rng(5).standard_normal((300, 20)))
    for seconds in ("inf", "1e30"):
        assert "--checkpoint: seconds from 0" in run(
            "components", "x.npy", "-o", "o", "--checkpoint", seconds, status=64).stderr  # fmt: skip
    assert "at most 20 components" in run("components", "x.npy", "-o", "o", "-k", 2**63 - 1, status=65).stderr


def two_tensors(folder):
    """Two tensors that are the same where a look at rows from all over the file goes."""
    x = np.random.default_rng(6).standard_normal((40_000, 24)).astype(np.float32)
    y = x.copy()
    looked_at = {row for start in range(32) for row in range(start * 39_984 // 31, start * 39_984 // 31 + 16)}
    y[[row for row in range(40_000) if row not in looked_at]] *= 10
    save_file({"raw": x, "scaled": y}, folder / "two.safetensors")


def test_parts_of_other_tensors(run, tmp_path):  # noqa: F811
    two_tensors(tmp_path)
    for number, tensor in ((1, "raw"), (2, "scaled")):
        run("components", "two.safetensors", "--tensor", tensor, "--part", f"{number}/2", "-o", f"p/{number}")
    said = run("merge", "p", "-o", "m", "-k", 3, status=65).stderr
    assert "--tensor is 'scaled' here, and is 'raw' there" in said


def test_parts_in_another_order(run, matrix, tmp_path):  # noqa: F811
    run("components", "a.npy", "b.npy", "--part", "1/2", "-o", "p/1")
    run("components", "b.npy", "a.npy", "--part", "2/2", "-o", "p/2")
    assert "its files were given in another order" in run("merge", "p", "-o", "m", status=65).stderr
    run("components", "a.npy", "b.npy", "b.npy", "--part", "2/2", "-o", "p/2", "--force")
    assert "it has 3 files, and that 2: one was given twice" in run("merge", "p", "-o", "m", status=65).stderr


def test_any_digit_of_what_a_part_says_of_itself(run, matrix, tmp_path):  # noqa: F811
    run("components", "a.npy", "--part", "1/1", "-o", "p")
    part = tmp_path / "p" / "part-1-of-1.safetensors"
    whole = part.read_bytes()
    header = whole[8 : 8 + int.from_bytes(whole[:8], "little")]
    digits = [8 + place for place, byte in enumerate(header) if chr(byte).isdigit()]
    for place in digits[:: max(1, len(digits) // 40)]:
        damaged = bytearray(whole)
        damaged[place] ^= 1
        part.write_bytes(damaged)
        run("merge", "p", "-o", "m", "-k", 3, status=65)


def test_a_checkpoint_of_a_file_that_was_changed_in_place(persona, run, matrix, tmp_path):  # noqa: F811
    """Also where size and time are as they were, and the change is not among the rows that are looked at."""
    options = ("-k", K, "--solver", "covariance")
    leave_behind(persona, tmp_path, *options)
    path = tmp_path / "a.npy"
    before = path.stat()
    changed = np.load(path, mmap_mode="r+")
    changed[100:400] *= 10
    changed.flush()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "goes on" not in run("components", "a.npy", "b.npy", "-o", "o", *options).stderr
    run("components", "a.npy", "b.npy", "-o", "fresh", *options)
    assert (variances(tmp_path / "o") == variances(tmp_path / "fresh")).all()


def test_files_in_the_way_of_intermediate_results_are_left(run, tmp_path):  # noqa: F811
    """A folder of that name which no run made is a user's: of inputs, of parts, or of anything else."""
    x = np.random.default_rng(7).standard_normal((300, 20)).astype(np.float32)
    own = tmp_path / "out" / "components.parts"
    own.mkdir(parents=True)
    for name in ("shard1", "shard2"):
        save_file({"x": x}, own / f"{name}.safetensors")
    said = run("components", own, "-o", "out", "-k", 3, "--rows", "matrices", status=73).stderr
    assert "components.parts: intermediate results would be kept in this folder" in said and "'shard1.safetensors'" in said
    assert sorted(os.listdir(own)) == ["shard1.safetensors", "shard2.safetensors"]
    # The advice: another -o; then out itself, once they are elsewhere.
    run("components", own, "-o", "other", "-k", 3, "--rows", "matrices")
    own.rename(tmp_path / "shards")
    run("components", "shards", "-o", "out", "-k", 3, "--rows", "matrices")
    assert sorted(os.listdir(tmp_path / "out")) == ["components.csv", "components.safetensors"]
    for name in ("mine.safetensors", ".mine.safetensors"):
        mine = tmp_path / "p" / "part-1-of-1.safetensors.parts" / name
        mine.parent.mkdir(parents=True)
        shutil.copy(tmp_path / "shards" / "shard1.safetensors", mine)
        run("components", "shards", "-o", "p", "--part", "1/1", "--rows", "matrices", status=73)
        assert mine.exists()
        shutil.rmtree(mine.parent)


def test_merged_components_take_old_scores_away(run, matrix, tmp_path):  # noqa: F811
    run("components", "a.npy", "-o", "o", "-k", K, "--scores")
    run("components", "a.npy", "--part", "1/1", "-o", "p")
    assert "it is there already" in run("merge", "p", "-o", "o", "-k", K, status=73).stderr
    run("merge", "p", "-o", "o", "-k", K, "--force")
    assert sorted(os.listdir(tmp_path / "o")) == ["components.csv", "components.safetensors"]
