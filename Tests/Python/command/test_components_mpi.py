"""persona components by the processes of an MPI job: the same bits as of one. scripts/test_mpi builds what this needs."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from test_components_parts import content, matrix  # noqa: F401

PERSONA = os.environ.get("PERSONA_MPI")
pytestmark = pytest.mark.skipif(
    not PERSONA or not shutil.which("mpirun"), reason="no build with MPI: scripts/test_mpi makes one, and runs these"
)
# One process can be root in a container, and there can be more of them than cores.
ENVIRONMENT = os.environ | {
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
}  # fmt: skip


def start(folder, processes, *arguments):
    words = [PERSONA, "components", "a.npy", "b.npy", "-k", 5, *arguments]
    command = ["mpirun", "-n", processes, *words] if processes else words
    return subprocess.Popen(
        [str(word) for word in command], cwd=folder, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def run(folder, processes, *arguments):
    process = start(folder, processes, *arguments)
    out, complaint = process.communicate(timeout=120)
    return process.returncode, out, complaint


@pytest.mark.parametrize("solver", ["covariance", "randomized"])
def test_ranks(matrix, tmp_path, solver):  # noqa: F811
    for processes in (0, 1, 2, 4):
        status, _, complaint = run(tmp_path, processes, "-o", f"o{processes}", "--solver", solver, "--threads", 1)
        assert status == 0, complaint
    assert content(tmp_path / "o0") == content(tmp_path / "o1") == content(tmp_path / "o2") == content(tmp_path / "o4")


def processes_of(folder):
    """The processes of a job that work in `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if entry.joinpath("comm").read_text().startswith("persona") and entry.joinpath("cwd").resolve() == folder.resolve():
                    found.append(int(entry.name))
            except OSError:
                continue
    return sorted(found)


def test_a_rank_that_dies_ends_the_job_and_a_rerun_goes_on(matrix, tmp_path):  # noqa: F811
    random = np.random.default_rng(1)
    np.save(tmp_path / "a.npy", random.standard_normal((150_000, 2, 64)).astype(np.float32))
    np.save(tmp_path / "b.npy", random.standard_normal((50_000, 2, 64)).astype(np.float32))
    options = ("--solver", "covariance", "--threads", 1)
    assert run(tmp_path, 0, "-o", "whole", *options)[0] == 0
    parts = tmp_path / "o" / "components.parts"
    for _ in range(20):
        process = start(tmp_path, 2, "-o", "o", "--checkpoint", 0, *options)
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
    status, _, complaint = run(tmp_path, 2, "-o", "o", *options)
    assert status == 0, complaint
    assert content(tmp_path / "o") == content(tmp_path / "whole")


def test_errors_of_a_job(matrix, tmp_path):  # noqa: F811
    status, _, complaint = run(tmp_path, 2, "-o", "o", "--part", "1/2")
    assert status == 64 and "--part: the processes of an MPI job divide the work by themselves" in complaint
    bad = matrix[20_000:].copy()
    bad[9_000, 1, 3] = np.nan
    np.save(tmp_path / "b.npy", bad)
    status, _, complaint = run(tmp_path, 2, "-o", "o")
    assert status == 65 and "b.npy: NaN at row 9000, layer 1, dimension 3" in complaint
    assert not (tmp_path / "o" / "components.csv").exists()
