"""The files a dump is made from: roles, questions, responses and transcripts."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from .faults import NOT_FOUND, Fault


@dataclass(frozen=True)
class Item:
    """A chat that ends, or will end, in one response of a role, under the key of its activation."""

    key: str
    messages: list[dict]
    #: Whether the response ended by itself, as far as is known.
    is_finished: bool = True


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Fault(f"{path}: no such file", NOT_FOUND) from None
    except (OSError, ValueError) as error:
        raise Fault(f"{path}: not text in UTF-8: {error}") from error


def parse_json(text: str, where: str):
    """The value of a JSON text that any reader of the dump can read again."""

    def refused(constant: str):
        raise ValueError(f"{constant} is no number of JSON")

    try:
        value = json.loads(text, parse_constant=refused)
        # Escapes can spell halves of surrogate pairs, which no file can hold as text.
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Fault(f"{where}: {error.object[error.start]!r} is half of a surrogate pair, which is no text") from error
    except ValueError as error:
        raise Fault(f"{where}: not JSON: {error}") from error
    return value


def read_json(path: Path):
    return parse_json(read_text(path), str(path))


def read_lines(path: Path) -> list:
    """The values of a JSON-lines file; empty lines count for nothing."""
    # Not by splitlines: some of what it takes for ends of lines stands in JSON as it is.
    lines = read_text(path).split("\n")
    return [parse_json(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def files(paths: list[Path], suffix: str) -> list[Path]:
    """The files among `paths` and in the folders among them, by name without the suffix, which must not repeat."""
    found: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            raise Fault(f"{path}: no such file or folder", NOT_FOUND)
        listed = sorted(path.glob(f"*{suffix}")) if path.is_dir() else [path]
        listed = [file for file in listed if not file.name.startswith(".")]
        if not listed:
            raise Fault(f"{path}: no *{suffix} in this folder")
        for file in listed:
            if other := found.get(stem(file)):
                raise Fault(f"{file}: the name of {other}, another input")
            found[stem(file)] = file
    return [found[name] for name in sorted(found)]


def stem(path: Path) -> str:
    """The name without `.json` or `.jsonl`; one published file ends in `.json.json`."""
    name = path.name
    while name.endswith((".json", ".jsonl")):
        name = name.rpartition(".")[0]
    return name


def read_questions(path: Path) -> list[tuple[int, str]]:
    """Number and text of each question: lines of `{"question", "id"?}`, or of strings."""
    questions = []
    for number, value in enumerate(read_lines(path)):
        question = value if isinstance(value, str) else value.get("question") if isinstance(value, dict) else None
        identifier = value.get("id", number) if isinstance(value, dict) else number
        if not isinstance(question, str) or not question.strip() or not isinstance(identifier, int):
            raise Fault(f'{path}: question {number} is {value!r}; expected {{"id": 0, "question": "…"}} or a string')
        questions.append((identifier, question))
    if len({number for number, _ in questions}) < len(questions):
        raise Fault(f"{path}: two questions have the same id")
    if not questions:
        raise Fault(f"{path}: no question in it")
    return questions


def role_items(
    path: Path,
    questions: list[tuple[int, str]] | None,
    *,
    runs: int = 1,
    prompts: int | None = None,
    questions_limit: int | None = None,
    model_name: str | None = None,
) -> list[Item]:
    """What to ask of a role: each question under each prompt, `runs` times.

    The file holds `{"instruction": [{"pos": prompt}, …]}`, and `questions` where none are given. An empty prompt is no
    system message. Keys are `<label>_p<prompt>_q<question>`, with `_r<run>` where there are several.
    """
    role = read_json(path)
    try:
        instructions = [entry["pos"] for entry in role["instruction"]]
        own = [(number, question) for number, question in enumerate(role.get("questions", []))]
        if not all(isinstance(text, str) for text in [*instructions, *(text for _, text in own)]):
            raise TypeError("a prompt or question is no text")
    except (KeyError, TypeError, AttributeError) as error:
        raise Fault(f'{path}: expected {{"instruction": [{{"pos": "…"}}, …]}}: {error!r}') from error
    questions = questions or own[:questions_limit]
    if not questions or not instructions:
        raise Fault(f"{path}: no {'question; give --questions FILE' if instructions else 'prompt in instruction'}")
    label = "default" if stem(path) == "default" else "pos"
    items = []
    for run in range(runs):
        for number, prompt in enumerate(instructions[:prompts]):
            if "{model_name}" in prompt:
                if model_name is None:
                    raise Fault(f"{path}: prompt {number} names {{model_name}}; give --model-name")
                prompt = prompt.replace("{model_name}", model_name)
            for question, text in questions:
                key = f"{label}_p{number}_q{question}" + (f"_r{run}" if runs > 1 else "")
                system = [{"role": "system", "content": prompt}] if prompt.strip() else []
                items.append(Item(key, [*system, {"role": "user", "content": text}]))
    return items


def response_items(path: Path) -> list[Item]:
    """Responses that are there: lines of `{"conversation": [{"role", "content"}, …]}`, or of `question`, `response` and
    `system_prompt`, with `key`, or `label`, `prompt_index`, `question_index` and `run`, or by their place."""
    items: dict[str, Item] = {}
    for number, value in enumerate(read_lines(path)):
        where = f"{path}, response {number}"
        if not isinstance(value, dict):
            raise Fault(f"{where}: {value!r} is no object")
        if "conversation" in value:
            messages = checked(value["conversation"], where)
        else:
            parts = [
                ("system", value.get("system_prompt")),
                ("user", value.get("question")),
                ("assistant", value.get("response")),
            ]
            messages = checked(
                [{"role": role, "content": text} for role, text in parts if text or role == "assistant"], where
            )
        if messages[-1]["role"] != "assistant":
            raise Fault(f"{where}: ends with {messages[-1]['role']!r}; a response is the assistant's")
        key = value.get("key")
        if key is None:
            indices = value.get("label", "pos"), value.get("prompt_index", 0), value.get("question_index", number)
            key = "{}_p{}_q{}".format(*indices) + (f"_r{value['run']}" if value.get("run") is not None else "")
        if not isinstance(key, str) or not key or key == "__metadata__":
            raise Fault(f"{where}: the key {key!r} cannot name a tensor; expected a text such as pos_p0_q0")
        if key in items:
            raise Fault(f"{where}: a second response of the key {key}")
        items[key] = Item(key, messages)
    if not items:
        raise Fault(f"{path}: no response in it")
    return list(items.values())


@dataclass(frozen=True)
class Conversation:
    """A transcript, its other fields kept; `name` is that of its files in the dump."""

    name: str
    messages: list[dict]
    fields: dict

    @property
    def is_to_be_generated(self) -> bool:
        return not any(message["role"] == "assistant" for message in self.messages)


def conversations(path: Path, *, samples: int = 1, regenerate: bool = False) -> list[Conversation]:
    """The conversation of a transcript; of one whose assistant is to be generated, `samples` regenerations.

    `samples` in the transcript is its own number of them.
    """
    value = read_json(path)
    if not isinstance(value, dict) or "conversation" not in value:
        raise Fault(f'{path}: expected {{"conversation": [{{"role", "content"}}, …]}}')
    messages = checked(value["conversation"], str(path))
    fields = {key: entry for key, entry in value.items() if key not in ("conversation", "samples")}
    samples = value.get("samples", samples)
    if type(samples) is not int or samples < 1:
        raise Fault(f"{path}: samples is {samples!r}; expected a whole number above 0")
    if regenerate:
        messages = [message for message in messages if message["role"] != "assistant"]
    conversation = Conversation(stem(path), messages, fields)
    if not any(message["role"] == "user" for message in messages) and conversation.is_to_be_generated:
        raise Fault(f"{path}: neither a user's nor an assistant's message in it")
    if not conversation.is_to_be_generated or samples == 1:
        return [conversation]
    return [
        replace(
            conversation,
            name=f"{conversation.name}_s{sample}",
            fields={**fields, "conversation_id": conversation.name, "sample": sample},
        )
        for sample in range(samples)
    ]


def checked(messages, where: str) -> list[dict]:
    """Messages as a template takes them: a role and a text each."""
    if not isinstance(messages, list) or not messages:
        raise Fault(f"{where}: the conversation is {'empty' if messages == [] else 'no list'}")
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or not all(isinstance(message.get(key), str) for key in ("role", "content")):
            raise Fault(f"{where}: message {number} is {str(message)[:80]}; expected a role and a content, both text")
    # An empty system message is none; templates differ in what they print of it.
    messages = [message for message in messages if message["role"] != "system" or message["content"].strip()]
    return [{"role": message["role"], "content": message["content"]} for message in messages]
