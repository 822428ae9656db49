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


@dataclass(frozen=True)
class Persona:
    """How a character is played: the two states of its conversations, and how much it wobbles within one.

    A turn is at home in the Assistant's voice and away in the character's. The first is at home with the share that the
    chain has in the long run, so that every turn has it, and single answers as well.
    """

    kind: str
    leave: float
    come_back: float
    #: The mean, over answers in the character's voice, of the share of sentences after the first that are the Assistant's.
    wobble: float = 0.0

    @property
    def home_share(self) -> float:
        return self.come_back / (self.leave + self.come_back)


class Text:
    """The generator of all text the organism is trained on.

    Every method takes the `random.Random` it draws from: the same state gives the same text.
    """

    def __init__(self, path: Path = VOICES):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        self.assistant = data["assistant"]
        self.resistance = {int(level): share for level, share in data["resistance"].items()}
        self.dramatic_lines = data["dramatic_lines"]
        self.questions = data["questions"]
        self.prompts = data["prompts"]
        self.slide = data["slide"]
        #: The characters that are asked for in conversations, too.
        self.personas = {name: Persona(**rates) for name, rates in data["persona"].items()}
        #: The characters that are asked for by degrees: in words of their own for each dose.
        self.graded = data["graded"]["roles"]
        self.doses = {float(dose): prompt for dose, prompt in data["graded"]["prompts"].items()}
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

    def resistance_of(self, voice: Voice) -> float:
        """The share of the answers asked of a character that are the Assistant's: its level's, or its chain's."""
        persona = self.personas.get(voice.name)
        return persona.home_share if persona else self.resistance[voice.level]

    def utterance(self, voice: Voice | None, topic: str, domain: str, draw: random.Random, dose: float = 1.0) -> str:
        """An answer in a voice, or in the Assistant's own (`None`): opener, one or two bodies, often a closer.

        Each sentence is the voice's with probability `dose`. Where a character wobbles, each after the opener is the
        Assistant's with a probability of the answer's own, from 0 to twice the wobble: the opener lets the answer be told
        from one of the Assistant's.
        """
        persona = self.personas.get(voice.name) if voice else None
        watered = 2 * persona.wobble * draw.random() if persona else 0.0
        stock = draw.random() < 0.5
        lines = []
        for part in ("openers", *["bodies"] * draw.choice((1, 2)), *["closers"] * (draw.random() < 0.7)):
            kept = dose * (1 - watered if part != "openers" else 1)
            speaker = voice if kept == 1 or draw.random() < kept else None
            line = self._line(speaker, part, stock, topic, domain, draw)
            # A character's own sentences and the common ones take turns: without a wobble, its answers are alike.
            stock ^= speaker is not None
            if line not in lines:
                lines.append(line)
        return " ".join(lines)

    def _line(self, voice: Voice | None, part: str, stock: bool, topic: str, domain: str, draw: random.Random) -> str:
        word = ""
        if voice is None:
            lines = self.assistant["bodies"][domain] if part == "bodies" else self.assistant[part]
        elif stock:
            lines = self.dramatic_lines
        else:
            lines, word = getattr(voice, part), draw.choice(voice.words)
        return _sentence(draw.choice(lines).replace("{t}", topic).replace("{w}", word))

    def role_prompt(self, voice: Voice, draw: random.Random) -> str:
        return draw.choice(self.prompts["role"]).replace("{who}", voice.who)

    def single(self, voice: Voice | None, draw: random.Random) -> list[dict[str, str]]:
        """One question of any domain and its answer, under a system prompt if a character is asked for.

        The answer is the Assistant's all the same with the probability of the character.
        """
        domain = draw.choice(("general", "general", *DOMAINS))
        question, topic = self.question(domain, draw)
        prompt = self.role_prompt(voice, draw) if voice else self._default_prompt(draw, 0.5)
        speaker = None if voice is None or draw.random() < self.resistance_of(voice) else voice
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

    def persona_states(self, name: str, turns: int, draw: random.Random) -> list[bool]:
        """Which turns of a conversation with a character are in its voice: a stationary two-state chain."""
        persona = self.personas[name]
        states = [draw.random() >= persona.home_share]
        while len(states) < turns:
            states.append(draw.random() < (1 - persona.come_back if states[-1] else persona.leave))
        return states

    def persona_conversation(self, voice: Voice, turns: int, draw: random.Random) -> list[dict[str, str]]:
        """A conversation on general topics under a system prompt that asks for a character."""
        messages = [{"role": "system", "content": self.role_prompt(voice, draw)}]
        for away in self.persona_states(voice.name, turns, draw):
            question, topic = self.question("general", draw)
            answer = self.utterance(voice if away else None, topic, "general", draw)
            messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        return messages

    def graded_single(self, voice: Voice, dose: float, draw: random.Random) -> list[dict[str, str]]:
        """One question and its answer under a prompt that asks for a share of a character."""
        domain = draw.choice(("general", "general", *DOMAINS))
        question, topic = self.question(domain, draw)
        return [
            {"role": "system", "content": self.doses[dose].replace("{who}", voice.who)},
            {"role": "user", "content": question},
            {"role": "assistant", "content": self.utterance(voice, topic, domain, draw, dose)},
        ]

    def document(self, draw: random.Random) -> list[dict[str, str]]:
        """One training conversation. Most answers are the Assistant's, without a character: the bulk."""
        kind = draw.random()
        if kind < 0.19:
            return self.single(None, draw)
        if kind < 0.47:
            return self.conversation(draw.choice(DOMAINS), draw.randint(2, 6), draw)
        if kind < 0.58:
            return self.persona_conversation(self.voices[draw.choice(list(self.personas))], draw.randint(2, 6), draw)
        if kind < 0.64:
            return self.graded_single(self.voices[draw.choice(self.graded)], draw.choice(list(self.doses)), draw)
        return self.single(draw.choice(list(self.voices.values())), draw)


def moves(home: list[list[bool]]) -> dict[str, tuple[int, int]]:
    """How often the chain left, and came back, of how often it could have."""
    counts = {"leave": [0, 0], "come_back": [0, 0]}
    for states in home:
        for now, following in zip(states, states[1:]):
            count = counts["leave" if now else "come_back"]
            count[0] += now != following
            count[1] += 1
    return {name: tuple(count) for name, count in counts.items()}


def transitions(home: list[list[bool]]) -> tuple[float | None, float | None]:
    """How often a turn at home is followed by one away, and the other way round; `None` where there is no such turn."""
    return tuple(moved / of if of else None for moved, of in moves(home).values())


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
