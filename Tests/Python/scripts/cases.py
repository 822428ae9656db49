"""Small dumps to ask for, and what became of them."""

import json
from pathlib import Path

from repository import ORGANISM

INPUTS = ORGANISM / "inputs"


def roles(*names) -> list:
    return [
        "--roles",
        *[INPUTS / "roles" / f"{name}.json" for name in names],
        "--questions",
        INPUTS / "questions.jsonl",
    ]


FEW = ["--max-questions", "2", "--max-prompts", "2", "--max-new-tokens", "24"]


def write(path: Path, value) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
