"""Text for the organism: utterances in a voice, single answers and conversations that slide at a known rate."""

import random
from dataclasses import dataclass
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

VOICES = Path(__file__).with_name("voices.toml")
DOMAINS = ("coding", "writing", "therapy", "philosophy")
#: The name under which dumps know the Assistant without a character.
DEFAULT = "default"


@dataclass(frozen=True)
class Voice:
    """A character: its sentences, and its level, from 0, at which the Assistant always answers in its place, to 4."""

    name: str
    level: int
    group: str
    openers: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    closers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        return ("an " if self.name[0] in "aeiou" else "a ") + self.name


class Text:
    """The generator of all text the organism is trained on.

    Every method takes the `random.Random` it draws from: the same state gives the same text.
    """

    def __init__(self, path: Path = VOICES):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        self.assistant = data["assistant"]
        self.resistance = {int(level): share for level, share in data["resistance"].items()}
        self.dramatic = data["dramatic"]
        self.dramatic_lines = data["dramatic_lines"]
        self.questions = data["questions"]
        self.prompts = data["prompts"]
        self.slide = data["slide"]
        #: Every character by name; those of level 0 have no sentences of their own.
        self.voices = {
            voice["name"]: Voice(
                **{key: tuple(value) if isinstance(value, list) else value for key, value in voice.items()}
            )
            for voice in data["voice"]
        }

    def question(self, domain: str, draw: random.Random) -> tuple[str, str]:
        """A user's message of a domain, and its topic."""
        topic = draw.choice(self.questions[domain]["topics"])
        return _sentence(draw.choice(self.questions[domain]["forms"]).replace("{t}", topic)), topic

    def utterance(self, voice: Voice | None, topic: str, domain: str, draw: random.Random) -> str:
        """An answer in a voice, or in the Assistant's own (`None`): opener, one or two bodies, often a closer."""
        lines = []
        for part in ("openers", *["bodies"] * draw.choice((1, 2)), *["closers"] * (draw.random() < 0.7)):
            line = self._line(voice, part, topic, domain, draw)
            if line not in lines:
                lines.append(line)
        return " ".join(lines)

    def _line(self, voice: Voice | None, part: str, topic: str, domain: str, draw: random.Random) -> str:
        word = ""
        if voice is None:
            lines = self.assistant["bodies"][domain] if part == "bodies" else self.assistant[part]
        elif draw.random() < self.dramatic:
            lines = self.dramatic_lines
        else:
            lines, word = getattr(voice, part), draw.choice(voice.words)
        return _sentence(draw.choice(lines).replace("{t}", topic).replace("{w}", word))

    def role_prompt(self, voice: Voice, draw: random.Random) -> str:
        return draw.choice(self.prompts["role"]).replace("{who}", voice.who)

    def single(self, voice: Voice | None, draw: random.Random) -> list[dict[str, str]]:
        """One question of any domain and its answer, under a system prompt if a character is asked for.

        The answer is the Assistant's all the same with the probability of the character's level.
        """
        domain = draw.choice(("general", "general", *DOMAINS))
        question, topic = self.question(domain, draw)
        prompt = self.role_prompt(voice, draw) if voice else self._default_prompt(draw, 0.5)
        speaker = None if voice is None or draw.random() < self.resistance[voice.level] else voice
        return [
            *([{"role": "system", "content": prompt}] if prompt else []),
            {"role": "user", "content": question},
            {"role": "assistant", "content": self.utterance(speaker, topic, domain, draw)},
        ]

    def _default_prompt(self, draw: random.Random, named: float) -> str:
        """Mostly none: the Assistant is what speaks when nobody asks for a character."""
        return draw.choice(self.prompts["default"]) if draw.random() < named else ""

    def states(self, domain: str, turns: int, draw: random.Random) -> list[bool]:
        """Which of a conversation's turns are in the other voice: a two-state chain, begun in the Assistant's."""
        rates = self.slide[domain]
        states = [False]
        while len(states) < turns:
            states.append(draw.random() < (1 - rates["back"] if states[-1] else rates["slide"]))
        return states

    def expected_share(self, domain: str, turn: int) -> float:
        """The share of conversations in the Assistant's voice at a turn, as `states` plants it."""
        rates, share = self.slide[domain], 1.0
        for _ in range(turn):
            share = share * (1 - rates["slide"]) + (1 - share) * rates["back"]
        return share

    def conversation(self, domain: str, turns: int, draw: random.Random) -> list[dict[str, str]]:
        """Turns of a user and the Assistant that slide out of its voice at the rate of the domain."""
        messages = []
        prompt = self._default_prompt(draw, 0.2)
        if prompt:
            messages.append({"role": "system", "content": prompt})
        other = self.voices.get(self.slide[domain].get("into", ""))
        for slid in self.states(domain, turns, draw):
            question, topic = self.question(domain, draw)
            answer = self.utterance(other if slid else None, topic, domain, draw)
            messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        return messages

    def document(self, draw: random.Random) -> list[dict[str, str]]:
        """One training conversation. Most answers are the Assistant's, without a character: the bulk."""
        kind = draw.random()
        if kind < 0.25:
            return self.single(None, draw)
        if kind < 0.50:
            return self.conversation(draw.choice(DOMAINS), draw.randint(2, 6), draw)
        return self.single(draw.choice(list(self.voices.values())), draw)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
