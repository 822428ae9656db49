"""persona components by the processes of an MPI job: the same bits as of one. scripts/test_mpi builds what this needs."""

import os
import shutil
import signal
import time

import jobs
import numpy as np
import pytest
from jobs import processes_of
from test_components_parts import content, matrix  # noqa: F401

pytestmark = jobs.needs_mpi
WORDS = ("components", "a.npy", "b.npy", "-k", 5)


@pytest.mark.parametrize("solver", ["covariance", "randomized"])
def test_ranks(matrix, tmp_path, solver):  # noqa: F811
    for processes in (0, 1, 2, 4):
        status, _, complaint = jobs.run(tmp_path, processes, *WORDS, "-o", f"o{processes}", "--solver", solver, "--threads", 1)
        assert status == 0, complaint
    assert content(tmp_path / "o0") == content(tmp_path / "o1") == content(tmp_path / "o2") == content(tmp_path / "o4")


def test_a_rank_that_dies_ends_the_job_and_a_rerun_goes_on(matrix, tmp_path):  # noqa: F811
    random = np.random.default_rng(1)
    np.save(tmp_path / "a.npy", random.standard_normal((150_000, 2, 64)).astype(np.float32))
    np.save(tmp_path / "b.npy", random.standard_normal((50_000, 2, 64)).astype(np.float32))
    options = ("--solver", "covariance", "--threads", 1)
    assert jobs.run(tmp_path, 0, *WORDS, "-o", "whole", *options)[0] == 0
    parts = tmp_path / "o" / "components.parts"
    for _ in range(20):
        process = jobs.start(tmp_path, 2, *WORDS, "-o", "o", "--checkpoint", 0, *options)
        while process.poll() is None and not (parts.exists() and any(parts.glob("layer-*"))):
            time.sleep(0.001)
        ranks = processes_of(tmp_path)
        if len(ranks) == 2:
            os.kill(ranks[1], signal.SIGKILL)
        _, complaint = process.communicate(timeout=60)
        if process.returncode != 0:
            break
        shutil.rmtree(tmp_path / "o")
    assert process.returncode != 0
    assert "signal 9" in complaint, complaint
    assert processes_of(tmp_path) == []
    assert not (tmp_path / "o" / "components.csv").exists()
    status, _, complaint = jobs.run(tmp_path, 2, *WORDS, "-o", "o", *options)
    assert status == 0, complaint
    assert content(tmp_path / "o") == content(tmp_path / "whole")


def test_errors_of_a_job(matrix, tmp_path):  # noqa: F811
    status, _, complaint = jobs.run(tmp_path, 2, *WORDS, "-o", "o", "--part", "1/2")
    assert status == 64 and "--part: the processes of an MPI job divide the work by themselves" in complaint
    bad = matrix[20_000:].copy()
    bad[9_000, 1, 3] = np.nan
    np.save(tmp_path / "b.npy", bad)
    status, _, complaint = jobs.run(tmp_path, 2, *WORDS, "-o", "o")
    assert status == 65 and "b.npy: NaN at row 9000, layer 1, dimension 3" in complaint
    assert not (tmp_path / "o" / "components.csv").exists()


def test_what_all_processes_would_find_is_said_once(matrix, tmp_path):  # noqa: F811
    np.save(tmp_path / "b.npy", matrix[20_000:, :, :-1])
    status, _, complaint = jobs.run(tmp_path, 4, *WORDS, "-o", "o")
    assert status == 65
    assert complaint.count("persona: error") == 1, complaint
