"""The inputs of the demo dump: role files, questions and users' messages, in the formats of dump_activations.py."""

import json
import random
from pathlib import Path

from .text import DEFAULT, DOMAINS, Text


def write_inputs(folder: Path, text: Text, conversations: int = 12, turns: int = 6, seed: int = 0) -> None:
    """Writes `roles/<role>.json`, `roles.csv`, `questions.jsonl`, and `conversations/<id>.json` with the users' turns.

    12 questions × 5 prompts are 60 responses a role; 12 conversations in each of 4 domains.
    """
    draw = random.Random(f"inputs {seed}")
    (folder / "roles").mkdir(parents=True)
    (folder / "conversations").mkdir()
    _write_json(
        folder / "roles" / f"{DEFAULT}.json", {"instruction": [{"pos": prompt} for prompt in text.prompts["default"]]}
    )
    rows = ["role,group,level"]
    for voice in text.voices.values():
        prompts = [{"pos": prompt.replace("{who}", voice.who)} for prompt in text.prompts["role"]]
        _write_json(folder / "roles" / f"{voice.name}.json", {"instruction": prompts})
        rows.append(f"{voice.name},{voice.group},{voice.level}")
    (folder / "roles.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    questions: list[str] = []
    domains = ("general", "general", *DOMAINS)
    while len(questions) < 12:
        question = text.question(domains[len(questions) % len(domains)], draw)[0]
        if question not in questions:
            questions.append(question)
    lines = [json.dumps({"id": number, "question": question}) for number, question in enumerate(questions)]
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")

    for domain in DOMAINS:
        for number in range(conversations):
            messages = [{"role": "user", "content": text.question(domain, draw)[0]} for _ in range(turns)]
            _write_json(
                folder / "conversations" / f"{domain}-{number:02}.json", {"domain": domain, "conversation": messages}
            )


def _write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
