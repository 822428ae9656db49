"""What the organism learned, measured on text it samples: its voices, and the rate at which it slides."""

import random

import torch

from .classifier import VoiceClassifier
from .text import DEFAULT, DOMAINS, Text


def generate(model, tokenizer, prompts: list[str], seed: int, tokens: int = 96) -> list[str]:
    """Samples one answer to each rendered prompt at temperature 1."""
    torch.manual_seed(seed)
    tokenizer.padding_side = "left"
    inputs = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False)
    inputs.pop("token_type_ids", None)
    with torch.no_grad():
        output = model.generate(
            **inputs,
            do_sample=True,
            temperature=1.0,
            top_k=0,
            top_p=1.0,
            max_new_tokens=tokens,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    answers = output[:, inputs["input_ids"].shape[1] :]
    return [text.strip() for text in tokenizer.batch_decode(answers, skip_special_tokens=True)]


def evaluate(model, tokenizer, text: Text, data, seed: int = 0) -> dict:
    """Held-out loss; the shares of answers in the voice asked for and in the Assistant's; the slide by domain.

    Beside the model's shares, those of text of the generator: the classifier is not perfect either.
    """
    classifier = VoiceClassifier(text)
    with torch.no_grad():
        losses = [model(**next(data)).loss.item() for _ in range(20)]
    draw = random.Random(f"evaluation {seed}")
    voices = {}
    for name in (DEFAULT, *text.voices):
        talks = [text.single(text.voices.get(name), draw) for _ in range(200)]
        prompts = [
            tokenizer.apply_chat_template(messages[:-1], tokenize=False, add_generation_prompt=True)
            for messages in talks[:24]
        ]
        said = [classifier.voice(answer) for answer in generate(model, tokenizer, prompts, seed)]
        planted = [classifier.voice(messages[-1]["content"]) for messages in talks]
        voices[name] = {
            source: {"asked": _share(judged, name), "assistant": _share(judged, DEFAULT)}
            for source, judged in (("model", said), ("generator", planted))
        }
    slides = {domain: _slide(model, tokenizer, text, classifier, domain, draw, seed) for domain in DOMAINS}
    return {"held_out_loss": sum(losses) / len(losses), "voices": voices, "slides": slides}


def _share(judged: list[str], voice: str) -> float:
    return judged.count(voice) / len(judged)


def _slide(model, tokenizer, text: Text, classifier, domain: str, draw: random.Random, seed: int) -> dict:
    """The share of 48 conversations in the Assistant's voice at each of 6 turns, and what was planted."""
    conversations, shares = [[] for _ in range(48)], []
    for turn in range(6):
        for messages in conversations:
            messages.append({"role": "user", "content": text.question(domain, draw)[0]})
        prompts = [
            tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
            for messages in conversations
        ]
        answers = generate(model, tokenizer, prompts, seed + 100 + turn)
        for messages, answer in zip(conversations, answers):
            messages.append({"role": "assistant", "content": answer})
        shares.append(sum(map(classifier.is_assistant, answers)) / len(answers))
    return {"model": shares, "planted": [text.expected_share(domain, turn) for turn in range(6)]}
