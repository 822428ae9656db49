"""Projecting token dumps: this toolkit, PyTorch and cat in turn, warm and cold.

    scripts/bench project

Replaces the section of that name in docs/performance.md.
"""

import shutil

from measure import put
from tokens import ROOT, WORK, Verb, measured

PROJECT = Verb("project", {"torch_project": "`(tokens.float() - mean) @ v` by layer"})


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    text = measured(PROJECT, "12 conversations of 8 turns of some 100 tokens × (32, 4096) bfloat16", 12, 8, 100, 32, 4096)
    text += "\n" + measured(PROJECT, "The shape of a 70B model, 4 conversations of 8 turns × (80, 8192)", 4, 8, 70, 80, 8192)
    shutil.rmtree(WORK)
    print(text)
    put("project", text, ROOT / "docs" / "performance.md")


if __name__ == "__main__":
    main()
