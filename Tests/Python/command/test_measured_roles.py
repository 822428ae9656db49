"""Roles that are means of answers: intervals that carry the error of measuring them, against NumPy and against planted truth."""

import csv
import subprocess

import numpy as np
import pytest
from printed import phrases
from safetensors.numpy import save_file

ROLES, QUESTIONS, RUNS, DIMENSIONS = 24, 16, 2, 20


def populations(seed, layers, roles=ROLES, questions=QUESTIONS):
    """Answers (R + 1, Q, runs, L, d), the default's last, and the positions that the roles have without any error.

    A question moves all answers to it, those of each role in a way of its own, and answers scatter by a heavy-tailed noise.
    """
    random = np.random.default_rng(seed)
    strength = np.r_[5, 3, np.ones(DIMENSIONS - 2)]
    places = random.standard_normal((roles, layers, DIMENSIONS)) * strength
    default = np.zeros((layers, DIMENSIONS))
    default[:, 0], default[:, 1] = 9, 4
    centres = np.concatenate([places, default[None]])
    answers = centres[:, None, None] + 2 * random.standard_normal((questions, 1, layers, DIMENSIONS))
    answers = answers + 2 * random.laplace(size=(roles + 1, questions, 1, layers, DIMENSIONS))
    answers = answers + 2 * random.standard_t(5, (roles + 1, questions, RUNS, layers, DIMENSIONS))
    return answers, (places * default).sum(-1) / (default * default).sum(-1)


def write(folder, answers, names=None, key="pos_p0_q{question}_r{run}", questions=None):
    """A dump of `answers`; `questions` (R + 1, Q) tells which of them each has."""
    (folder / "activations").mkdir(parents=True)
    names = names or [f"r{index:02}" for index in range(len(answers) - 1)] + ["default"]
    for index, (name, own) in enumerate(zip(names, answers)):
        content = {
            key.format(question=question, run=run): np.ascontiguousarray(own[question, run])
            for question in range(own.shape[0])
            for run in range(own.shape[1])
            if questions is None or questions[index][question]
        }
        save_file(content, folder / "activations" / f"{name}.safetensors")


