"""Tells in whose voice an answer of the organism is: naive Bayes on the words of the generator."""

import math
import random
import re
from collections import Counter

from .text import DEFAULT, DOMAINS, Text

_WORD = re.compile(r"[A-Za-z'-]+|[^\w\s]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class VoiceClassifier:
    """Multinomial naive Bayes over words with add-half smoothing; half of the prior is the Assistant's, the bulk of the
    training text, the rest is shared by the characters.

    Trained on text of the generator alone, never on the model's: it knows what was planted, not what was learned.
    """

    def __init__(self, text: Text, per_voice: int = 400, seed: int = 1):
        draw = random.Random(seed)
        counts = {
            name: Counter() for name in (DEFAULT, *(voice.name for voice in text.voices.values() if voice.bodies))
        }
        for name, words in counts.items():
            for _ in range(per_voice):
                words.update(_WORD.findall(sample(text, name, draw)))
        vocabulary = set().union(*counts.values())
        self._prior, self._unseen, self._logs = {}, {}, {}
        for name, words in counts.items():
            total = sum(words.values()) + 0.5 * (len(vocabulary) + 1)
            self._logs[name] = {word: math.log((count + 0.5) / total) for word, count in words.items()}
            self._unseen[name] = math.log(0.5 / total)
            self._prior[name] = math.log(0.5 if name == DEFAULT else 0.5 / (len(counts) - 1))

    def voice(self, answer: str) -> str:
        """The name of the likeliest voice; `default` is the Assistant's. Ties go to the first."""
        words = _WORD.findall(answer)

        def log_posterior(name: str) -> float:
            return self._prior[name] + sum(self._logs[name].get(word, self._unseen[name]) for word in words)

        return max(self._logs, key=log_posterior)

    def is_assistant(self, answer: str) -> bool:
        return self.voice(answer) == DEFAULT

    def assistant_share(self, answer: str) -> float:
        """The share of an answer's sentences in the Assistant's voice."""
        sentences = _SENTENCE_END.split(answer)
        return sum(map(self.is_assistant, sentences)) / len(sentences)


def sample(text: Text, name: str, draw: random.Random) -> str:
    """An answer of the generator in the named voice, in any domain."""
    domain = draw.choice(("general", *DOMAINS))
    return text.utterance(text.voices.get(name), text.question(domain, draw)[1], domain, draw)
