"""The layer that `fit` recommends: how its answers lie along its axis, and an interval that holds the choice."""

import csv
import itertools
import json
import subprocess

import numpy as np
import pytest
from printed import phrases
from safetensors.numpy import save_file

ROLES, QUESTIONS, PROMPTS, RUNS, DIMENSIONS = 30, 4, 3, 3, 12


@pytest.fixture
def fit(persona, tmp_path):
    def fit(*options, source=None):
        command = [persona, "fit", source or tmp_path / "dump", "-o", tmp_path / "out", "--force", *map(str, options)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return list(csv.DictReader((tmp_path / "out" / "layers.csv").open())), phrases(done.stdout)

    return fit


def answers(seed, follows, noise=(1.0, 1.0), questions=QUESTIONS):
    """Answers {role: {key: (L, d)}} and scores. In layer l an answer lies between the default and its role by its score where `follows[l]`, and
    by a lot of its own elsewhere: the mean of a role says the same in both, single answers do not."""
    random = np.random.default_rng(seed)
    axis = np.zeros(DIMENSIONS)
    axis[0] = 9
    places = random.standard_normal((ROLES, DIMENSIONS)) * np.r_[5.0, np.ones(DIMENSIONS - 1)]
    # No dimension is a component: what permutations of dimensions leave as it is would not count as one.
    turn = np.linalg.qr(random.standard_normal((DIMENSIONS, DIMENSIONS)))[0]
    asked = random.standard_normal((questions, DIMENSIONS)) * 2
    dump, scores = {}, {}
    for name in [f"r{index:02}" for index in range(ROLES)] + ["default"]:
        dump[name], scores[name] = {}, {}
        for prompt, question, run in itertools.product(range(PROMPTS), range(questions), range(RUNS)):
            key = f"{'default' if name == 'default' else 'pos'}_p{prompt}_q{question}_r{run}"
            score = int(random.integers(0, 4))
            layers = []
            for follow, width in zip(follows, noise):
                if name == "default":
                    point = axis
                else:
                    share = (score if follow else random.integers(0, 4)) / 1.5
                    point = axis + share * (places[int(name[1:])] - axis)
                layers.append((point + asked[question] + width * random.standard_normal(DIMENSIONS)) @ turn)
            dump[name][key] = np.array(layers)
            scores[name][key] = score
    return dump, scores


def write(folder, dump, scores=None):
    (folder / "activations").mkdir(parents=True)
    for name, content in dump.items():
        save_file(content, folder / "activations" / f"{name}.safetensors")
    if scores:
        (folder / "scores").mkdir()
        for name, content in scores.items():
            if name != "default":
                (folder / "scores" / f"{name}.json").write_text(json.dumps(content))


def write_means(folder, dump):
    (folder / "vectors").mkdir()
    for name, own in dump.items():
        np.save(folder / "vectors" / f"{name}.npy", np.mean(list(own.values()), 0))


def ranks(values):
    order = np.argsort(values, kind="stable")
    found = np.empty(len(values))
    found[order] = np.arange(len(values))
    for value in np.unique(values):
        found[values == value] = found[values == value].mean()
    return found


def agreement(dump, scores, layer, second):
    """`answers_told` and `answers_score_correlation` by their definitions, with the questions `second` in the second half."""
    question = {key: int(key.split("_q")[1].split("_")[0]) for own in dump.values() for key in own}
    half = {key: question[key] in second for key in question}
    means = {
        (name, side): np.mean([vector[layer] for key, vector in own.items() if half[key] == side], 0)
        for name, own in dump.items()
        for side in (False, True)
    }
    roles = [name for name in dump if name != "default"]
    axes = {side: means["default", side] - np.mean([means[name, side] for name in roles], 0) for side in (False, True)}
    place = {}
    for name, own in dump.items():
        for key, vector in own.items():
            axis = axes[not half[key]]
            place[name, key] = vector[layer] @ axis / (axis @ axis)
    for asked in set(question.values()):
        effect = np.mean([np.mean([place[name, key] for key in own if question[key] == asked]) for name, own in dump.items()])
        for name, own in dump.items():
            for key in own:
                if question[key] == asked:
                    place[name, key] -= effect
    told, correlations = [], []
    for name in roles:
        pairs = [
            np.mean([place[name, key] < place["default", other], place[name, key] <= place["default", other]])
            for key in dump[name]
            for other in dump["default"]
            if half[key] == half[other]
        ]
        told.append(np.mean(pairs))
        own = np.array([-place[name, key] for key in dump[name]])
        correlations.append(np.corrcoef(ranks(own), ranks(np.array([scores[name][key] for key in dump[name]])))[0, 1])
    return np.mean(told), np.mean(correlations)


def test_agreement_of_answers_is_that_of_numpy(fit, tmp_path):
    dump, scores = answers(5, [True, False])
    write(tmp_path / "dump", dump, scores)
    rows, _ = fit("--score", "all", "--bootstrap", 60)
    # Which questions are in which half is drawn; each division has values of its own.
    divisions = [{a, b} for a in (0, 1) for b in (2, 3)]
    found = [
        [(float(row["answers_told"]), float(row["answers_score_correlation"])) for row in rows]
        == [pytest.approx(agreement(dump, scores, layer, second), rel=1e-9) for layer in range(2)]
        for second in divisions
    ]
    assert any(found)
    for row in rows:
        for name in ("answers_told", "answers_score_correlation"):
            assert float(row[f"{name}_low"]) < float(row[name]) < float(row[f"{name}_high"])


@pytest.mark.parametrize("averaged", [True, False])
def test_a_layer_that_does_not_follow_the_scores_is_not_recommended(fit, tmp_path, averaged):
    # The first layer has the better cosine, by less noise.
    dump, scores = answers(7, [False, True], noise=(0.2, 3.0))
    write(tmp_path / "dump", dump, scores)
    if not averaged:
        write_means(tmp_path / "dump", dump)
    rows, text = fit(*(["--score", "all"] if averaged else []))
    assert [row["recommended"] for row in rows] == ["", "yes"]
    assert float(rows[0]["cos_axis_pc1_low"]) > float(rows[1]["cos_axis_pc1_low"])
    assert float(rows[0]["answers_score_correlation"]) < 0.2 < 0.5 < float(rows[1]["answers_score_correlation"])
    assert "layer 0 would be, but where its answers lie follows their scores less" in text


def test_a_layer_whose_answers_are_hardly_told_from_the_default_is_not_recommended(fit, tmp_path):
    # Single answers of the first layer scatter far along its axis, which their means hardly show; its cosine is the better one.
    dump, _ = answers(6, [True, True], noise=(0.2, 3.0))
    random = np.random.default_rng(1)
    mean = {name: np.mean(list(own.values()), 0)[0] for name, own in dump.items()}
    axis = mean["default"] - np.mean([mean[name] for name in mean if name != "default"], 0)
    for own in dump.values():
        for vector in own.values():
            vector[0] += 1.5 * random.standard_normal() * axis
    write(tmp_path / "dump", dump)
    rows, text = fit()
    assert [row["recommended"] for row in rows] == ["", "yes"]
    assert float(rows[0]["cos_axis_pc1_low"]) > float(rows[1]["cos_axis_pc1_low"])
    assert "layer 0 would be, but its answers are told less well from the default's" in text


def test_layers_that_agree_alike_are_chosen_by_their_cosine(fit, tmp_path):
    dump, scores = answers(9, [True, True])
    write(tmp_path / "dump", dump, scores)
    rows, text = fit("--score", "all")
    assert "would be, but" not in text
    best = max(rows, key=lambda row: float(row["cos_axis_pc1_low"]))
    assert best["recommended"] == "yes"


def test_answers_of_noise_are_not_told_from_the_default(fit, tmp_path):
    random = np.random.default_rng(2)
    dump, scores = answers(2, [True, True])
    for own in dump.values():
        for key in own:
            own[key] = random.standard_normal((2, DIMENSIONS))
    write(tmp_path / "dump", dump, scores)
    rows, _ = fit("--score", "all")
    for row in rows:
        assert abs(float(row["answers_told"]) - 0.5) < 0.12
        assert abs(float(row["answers_score_correlation"])) < 0.12


def test_an_answer_that_is_not_finite_is_left_out_of_a_fit_of_vectors(fit, tmp_path):
    dump, scores = answers(4, [True, True])
    whole = {name: dict(own) for name, own in dump.items()}
    spoiled = next(iter(dump["r03"]))
    dump["r03"][spoiled] = np.full_like(dump["r03"][spoiled], np.nan)
    write(tmp_path / "dump", dump, scores)
    write_means(tmp_path / "dump", whole)
    rows, _ = fit()
    del dump["r03"][spoiled]
    divisions = [{a, b} for a in (0, 1) for b in (2, 3)]
    assert any(
        [(float(row["answers_told"]), float(row["answers_score_correlation"])) for row in rows]
        == [pytest.approx(agreement(dump, scores, layer, second), rel=1e-9) for layer in range(2)]
        for second in divisions
    )


def test_answers_that_cannot_be_read_do_not_stop_a_fit_of_vectors(persona, tmp_path):
    dump, _ = answers(3, [True, True])
    write(tmp_path / "dump", dump)
    write_means(tmp_path / "dump", dump)
    broken = tmp_path / "dump" / "activations" / "r03.safetensors"
    broken.write_bytes(broken.read_bytes()[:-10])
    done = subprocess.run([persona, "fit", tmp_path / "dump", "-o", tmp_path / "out"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "the answers in activations/ have no part in the choice of a layer" in phrases(done.stderr)
    assert "r03.safetensors" in done.stderr
    rows = list(csv.DictReader((tmp_path / "out" / "layers.csv").open()))
    assert all(row["answers_told"] == "" for row in rows)


def test_the_interval_for_all_layers_holds_the_choice(fit, tmp_path):
    """Sixteen independent layers of one true cosine: the best of them looks better than it is."""
    cosine, layers, roles, d = 0.7, 16, 40, 32
    deviations = np.r_[4.0, 2.0, 1.5, np.arange(1, d - 2) ** -0.25]
    plain = held = 0
    dumps = 40
    for seed in range(dumps):
        random = np.random.default_rng([11, seed])
        places = random.standard_normal((roles, layers, d)) * deviations
        default = random.standard_normal(d) * np.r_[0, np.ones(d - 1)]
        default *= np.sqrt(1 - cosine**2) / np.linalg.norm(default)
        default[0] = cosine
        turn = np.linalg.qr(random.standard_normal((d, d)))[0]
        content = {f"r{index:02}": vector @ turn for index, vector in enumerate(places)}
        save_file({**content, "default": np.repeat(10 * default[None] @ turn, layers, 0)}, tmp_path / "v.safetensors")
        rows, text = fit("--bootstrap", 300, source=tmp_path / "v.safetensors")
        for row in rows:
            assert float(row["cos_axis_pc1_simultaneous_low"]) <= float(row["cos_axis_pc1_low"])
            assert float(row["cos_axis_pc1_simultaneous_high"]) >= float(row["cos_axis_pc1_high"])
        row = next(row for row in rows if row["recommended"])
        assert f"with the choice among {layers} layers its cos(axis, PC1) lies in" in text
        plain += float(row["cos_axis_pc1_low"]) <= cosine <= float(row["cos_axis_pc1_high"])
        held += float(row["cos_axis_pc1_simultaneous_low"]) <= cosine <= float(row["cos_axis_pc1_simultaneous_high"])
    assert held >= 0.9 * dumps > plain
