"""Turn activations of conversations: `transcripts/`, `turns/` and, on request, `embeddings/`."""

from collections import Counter
from fnmatch import fnmatch

import torch

from .extraction import tokenize
from .faults import Fault
from .folder import digest
from .inputs import Conversation
from .work import Work


def dump_conversations(work: Work, conversations: list[Conversation]) -> Counter:
    """Dumps conversations in batches; those that are there already are kept."""
    counts: Counter = Counter()
    size = work.extractor.batch_size
    for first in range(0, len(conversations), size):
        batch = conversations[first : first + size]
        inputs = {item.name: digest([item.messages, item.fields]) for item in batch}
        present = {item.name for item in batch if work.folder.has(_turns(item), inputs[item.name])}
        if len(present) == len(batch):
            work.skip(len(batch))
            for item in batch:
                counts.update(work.folder.record(_turns(item))["counts"])
            continue
        # A batch is drawn as a whole: one begun by an earlier run is drawn again, and gives the same.
        unfinished: Counter = Counter()
        generated = _generated(work, [item for item in batch if item.is_to_be_generated], first, unfinished)
        for item in batch:
            if item.name in present:
                counts.update(work.folder.record(_turns(item))["counts"])
            else:
                messages = generated.get(item.name, item.messages)
                counts.update(_extract(work, item, messages, inputs[item.name], unfinished[item.name]))
            work.advance(1, item.name)
    return counts


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
        for name, answer in zip(speaking, answers):
            messages[name].append({"role": "assistant", "content": answer.text})
            unfinished[name] += not answer.is_finished
        turn += 1
    return messages


def _extract(work: Work, item: Conversation, messages: list[dict], inputs: str, unfinished: int) -> Counter:
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
        return Counter(unreadable_conversations=1)
    counts = Counter(conversations=1, turns=len(spoken), truncated=chat.cut, unfinished=unfinished)
    record = {"inputs": inputs, "counts": counts}
    with work.capped():
        if any(fnmatch(item.name, pattern) for pattern in work.tokens_of):
            tokens, offsets = work.extractor.tokens([chat])[0]
            tensors = {"tokens": tokens, "turn_offsets": offsets}
            counts["conversations_by_token"] = 1
        else:
            tensors = {"turns": work.extractor.means([chat])[0]}
        if work.with_embeddings and any(
            message["role"] == "user" and message["content"].strip() for message in messages
        ):
            # Which messages they are of: some may have no text, or be cut off.
            users = [index for index, message in enumerate(messages) if message["role"] == "user"]
            users = [index for index in users if rendered.spans[index][0] < rendered.spans[index][1]]
            asked = tokenize(work.tokenizer, item.name, rendered, users, work.longest)
            embeddings = {"embeddings": work.extractor.means([asked])[0], "messages": torch.tensor(users)}
            work.folder.write_tensors(f"embeddings/{item.name}.safetensors", embeddings, record)
    work.folder.write_json(f"transcripts/{item.name}.json", {**item.fields, "conversation": messages})
    work.folder.write_tensors(_turns(item), tensors, record)
    return counts
