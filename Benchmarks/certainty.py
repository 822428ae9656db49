"""How long it takes to be sure of the axis: components alone, in memory, and a fit with 1,000 bootstrap samples.

    scripts/bench certainty

Replaces the section of that name in docs/performance.md. The peers of the bootstrap are refits of single samples with
scikit-learn and with NumPy's singular values, of which a few are timed and the rest reckoned from them.
"""

import shutil
import statistics
import sys
from importlib.metadata import version
from pathlib import Path

from measure import answer, in_turn, put, table

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".build" / "bench"
PERSONA = ROOT / ".build" / "release" / "persona"
COMPONENTS = ROOT / "Benchmarks" / ".build" / "release" / "components"
HERE = Path(__file__).parent
SHAPE = (275, 32, 4096)
ROUNDS, SAMPLES = 5, 1000


def components() -> str:
    """The components of all layers, in memory: rounds of each in turn."""
    own = [COMPONENTS, *SHAPE, 10, 2, 2]
    jobs = {"`PrincipalComponents`": own}
    for name, words in [
        ("numpy_gram", f"NumPy {version('numpy')} (Gram matrix, `eigh`)"),
        ("sklearn_components", f"scikit-learn {version('scikit-learn')} (`PCA`)"),
    ]:
        jobs[words] = [sys.executable, HERE / "memory_peers.py", name, *SHAPE, 10, 2]
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, command in jobs.items():
            # The first round of each process warms up.
            seconds[name].append(float(answer(command).split()[-1]))
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    ours = medians["`PrincipalComponents`"]
    rows = [[name, f"{value:.2f}", f"{value / ours:.1f}"] for name, value in medians.items()]
    return (
        "Ten components of each of 32 layers of 275 × 4096 doubles in memory, on 2 cores:\n\n"
        + table(["", "seconds", "ratio"], rows)
        + "\n"
    )


def bootstrap() -> str:
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    answer([sys.executable, HERE / "inputs.py", "vectors", WORK / "dump", *SHAPE])
    ours = [PERSONA, "fit", WORK / "dump", "-o", WORK / "out", "-q", "--force", "--bootstrap"]
    found = in_turn({"1000": [*ours, SAMPLES], "0": [*ours, 0]}, 3)
    refits = {
        name: statistics.median(
            float(answer([sys.executable, HERE / "memory_peers.py", name, *SHAPE, 10, 1]).split()[-1]) for _ in range(3)
        )
        for name in ["sklearn_refit", "numpy_refit"]
    }
    whole, plain = found["1000"], found["0"]
    rows = [
        [f"`persona fit`, {SAMPLES:,} samples", f"{whole.median:.1f}", "1", f"{whole.megabytes:.0f}"],
        ["`persona fit --bootstrap 0`", f"{plain.median:.1f}", "", f"{plain.megabytes:.0f}"],
    ]
    for name, words in [("sklearn_refit", "scikit-learn (`PCA`)"), ("numpy_refit", "NumPy (`svd`)")]:
        total = refits[name] * SAMPLES * SHAPE[1]
        rows.append(
            [f"{words}, {SAMPLES * SHAPE[1]:,} refits of {refits[name]:.3f} s", f"{total:.0f}", f"{total / whole.median:.0f}", ""]
        )
    shutil.rmtree(WORK)
    return (
        "\nIntervals, stabilities, influences, nulls and parallel analysis (19 permuted data sets) of all 32 layers, from\n"
        "275 files of (32, 4096) float32, everything written:\n\n"
        + table(["", "seconds", "ratio", "peak, MB"], rows)
        + "\n"
    )


if __name__ == "__main__":
    text = components() + bootstrap()
    put("certainty", text, ROOT / "docs" / "performance.md")
    print(text)
