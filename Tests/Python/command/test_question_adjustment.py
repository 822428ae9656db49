"""Role vectors freed of which questions a role's kept answers are to: planted effects, least squares in NumPy, a real scored dump."""

import csv
import json
import subprocess

import numpy as np
import pytest
from repository import SHARED
from safetensors.numpy import load_file, save_file

ROLES, QUESTIONS, LAYERS, DIMENSIONS = 14, 9, 2, 12
REAL = SHARED / "real" / "responses" / "smollm2-135m"


def scored(seed, noise=0.0, default_questions=range(QUESTIONS)):
    """Answers of roles to questions that move all of them, and scores that keep other questions for each role, and other numbers of
    answers; the kept answers by role and question."""
    random = np.random.default_rng(seed)
    questions = 4 * random.standard_normal((QUESTIONS, LAYERS, DIMENSIONS)) + 50
    roles = random.standard_normal((ROLES, LAYERS, DIMENSIONS))
    roles[..., 0] *= 5
    default = np.zeros((LAYERS, DIMENSIONS))
    default[:, 0] = 9
    kept, files, scores = {}, {}, {}
    for name, own in [("default", default), *((f"r{i:02}", role) for i, role in enumerate(roles))]:
        asked = default_questions if name == "default" else range(QUESTIONS)
        files[name] = {
            f"pos_p{p}_q{q}": own + questions[q] + noise * random.standard_normal((LAYERS, DIMENSIONS))
            for p in range(3)
            for q in asked
        }
        # What is kept goes with the question, and differently for each role.
        liked = random.permutation(QUESTIONS)[: random.integers(3, 7)]
        scores[name] = {
            key: 3 if int(key.split("q")[1]) in liked and random.random() < 0.8 else 1 for key in files[name]
        }
        kept[name] = [key for key in files[name] if name == "default" or scores[name][key] == 3]
    return files, scores, kept, roles, default


def write(folder, files, scores):
    (folder / "activations").mkdir(parents=True)
    (folder / "scores").mkdir()
    for name, content in files.items():
        save_file({key: np.ascontiguousarray(value) for key, value in content.items()}, folder / "activations" / f"{name}.safetensors")
        if name != "default":
            (folder / "scores" / f"{name}.json").write_text(json.dumps(scores[name]))


def least_squares(files, kept):
    """Effects of role and question on every answer, in one regression of all of them; roles at the questions of the default."""
    names = sorted(kept)
    rows = [(names.index(name), int(key.split("_q")[1].split("_")[0]), files[name][key]) for name in names for key in kept[name]]
    numbers = sorted({question for _, question, _ in rows})
    design = np.zeros((len(rows), len(names) + len(numbers)))
    for place, (role, question, _) in enumerate(rows):
        design[place, role] = design[place, len(names) + numbers.index(question)] = 1
    answers = np.stack([answer for _, _, answer in rows])
    effects = np.linalg.lstsq(design, answers.reshape(len(rows), -1), rcond=None)[0]
    own = np.array([numbers.index(int(key.split("_q")[1].split("_")[0])) for key in kept["default"]])
    shift = effects[len(names) :][own].mean(0)
    return {name: (effects[i] + shift).reshape(answers.shape[1:]) for i, name in enumerate(names)}


