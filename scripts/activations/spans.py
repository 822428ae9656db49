"""Where each message's text lies in a rendered chat, in characters and in tokens.

Nothing is assumed of a template but that it prints the messages' text. It is rendered twice, once with a marker in
place of each text: what stands between the markers is the template's own, and what stands between these pieces in the
true rendering is the text. So neither a system message, skipped turns, thinking blocks nor padding shift a span.
"""

import re
from dataclasses import dataclass

from .faults import Fault

#: A thought, to its end or, where the answer's tokens ran out within it, to the end of the text.
_THINKING = re.compile(r"(\s*<think>\s*)(.*?)(\s*</think>\s*|\Z)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Rendered:
    """A chat as the model reads it, and the half-open character span of each message's text.

    A thinking block before an answer (`<think>…</think>`) is part of the chat where the template keeps it, and never of
    a span. Nor is what the template adds: role names, end-of-turn marks, an empty thinking block.
    """

    text: str
    spans: tuple[tuple[int, int], ...]


def render_text(tokenizer, messages: list[dict], options: dict, *, answering: bool = False) -> str:
    """The chat in the tokenizer's template; with `answering` up to where the assistant would begin."""
    if not getattr(tokenizer, "chat_template", None):
        raise Fault("the tokenizer has no chat template; give one with --chat-template FILE")
    try:
        return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=answering, **options)
    except Exception as error:  # Templates raise whatever they like.
        raise Fault(
            f"the chat template refuses the conversation: {error}; if it wants user and assistant to alternate, give "
            "--merge-consecutive; if it knows no such role, remove those messages"
        ) from error


def keeps_system_messages(tokenizer, options: dict) -> bool:
    """Whether the template prints a system message, before and after the answer; some refuse one, some drop it."""
    asked = [{"role": "system", "content": "AMARKER"}, {"role": "user", "content": "x"}]
    answered = [*asked, {"role": "assistant", "content": "y"}]
    try:
        return all("AMARKER" in render_text(tokenizer, messages, options) for messages in (asked, answered))
    except Fault:
        # What it refuses may be something else, which the rendering of a true chat then says.
        render_text(tokenizer, asked[1:], options)
        return False


def own_system_prompt(tokenizer, options: dict) -> str | None:
    """What the template says as the system where a chat has no system message; `None` if it says nothing."""
    question = [{"role": "user", "content": "AMARKER"}]
    try:
        asked = render_text(tokenizer, [{"role": "system", "content": "SMARKER"}, *question], options)
    except Fault:
        return None
    if "SMARKER" not in asked:
        return None
    alone = render_text(tokenizer, question, options).partition("AMARKER")[0]
    before, between = asked.partition("AMARKER")[0].split("SMARKER", 1)
    if len(alone) < len(before) + len(between) or not (alone.startswith(before) and alone.endswith(between)):
        return None
    own = alone[len(before) : len(alone) - len(between)].strip()
    if own:
        return own
    # Some print their own lines before every system message, and so where there is none: the date, as Llama's.
    words = re.sub(r"<[^<>]*>|\[/?[A-Z_]+\]", " ", before).split()
    return " ".join(words) if len(words) > 2 else None


def check_generation_prompt(tokenizer, options: dict) -> None:
    """Throws if the template does not lead up to an answer: the model would answer as the user, or not at all.

    Some templates need no prompt of their own, as what ends the user's turn begins the assistant's.
    """
    question = [{"role": "user", "content": "AMARKER"}]
    chat = render_text(tokenizer, [*question, {"role": "assistant", "content": "BMARKER"}], options)
    between = chat.rpartition("BMARKER")[0].rpartition("AMARKER")[2]
    plain, prompt = (render_text(tokenizer, question, options, answering=answering) for answering in (False, True))
    if plain == prompt and plain.rpartition("AMARKER")[2].strip() != between.strip():
        raise Fault(
            f"the chat template has no generation prompt: before an answer it prints {between!r}, and nothing of it "
            "when asked for an answer; add {% if add_generation_prompt %} to it and give it with --chat-template FILE"
        )


def merge_consecutive(messages: list[dict]) -> list[dict]:
    """Joins messages of one role that follow one another, by an empty line."""
    merged: list[dict] = []
    for message in messages:
        if merged and merged[-1]["role"] == message["role"]:
            merged[-1] = {**merged[-1], "content": merged[-1]["content"] + "\n\n" + message["content"]}
        else:
            merged.append(dict(message))
    return merged


