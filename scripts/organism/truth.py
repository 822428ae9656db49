"""What is true of a dump of the organism: what was planted, and in whose voice each answer and turn is by its text."""

import csv
import json
from pathlib import Path

from .classifier import VoiceClassifier
from .text import DEFAULT, Text, Voice


def answer_voices(dump: Path, classifier: VoiceClassifier) -> dict[str, dict[str, str]]:
    """The voice of each answer, by role and key."""
    voices = {}
    for path in sorted((dump / "responses").glob("[!.]*.jsonl")):
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        voices[path.stem] = {line["key"]: classifier.voice(line["conversation"][-1]["content"]) for line in lines}
    return voices


def turn_voices(dump: Path, classifier: VoiceClassifier) -> dict[str, list[str]]:
    """The voice of each turn of the assistant, by conversation."""
    return {
        path.stem: [
            classifier.voice(message["content"])
            for message in json.loads(path.read_text(encoding="utf-8"))["conversation"]
            if message["role"] == "assistant"
        ]
        for path in sorted((dump / "transcripts").glob("*.json"))
    }


def score(voice: Voice, heard: str) -> int:
    """How much an answer is the role's, as judges score: 3 its own voice, 2 another's, 0 the Assistant's.

    The Assistant's voice is that of a role that is another name for it. There is no 1.
    """
    own = voice.name if voice.bodies else DEFAULT
    return 3 if heard == own else 0 if heard == DEFAULT else 2


def planted(text: Text, doses: Path) -> dict:
    """What the generator was told, by role and domain, and the doses of the dump's prompts."""
    roles = []
    for voice in text.voices.values():
        role = {"role": voice.name, "level": voice.level, "resistance": round(text.resistance_of(voice), 6)}
        if persona := text.personas.get(voice.name):
            role |= {
                "kind": persona.kind,
                "leave": persona.leave,
                "come_back": persona.come_back,
                "wobble": persona.wobble,
            }
        roles.append(role)
    domains = [
        {"domain": domain, "into": rates.get("into"), "leave": rates["slide"], "come_back": rates["back"]}
        for domain, rates in text.slide.items()
    ]
    with doses.open(encoding="utf-8", newline="") as file:
        rows = [
            {"role": row["role"], "prompt": int(row["prompt"]), "dose": float(row["dose"])}
            for row in csv.DictReader(file)
        ]
    return {"roles": roles, "domains": domains, "doses": rows}


def write_truth(dump: Path, text: Text, classifier: VoiceClassifier) -> None:
    """Writes `truth.json`, and `scores/<role>.json` of every role but the default."""
    answers, turns = answer_voices(dump, classifier), turn_voices(dump, classifier)
    # Lines of their own for roles and conversations: compact, and yet to be read.
    parts = [f'"{name}":{_compact(value)}' for name, value in planted(text, dump / "prompts.csv").items()]
    for name, voices in (("answers", answers), ("turns", turns)):
        parts.append(f'"{name}":{{\n' + ",\n".join(f'"{key}":{_compact(of)}' for key, of in voices.items()) + "\n}")
    (dump / "truth.json").write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")
    (dump / "scores").mkdir(exist_ok=True)
    for role, heard in answers.items():
        if role != DEFAULT:
            scores = {key: score(text.voices[role], voice) for key, voice in heard.items()}
            (dump / "scores" / f"{role}.json").write_text(_compact(scores) + "\n", encoding="utf-8")


def _compact(value) -> str:
    return json.dumps(value, separators=(",", ":"))
