"""Principal components of rows: this toolkit, scikit-learn and PyTorch, in turn.

    scripts/bench components

Replaces the section of that name in docs/performance.md. Makes and removes 3.5 GB in .build/bench.
"""

import csv
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

from measure import answer, forget, in_turn, once, put, table

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".build" / "bench"
PERSONA = ROOT / ".build" / "release" / "persona"
HERE = Path(__file__).parent
ROWS, DIMENSIONS, ROUNDS = 60_000, 4096, 5
# Vectors that a search for 10 components goes with.
WIDTH = 24
GROWTH = [(10_000, 512), (100_000, 512), (1_000_000, 512)]


def rows(job: str, source, output) -> list:
    return [sys.executable, HERE / "rows.py", job, source, output]


def ours(solver: str, source: Path, *options) -> list:
    out = WORK / f"out-{solver}"
    return [PERSONA, "components", source, "-o", out, "-k", 10, "--solver", solver, "-q", "--force", *options]


def variances(solver: str) -> np.ndarray:
    with (WORK / f"out-{solver}" / "components.csv").open() as file:
        return np.array([float(row["variance"]) for row in csv.DictReader(file)])


def span(seconds: float) -> str:
    for name, size in [("d", 86_400), ("h", 3600), ("min", 60)]:
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"


def plan(rate: float, single_rate: float, read: float) -> str:
    """What large dumps take, by this machine's rates: GFlop/s of the covariance way, of products in single precision with few vectors, and
    GB/s of the disk."""
    lines = []
    for name, count, layers, d in [("330,000 responses", 330_000, 80, 8192), ("200 TB of tokens", 153_000_000, 80, 8192)]:
        size, k = count * layers * d * 2, WIDTH
        flops, few = layers * count * d**2, 4 * layers * count * d * k
        shards, tile = min(1024, 2 ** int(np.log2(max(1, count / 8192)))), d * (d + 512) / 2 * 8
        for nodes in (1, 16, 256):
            # A range of shards is at most two nodes of the tree a halving; a layer of its own is one.
            layers_each = layers / nodes
            kept = layers_each if layers_each >= 1 else max(1, np.log2(shards) - np.log2(1 / layers_each))
            sent = 0 if nodes == 1 else nodes * kept * tile
            held = tile * (np.log2(shards) + 2) + 3 * 4096 * d * 4
            lines.append([
                f"{name}, {size / 1e12:.1f} TB" if nodes == 1 else "", str(nodes), span(size / nodes / read / 1e9),
                span(flops / nodes / rate / 1e9), f"{sent / 1e9:.0f} GB", span(sent / read / 1e9), f"{held / 1e9:.1f} GB",
                span(6 * size / nodes / read / 1e9), span(6 * few / nodes / single_rate / 1e9),
                f"{0 if nodes == 1 else 6 * nodes * layers * k * d * 8 / 1e9:.0f} GB",
            ])  # fmt: skip
    head = [
        "80 layers × 8192, bfloat16", "nodes", "reading", "products", "sums sent", "joining them", "memory",
        "randomized: reading", "products", "sums sent",
    ]  # fmt: skip
    return table(head, lines)


def main() -> None:
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    source = WORK / "rows.npy"
    print("bench: making rows", file=sys.stderr)
    answer(rows("make", f"{ROWS}x{DIMENSIONS}", source))
    answer(rows("reference", source, WORK / "reference.npy"))
    true = np.load(WORK / "reference.npy")
    peers = ["covariance_eigh", "randomized", "lowrank"]
    jobs = {solver: ours(solver, source) for solver in ("covariance", "randomized", "auto")}
    jobs["one core"] = ours("covariance", source, "--threads", 1)
    jobs |= {f"peer {job}": rows(job, source, WORK / f"{job}.npy") for job in peers}
    jobs["cat"] = ["sh", "-c", f"cat '{source}' > /dev/null"]
    found = in_turn(jobs, ROUNDS)
    errors = {solver: variances(solver) for solver in ("covariance", "randomized", "auto")}
    errors |= {f"peer {job}": np.load(WORK / f"{job}.npy") for job in peers}
    names = {
        "covariance": "`persona components --solver covariance`", "randomized": "`persona components --solver randomized`",
        "auto": "`persona components`", "one core": "`--solver covariance --threads 1`",
        "peer covariance_eigh": f"scikit-learn {version('scikit-learn')}, `covariance_eigh`",
        "peer randomized": "scikit-learn, `randomized`", "peer lowrank": f"PyTorch {version('torch')}, `pca_lowrank`",
        "cat": "`cat` of the file",
    }  # fmt: skip
    lines = []
    for name, text in names.items():
        error = f"{abs(errors[name] / true - 1).max():.0e}" if name in errors else ""
        run = found[name]
        lines.append([text, f"{run.median:.2f}", f"{run.processor:.2f}", f"{run.megabytes:.0f}", error])
    rates = [float(answer(rows("syrk", source, "-")).split()[1]) for _ in range(3)]
    rate = ROWS * DIMENSIONS**2 / found["covariance"].median / 1e9
    text = f"The 10 leading components of {ROWS} × {DIMENSIONS} float32, 983 MB of `.npy`, in the page cache:\n\n"
    text += table(["", "seconds", "of the processor", "peak, MB", "worst error of a variance"], lines)
    text += f"\n\nThe covariance way does {rate:.0f} GFlop/s from start to end; SciPy's `ssyrk` alone, by both cores, does "
    text += f"{sorted(rates)[1]:.0f}: {100 * rate / sorted(rates)[1]:.0f} %.\n\nGrowth, covariance way:\n\n"
    forget([source])
    cold = source.stat().st_size / once(["sh", "-c", f"cat '{source}' > /dev/null"])[0] / 1e9
    source.unlink()
    growth = []
    for count, d in GROWTH:
        answer(rows("make", f"{count}x{d}", source))
        run = in_turn({"persona": ours("covariance", source)}, 3)["persona"]
        growth.append([f"{count} × {d}", f"{run.median:.2f}", f"{1e6 * run.median / count:.1f}", f"{run.megabytes:.0f}"])
        source.unlink()
    text += table(["rows × dimensions", "seconds", "µs a row", "peak, MB"], growth)
    single = 4 * ROWS * DIMENSIONS * WIDTH * 6 / found["randomized"].median / 1e9
    text += f"\n\nOn paper, with nodes like this machine ({rate:.0f} GFlop/s, a search of six passes at {single:.0f}, and {cold:.1f} GB/s from the disk):\n\n"
    text += plan(rate, single, cold)
    shutil.rmtree(WORK)
    print(text)
    put("components", text + "\n", ROOT / "docs" / "performance.md")


if __name__ == "__main__":
    main()
