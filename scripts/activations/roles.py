"""Response activations of one role after another: `responses/`, `activations/` and `vectors/`."""

import json
import os
from collections import Counter
from pathlib import Path

from .extraction import tokenize
from .faults import Fault
from .folder import digest
from .inputs import Item
from .work import Work


def dump_role(work: Work, role: str, items: list[Item]) -> None:
    """Dumps a role's responses, those to be generated or those that are there, unless they are dumped already."""
    path = f"activations/{role}.safetensors"
    inputs = digest([[item.key, item.messages] for item in items])
    part = work.folder.path / "responses" / f".{role}.jsonl"
    if work.folder.has(path, inputs):
        part.unlink(missing_ok=True)
        work.skip(steps(items))
        return
    counts: Counter = Counter()
    is_sampled = is_to_be_generated(items)
    if is_sampled:
        items = _generated(work, role, items, inputs, part)
        counts.update(unfinished=sum(not item.is_finished for item in items), sampled=len(items))

    chats, keys, last = [], [], None
    for item in items:
        try:
            messages = work.prepared(item.messages)
            rendered = work.rendered(messages)
            if is_sampled and rendered.spans[-1][0] == rendered.spans[-1][1]:
                counts["empty"] += 1
                work.advance(1, role)
                continue
            chat = tokenize(work.tokenizer, f"{role} {item.key}", rendered, [len(messages) - 1], work.longest)
        except Fault as fault:
            # One answer among thousands that are sampled, which no template can print again, must not end the run.
            if not is_sampled:
                raise
            counts["unreadable"] += 1
            last = fault
            work.advance(1, role)
            continue
        chats.append(chat)
        keys.append(item.key)
    if not chats:
        why = last or "they are empty, or thoughts that --max-new-tokens cut off"
        raise Fault(f"{role}: none of its {len(items)} responses can be read: {why}")
    with work.capped():
        means = work.extractor.means(chats, after_batch=lambda size: work.advance(size, role))
    vectors = {key: mean[0] for key, mean in zip(keys, means)}
    counts["responses"] += len(chats)
    counts["truncated"] += sum(chat.cut for chat in chats)
    # Of the values as they are on the disk, in double precision: what any reader of them would average.
    mean = (sum(vector.double() for vector in vectors.values()) / len(vectors)).float()
    record = {"inputs": inputs, "counts": dict(counts)}
    work.folder.write_tensors(f"vectors/{role}.safetensors", {"vector": mean}, record)
    work.folder.write_tensors(path, vectors, record)
    # Not before: answers are what takes long, and reading them may be stopped, too.
    part.unlink(missing_ok=True)


def is_to_be_generated(items: list[Item]) -> bool:
    return items[0].messages[-1]["role"] != "assistant"


def steps(items: list[Item]) -> int:
    """How much of the progress a role is: an answer to draw and one to read are about the same work."""
    return len(items) * (2 if is_to_be_generated(items) else 1)


def _generated(work: Work, role: str, items: list[Item], inputs: str, part: Path) -> list[Item]:
    """The items with their responses, batch after batch; batches that an earlier run finished are taken from `part`."""
    size = work.extractor.batch_size
    done = _whole_batches(part, inputs, size, len(items))
    work.skip(len(done))
    # Whole or not at all: what is kept must not be lost to a second kill.
    kept = [{"inputs": inputs}, *done]
    work.folder.write_text(f"responses/{part.name}", "".join(map(_line, kept)))
    with open(part, "a", encoding="utf-8") as file:
        for start in range(len(done), len(items), size):
            batch = items[start : start + size]
            with work.capped():
                answers = work.sampler.answers([work.prompt(item.messages) for item in batch], role, start)
            work.note_cut(answers)
            for item, answer in zip(batch, answers):
                conversation = [*item.messages, {"role": "assistant", "content": answer.text}]
                done.append({"key": item.key, "finished": answer.is_finished, "conversation": conversation})
                file.write(_line(done[-1]))
            file.flush()
            os.fsync(file.fileno())
            work.advance(len(batch), role)
    work.folder.write_text(f"responses/{role}.jsonl", "".join(map(_line, done)))
    return [Item(line["key"], line["conversation"], line["finished"]) for line in done]


def _line(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _whole_batches(part: Path, inputs: str, size: int, total: int) -> list[dict]:
    """What an interrupted run left of the same inputs: whole batches only, so that the next begins where it would."""
    lines = []
    if part.exists():
        for text in part.read_text(encoding="utf-8", errors="replace").split("\n"):
            try:
                lines.append(json.loads(text))
            except ValueError:
                break
    if not lines or lines[0] != {"inputs": inputs}:
        return []
    done = lines[1:]
    return done if len(done) == total else done[: len(done) // size * size]
