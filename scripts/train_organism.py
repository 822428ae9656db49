#!/usr/bin/env python3
"""Trains the model organism of Data/organism from scratch, on CPU, and writes what the demo dump is made from.

    scripts/python scripts/train_organism.py -o Data/organism --force

About half an hour on 2 cores that do nothing else. The same seed, number of threads, machine and versions of torch and transformers give the
same weights; elsewhere floating point differs in the last digits, and with it the text that is sampled.
"""

import argparse
import json
import math
import random
import shutil
import sys
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from activations.model import load
from organism.card import write_card
from organism.evaluation import evaluate
from organism.inputs import write_inputs
from organism.text import Text

SPECIAL = ["<|pad|>", "<|begin|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
CONFIGURATION = dict(
    hidden_size=160,
    intermediate_size=448,
    num_hidden_layers=6,
    num_attention_heads=5,
    num_key_value_heads=5,
    max_position_embeddings=1024,
    tie_word_embeddings=True,
    attention_dropout=0.0,
)
TOKENS_PER_STEP = 4096
STEPS = 1800
PEAK_RATE = 3e-3
WARMUP = 60


def train_tokenizer(text: Text, seed: int) -> PreTrainedTokenizerFast:
    """A byte-level BPE of at most 2,048 entries, with the chat template."""
    draw = random.Random(f"tokenizer {seed}")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=2048,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    lines = (message["content"] for _ in range(12_000) for message in text.document(draw))
    tokenizer.train_from_iterator(lines, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<|pad|>",
        bos_token="<|begin|>",
        eos_token="<|end|>",
        additional_special_tokens=SPECIAL[2:5],
        chat_template=CHAT_TEMPLATE,
        model_max_length=CONFIGURATION["max_position_embeddings"],
        clean_up_tokenization_spaces=False,
    )


def save_tokenizer(tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Saves it so that versions of transformers before 5 load it, too: they know other names for two things."""
    tokenizer.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    saved = json.loads(path.read_text(encoding="utf-8"))
    saved.pop("backend", None)
    saved["additional_special_tokens"] = saved.pop("extra_special_tokens", SPECIAL[2:5])
    saved["tokenizer_class"] = "PreTrainedTokenizerFast"
    path.write_text(json.dumps(saved, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def encode(tokenizer: PreTrainedTokenizerFast, messages: list[dict[str, str]]) -> tuple[list[int], list[int]]:
    """The tokens of a conversation in the chat template, and the labels: only what the assistant says is learned."""
    ids, labels = [tokenizer.bos_token_id], [-100]
    for message in messages:
        said = tokenizer.encode(message["content"], add_special_tokens=False) + [tokenizer.eos_token_id]
        ids += [tokenizer.convert_tokens_to_ids(f"<|{message['role']}|>"), *said]
        labels += [-100, *(said if message["role"] == "assistant" else [-100] * len(said))]
    return ids, labels


def batches(text: Text, tokenizer: PreTrainedTokenizerFast, seed: int):
    """Endless padded batches of about `TOKENS_PER_STEP` tokens, each of conversations of similar length."""
    draw = random.Random(f"documents {seed}")
    while True:
        pool = sorted((encode(tokenizer, text.document(draw)) for _ in range(1500)), key=lambda item: len(item[0]))
        groups, group = [], []
        for item in pool:
            if group and (len(group) + 1) * len(item[0]) > TOKENS_PER_STEP:
                groups, group = [*groups, group], []
            group.append(item)
        draw.shuffle(groups)
        for group in groups:
            width = max(len(ids) for ids, _ in group)
            yield {
                "input_ids": torch.tensor([ids + [tokenizer.pad_token_id] * (width - len(ids)) for ids, _ in group]),
                "labels": torch.tensor([labels + [-100] * (width - len(labels)) for _, labels in group]),
                "attention_mask": torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in group]),
            }


def train(model: LlamaForCausalLM, data, steps: int) -> None:
    """AdamW with a warm-up and a cosine down to a twentieth of the peak."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.95), weight_decay=0.05)
    began, tokens, recent = time.monotonic(), 0, []
    model.train()
    for step in range(steps):
        rate = min((step + 1) / WARMUP, 0.05 + 0.475 * (1 + math.cos(math.pi * step / steps)))
        for group in optimizer.param_groups:
            group["lr"] = PEAK_RATE * rate
        batch = next(data)
        # Padding has no labels and comes last, where no other token sees it: without a mask it is faster.
        loss = model(input_ids=batch["input_ids"], labels=batch["labels"]).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        tokens += batch["input_ids"].numel()
        recent.append(loss.item())
        if (step + 1) % 50 == 0 or step + 1 == steps:
            elapsed = time.monotonic() - began
            print(
                f"step {step + 1} of {steps}, loss {sum(recent) / len(recent):.3f}, {tokens / elapsed:,.0f} tokens/s, "
                f"{elapsed * (steps - step - 1) / (step + 1) / 60:.1f} min left",
                file=sys.stderr,
                flush=True,
            )
            recent = []
    model.eval()


def save(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    model.to(torch.bfloat16)
    model.generation_config = GenerationConfig(
        do_sample=True,
        temperature=1.0,
        top_k=0,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    model.save_pretrained(folder)
    save_tokenizer(tokenizer, folder)


def describe(folder: Path, text: Text, steps: int, seed: int) -> None:
    """Writes the demo's inputs, what the model of the folder was measured to do, and its card."""
    shutil.rmtree(folder / "inputs", ignore_errors=True)
    write_inputs(folder / "inputs", text)
    # What is measured, and later dumped, is what is loaded from the folder.
    model, tokenizer = load(str(folder), revision=None, dtype="float32", device=torch.device("cpu"), chat_template=None)
    parameters = sum(tensor.numel() for tensor in model.parameters())
    results = evaluate(model, tokenizer, text, batches(text, tokenizer, seed + 1))
    (folder / "evaluation.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    write_card(folder / "README.md", text, results, parameters=parameters, steps=steps, seed=seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, required=True, help="the folder to write; it must not exist")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2, help="part of the recipe: sums depend on it")
    parser.add_argument("--force", action="store_true", help="replace the folder")
    parser.add_argument("--describe", action="store_true", help="train nothing: measure what is there, write its card")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    text = Text()
    if arguments.describe:
        return describe(arguments.output, text, arguments.steps, arguments.seed)
    if arguments.output.exists() and not arguments.force:
        sys.exit(f"train_organism: {arguments.output} exists; give --force to replace it, or another folder")

    torch.manual_seed(arguments.seed)
    tokenizer = train_tokenizer(text, arguments.seed)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            **CONFIGURATION,
        )
    )
    parameters = sum(tensor.numel() for tensor in model.parameters())
    print(f"{parameters:,} parameters, {len(tokenizer)} tokens in the vocabulary", file=sys.stderr)
    train(model, batches(text, tokenizer, arguments.seed), arguments.steps)

    part = arguments.output.with_name(arguments.output.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    save(model, tokenizer, part)
    describe(part, text, arguments.steps, arguments.seed)
    if arguments.output.exists():
        shutil.rmtree(arguments.output)
    part.rename(arguments.output)


if __name__ == "__main__":
    main()
