#!/usr/bin/env python3
"""Dumps a language model's activations into a folder that `persona analyze` reads.

Any causal language model of transformers, from a folder or a hub, with a chat template and a fast tokenizer:

  dump_activations.py MODEL -o DUMP --roles ROLES/ --questions questions.jsonl
  dump_activations.py MODEL -o DUMP --responses RESPONSES/
  dump_activations.py MODEL -o DUMP --transcripts TRANSCRIPTS/ [--pool tokens] [--embeddings]

Stopped at any moment, the same command goes on from there. Code that comes with a model is never run.
"""

# /// script
# requires-python = ">=3.10"
# dependencies = ["torch>=2.6", "transformers>=4.56", "safetensors>=0.5", "numpy>=1.26", "tqdm>=4.66"]
# ///

import argparse
import hashlib
import re
import sys
from collections import Counter
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

from activations.faults import NOT_FOUND, READ_WRITE, USAGE, Fault
from activations.options import read_options


def read_inputs(given: argparse.Namespace):
    """Every input, read and checked before a model is loaded: the items of each role, and the conversations."""
    from activations import inputs

    read = [*(given.roles or []), *(given.responses or []), *(given.transcripts or []), given.questions]
    read += [given.cap, given.role_table, given.prompt_table, given.chat_template]
    for path in [path for path in read if path is not None]:
        if path.resolve().is_relative_to(given.output.resolve()):
            raise Fault(f"{path}: is in the folder to write, {given.output}; give another folder", USAGE)

    questions = inputs.read_questions(given.questions)[: given.max_questions] if given.questions else None
    roles: dict[str, list] = {}
    for path in inputs.files(given.roles or [], ".json"):
        roles[inputs.stem(path)] = inputs.role_items(
            path,
            questions,
            runs=given.runs,
            prompts=given.max_prompts,
            questions_limit=given.max_questions,
            model_name=given.model_name,
        )
    for path in inputs.files(given.responses or [], ".jsonl"):
        if inputs.stem(path) in roles:
            raise Fault(f"{path}: {inputs.stem(path)} is among --roles, too")
        roles[inputs.stem(path)] = inputs.response_items(path)
    conversations = [
        conversation
        for path in inputs.files(given.transcripts or [], ".json")
        for conversation in inputs.conversations(path, samples=given.samples or given.runs, regenerate=given.regenerate)
    ]
    for path in (given.role_table, given.prompt_table, given.chat_template):
        if path and not path.is_file():
            raise Fault(f"{path}: no such file", NOT_FOUND)
    for option, patterns in (("--tokens-of", given.tokens_of), ("--embeddings-of", given.embeddings_of)):
        for pattern in patterns:
            if not any(fnmatch(conversation.name, pattern) for conversation in conversations):
                raise Fault(f"{option} {pattern}: no conversation of that name; one is {conversations[0].name}", USAGE)
    return roles, conversations


def dump(given: argparse.Namespace) -> None:
    roles, conversations = read_inputs(given)

    # After the inputs: what is wrong with them is said without the seconds that these take.
    from tqdm import tqdm
    from transformers.utils import logging

    from activations import inputs
    from activations import model as models
    from activations.capping import Capping
    from activations.extraction import Extractor
    from activations.folder import DumpFolder, digest
    from activations.generation import Sampler, Sampling
    from activations.layers import parse_layers
    from activations.roles import dump_role, is_to_be_generated, steps
    from activations.spans import check_generation_prompt, keeps_system_messages, own_system_prompt
    from activations.transcripts import dump_baselines, dump_conversations
    from activations.transcripts import steps as turn_steps
    from activations.work import Work

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    capping = Capping.given(given) if given.cap else None
    template = inputs.read_text(given.chat_template) if given.chat_template else None
    device = models.choose_device(given.device)
    model, tokenizer = models.load(
        given.model,
        revision=given.revision,
        dtype=given.model_dtype,
        device=device,
        chat_template=template,
        device_map=given.device_map,
        gguf=given.gguf,
    )
    template_digest = hashlib.sha256(str(tokenizer.chat_template).encode()).hexdigest()
    begun = template_date(given, tokenizer)
    blocks = models.decoder_blocks(model, given.blocks)
    layers = parse_layers(given.keep_layers, list(range(len(blocks))), "--keep-layers")
    extractor = Extractor(model, tokenizer, layers, given.dtype, given.batch_size, blocks=blocks)
    is_sampled = given.baseline or any(talk.is_to_be_generated for talk in conversations)
    if is_sampled or any(map(is_to_be_generated, roles.values())):
        check_generation_prompt(tokenizer, given.template_options)
    if capping:
        capping.check(blocks, extractor.hidden_size)
    sampling = Sampling(given.temperature, given.top_p, given.max_new_tokens, given.seed)
    longest = model_length(model, tokenizer)
    if given.max_length:
        if given.max_length > longest:
            raise Fault(f"--max-length {given.max_length}: the model takes at most {longest} tokens", USAGE)
        longest = given.max_length
    folds = not keeps_system_messages(tokenizer, given.template_options)
    own_prompt = own_system_prompt(tokenizer, given.template_options)
    if own_prompt and not given.quiet:
        print(
            f"note: the chat template gives chats without a system message one of its own, {own_prompt[:200]!r}: the default "
            "Assistant is not without one (--chat-template FILE takes another)",
            file=sys.stderr,
        )
    settings = {
        "model": given.model,
        "revision": getattr(model.config, "_commit_hash", None) or given.revision,
        "weights": models.fingerprint(model),
        "hidden_size": extractor.hidden_size,
        "layers": layers,
        "layer_convention": "block_output",
        "pooling": "response_mean" if roles or given.pool == "mean" else "tokens",
        "dtype": given.dtype,
        **({"gguf": given.gguf} if given.gguf else {}),
        "model_dtype": str(model.dtype).removeprefix("torch."),
        "chat_template_sha256": template_digest,
        "template_options": given.template_options,
        "template_date": begun,
        "system_messages": "in the first user message" if folds else "as such",
        "merge_consecutive": given.merge_consecutive,
        "thinking": "excluded",
        "sampling": {
            **vars(sampling),
            "runs": given.runs,
            "samples": given.samples or given.runs,
            "batch_size": given.batch_size,
        },
        # Conversations are drawn in batches: with others among them the same would be said otherwise.
        "sampled_conversations": digest([[c.name, c.messages] for c in conversations if c.is_to_be_generated]),
        "max_length": longest,
        "tokens_of": given.tokens_of,
        "embeddings": given.embeddings or given.embeddings_of or False,
        "capping": capping.record if capping else None,
    }
    facts = {"default_system_prompt": own_prompt} if own_prompt else {}
    folder = DumpFolder(given.output, settings, force=given.force, facts=facts)
    for name, table in (("roles.csv", given.role_table), ("prompts.csv", given.prompt_table)):
        if table:
            folder.write(name, table.read_bytes())
    total = sum(map(steps, roles.values())) + sum(map(turn_steps, conversations))
    total += len(conversations) if given.baseline else 0
    with tqdm(
        total=total, unit="answer", disable=given.quiet, mininterval=0.5 if sys.stderr.isatty() else 30
    ) as progress:
        work = Work(
            folder=folder,
            tokenizer=tokenizer,
            extractor=extractor,
            sampler=Sampler(model, tokenizer, sampling, longest),
            template_options=given.template_options,
            folds_system=folds,
            merges_consecutive=given.merge_consecutive,
            longest=longest,
            capping=capping,
            tokens_of=given.tokens_of,
            embeddings_of=given.embeddings_of,
            progress=progress,
        )
        for role, items in roles.items():
            dump_role(work, role, items)
        left_out = dump_conversations(work, conversations)
        unanswered = dump_baselines(work, conversations) if given.baseline else 0
    # Of all that is in the folder, which its readers will take, and not of this run alone.
    counts = folder.counts() + Counter(unreadable_conversations=left_out, unreadable_baselines=unanswered)
    folder.finish({"counts": {key: counts[key] for key in sorted(counts) if counts[key]}, "versions": versions()})
    if not given.quiet:
        report(given.output, counts, given.max_new_tokens)


