"""Predicting positions from embeddings of what the user said: this toolkit, and scikit-learn, in turn.

    scripts/bench predict

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
CONVERSATIONS, TURNS, DIMENSIONS = 2000, 10, 4096


def main() -> None:
    dump = WORK / "talks"
    shutil.rmtree(dump, ignore_errors=True)
    print("bench: making embeddings", file=sys.stderr)
    answer([sys.executable, HERE / "inputs.py", "embeddings", dump, CONVERSATIONS, TURNS, DIMENSIONS])
    command = [PERSONA, "predict", dump / "turns.csv", dump / "embeddings", "-o", WORK / "out", "-q", "--force"]
    peer = [sys.executable, HERE / "peers.py", "sklearn_ridge", dump, WORK / "peer"]
    # Minutes each: once, and none to warm up.
    found = in_turn({"persona": command, "sklearn": peer}, 1, before=lambda: None)
    ours, theirs = found["persona"], found["sklearn"]
    rows = [
        ["`persona predict`, whole, both of its sets of turns and two models on one", 15, ours],
        [f"scikit-learn {version('scikit-learn')}, `RidgeCV` of five folds, without baselines", 5, theirs],
    ]
    lines = [
        [name, str(count), *(f"{x:.0f}" for x in (run.median, run.processor, run.median / count, run.megabytes))]
        for name, count, run in rows
    ]
    text = f"{CONVERSATIONS} conversations of {TURNS} turns, embeddings of {DIMENSIONS} float32, 17 penalties:\n\n"
    text += table(["", "regressions", "seconds", "of the processor", "seconds each", "peak, MB"], lines)
    shutil.rmtree(WORK)
    print(text)
    put("predict", text + "\n", ROOT / "docs" / "performance.md")


if __name__ == "__main__":
    main()
