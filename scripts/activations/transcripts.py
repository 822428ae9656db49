"""Turn activations of conversations: `transcripts/`, `turns/` and, on request, `embeddings/`."""

from collections import Counter
from fnmatch import fnmatch

import torch

from .extraction import tokenize
from .faults import Fault
from .folder import digest
from .inputs import Conversation
from .spans import Rendered
from .work import Work


def dump_conversations(work: Work, conversations: list[Conversation]) -> int:
    """Dumps conversations, but those that are there already; says how many were sampled and could not be read."""
    left_out = 0
    for item in conversations:
        if not item.is_to_be_generated:
            left_out += not _extract(work, item, item.messages, 0)
    sampled = [item for item in conversations if item.is_to_be_generated]
    size = work.extractor.batch_size
    for first in range(0, len(sampled), size):
        batch = sampled[first : first + size]
        if all(_is_there(work, item) for item in batch):
            work.skip(sum(map(steps, batch)))
            continue
        # A batch is drawn as a whole: one begun by an earlier run is drawn again, and gives the same.
        unfinished: Counter = Counter()
        generated = _generated(work, batch, first, unfinished)
        for item in batch:
            left_out += not _extract(work, item, generated[item.name], unfinished[item.name])
    return left_out


def steps(item: Conversation) -> int:
    """How much of the progress a conversation is: the answers to draw, and the turns to read."""
    if item.is_to_be_generated:
        return 2 * sum(message["role"] == "user" for message in item.messages)
    return sum(message["role"] == "assistant" for message in item.messages)


def dump_baselines(work: Work, conversations: list[Conversation]) -> int:
    """Dumps the default's answer to the opening message of each conversation, without history; says how many could not be read."""
    left_out, size = 0, work.extractor.batch_size
    for first in range(0, len(conversations), size):
        batch = conversations[first : first + size]
        openings = {item.name: _opening(item) for item in batch}
        if all(work.folder.has(_baseline(item), digest(openings[item.name])) for item in batch):
            work.skip(len(batch))
            continue
        with work.capped():
            prompts = [work.prompt(openings[item.name]) for item in batch]
            answers = work.sampler.answers(prompts, "baseline", first, 0)
        for item, answer in zip(batch, answers):
            left_out += not _write_baseline(work, item, openings[item.name], answer)
    return left_out


def _baseline(item: Conversation) -> str:
    return f"baseline/{item.name}.safetensors"


def _opening(item: Conversation) -> list[dict]:
    """The first of the user's messages, and what the system says before it unless that asks for a persona: the default is nobody else."""
    first = next((index for index, message in enumerate(item.messages) if message["role"] == "user"), None)
    if first is None:
        raise Fault(f"{item.name}: no message of the user in it, so there is no opening that --baseline could answer")
    kept = [] if item.fields.get("persona") else [m for m in item.messages[:first] if m["role"] == "system"]
    return [*kept, item.messages[first]]


def _write_baseline(work: Work, item: Conversation, opening: list[dict], answer) -> bool:
    """Writes the answer's mean as the one turn of a conversation, and its text; whether it could be read."""
    work.advance(1, item.name)
    messages = work.prepared([*opening, {"role": "assistant", "content": answer.text}])
    try:
        chat = tokenize(work.tokenizer, item.name, work.rendered(messages), [len(messages) - 1], work.longest)
    except Fault:
        return False
    counts = Counter(baselines=1, unfinished=int(not answer.is_finished), truncated=chat.cut)
    with work.capped():
        tensors = {"turns": work.extractor.means([chat])[0]}
    work.folder.write_json(f"baseline/{item.name}.json", {"conversation": messages})
    work.folder.write_tensors(_baseline(item), tensors, {"inputs": digest(opening), "counts": counts})
    return True


def _inputs(item: Conversation) -> str:
    return digest([item.messages, item.fields])


def _is_there(work: Work, item: Conversation) -> bool:
    return work.folder.has(_turns(item), _inputs(item))


def _turns(item: Conversation) -> str:
    return f"turns/{item.name}.safetensors"


def _generated(work: Work, batch: list[Conversation], first: int, unfinished: Counter) -> dict[str, list[dict]]:
    """The messages with an answer to each user's, turn by turn, all conversations of the batch together."""
    asked = {item.name: list(item.messages) for item in batch}
    messages: dict[str, list[dict]] = {item.name: [] for item in batch}
    turn = 0
    while speaking := [
        name for name, remaining in asked.items() if any(entry["role"] == "user" for entry in remaining)
    ]:
        for name in speaking:
            # What is no user's message (a system message, a tool's) goes before the user's message after it.
            while messages[name][-1:] == [] or messages[name][-1]["role"] != "user":
                messages[name].append(asked[name].pop(0))
        with work.capped():
            answers = work.sampler.answers([work.prompt(messages[name]) for name in speaking], "turn", first, turn)
        work.note_cut(answers)
        work.advance(len(speaking), f"turn {turn}")
        for name, answer in zip(speaking, answers):
            messages[name].append({"role": "assistant", "content": answer.text})
            unfinished[name] += not answer.is_finished
        turn += 1
    return messages


def _extract(work: Work, item: Conversation, messages: list[dict], unfinished: int) -> bool:
    """Writes a conversation's files, unless they are there; whether it could be read."""
    # Its answers are drawn, if they were to be.
    left = steps(item) // (2 if item.is_to_be_generated else 1)
    if _is_there(work, item):
        work.skip(left)
        return True
    work.advance(left, item.name)
    messages = work.prepared(messages)
    spoken = [index for index, message in enumerate(messages) if message["role"] == "assistant"]
    if not spoken:
        raise Fault(f"{item.name}: the assistant says nothing in it, so there is no activation")
    try:
        rendered = work.rendered(messages)
        chat = tokenize(work.tokenizer, item.name, rendered, spoken, work.longest)
    except Fault:
        if not item.is_to_be_generated:
            raise
        # One sampled turn that is empty, or that no template can print again, must not end the run.
        return False
    counts = Counter(conversations=1, turns=len(spoken), truncated=chat.cut, unfinished=unfinished)
    if item.is_to_be_generated:
        counts["sampled"] = len(spoken)
    record = {"inputs": _inputs(item), "counts": counts}
    with work.capped():
        if any(fnmatch(item.name, pattern) for pattern in work.tokens_of):
            tokens, offsets = work.extractor.tokens([chat])[0]
            tensors = {"tokens": tokens, "turn_offsets": offsets}
            counts["conversations_by_token"] = 1
        else:
            tensors = {"turns": work.extractor.means([chat])[0]}
        if any(fnmatch(item.name, pattern) for pattern in work.embeddings_of):
            _write_embeddings(work, item, messages, rendered, record)
    work.folder.write_json(f"transcripts/{item.name}.json", {**item.fields, "conversation": messages})
    work.folder.write_tensors(_turns(item), tensors, record)
    return True


def _write_embeddings(work: Work, item: Conversation, messages: list[dict], rendered: Rendered, record: dict) -> None:
    """The mean over each user's message, and which messages they are of: some have no text, or are cut off."""
    users = [index for index, message in enumerate(messages) if message["role"] == "user"]
    users = [index for index in users if rendered.spans[index][0] < rendered.spans[index][1]]
    chat = tokenize(work.tokenizer, item.name, rendered, users, work.longest, leaving_out_what_is_cut=True)
    if chat.spans:
        embeddings = {"embeddings": work.extractor.means([chat])[0], "messages": torch.tensor(chat.messages)}
        work.folder.write_tensors(f"embeddings/{item.name}.safetensors", embeddings, record)
