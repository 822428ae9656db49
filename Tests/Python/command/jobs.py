"""Jobs of several processes under MPI, and what they leave; scripts/test_mpi builds the command that they take."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PERSONA = os.environ.get("PERSONA_MPI")
needs_mpi = pytest.mark.skipif(
    not PERSONA or not shutil.which("mpirun"), reason="no build with MPI: scripts/test_mpi makes one, and runs these"
)
# One process can be root in a container, and there can be more of them than cores.
ENVIRONMENT = os.environ | {
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
}  # fmt: skip


def start(folder, processes, *arguments):
    """Starts `persona` in `folder` by so many processes of a job; 0 for one without MPI."""
    words = [PERSONA, *arguments]
    command = ["mpirun", "-n", processes, *words] if processes else words
    return subprocess.Popen(
        [str(word) for word in command], cwd=folder, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def run(folder, processes, *arguments):
    process = start(folder, processes, *arguments)
    out, complaint = process.communicate(timeout=120)
    return process.returncode, out, complaint


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
