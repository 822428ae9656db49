"""The model card of the organism, with the numbers its training measured."""

from pathlib import Path

from .evaluation import CONVERSATIONS, TURNS
from .text import DEFAULT, Text

_CARD = """\
---
license: mit
language: en
tags: [model-organism]
---
# A model organism with characters

A Llama of {parameters:,} parameters (6 blocks, 160 dimensions, a byte-level BPE), trained from scratch on text from a
generator. It exists so that the way from a model to an activation dump can be tried, tested and shown on a CPU with
characters and a drift whose truth is known.

**It is not a language model in the ordinary sense.** It has seen a few hundred sentences and knows nothing else: what
it says of any other prompt is noise. It was not post-trained, has no values and no knowledge, and nothing found in it
says anything about a real assistant. That its Assistant stands apart from its characters was planted, not discovered.

## What was planted

- An Assistant that speaks where no system prompt asks for a character: more than half of all answers.
- {voices} characters, asked for by a system prompt ("You are a pirate."), with sentences of their own. They are not
  always given: at levels 0 to 4 the whole answer is the Assistant's instead with probability {resistance}
  (the eight characters of conversations have their own, below).
  Level 0 are other names for it, such as "a tutor". Every second sentence of a character comes
  from a stock that all of them share.
- Conversations without a character in four domains. In coding and writing the Assistant keeps its voice. In therapy it
  slides into the confidant's: at each turn after the first with probability {therapy[slide]}, and back with
  {therapy[back]}. In philosophy into the oracle's, with {philosophy[slide]} and {philosophy[back]}.
- Conversations with eight of the characters: a turn is at home in the Assistant's voice or away in the character's, and
  leaves or comes back with the probabilities of the table at each turn. The share of turns at home is the same at every
  turn, and that of single answers. Four of the eight wobble: each sentence after the first of an answer in their voice
  is the Assistant's with probability {wobble}.
- Doses of {graded}: asked for by "{little}", "{half}" and "{mostly}", a sentence is the
  character's with probability 0.25, 0.5 and 0.75, and else the Assistant's.

## What it learned

Measured on text it samples at temperature 1, by a naive Bayes classifier trained on the generator alone
(`scripts/organism/classifier.py`). Loss on held-out text {loss:.3f} nats a token.

| answers to a prompt for | in its voice: model | planted text | in the Assistant's: model | planted text |
|---|---|---|---|---|
| nobody, or an assistant | {assistant[model][asked]:.0%} | {assistant[generator][asked]:.0%} | | |
{levels}

Share of 48 conversations in the Assistant's voice, by turn, sampled and (planted):

| domain | {turns} |
|---|{rules}|
{slides}

Conversations with a character, {conversations} of {turn_count} turns: sampled and (text of the generator). The last column
is the share of the sentences of turns away that are the Assistant's.

| character | planted | at home | leaves | comes back | Assistant's sentences |
|---|---|---|---|---|---|
{personas}

Share of an answer's sentences that are not the Assistant's, by dose, sampled and (text of the generator):

| character | {doses} |
|---|{dose_rules}|
{graded_rows}

Trained by `scripts/python scripts/train_organism.py -o Data/organism --force` ({steps} steps, seed {seed});
the text is made by `scripts/organism/text.py` from `scripts/organism/voices.toml`. `inputs/` holds the prompts,
questions and users' messages of the demo dump. MIT licence.
"""


def write_card(path: Path, text: Text, results: dict, *, parameters: int, steps: int, seed: int) -> None:
    turns, doses = range(TURNS), list(results["doses"])
    prompts = [prompt.replace("{who}", "a pirate") for prompt in text.doses.values()]
    card = _CARD.format(
        parameters=parameters,
        steps=steps,
        seed=seed,
        voices=len(text.voices),
        loss=results["held_out_loss"],
        resistance=", ".join(map(str, text.resistance.values())),
        therapy=text.slide["therapy"],
        philosophy=text.slide["philosophy"],
        assistant=results["voices"][DEFAULT],
        levels="\n".join(_levels(text, results)),
        slides="\n".join(_slides(results)),
        personas="\n".join(_personas(text, results)),
        wobble=max(persona.wobble for persona in text.personas.values()),
        graded=", ".join(text.graded),
        little=prompts[0],
        half=prompts[1],
        mostly=prompts[2],
        conversations=CONVERSATIONS,
        turn_count=TURNS,
        doses=" | ".join(doses),
        dose_rules="|".join("---" for _ in doses),
        graded_rows="\n".join(_doses(text, results)),
        turns=" | ".join(map(str, turns)),
        rules="|".join("---" for _ in turns),
    )
    path.write_text(card, encoding="utf-8")


def _levels(text: Text, results: dict) -> list[str]:
    levels = []
    for level in text.resistance:
        # Without those that have a resistance of their own.
        of_level = [
            results["voices"][name]
            for name, voice in text.voices.items()
            if voice.level == level and name not in text.personas
        ]
        cells = [
            sum(row[source][which] for row in of_level) / len(of_level)
            for which in ("asked", "assistant")
            for source in ("model", "generator")
        ]
        shown = [f"{cell:.0%}" if level > 0 or place > 1 else "" for place, cell in enumerate(cells)]
        levels.append(f"| a character of level {level} | " + " | ".join(shown) + " |")
    return levels


def _slides(results: dict) -> list[str]:
    return [
        f"| {domain} | " + " | ".join(f"{m:.2f} ({p:.2f})" for m, p in zip(slide["model"], slide["planted"])) + " |"
        for domain, slide in results["slides"].items()
    ]


def _personas(text: Text, results: dict) -> list[str]:
    rows = []
    for name, found in results["personas"].items():
        persona = text.personas[name]
        planted = f"{persona.kind}: {persona.home_share:.2f}, {persona.leave}, {persona.come_back}"
        cells = [
            f"{_number(found['model'][key])} ({_number(found['generator'][key])})"
            for key in ("home", "leave", "come_back", "assistant_sentences")
        ]
        rows.append(f"| {name} | {planted} | " + " | ".join(cells) + " |")
    return rows


def _doses(text: Text, results: dict) -> list[str]:
    rows = []
    for name in text.graded:
        shares = [of[name] for of in results["doses"].values()]
        cells = " | ".join(f"{_number(share['model'])} ({_number(share['generator'])})" for share in shares)
        rows.append(f"| {name} | {cells} |")
    return rows


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
