"""The space of role vectors: this toolkit, NumPy, scikit-learn and the matrix products alone, in turn.

    scripts/bench fit

Replaces the section of that name in docs/performance.md.
"""

import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from measure import answer, in_turn, put, table

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".build" / "bench"
PERSONA = ROOT / ".build" / "release" / "persona"
HERE = Path(__file__).parent
PEERS = [sys.executable, HERE / "peers.py"]
NAMES = {
    "persona": "`persona fit --bootstrap 0`",
    "numpy_fit": f"NumPy {version('numpy')} (`svd`)",
    "sklearn_fit": f"scikit-learn {version('scikit-learn')} (`PCA`)",
    "syrk": "the products alone (`dsyrk`)",
}


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    text = []
    for layers in (8, 16, 32):
        shutil.rmtree(WORK / "dump", ignore_errors=True)
        answer([sys.executable, HERE / "inputs.py", "vectors", WORK / "dump", 275, layers, 4096])
        ours = [PERSONA, "fit", WORK / "dump", "-o", WORK / "out", "-q", "--force", "--bootstrap", 0]
        peers = ["numpy_fit", "sklearn_fit", "syrk"]
        jobs = {"persona": ours} | {peer: [*PEERS, peer, WORK / "dump", WORK / peer] for peer in peers}
        found = in_turn(jobs, 3)
        text.append(f"275 roles × ({layers}, 4096) float32:\n")
        rows = [
            [NAMES[name], f"{run.median:.2f}", f"{run.median / found['persona'].median:.1f}", f"{run.megabytes:.0f}"]
            for name, run in found.items()
        ]
        text.append(table(["", "seconds", "ratio", "peak, MB"], rows) + "\n")
    shutil.rmtree(WORK)
    put("fit", "\n".join(text), ROOT / "docs" / "performance.md")
    print("\n".join(text))


if __name__ == "__main__":
    main()
