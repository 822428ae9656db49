"""Runs jobs in turn, as processes of their own, and takes their wall time and the most memory they held."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Measured:
    """The runs of one job."""

    seconds: list[float] = field(default_factory=list)
    #: Seconds of the processor, of all threads together: other work of the machine does not change them much.
    busy: list[float] = field(default_factory=list)
    peak: list[int] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def processor(self) -> float:
        return statistics.median(self.busy)

    @property
    def megabytes(self) -> float:
        return max(self.peak) / 1e6


def answer(command: list) -> str:
    """What `command` prints. Work that needs memory is not done here: a process begins with its parent's peak."""
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def once(command: list[str]) -> tuple[float, float, int]:
    """The wall time of `command`, that of the processor, and the most bytes it held.

    A Python peer prints `seconds X` and `processor X` of the job itself, which count: importing PyTorch takes longer than some jobs.
    """
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    elapsed, busy = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"bench: {' '.join(map(str, command))} ended with {process.returncode}")
    for line in text.splitlines():
        if line.startswith("seconds "):
            elapsed = float(line.split()[1])
        if line.startswith("processor "):
            busy = float(line.split()[1])
    return elapsed, busy, usage.ru_maxrss * 1024


def in_turn(jobs: dict[str, list[str]], rounds: int, before=None) -> dict[str, Measured]:
    """Every job once, then every job again, `rounds` times; the first round, which warms up, does not count.

    `before` is called ahead of each run; with it, every round counts.
    """
    found = {name: Measured() for name in jobs}
    for number in range(rounds + (before is None)):
        for name, command in jobs.items():
            if before:
                before()
            seconds, busy, peak = once(command)
            if before or number:
                found[name].seconds.append(seconds)
                found[name].busy.append(busy)
                found[name].peak.append(peak)
    return found


def forget(files: list[Path]) -> None:
    """Drops the files from the page cache."""
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def put(job: str, text: str, document: Path) -> None:
    """Replaces what is between the marks of `job` in the document."""
    begin, end = f"<!-- {job} -->\n", f"<!-- end of {job} -->\n"
    old = document.read_text()
    if begin not in old:
        sys.exit(f"bench: {document} has no place for {job}")
    head, rest = old.split(begin)
    document.write_text(head + begin + text.rstrip("\n") + "\n" + end + rest.split(end)[1])
