"""The inputs of the demo dump: role files, questions and users' messages, in the formats of dump_activations.py."""

import json
import random
from pathlib import Path

from .text import DEFAULT, DOMAINS, Text


#: The usual prompts of a character that the dump asks with; a graded one has one more for each dose behind them.
PROMPTS = 3
QUESTIONS = 10
TURNS = 6
#: Conversations of a domain, and of a character that is asked for in conversations. The latter are held once: for the
#: rates of a chain, other conversations are worth more than the same ones again.
CONVERSATIONS = 12
PERSONA_CONVERSATIONS = 14


def write_inputs(folder: Path, text: Text, seed: int = 0) -> None:
    """Writes `roles/<role>.json`, `roles.csv`, `prompts.csv`, `questions.jsonl`, and `conversations/<id>.json` with the
    users' turns."""
    draw = random.Random(f"inputs {seed}")
    (folder / "roles").mkdir(parents=True)
    (folder / "conversations").mkdir()
    _write_roles(folder, text)

    questions: list[str] = []
    domains = ("general", "general", *DOMAINS)
    while len(questions) < QUESTIONS:
        question = text.question(domains[len(questions) % len(domains)], draw)[0]
        if question not in questions:
            questions.append(question)
    lines = [json.dumps({"id": number, "question": question}) for number, question in enumerate(questions)]
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def asked(domain: str) -> list[dict[str, str]]:
        return [{"role": "user", "content": text.question(domain, draw)[0]} for _ in range(TURNS)]

    for domain in DOMAINS:
        for number in range(CONVERSATIONS):
            talk = {"domain": domain, "conversation": asked(domain)}
            _write_json(folder / "conversations" / f"{domain}-{number:02}.json", talk)
    for name in text.personas:
        for number in range(PERSONA_CONVERSATIONS):
            prompt = text.prompts["role"][number % PROMPTS].replace("{who}", text.voices[name].who)
            messages = [{"role": "system", "content": prompt}, *asked("general")]
            talk = {"domain": "persona", "persona": name, "samples": 1, "conversation": messages}
            _write_json(folder / "conversations" / f"persona-{name}-{number:02}.json", talk)


def _write_roles(folder: Path, text: Text) -> None:
    _write_json(
        folder / "roles" / f"{DEFAULT}.json", {"instruction": [{"pos": prompt} for prompt in text.prompts["default"]]}
    )
    rows, doses = ["role,group,level"], ["role,prompt,dose"]
    for voice in text.voices.values():
        prompts = dict.fromkeys(text.prompts["role"][:PROMPTS], 1)
        if voice.name in text.graded:
            prompts |= {prompt: dose for dose, prompt in text.doses.items()}
            doses += [f"{voice.name},{number},{dose}" for number, dose in enumerate(prompts.values())]
        instruction = [{"pos": prompt.replace("{who}", voice.who)} for prompt in prompts]
        _write_json(folder / "roles" / f"{voice.name}.json", {"instruction": instruction})
        rows.append(f"{voice.name},{voice.group},{voice.level}")
    for name, lines in (("roles.csv", rows), ("prompts.csv", doses)):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