@pytest.fixture
def command(persona, tmp_path):
    def command(*arguments, out="out"):
        done = subprocess.run([persona, *map(str, arguments), "--force"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done

    return command


def tables(folder):
    return {path.stem: list(csv.DictReader(path.open())) for path in folder.glob("*.csv")}


def cosine(vectors, default):
    rows = vectors - vectors.mean(0)
    axis = default - vectors.mean(0)
    return abs(np.linalg.svd(rows, full_matrices=False)[2][0] @ axis) / np.linalg.norm(axis)


def test_planted_roles_come_back_whatever_questions_are_kept(command, tmp_path):
    files, scores, _, roles, default = scored(1)
    write(tmp_path / "dump", files, scores)
    done = command("vectors", tmp_path / "dump", "-o", tmp_path / "v.safetensors", "--min-count", 1)
    found = load_file(tmp_path / "v.safetensors")
    # Up to what all share, which is the default's mean question.
    shift = found["default"] - default
    assert found["role_vectors"] - shift == pytest.approx(roles, abs=1e-10)
    assert "Question-adjusted" in done.stdout
    command("vectors", tmp_path / "dump", "-o", tmp_path / "raw.safetensors", "--min-count", 1, "--no-question-adjustment")
    raw = load_file(tmp_path / "raw.safetensors")
    assert np.abs(raw["role_vectors"] - shift - roles).max() > 1
    assert np.array_equal(raw["default"], found["default"])


def test_least_squares_are_those_of_numpy_and_both_cosines_are_there(command, tmp_path):
    files, scores, kept, _, _ = scored(2, noise=1.5)
    write(tmp_path / "dump", files, scores)
    done = command("fit", tmp_path / "dump", "-o", tmp_path / "out", "--min-count", 1, "--bootstrap", 60)
    wanted = least_squares(files, kept)
    found = load_file(tmp_path / "out" / "vectors.safetensors")
    names = sorted(name for name in wanted if name != "default")
    assert found["role_vectors"] == pytest.approx(np.stack([wanted[name] for name in names]), rel=1e-9, abs=1e-9)
    assert found["default"] == pytest.approx(wanted["default"], rel=1e-9, abs=1e-9)
    plain = {name: np.mean([files[name][key] for key in kept[name]], 0) for name in kept}
    for layer, row in enumerate(tables(tmp_path / "out")["layers"]):
        stacks = [np.stack([vectors[name][layer] for name in names]) for vectors in (wanted, plain)]
        assert float(row["cos_axis_pc1"]) == pytest.approx(cosine(stacks[0], wanted["default"][layer]), rel=1e-9)
        assert float(row["cos_axis_pc1_unadjusted"]) == pytest.approx(cosine(stacks[1], plain["default"][layer]), rel=1e-9)
    assert "confounded by the questions" in done.stdout


def test_nothing_is_done_where_all_have_the_same_questions(command, tmp_path):
    files, scores, _, _, _ = scored(3, noise=1)
    write(tmp_path / "dump", files, scores)
    for out, more in (("a", []), ("b", ["--no-question-adjustment"])):
        done = command("fit", tmp_path / "dump", "-o", tmp_path / out, "--score", "all", "--bootstrap", 0, *more)
        assert "no scores" not in done.stderr + done.stdout and "djusted" not in done.stdout
    first, second = (load_file(tmp_path / out / "vectors.safetensors") for out in "ab")
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert all(row["cos_axis_pc1_unadjusted"] == "" for row in tables(tmp_path / "a")["layers"])


def test_a_default_that_lacks_questions_leaves_the_means_and_says_so(command, tmp_path):
    files, scores, kept, _, _ = scored(4, noise=1, default_questions=range(4))
    write(tmp_path / "dump", files, scores)
    done = command("vectors", tmp_path / "dump", "-o", tmp_path / "v.safetensors", "--min-count", 1)
    assert "Not question-adjusted: the default lacks some of the questions" in done.stdout
    found = load_file(tmp_path / "v.safetensors")["role_vectors"]
    plain = np.stack([np.mean([files[name][key] for key in kept[name]], 0) for name in sorted(kept) if name != "default"])
    assert found == pytest.approx(plain, rel=1e-12)


def test_a_run_that_goes_on_and_threads_change_nothing(command, tmp_path):
    files, scores, _, _, _ = scored(5, noise=1)
    write(tmp_path / "dump", files, scores)
    for threads in (1, 2):
        command(
            "fit", tmp_path / "dump", "-o", tmp_path / f"out{threads}", "--min-count", 1, "--bootstrap", 60, "--threads", threads
        )
    assert tables(tmp_path / "out1") == tables(tmp_path / "out2")
    assert not list((tmp_path / "out1").glob("*.parts"))


@pytest.mark.skipif(not REAL.exists(), reason="no ../shared/real/responses")
def test_a_real_scored_dump(command, tmp_path):
    command("fit", REAL, "-o", tmp_path / "out", "--score", "2,3", "--min-count", 4, "--bootstrap", 0)
    rows = {row["layer"]: row for row in tables(tmp_path / "out")["layers"]}
    for layer, wanted in (("15", 0.68), ("28", 0.66)):
        assert float(rows[layer]["cos_axis_pc1_unadjusted"]) == pytest.approx(0.27, abs=0.02)
        assert float(rows[layer]["cos_axis_pc1"]) == pytest.approx(wanted, abs=0.02)
    command("fit", REAL, "-o", tmp_path / "all", "--score", "all", "--bootstrap", 0)
    rows = {row["layer"]: row for row in tables(tmp_path / "all")["layers"]}
    assert [float(rows[layer]["cos_axis_pc1"]) for layer in ("15", "28")] == pytest.approx([0.79, 0.79], abs=0.005)
