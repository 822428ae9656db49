"""Widening bfloat16 to float32 on one core: this toolkit, PyTorch and NumPy in turn, on data of the same size.

    scripts/bench widening

Prints a Markdown table with the median over all rounds: gigabytes of bfloat16 a second.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch

PIECES, BYTES, ROUNDS, TURNS = 64, 1 << 20, 9, 5


def ours(binary: Path) -> list[float]:
    command = [str(binary), str(PIECES), str(BYTES), str(ROUNDS)]
    return [float(line) for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()]


def timed(once) -> list[float]:
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        once()
        seconds.append(time.perf_counter() - start)
    return seconds


def main() -> None:
    torch.set_num_threads(1)
    binary = Path(sys.argv[1])
    raw = np.arange(PIECES * BYTES // 2, dtype=np.uint32).astype(np.uint16).reshape(PIECES, -1)
    pieces = [torch.from_numpy(piece).view(torch.bfloat16) for piece in raw]
    wide = torch.empty(BYTES // 2)
    wide_array = np.empty(BYTES // 2, dtype=np.uint32)

    def with_torch():
        for piece in pieces:
            wide.copy_(piece)

    def with_numpy():
        for piece in raw:
            np.left_shift(piece, np.uint32(16), out=wide_array, dtype=np.uint32)

    jobs = {"PersonaSpace": lambda: ours(binary), f"PyTorch {torch.__version__}": lambda: timed(with_torch)}
    jobs[f"NumPy {np.__version__}"] = lambda: timed(with_numpy)
    seconds = {name: [] for name in jobs}
    for _ in range(TURNS):
        for name, job in jobs.items():
            # The first round warms up.
            seconds[name] += job()[1:]
    print(f"| {PIECES} pieces of {BYTES >> 20} MiB, one core | GB of bfloat16 a second, median |\n|---|---:|")
    for name, values in seconds.items():
        print(f"| {name} | {PIECES * BYTES / statistics.median(values) / 1e9:.1f} |")


if __name__ == "__main__":
    main()