def folded(messages: list[dict]) -> list[dict]:
    """The system message before the text of the first user message, for templates that know no system role."""
    if messages[0]["role"] != "system":
        return messages
    if len(messages) < 2 or messages[1]["role"] != "user":
        raise Fault("the template knows no system role, and no user message follows the system message")
    system, user, *rest = messages
    return [{**user, "content": system["content"] + "\n\n" + user["content"]}, *rest]


def render(tokenizer, messages: list[dict], options: dict, *, fold_system: bool = False) -> Rendered:
    """Renders a chat and finds each message's text in it.

    `fold_system`: as by `folded`; the system message's span then lies in the user message.

    Throws `Fault` if the template changes a text beyond trimming white space.
    """
    chat = [_segments(index, message) for index, message in enumerate(messages)]
    roles = [message["role"] for message in messages]
    if fold_system and len(folded(messages)) < len(messages):
        chat, roles = [[*chat[0], _Segment("\n\n"), *chat[1]], *chat[2:]], roles[1:]

    marker = "TEXTMARKER"
    while any(marker in message["content"] for message in messages):
        marker += "X"
    marked_segments = [segment for segments in chat for segment in segments if segment.is_marked]
    numbers = {id(segment): number for number, segment in enumerate(marked_segments)}

    def rendered(text_of) -> str:
        contents = ["".join(map(text_of, segments)) for segments in chat]
        return render_text(
            tokenizer, [{"role": role, "content": content} for role, content in zip(roles, contents)], options
        )

    text = rendered(lambda segment: segment.text)
    marked = rendered(lambda segment: f"{marker}{numbers[id(segment)]}Z" if segment.is_marked else segment.text)
    found = _align(text, re.split(f"{marker}([0-9]+)Z", marked), marked_segments)
    for index, message in enumerate(messages):
        if index not in found:
            raise Fault(f"the chat template does not print message {index} ({message['role']})")
    return Rendered(text, tuple(found[index] for index in range(len(messages))))


@dataclass(frozen=True)
class _Segment:
    """A part of a message: what is said (with the number of its message), a thought, or the tags around thoughts."""

    text: str
    message: int | None = None
    is_thought: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether the template may trim or drop it; an empty thought decides what templates do, and stays."""
        return self.message is not None or (self.is_thought and self.text != "")


def _segments(index: int, message: dict) -> list[_Segment]:
    content = message["content"]
    if message["role"] == "assistant" and (thinking := _THINKING.fullmatch(content)):
        opening, thought, closing, said = thinking.groups()
        return [_Segment(opening), _Segment(thought, is_thought=True), _Segment(closing), _Segment(said, index)]
    return [_Segment(content, index)]


def _align(text: str, pieces: list[str], segments: list[_Segment]) -> dict[int, tuple[int, int]]:
    """The span of each message: the template's pieces and the texts between them, walked in turn."""
    found: dict[int, tuple[int, int]] = {}
    if not text.startswith(pieces[0]):
        raise Fault("the chat template prints a beginning that depends on what is said; spans cannot be found")
    position = len(pieces[0])
    for place in range(1, len(pieces), 2):
        segment, glue, is_last = segments[int(pieces[place])], pieces[place + 1], place + 2 == len(pieces)
        content = segment.text
        for candidate in (content, content.strip(), content.lstrip(), content.rstrip()):
            end = position + len(candidate)
            follows = text.startswith(glue, end) and (not is_last or end + len(glue) == len(text))
            if follows and text.startswith(candidate, position):
                break
        else:
            raise Fault(
                f"the chat template changes the text of message {segment.message}: expected {content[:60]!r}, it "
                f"prints {text[position:position + 60]!r}; give the text as the template prints it"
            )
        if segment.message is not None:
            found[segment.message] = (position, end)
        position = end + len(glue)
    return found


def token_span(offsets: list[tuple[int, int]], span: tuple[int, int]) -> list[int]:
    """The places of the tokens that cover at least one character of a span; `offsets` are the characters of each."""
    first, last = span
    return [place for place, (start, end) in enumerate(offsets) if start < end and start < last and end > first]
