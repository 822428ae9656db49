"""One run of the command, and what it leaves."""

import os
import resource
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

#: No run takes longer than its own time and this many seconds more.
PATIENCE = 10


@dataclass(frozen=True)
class Outcome:
    """The exit status, the bytes of every file in the output folder, what was complained of, and the seconds it took."""

    status: int
    files: tuple
    complaint: str
    seconds: float

    @property
    def result(self):
        """What two runs over the same input have in common."""
        return self.status, self.files


def content(folder: Path) -> tuple:
    """The files in `folder` and below with their bytes, hidden ones too, without the parts that the next run goes on from."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.parent.name.endswith(".parts"))
    return tuple((str(path.relative_to(folder)), path.read_bytes()) for path in files)


def start(command, megabytes=None) -> subprocess.Popen:
    """Starts the command, with at most `megabytes` of address space."""

    def limit():
        if megabytes is not None:
            resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    # OpenBLAS takes a buffer for each processor as it is loaded: with two, limits mean the same on every machine.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "2"}
    return subprocess.Popen(
        list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=limit,
        env=environment,
    )  # fmt: skip


def finish(process: subprocess.Popen, output: Path, began: float, seconds: float = 600) -> Outcome:
    """Waits for it; a run that takes longer than `seconds` is killed, and has the status -9."""
    try:
        _, complaint = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        _, complaint = process.communicate()
    files = content(output) if output.is_dir() else ()
    return Outcome(process.returncode, files, complaint.strip(), time.monotonic() - began)


def run(command, output: Path, megabytes=None, seconds: float = 600) -> Outcome:
    """Runs the command, which writes to `output`, from nothing."""
    shutil.rmtree(output, ignore_errors=True)
    began = time.monotonic()
    return finish(start(command, megabytes), output, began, seconds)
