"""The model card of the organism, with the numbers its training measured."""

from pathlib import Path

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

- An Assistant that speaks where no system prompt asks for a character: more than two thirds of all answers.
- {voices} characters, asked for by a system prompt ("You are a pirate."), with sentences of their own. They are not
  always given: at levels 0 to 4 the whole answer is the Assistant's instead with probability {resistance}.
  Level 0 are other names for it, such as "a tutor". Of a character's sentences {dramatic} come
  from a stock that all of them share.
- Conversations without a character in four domains. In coding and writing the Assistant keeps its voice. In therapy it
  slides into the confidant's: at each turn after the first with probability {therapy[slide]}, and back with
  {therapy[back]}. In philosophy into the oracle's, with {philosophy[slide]} and {philosophy[back]}.

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

Trained by `scripts/python scripts/train_organism.py -o Data/organism --force` ({steps} steps, seed {seed});
the text is made by `scripts/organism/text.py` from `scripts/organism/voices.toml`. `inputs/` holds the prompts,
questions and users' messages of the demo dump. MIT licence.
"""


def write_card(path: Path, text: Text, results: dict, *, parameters: int, steps: int, seed: int) -> None:
    levels = []
    for level in text.resistance:
        of_level = [results["voices"][name] for name, voice in text.voices.items() if voice.level == level]
        cells = [
            sum(row[source][which] for row in of_level) / len(of_level)
            for which in ("asked", "assistant")
            for source in ("model", "generator")
        ]
        shown = [f"{cell:.0%}" if level > 0 or place > 1 else "" for place, cell in enumerate(cells)]
        levels.append(f"| a character of level {level} | " + " | ".join(shown) + " |")
    slides = [
        f"| {domain} | " + " | ".join(f"{m:.2f} ({p:.2f})" for m, p in zip(slide["model"], slide["planted"])) + " |"
        for domain, slide in results["slides"].items()
    ]
    turns = range(len(results["slides"]["therapy"]["model"]))
    card = _CARD.format(
        parameters=parameters,
        steps=steps,
        seed=seed,
        voices=len(text.voices),
        loss=results["held_out_loss"],
        resistance=", ".join(map(str, text.resistance.values())),
        dramatic=f"{text.dramatic:.0%}",
        therapy=text.slide["therapy"],
        philosophy=text.slide["philosophy"],
        assistant=results["voices"][DEFAULT],
        levels="\n".join(levels),
        slides="\n".join(slides),
        turns=" | ".join(map(str, turns)),
        rules="|".join("---" for _ in turns),
    )
    path.write_text(card, encoding="utf-8")
