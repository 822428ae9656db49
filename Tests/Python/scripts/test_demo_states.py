"""The states of the organism's answers and turns: what the generator plants, what the demo's text says, where it lies."""

import csv
import json
import math
import random

import numpy as np
import pytest
from safetensors import safe_open

from organism.classifier import VoiceClassifier
from organism.inputs import PERSONA_CONVERSATIONS, TURNS
from organism.text import DEFAULT, DOMAINS, Text, moves, transitions
from organism.truth import answer_voices, planted, score, turn_voices
from repository import DEMO
from simulations.demo_states import flips, home_share, place_by_dose, spread, states


@pytest.fixture(scope="module")
def text() -> Text:
    return Text()


@pytest.fixture(scope="module")
def classifier(text) -> VoiceClassifier:
    return VoiceClassifier(text)


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((DEMO / "truth.json").read_text())


def error(share: float, count: int) -> float:
    """The standard error of a share; never that of a share of 0 or 1, which would be none."""
    return math.sqrt(max(share * (1 - share), 0.02) / count)


def test_chains_are_planted_at_their_rates(text):
    draw, count = random.Random(3), 3000
    for name, persona in text.personas.items():
        home = [[not away for away in text.persona_states(name, 6, draw)] for _ in range(count)]
        leave, come_back = transitions(home)
        assert abs(leave - persona.leave) < 5 * error(persona.leave, 5 * count * persona.home_share)
        assert abs(come_back - persona.come_back) < 5 * error(persona.come_back, 5 * count * (1 - persona.home_share))
        for turn in range(6):
            share = np.mean([talk[turn] for talk in home])
            assert abs(share - persona.home_share) < 5 * error(persona.home_share, count), (name, turn)
    assert transitions([[True, True]]) == (0, None)


def test_answers_wobble_and_follow_doses_as_is_planted(text, classifier):
    draw = random.Random(4)

    def assistants(name: str, dose: float) -> tuple[float, float]:
        answers = [text.utterance(text.voices[name], "the sea", "general", draw, dose) for _ in range(800)]
        shares = [classifier.assistant_share(answer) for answer in answers]
        return float(np.mean(shares)), float(np.mean([classifier.is_assistant(answer) for answer in answers]))

    for name, persona in text.personas.items():
        sentences, answers = assistants(name, 1.0)
        # The opener is the character's; a wobbling answer is mixed, and still told from the Assistant's.
        assert (0.2 < sentences < 0.35) if persona.wobble else sentences < 0.1, name
        assert answers < 0.05, name
    for name in text.graded:
        shares = [assistants(name, dose)[0] for dose in sorted(text.doses)]
        assert np.allclose(shares, [0.75, 0.5, 0.25], atol=0.1) and shares == sorted(shares, reverse=True), name


def test_scores_know_the_roles_voice(text):
    assert [score(text.voices["pirate"], heard) for heard in ("pirate", DEFAULT, "ghost")] == [3, 0, 2]
    assert [score(text.voices["tutor"], heard) for heard in (DEFAULT, "ghost")] == [3, 2]


def test_the_truth_and_the_scores_are_what_the_text_says(text, classifier, truth):
    answers, turns = answer_voices(DEMO, classifier), turn_voices(DEMO, classifier)
    assert truth == {**planted(text, DEMO / "prompts.csv"), "answers": answers, "turns": turns}
    assert sorted(path.stem for path in (DEMO / "scores").iterdir()) == sorted(set(answers) - {DEFAULT})
    for role, heard in answers.items():
        with safe_open(DEMO / "activations" / f"{role}.safetensors", "np") as file:
            assert set(file.keys()) == set(heard)
        if role != DEFAULT:
            scores = json.loads((DEMO / "scores" / f"{role}.json").read_text())
            assert scores == {key: score(text.voices[role], voice) for key, voice in heard.items()}


def test_the_table_of_prompts_has_every_prompt_of_the_graded_roles(text, truth):
    with (DEMO / "prompts.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["role", "prompt", "dose"] and {row["role"] for row in rows} == set(text.graded)
    for role in text.graded:
        doses = {int(row["prompt"]): float(row["dose"]) for row in rows if row["role"] == role}
        asked = {int(key.split("_")[1][1:]) for key in truth["answers"][role]}
        assert asked == set(doses) and sorted(doses.values()) == [0.25, 0.5, 0.75, 1, 1, 1]


def test_answers_resist_as_is_planted(text, truth):
    """Within the sampling error of the answers, and .12 of what the model missed."""
    for role, voice in text.voices.items():
        share, resistance = home_share(truth, role), text.resistance_of(voice)
        assert abs(share - resistance) < 0.12 + 3 * error(resistance, 60), role
    for level in range(5):
        roles = [n for n, v in text.voices.items() if v.level == level and n not in text.personas]
        shares = [home_share(truth, role) for role in roles]
        assert abs(np.mean(shares) - text.resistance[level]) < 0.12, level
        # Runs of one prompt and question are drawn apart: two states of shares r and 1 - r differ in 2 r (1 - r).
        expected = np.mean([2 * share * (1 - share) for share in shares])
        assert abs(np.mean([flips(truth, role) for role in roles]) - expected) < 0.1, level


def test_chains_of_turns_are_those_planted(text, truth):
    chains = {f"persona-{name}": (persona.leave, persona.come_back) for name, persona in text.personas.items()}
    chains |= {domain: (text.slide[domain]["slide"], text.slide[domain]["back"]) for domain in DOMAINS}
    for name, rates in chains.items():
        found = moves(states(truth, name))
        for (moved, of), rate in zip((found["leave"], found["come_back"]), rates):
            assert of < 5 or abs(moved / of - rate) < 0.1 + 3 * error(rate, of), name
    for name, persona in text.personas.items():
        home = states(truth, f"persona-{name}")
        assert len(home) == PERSONA_CONVERSATIONS and all(len(talk) == TURNS for talk in home)
        # Turns of a conversation hang together: of a chain, a third of them count.
        of = len(home) * TURNS / 3
        assert abs(np.mean(home) - persona.home_share) < 0.1 + 3 * error(persona.home_share, of), name


@pytest.mark.parametrize("layer", range(6))
def test_places_rise_with_the_dose(text, layer):
    for role in text.graded:
        found = place_by_dose(DEMO, role, layer)
        assert list(found) == [0.25, 0.5, 0.75, 1], role
        # 20 answers a dose: the upper two may come out in either order where they are next to each other.
        *lower, third, whole = found.values()
        assert lower == sorted(lower) and lower[-1] < third < whole + 0.06, (role, found)


def test_who_wobbles_scatters_more(text):
    """Of each kind two, which differ from two others in the wobble alone: the spread of each is above that of both."""
    spreads = {name: spread(DEMO, name, 3) for name in text.personas}
    for fate in ("adopted", "resisted"):
        steady, wobbling = (
            [spreads[name] for name, persona in text.personas.items() if persona.kind == f"{fate} and {kind}"]
            for kind in ("steady", "wobbling")
        )
        assert len(steady) == len(wobbling) == 2 and min(wobbling) > max(steady), fate
