"""Halves of the responses, `persona fit --split-half`, against NumPy over every way in which they can be parted."""

import csv
import itertools
import json
import subprocess

import numpy as np
import pytest
from safetensors.numpy import save_file
from scipy import stats

ROLES, LAYERS, DIMENSIONS, QUESTIONS, PROMPTS = 8, 2, 12, 4, 3


@pytest.fixture
def dump(tmp_path):
    """Responses of eight roles and a default, with a score for each, which effects of question and prompt part."""
    random = np.random.default_rng(3)
    questions = random.standard_normal((QUESTIONS, LAYERS, DIMENSIONS))
    prompts = random.standard_normal((PROMPTS, LAYERS, DIMENSIONS))
    (tmp_path / "dump" / "activations").mkdir(parents=True)
    (tmp_path / "dump" / "scores").mkdir()
    kept = {}
    for name in ["default"] + [f"r{i}" for i in range(ROLES)]:
        centre = random.standard_normal((LAYERS, DIMENSIONS)) * 3
        content = {
            f"pos_p{p}_q{q}_r{run}": centre + questions[q] + prompts[p] + random.standard_normal((LAYERS, DIMENSIONS))
            for p in range(PROMPTS)
            for q in range(QUESTIONS)
            for run in range(2)
        }
        save_file(content, tmp_path / "dump" / "activations" / f"{name}.safetensors")
        scores = {key: 3 if random.random() < 0.8 else 1 for key in content}
        if name != "default":
            (tmp_path / "dump" / "scores" / f"{name}.json").write_text(json.dumps(scores))
        kept[name] = {key: value for key, value in content.items() if name == "default" or scores[key] == 3}
    return tmp_path / "dump", kept


def run(persona, dump, out, *options, verb="fit", averages=True):
    # What is expected here are plain means.
    plain = ["--no-question-adjustment"] if averages else []
    command = [persona, verb, dump, "-o", out, "--force", "--split-half", *plain, *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    table = out / "splits.csv"
    return (list(csv.DictReader(table.open())) if table.exists() else []), done


def expected(kept, letter, first, layer):
    """The numbers of splits.csv if the questions (q) or prompts (p) in `first` are one half."""

    def half(wanted):
        def mean(content):
            own = [v for k, v in content.items() if (int(k.split(f"_{letter}")[1].split("_")[0]) in first) == wanted]
            return np.mean(own, 0)[layer], len(own)

        means = {name: mean(content) for name, content in kept.items()}
        rows = np.stack([means[f"r{i}"][0] for i in range(ROLES)])
        axis = means["default"][0] - rows.mean(0)
        unit = axis / np.linalg.norm(axis)
        pc1 = np.linalg.svd(rows - rows.mean(0))[2][0]
        position = (rows - rows.mean(0)) @ axis / (axis @ axis)
        return unit, pc1, position, sum(n for _, n in means.values()), means["default"][1]

    a, b = half(True), half(False)
    across = (abs(a[0] @ b[1]) + abs(b[0] @ a[1])) / 2
    return [
        ROLES, a[3], b[3], a[4], b[4], a[0] @ b[0], abs(a[1] @ b[1]), stats.spearmanr(a[2], b[2])[0], across,
    ]  # fmt: skip


def test_halves_share_no_response(persona, dump, tmp_path):
    folder, kept = dump
    rows, _ = run(persona, folder, tmp_path / "out", "--min-count", 4, "--bootstrap", 0)
    columns = [name for name in list(rows[0])[2:] if not name.endswith(("_low", "_high"))]
    # Intervals are of samples, and none were drawn.
    assert all(row[name] == "" for row in rows for name in row if name.endswith(("_low", "_high")))
    for split, letter, count in [("questions", "q", QUESTIONS), ("prompts", "p", PROMPTS)]:
        own = [[float(row[name]) for name in columns] for row in rows if row["split"] == split]
        assert len(own) == LAYERS
        # Numbers 0 and 1, and 2 and 3, lie in different halves.
        ways = [
            set(chosen)
            for size in range(1, count)
            for chosen in itertools.combinations(range(count), size)
            if len({0, 1} & set(chosen)) == 1 and (count < 4 or len({2, 3} & set(chosen)) == 1)
        ]
        fits = [
            way
            for way in ways
            if all(np.allclose(own[layer], expected(kept, letter, way, layer), rtol=1e-9) for layer in range(LAYERS))
        ]
        assert len(fits) == 1, (split, own, [expected(kept, letter, way, 0) for way in ways])


def test_the_same_for_any_number_of_threads_and_another_for_another_seed(persona, dump, tmp_path):
    tables = set()
    for threads in (1, 3):
        run(persona, dump[0], tmp_path / "out", "--min-count", 4, "--bootstrap", 0, "--threads", threads)
        tables.add((tmp_path / "out" / "splits.csv").read_bytes())
        assert not list((tmp_path / "out").glob("*.parts"))
    assert len(tables) == 1
    for seed in range(1, 6):
        run(persona, dump[0], tmp_path / "out", "--min-count", 4, "--bootstrap", 0, "--seed", seed)
        tables.add((tmp_path / "out" / "splits.csv").read_bytes())
    assert len(tables) > 1


def test_what_has_no_halves_is_said(persona, dump, tmp_path):
    folder, kept = dump
    path = folder / "activations" / "default.safetensors"
    save_file({key: value for key, value in kept["default"].items() if "_p1_" in key}, path)
    rows, done = run(persona, folder, tmp_path / "out", "--min-count", 4, "--bootstrap", 0)
    assert {row["split"] for row in rows} == {"questions"}
    assert "no split halves over prompts: the default's responses are of 1 of them" in done.stderr
    path.unlink()
    save_file({"vector": np.ones((LAYERS, DIMENSIONS))}, folder / "default.safetensors")
    rows, done = run(persona, folder, tmp_path / "out", "--min-count", 4, "--bootstrap", 0)
    assert not rows and "both would share its one vector" in done.stderr


def test_analyze_and_vectors_beside_responses(persona, dump, tmp_path):
    folder, kept = dump
    (folder / "vectors").mkdir()
    for name, content in kept.items():
        save_file({"vector": np.mean(list(content.values()), 0)}, folder / "vectors" / f"{name}.safetensors")
    rows, done = run(persona, folder, tmp_path / "out", "--bootstrap", 0, "--min-count", 4, "--details", verb="analyze")
    again, said = run(persona, folder, tmp_path / "again", "--bootstrap", 0, averages=False)
    assert rows and len(rows) == 2 * LAYERS
    assert "halves by questions" in done.stdout
    # The usual minimum of 50 asks for 12 in either half.
    assert not again and "no split halves over questions: 0 roles have 12 responses in both" in said.stderr
