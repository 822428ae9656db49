"""Capping token dumps at 20 floors a layer: this toolkit, PyTorch and cat in turn, warm and cold.

    scripts/bench cap

Replaces the section of that name in docs/performance.md.
"""

import shutil

from measure import put
from tokens import ROOT, WORK, Verb, measured

PERCENTILES = ",".join(map(str, range(2, 98, 5)))
CAP = Verb(
    "cap",
    {
        "torch_cap_tables": "the same tables but `windows.csv`, in float64 (`Benchmarks/capping.py`)",
        "torch_cap": "`tokens.float() @ v` by layer and all floors, nothing else: no means of turns, no table, no interval",
    },
    options=("--percentile", PERCENTILES),
    rounds=5,
)


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    text = measured(CAP, "20 floors, 12 conversations of 8 turns of some 100 tokens × (32, 4096) bfloat16", 12, 8, 100, 32, 4096)
    shape = (12, 8, 326, 32, 4096)
    text += "\n" + measured(CAP, "20 floors, a million vectors: 12 conversations of 8 turns of some 326 tokens × (32, 4096)", *shape)
    shutil.rmtree(WORK)
    print(text)
    put("cap", text, ROOT / "docs" / "performance.md")


if __name__ == "__main__":
    main()
