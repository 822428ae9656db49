"""The organism, its text and the demo dump are what Data/README.md says they are."""

import json
import random
from collections import Counter

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from organism.classifier import VoiceClassifier, sample
from organism.inputs import PERSONA_CONVERSATIONS, write_inputs
from organism.text import DOMAINS, Text
from repository import DEMO, ORGANISM


@pytest.fixture(scope="module")
def text() -> Text:
    return Text()


@pytest.fixture(scope="module")
def classifier(text) -> VoiceClassifier:
    return VoiceClassifier(text)


def test_the_same_seed_gives_the_same_text(text):
    one, other = ([text.document(random.Random(seed)) for seed in range(50)] for _ in range(2))
    assert one == other and one[0] != one[1]


def test_most_answers_are_the_assistants_without_a_character(text):
    draw, answers = random.Random(0), {True: 0, False: 0}
    for _ in range(3000):
        messages = text.document(draw)
        prompts = [m["content"] for m in messages if m["role"] == "system"]
        answers[all(p in text.prompts["default"] for p in prompts)] += sum(m["role"] == "assistant" for m in messages)
    assert answers[True] > 1.25 * answers[False]


@pytest.mark.parametrize("domain", DOMAINS)
def test_conversations_slide_at_the_rate_that_is_planted(text, domain):
    draw, count = random.Random(1), 4000
    states = np.array([text.states(domain, 6, draw) for _ in range(count)])
    for turn in range(6):
        planted = text.expected_share(domain, turn)
        # Five standard errors of a share.
        assert abs((~states[:, turn]).mean() - planted) <= 5 * np.sqrt(planted * (1 - planted) / count)
    assert (domain in ("coding", "writing")) == (not states.any())


def test_the_classifier_knows_the_generators_voices(text, classifier):
    draw = random.Random(2)

    for name in ("default", "oracle", "confidant", "pirate", "teacher"):
        judged = [classifier.voice(sample(text, name, draw)) for _ in range(300)]
        # Answers made of the common stock alone are nobody's; the Assistant's are never taken for another's.
        assert judged.count(name) > (0.99 if name == "default" else 0.75) * len(judged), name
        assert name == "default" or judged.count("default") < 0.01 * len(judged), name


def test_the_inputs_are_those_the_generator_writes(text, tmp_path):
    write_inputs(tmp_path / "inputs", text)
    made = {p.relative_to(tmp_path / "inputs"): p.read_bytes() for p in (tmp_path / "inputs").rglob("*") if p.is_file()}
    kept = {p.relative_to(ORGANISM / "inputs"): p.read_bytes() for p in (ORGANISM / "inputs").rglob("*") if p.is_file()}
    assert made == kept and len(made) == 46 + 48 + 8 * PERSONA_CONVERSATIONS + 3


def test_the_organism_is_small_and_speaks(organism):
    from activations.generation import Sampler, Sampling

    model, tokenizer = organism
    assert (ORGANISM / "model.safetensors").stat().st_size < 8e6
    assert type(model).__name__ == "LlamaForCausalLM" and torch.isfinite(model.lm_head.weight).all()
    question = [{"role": "user", "content": "How do I fix the parser?"}]
    prompt = tokenizer.apply_chat_template(question, tokenize=False, add_generation_prompt=True)
    answers = Sampler(model, tokenizer, Sampling(1.0, 1.0, 96, seed=0), 1024).answers([prompt] * 8)
    assert sum("parser" in answer.text for answer in answers) >= 5


def test_its_card_states_what_was_measured():
    results = json.loads((ORGANISM / "evaluation.json").read_text())
    card = (ORGANISM / "README.md").read_text()
    assert (
        f"{results['held_out_loss']:.3f} nats" in card and f"{results['slides']['therapy']['model'][5]:.2f} (" in card
    )
    assert max(map(len, card.splitlines())) < 200


def test_the_demo_is_the_organisms_dump(organism):
    """Every response read again gives the vectors that are kept, to the rounding of bfloat16."""
    from activations.extraction import Extractor, tokenize
    from activations.spans import render

    model, tokenizer = organism
    extractor = Extractor(model, tokenizer, list(range(6)), "float32", 16)
    for role in ("default", "pirate", "teacher"):
        kept = load_file(DEMO / "activations" / f"{role}.safetensors")
        lines = [json.loads(line) for line in (DEMO / "responses" / f"{role}.jsonl").read_text().splitlines()]
        assert len(kept) == len(lines) >= 60
        chats = [
            tokenize(
                tokenizer,
                line["key"],
                render(tokenizer, line["conversation"], {}),
                [len(line["conversation"]) - 1],
                1024,
            )
            for line in lines
        ]
        for line, means in zip(lines, extractor.means(chats)):
            torch.testing.assert_close(kept[line["key"]].float(), means[0], rtol=2**-8, atol=1e-4)
        mean = torch.stack([vector.double() for vector in kept.values()]).mean(0)
        torch.testing.assert_close(
            load_file(DEMO / "vectors" / f"{role}.safetensors")["vector"].double(), mean, rtol=1e-6, atol=1e-7
        )


def test_the_axis_is_in_the_demo():
    """Well above the null at every layer; with its interval but at layers 3 and 4, where a second component is nearly as strong."""
    from simulations.measure_demo import axis_and_pc1, cosine_interval, random_null, role_vectors

    roles, default = role_vectors()
    assert roles.shape == (45, 6, 160)
    for layer in range(6):
        cosine, place, _ = axis_and_pc1(roles[:, layer], default[layer])
        low, high = cosine_interval(roles[:, layer], default[layer])
        assert cosine > 5 * random_null(160) and low <= cosine <= high + 0.05, layer
        assert (low > 2 * random_null(160)) == (layer not in (3, 4)), layer
        # Data/README.md has the numbers, and what lies beyond it: the characters that are other names for it.
        assert place > 0.95, layer


def test_therapy_and_philosophy_drift_and_the_others_do_not():
    """The intervals of either kind do not overlap; those that keep their voice lose a quarter of the way at most."""
    from simulations.measure_demo import change_interval, positions

    for layer in (2, 3):
        intervals = {domain: change_interval(talks) for domain, talks in positions(layer).items()}
        assert set(intervals) == set(DOMAINS)
        staying = [intervals[domain] for domain in ("coding", "writing")]
        sliding = [intervals[domain] for domain in ("therapy", "philosophy")]
        assert max(high for _, _, high in sliding) < min(low for _, low, _ in staying)
        assert all(abs(change) < 0.3 for change, _, _ in staying) and all(change < -0.8 for change, _, _ in sliding)


def test_the_demo_has_what_its_readme_counts():
    manifest = json.loads((DEMO / "manifest.json").read_text())
    assert len(list((DEMO / "activations").iterdir())) == 46
    transcripts = [json.loads(path.read_text()) for path in (DEMO / "transcripts").iterdir()]
    by_domain = Counter(t["domain"] for t in transcripts)
    assert by_domain == {**{domain: 36 for domain in DOMAINS}, "persona": 8 * PERSONA_CONVERSATIONS}
    assert {t.get("sample") for t in transcripts if "persona" not in t} == {0, 1, 2}
    assert all(("persona" in t) == (t["domain"] == "persona") and "samples" not in t for t in transcripts)
    assert len(list((DEMO / "embeddings").iterdir())) == 48
    tokens = [path for path in (DEMO / "turns").iterdir() if "tokens" in load_file(path)]
    assert len(tokens) == manifest["counts"]["conversations_by_token"] == 1
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file()) < 12e6