@pytest.fixture
def fit(persona, tmp_path):
    def fit(*options, source=None, out="out"):
        command = [persona, "fit", source or tmp_path / "dump", "-o", tmp_path / out, "--force", *map(str, options)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return {path.stem: list(csv.DictReader(path.open())) for path in (tmp_path / out).glob("*.csv")}, phrases(done.stdout)

    return fit


def numbers(rows, column):
    return np.array([float(row[column] or "nan") for row in rows])


def corrected(means, counts):
    """cos(axis, PC1), the variance ratio and the positions of the means of answers by question, (R + 1, Q, d), of which there are
    `counts` (R + 1, Q): inner products less the covariances of the errors, written out as double sums."""
    total = counts.sum(1)
    vectors = np.einsum("iq,iqd->id", counts, means) / total[:, None]
    known = (counts > 0).sum(1)
    parts = np.sqrt(known / (known - 1))[:, None, None] * counts[..., None] * (means - vectors[:, None])
    parts = parts / total[:, None, None]
    n = len(vectors) - 1
    about = vectors - vectors[:n].mean(0)
    products = np.array(
        [
            [about[i] @ about[j] - sum(parts[i, q] @ parts[j, q] for q in range(counts.shape[1])) for j in range(n + 1)]
            for i in range(n + 1)
        ]
    )
    centring = np.eye(n) - 1 / n
    values, directions = np.linalg.eigh(centring @ products[:n, :n] @ centring)
    # The axis is the default less the mean role, in weights of the vectors.
    weights = np.r_[-np.ones(n) / n, 1]
    square = weights @ products @ weights
    along = np.c_[centring, np.zeros(n)] @ products @ weights
    cosine = abs(directions[:, -1] @ along) / np.sqrt(values[-1] * square)
    return min(cosine, 1), values[-1] / values.sum(), along / square


@pytest.mark.parametrize("uneven", [False, True])
def test_corrected_values_are_those_of_numpy(fit, tmp_path, uneven):
    answers, _ = populations(3, 2)
    random = np.random.default_rng(8)
    kept = random.random((ROLES + 1, QUESTIONS)) < (0.6 if uneven else 2)
    write(tmp_path / "dump", answers, questions=kept)
    tables, text = fit("--bootstrap", 100)
    counts = kept * float(RUNS)
    for layer in range(2):
        cosine, ratio, positions = corrected(answers.mean(2)[:, :, layer], counts)
        row = tables["layers"][layer]
        assert row["question_samples"] == str(QUESTIONS)
        assert float(row["cos_axis_pc1_corrected"]) == pytest.approx(cosine, rel=1e-9)
        assert float(row["pc1_variance_ratio_corrected"]) == pytest.approx(ratio, rel=1e-9)
        own = [row for row in tables["roles"] if row["layer"] == str(layer) and row["role"] != "default"]
        assert numbers(own, "axis_position_corrected") == pytest.approx(positions, rel=1e-9, abs=1e-10)
    assert f"the {QUESTIONS} questions that they and the default answered" in text
    assert "include the error of measuring each role" in text


def test_intervals_of_positions_hold_the_planted_ones(fit, tmp_path):
    answers, truth = populations(4, 30)
    write(tmp_path / "dump", answers)
    tables, _ = fit("--bootstrap", 400, "-q")
    alone, text = fit("--bootstrap", 400, source=tmp_path / "out" / "vectors.safetensors", out="alone")
    assert "They cover the choice of roles alone, not the error of measuring each role" in text

    def held(tables):
        own = [row for row in tables["roles"] if row["role"] != "default"]
        true = np.array([truth[int(row["role"][1:]), int(row["layer"])] for row in own])
        return np.mean((numbers(own, "axis_position_low") <= true) & (true <= numbers(own, "axis_position_high")))

    assert 0.92 <= held(tables) <= 0.99
    # Of vectors alone nothing is known of it, which is why it is said.
    assert held(alone) < 0.85
    cosines = tables["layers"]
    true = 9 / np.sqrt(81 + 16)
    inside = (numbers(cosines, "cos_axis_pc1_low") <= true) & (true <= numbers(cosines, "cos_axis_pc1_high"))
    assert inside.mean() >= 0.86


def test_threads_change_nothing(fit, tmp_path):
    write(tmp_path / "dump", populations(5, 3)[0])
    assert fit("--bootstrap", 100, "--threads", 1)[0] == fit("--bootstrap", 100, "--threads", 2, out="other")[0]


def test_more_questions_than_are_taken_one_by_one(fit, tmp_path):
    write(tmp_path / "dump", populations(6, 1, questions=50)[0])
    tables, text = fit("--bootstrap", 100)
    assert tables["layers"][0]["question_samples"] == "32"
    assert "the 50 questions in 32 groups" in text


@pytest.mark.parametrize(
    "questions, key, says",
    [
        (1, "pos_p0_q{question}_r{run}", "answers are to 1 question, and 5 are needed"),
        (16, "answer-{question}-{run}", "names no question"),
    ],
)
def test_what_is_not_known_is_said(fit, tmp_path, questions, key, says):
    write(tmp_path / "dump", populations(7, 1, questions=questions)[0], key=key)
    tables, text = fit("--bootstrap", 100)
    row = tables["layers"][0]
    assert row["question_samples"] == "" and row["cos_axis_pc1_corrected"] == ""
    assert row["cos_axis_pc1_low"] != ""
    assert says in text and "cover the choice of roles alone" in text


def test_roles_with_no_question_in_common_and_one_with_a_single_one(fit, tmp_path):
    answers = populations(8, 1)[0]
    kept = np.zeros((ROLES + 1, QUESTIONS), bool)
    for index in range(ROLES + 1):
        kept[index, index % 2 :: 2] = True
    kept[0] = np.arange(QUESTIONS) == 3
    write(tmp_path / "dump", answers, questions=kept)
    tables, text = fit("--bootstrap", 100)
    assert all(row["axis_position_low"] for row in tables["roles"] if row["role"] != "default")
    assert "the error of 1 role with answers to one question or group alone is not known" in text


def test_an_axis_that_is_not_longer_than_its_error_has_no_interval(fit, tmp_path):
    answers = np.random.default_rng(9).standard_normal((ROLES + 1, QUESTIONS, RUNS, 1, DIMENSIONS))
    write(tmp_path / "dump", answers)
    tables, text = fit("--bootstrap", 100)
    assert tables["layers"][0]["cos_axis_pc1_low"] == ""
    assert tables["layers"][0]["verdict"] in ("absent", "inconclusive")
    assert "longer than the error of measuring it" in text


def test_few_roles_have_the_numbers_and_the_verdict_that_they_allow(fit, tmp_path):
    write(tmp_path / "dump", populations(10, 1, roles=7)[0])
    tables, text = fit("--bootstrap", 100)
    assert tables["layers"][0]["verdict"] == "inconclusive"
    assert tables["layers"][0]["question_samples"] == str(QUESTIONS)


def test_intervals_of_halves_hold_what_halves_show_on_average(fit, tmp_path):
    """Each layer has roles and answers of its own: what halves show on average over layers is what the interval of each is of."""
    answers, _ = populations(12, 40)
    write(tmp_path / "dump", answers)
    tables, text = fit("--bootstrap", 200, "--split-half")
    rows = [row for row in tables["splits"] if row["split"] == "questions"]
    for name in ("cos_axis", "cos_pc1", "position_spearman", "cos_axis_pc1_across"):
        value, low, high = numbers(rows, name), numbers(rows, f"{name}_low"), numbers(rows, f"{name}_high")
        assert np.all((low <= value) & (value <= high) & (low < high))
        truth = np.tanh(np.arctanh(value).mean())
        assert 0.85 <= np.mean((low <= truth) & (truth <= high))
        # As wide as the values scatter, and not much more.
        half = (np.arctanh(np.minimum(high, 1 - 1e-12)) - np.arctanh(low)) / 2
        assert np.median(half) < 4 * np.arctanh(value).std()
    assert "halves by questions, the default's too: cos of the axes" in text
    # Of prompts there are none here, and of vectors the error is not known.
    assert all(row["cos_axis_low"] == "" for row in tables["splits"] if row["split"] != "questions")