def template_date(given: argparse.Namespace, tokenizer) -> str | None:
    """Holds a template that prints today's date to that of the dump's beginning, and says which it is.

    A dump that takes two days would otherwise be asked under two system prompts.
    """
    template = str(tokenizer.chat_template)
    if "strftime_now" not in template:
        return None
    from activations.folder import previous_settings

    begun = None if given.force else previous_settings(given.output).get("template_date")
    day = date.fromisoformat(begun or date.today().isoformat())
    # In the template itself: functions handed to it are not called by every version.
    call = re.compile(r"""strftime_now\(\s*(["'])(.*?)\1\s*\)""")
    tokenizer.chat_template = call.sub(lambda found: repr(day.strftime(found[2])), template)
    return day.isoformat()


def model_length(model, tokenizer) -> int:
    """The most tokens the model takes; tokenizers that do not know it name a number beyond all bounds."""
    configuration = model.config.get_text_config()
    stated = (getattr(configuration, name, None) for name in ("max_position_embeddings", "max_seq_len", "n_positions"))
    return min(length for length in (*stated, tokenizer.model_max_length, 1 << 30) if length)


def versions() -> dict[str, str]:
    import tokenizers
    import torch
    import transformers

    return {module.__name__: module.__version__ for module in (torch, transformers, tokenizers)}


def report(output: Path, counts: Counter, most_tokens: int) -> None:
    """What was dumped, and what a reader of the numbers should know of: first that many answers are but beginnings."""
    if counts["unfinished"] * 10 > counts["sampled"] > 0:
        print(
            f"warning: {counts['unfinished']} of {counts['sampled']} answers were cut at --max-new-tokens {most_tokens}: their "
            "activations are of beginnings of answers; give more, or say so where you report them",
            file=sys.stderr,
        )
    print(
        f"{output}: {counts['roles']} roles, {counts['responses']} responses, {counts['conversations']} conversations "
        f"with {counts['turns']} turns ({counts['conversations_by_token']} conversations token by token)",
        file=sys.stderr,
    )
    for key, meaning in {
        "empty": "sampled responses without text, left out",
        "unreadable": "sampled responses that the chat template does not print as they are, left out",
        "unreadable_conversations": "sampled conversations with a turn that is empty or not printed so, left out",
        "unreadable_baselines": "answers to opening messages that are empty or not printed so, left out of baseline/",
        "unfinished": "answers that reached --max-new-tokens, kept as they stand",
        "truncated": "responses or turns that lost tokens to --max-length, averaged over the rest",
    }.items():
        if counts[key]:
            print(f"note: {counts[key]} {meaning}", file=sys.stderr)


def main() -> None:
    given = read_options(__doc__)
    try:
        dump(given)
    except Fault as fault:
        print(f"dump_activations: {fault}", file=sys.stderr)
        sys.exit(fault.status)
    except OSError as error:
        print(f"dump_activations: {error.filename or given.output}: {error.strerror or error}", file=sys.stderr)
        sys.exit(READ_WRITE)
    except KeyboardInterrupt:
        print("\ndump_activations: stopped; the same command goes on from here", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
