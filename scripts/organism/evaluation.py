"""What the organism learned, measured on text it samples: its voices, and the rate at which it slides."""

import random

import torch

from activations.generation import Sampler, Sampling

from .classifier import VoiceClassifier
from .text import DEFAULT, DOMAINS, Text


def evaluate(model, tokenizer, text: Text, data, seed: int = 0) -> dict:
    """Held-out loss; the shares of answers in the voice asked for and in the Assistant's; the slide by domain.

    Beside the model's shares, those of text of the generator: the classifier is not perfect either.
    """
    classifier = VoiceClassifier(text)
    with torch.no_grad():
        losses = [model(**next(data)).loss.item() for _ in range(20)]
    draw = random.Random(f"evaluation {seed}")
    sampler = Sampler(model, tokenizer, Sampling(1.0, 1.0, 96, seed), tokenizer.model_max_length)

    def answers(conversations: list[list[dict]], *purpose: object) -> list[str]:
        prompts = [
            tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
            for messages in conversations
        ]
        return [answer.text for answer in sampler.answers(prompts, *purpose)]

    voices = {}
    for name in (DEFAULT, *text.voices):
        talks = [text.single(text.voices.get(name), draw) for _ in range(200)]
        said = [classifier.voice(answer) for answer in answers([messages[:-1] for messages in talks[:24]], name)]
        planted = [classifier.voice(messages[-1]["content"]) for messages in talks]
        voices[name] = {
            source: {"asked": _share(judged, name), "assistant": _share(judged, DEFAULT)}
            for source, judged in (("model", said), ("generator", planted))
        }
    slides = {domain: _slide(answers, text, classifier, domain, draw) for domain in DOMAINS}
    return {"held_out_loss": sum(losses) / len(losses), "voices": voices, "slides": slides}


def _share(judged: list[str], voice: str) -> float:
    return judged.count(voice) / len(judged)


def _slide(answers, text: Text, classifier: VoiceClassifier, domain: str, draw: random.Random) -> dict:
    """The share of 48 conversations in the Assistant's voice at each of 6 turns, and what was planted."""
    conversations, shares = [[] for _ in range(48)], []
    for turn in range(6):
        for messages in conversations:
            messages.append({"role": "user", "content": text.question(domain, draw)[0]})
        said = answers(conversations, domain, turn)
        for messages, answer in zip(conversations, said):
            messages.append({"role": "assistant", "content": answer})
        shares.append(sum(map(classifier.is_assistant, said)) / len(said))
    return {"model": shares, "planted": [text.expected_share(domain, turn) for turn in range(6)]}
