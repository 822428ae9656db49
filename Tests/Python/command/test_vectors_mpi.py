"""persona vectors by the processes of an MPI job: the same bytes as of one, and the vectors of NumPy. scripts/test_mpi builds what this needs."""

import os
import shutil
import signal
import time

import jobs
import numpy as np
import pytest
from jobs import processes_of
from role_parts import OUTPUTS, answers, dump, save  # noqa: F401
from safetensors.numpy import load_file
from test_components_parts import content
from test_question_adjustment import least_squares, scored, write

pytestmark = jobs.needs_mpi


def vectors(folder, processes, out, *options):
    return jobs.run(folder, processes, "vectors", "dump", "-o", f"{out}/vectors.safetensors", "--threads", 1, *options)


def same(folder, *processes, options=()):
    """What jobs of so many processes write, 0 for one without MPI: the same of all."""
    for number in processes:
        status, _, complaint = vectors(folder, number, f"o{number}", *options)
        assert status == 0, complaint
    found = [content(folder / f"o{number}") for number in processes]
    assert all(sorted(own) == OUTPUTS for own in found) and all(own == found[0] for own in found)
    return load_file(folder / f"o{processes[-1]}" / "vectors.safetensors")


def test_ranks(dump, tmp_path):  # noqa: F811
    # There are six roles: one of eight processes has none.
    found = same(tmp_path, 0, 1, 2, 4, 8)
    for place, role in enumerate("bcde", start=1):
        assert found["role_vectors"][place] == pytest.approx(np.mean(list(dump[role].values()), 0), rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("options", [(), ("--no-question-adjustment",), ("--min-count", 8), ("--score", "all", "--match-questions")])
def test_scores_and_questions(tmp_path, options):
    files, scores, kept, _, _ = scored(6, noise=1.5)
    write(tmp_path / "dump", files, scores)
    found = same(tmp_path, 0, 1, 2, 4, options=("--min-count", 1, *options))
    if not options:
        wanted = least_squares(files, kept)
        names = sorted(name for name in kept if name != "default")
        assert found["role_vectors"] == pytest.approx(np.stack([wanted[name] for name in names]), rel=1e-9, abs=1e-9)
        assert found["default"] == pytest.approx(wanted["default"], rel=1e-9, abs=1e-9)


def test_values_that_are_not_finite(tmp_path):
    files, scores, kept, _, _ = scored(8, noise=1)
    for name in ("default", "r03", "r11"):
        files[name][kept[name][0]] = np.full_like(files[name][kept[name][0]], np.nan)
    write(tmp_path / "dump", files, scores)
    found = same(tmp_path, 0, 2, 4, options=("--nonfinite", "skip", "--min-count", 1))
    left = {name: keys[1:] if name in ("default", "r03", "r11") else keys for name, keys in kept.items()}
    wanted = least_squares(files, left)
    names = sorted(name for name in left if name != "default")
    assert found["role_vectors"] == pytest.approx(np.stack([wanted[name] for name in names]), rel=1e-9, abs=1e-9)


def many_roles(folder):
    for seed in range(40):
        save(folder / "dump" / "activations" / f"r{seed:02}.safetensors", answers(seed, 400))


def killed(folder, rank):
    """A job of two processes of which one is killed once both have kept a role; what mpirun says."""
    kept = folder / "o" / "vectors.safetensors.parts"
    for _ in range(20):
        process = jobs.start(folder, 2, "vectors", "dump", "-o", "o/vectors.safetensors", "--threads", 1)
        while process.poll() is None and len(list(kept.glob("manifest*.jsonl"))) < 2:
            time.sleep(0.0005)
        ranks = processes_of(folder)
        if len(ranks) == 2:
            os.kill(ranks[rank], signal.SIGKILL)
        _, complaint = process.communicate(timeout=60)
        if process.returncode != 0:
            return complaint
        shutil.rmtree(folder / "o")
    pytest.fail("no process could be killed in time")


@pytest.mark.parametrize("rank", [0, 1])
@pytest.mark.parametrize("again", [0, 2, 3])
def test_a_rank_that_dies_ends_the_job_and_a_rerun_goes_on(tmp_path, rank, again):
    many_roles(tmp_path)
    assert vectors(tmp_path, 0, "whole")[0] == 0
    complaint = killed(tmp_path, rank)
    assert "signal 9" in complaint, complaint
    assert processes_of(tmp_path) == []
    assert not (tmp_path / "o" / "vectors.safetensors").exists()
    # By as many processes, by more, or by one without MPI.
    status, _, complaint = vectors(tmp_path, again, "o")
    assert status == 0 and "goes on from an earlier run" in complaint, complaint
    assert content(tmp_path / "o") == content(tmp_path / "whole")


def test_roles_of_a_rank_that_are_kept_are_not_read_again(tmp_path):
    """What a killed job left of a role is taken, and not made anew."""
    many_roles(tmp_path)
    killed(tmp_path, 1)
    kept = {path.name: path.stat().st_ino for path in (tmp_path / "o" / "vectors.safetensors.parts").glob("r*.safetensors")}
    assert kept
    # A file that can no longer be averaged stops the second job, which leaves the parts.
    bad = answers(39, 400)
    bad["pos_p0_q0"][0, 0] = np.nan
    save(tmp_path / "dump" / "activations" / "r39.safetensors", bad)
    assert vectors(tmp_path, 2, "o")[0] == 65
    again = {path.name: path.stat().st_ino for path in (tmp_path / "o" / "vectors.safetensors.parts").glob("r*.safetensors")}
    assert sum(again[name] == number for name, number in kept.items()) >= len(kept) - 1


def test_errors_of_a_job(dump, tmp_path):  # noqa: F811
    def said(*options, status, out="o"):
        found, _, complaint = vectors(tmp_path, 2, out, *options)
        assert found == status, complaint
        assert complaint.count("persona: error") == 1, complaint
        assert processes_of(tmp_path) == []
        return complaint

    complaint = jobs.run(tmp_path, 2, "vectors", "dump", "-o", "o", "--part", "1/2")
    assert complaint[0] == 64 and complaint[2].count("--part: the processes of an MPI job divide the work by themselves") == 1
    # Of one process, of all of them, of the first alone.
    bad = {key: value.copy() for key, value in dump["d"].items()}
    bad["pos_p1_q2"][1, 4] = np.nan
    save(tmp_path / "dump" / "activations" / "d.safetensors", bad)
    complaint = said(status=65)
    assert "activations/d.safetensors: pos_p1_q2: " in complaint and "layer 1, dimension 4" in complaint
    assert not (tmp_path / "o" / "vectors.safetensors").exists()
    assert "layer" in said("--layers", 9, status=65)
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "vectors.safetensors").write_text("mine")
    said(status=73, out="there")
    assert (tmp_path / "there" / "vectors.safetensors").read_text() == "mine"
