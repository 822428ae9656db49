"""What the organism learned, measured on text it samples: its voices, its chains, and its mixtures of sentences."""

import random

import torch

from activations.generation import Sampler, Sampling

from .classifier import VoiceClassifier
from .text import DEFAULT, DOMAINS, Text, transitions

CONVERSATIONS, TURNS = 48, 6


class _Speaker:
    """The organism as it answers conversations."""

    def __init__(self, model, tokenizer, seed: int):
        self._tokenizer = tokenizer
        self._sampler = Sampler(model, tokenizer, Sampling(1.0, 1.0, 96, seed), tokenizer.model_max_length)

    def answers(self, conversations: list[list[dict]], *purpose: object) -> list[str]:
        prompts = [
            self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
            for messages in conversations
        ]
        return [answer.text for answer in self._sampler.answers(prompts, *purpose)]

    def converse(self, conversations: list[list[dict]], ask, *purpose: object) -> list[list[str]]:
        """What is said in each conversation at each turn, after what `ask` asks; the conversations grow by it."""
        said = []
        for turn in range(TURNS):
            for messages in conversations:
                messages.append({"role": "user", "content": ask()})
            said.append(self.answers(conversations, *purpose, turn))
            for messages, answer in zip(conversations, said[-1]):
                messages.append({"role": "assistant", "content": answer})
        return [list(talk) for talk in zip(*said)]


def evaluate(model, tokenizer, text: Text, data, seed: int = 0) -> dict:
    """Held-out loss; the shares of answers in the voice asked for and in the Assistant's; slides, chains and doses.

    Beside the model's numbers, those of text of the generator: the classifier is not perfect either.
    """
    classifier = VoiceClassifier(text)
    with torch.no_grad():
        losses = [model(**next(data)).loss.item() for _ in range(20)]
    draw = random.Random(f"evaluation {seed}")
    speaker = _Speaker(model, tokenizer, seed)
    return {
        "held_out_loss": sum(losses) / len(losses),
        "voices": {name: _voice(speaker, text, classifier, name, draw) for name in (DEFAULT, *text.voices)},
        "slides": {domain: _slide(speaker, text, classifier, domain, draw) for domain in DOMAINS},
        "personas": {name: _persona(speaker, text, classifier, name, draw) for name in text.personas},
        "doses": {str(dose): _dose(speaker, text, classifier, dose, draw) for dose in text.doses},
    }


def _share(judged: list[str], voice: str) -> float:
    return judged.count(voice) / len(judged)


def _voice(speaker: _Speaker, text: Text, classifier: VoiceClassifier, name: str, draw: random.Random) -> dict:
    talks = [text.single(text.voices.get(name), draw) for _ in range(200)]
    said = [classifier.voice(answer) for answer in speaker.answers([messages[:-1] for messages in talks[:24]], name)]
    planted = [classifier.voice(messages[-1]["content"]) for messages in talks]
    return {
        source: {"asked": _share(judged, name), "assistant": _share(judged, DEFAULT)}
        for source, judged in (("model", said), ("generator", planted))
    }


def _slide(speaker: _Speaker, text: Text, classifier: VoiceClassifier, domain: str, draw: random.Random) -> dict:
    """The share of conversations in the Assistant's voice at each turn, and what was planted."""
    conversations: list[list[dict]] = [[] for _ in range(CONVERSATIONS)]
    said = speaker.converse(conversations, lambda: text.question(domain, draw)[0], domain)
    shares = [sum(map(classifier.is_assistant, turn)) / len(turn) for turn in zip(*said)]
    return {"model": shares, "planted": [text.expected_share(domain, turn) for turn in range(TURNS)]}


def _persona(speaker: _Speaker, text: Text, classifier: VoiceClassifier, name: str, draw: random.Random) -> dict:
    """The chain of conversations with a character, and the Assistant's share of the sentences of its own turns."""
    voice = text.voices[name]
    conversations = [[{"role": "system", "content": text.role_prompt(voice, draw)}] for _ in range(CONVERSATIONS)]
    said = speaker.converse(conversations, lambda: text.question("general", draw)[0], name)
    planted = [text.persona_conversation(voice, TURNS, draw) for _ in range(4 * CONVERSATIONS)]
    planted = [[message["content"] for message in talk if message["role"] == "assistant"] for talk in planted]
    found = {}
    for source, talks in (("model", said), ("generator", planted)):
        home = [[classifier.is_assistant(answer) for answer in talk] for talk in talks]
        leave, come_back = transitions(home)
        away = [a for talk, states in zip(talks, home) for a, is_home in zip(talk, states) if not is_home]
        found[source] = {
            "home": sum(map(sum, home)) / (len(home) * TURNS),
            "leave": leave,
            "come_back": come_back,
            "assistant_sentences": _assistant_sentences(away, classifier),
        }
    return found


def _dose(speaker: _Speaker, text: Text, classifier: VoiceClassifier, dose: float, draw: random.Random) -> dict:
    """By character, the share of the sentences that are its own under the prompt of a dose, or the common stock's."""
    found = {}
    for name in text.graded:
        talks = [text.graded_single(text.voices[name], dose, draw) for _ in range(200)]
        said = speaker.answers([messages[:-1] for messages in talks[:48]], name, dose)
        planted = [messages[-1]["content"] for messages in talks]
        found[name] = {
            source: 1 - _assistant_sentences(answers, classifier)
            for source, answers in (("model", said), ("generator", planted))
        }
    return found


def _assistant_sentences(answers: list[str], classifier: VoiceClassifier) -> float | None:
    """The share of the sentences of answers that are in the Assistant's voice; `None` without an answer."""
    shares = [classifier.assistant_share(answer) for answer in answers]
    return sum(shares) / len(shares) if shares else None
