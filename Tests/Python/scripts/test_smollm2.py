"""Data/smollm2 is what its README says, comes from where it says, holds no text; docs have what is measured on it."""

import csv
import hashlib
import json
import re
import subprocess
import sys

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from scipy.stats import spearmanr

from repository import ROOT, SCRIPTS, SHARED, SMOLLM2

LAYERS = [3, 10, 15, 24, 28]
CHARACTERS = ["coach", "demon", "ghost", "grandparent", "hermit", "jester", "librarian", "mathematician"]
CHARACTERS += ["pirate", "poet", "robot", "shaman", "teenager", "therapist", "toddler", "vampire"]
ROLES = sorted(["default", *CHARACTERS])
#: Everything that a file of the folder is called or calls a tensor.
KEY = re.compile(r"(pos|default)_p[0-2]_q[0-9]_r[01]")
NAMES = re.compile(rf"{KEY.pattern}|vector|turns")
SOURCE = SHARED / "real"


def answers(role: str) -> dict[str, torch.Tensor]:
    return load_file(SMOLLM2 / "activations" / f"{role}.safetensors")


def transcripts() -> dict[str, dict]:
    return {path.stem: json.loads(path.read_text()) for path in sorted((SMOLLM2 / "transcripts").iterdir())}


def files() -> list:
    return sorted(path for path in SMOLLM2.rglob("*") if path.is_file())


def test_answers_are_of_17_roles_60_each():
    assert [path.stem for path in sorted((SMOLLM2 / "activations").iterdir())] == ROLES
    assert [path.stem for path in sorted((SMOLLM2 / "vectors").iterdir())] == ROLES
    for role in ROLES:
        content = answers(role)
        label = "default" if role == "default" else "pos"
        wanted = {f"{label}_p{p}_q{q}_r{r}" for p in range(3) for q in range(10) for r in range(2)}
        assert set(content) == wanted
        assert {(tuple(t.shape), t.dtype) for t in content.values()} == {((5, 576), torch.bfloat16)}
        vector = load_file(SMOLLM2 / "vectors" / f"{role}.safetensors")["vector"]
        mean = torch.stack([content[key].double() for key in sorted(content)]).mean(0)
        torch.testing.assert_close(vector.double(), mean, rtol=1e-6, atol=1e-6)


def test_scores_are_of_every_answer_but_the_defaults():
    scores = {path.stem: json.loads(path.read_text()) for path in (SMOLLM2 / "scores").iterdir()}
    assert sorted(scores) == CHARACTERS
    assert all(set(own) == set(answers(role)) for role, own in scores.items())
    values = [value for own in scores.values() for value in own.values()]
    assert [values.count(score) for score in range(4)] == [57, 647, 174, 82]
    assert max(list(own.values()).count(3) for own in scores.values()) == 11


def test_the_docs_say_of_the_scores_what_they_are():
    scores = {}
    for path in (SMOLLM2 / "scores").iterdir():
        for key, value in json.loads(path.read_text()).items():
            scores[path.stem, *key.split("_")[1:]] = value

    def share(place: int, part: str) -> int:
        own = [value >= 2 for key, value in scores.items() if key[place] == part]
        return round(100 * sum(own) / len(own))

    questions = [share(2, f"q{question}") for question in range(10)]
    prompts = [share(1, f"p{prompt}") for prompt in range(3)]
    pairs = [(value, scores[*key[:3], "r1"]) for key, value in scores.items() if key[3] == "r0"]
    same = round(100 * sum(first == second for first, second in pairs) / len(pairs))
    correlation = spearmanr(*zip(*pairs, strict=True)).statistic
    docs = " ".join((ROOT / "docs" / "smollm2.md").read_text().split())
    low, high, first, *others = min(questions), max(questions), *prompts
    told = f"{correlation:.2f}".removeprefix("0")
    for said in (
        f"{low} % of the answers to one question are scored 2 or 3, and {high} % of those to another",
        f"{first} % of the answers to the first prompt of a role are scored 2 or 3, and {others[0]} % and "
        f"{others[1]} % of those to the others",
        f"the same score in {same} % of the cases, and their scores correlate at {told}",
    ):
        assert said in docs


def test_lengths_are_of_every_answer():
    with (SMOLLM2 / "lengths.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["role", "key", "characters", "finished"]
    assert {(row["role"], row["key"]) for row in rows} == {(role, key) for role in ROLES for key in answers(role)}
    assert len(rows) == 1020 and [row["finished"] for row in rows].count("1") == 7
    assert all(int(row["characters"]) > 0 for row in rows)


def test_conversations_are_three_in_each_domain():
    talks = transcripts()
    assert [path.stem for path in sorted((SMOLLM2 / "turns").iterdir())] == list(talks)
    labels = [(talk["domain"], talk["conversation_id"], talk["sample"]) for talk in talks.values()]
    assert labels == [(d, d, s) for d in ("coding", "philosophy", "therapy", "writing") for s in range(3)]
    count = 0
    for name, talk in talks.items():
        turns = load_file(SMOLLM2 / "turns" / f"{name}.safetensors")
        spoken = sum(message["role"] == "assistant" for message in talk["conversation"])
        assert list(turns) == ["turns"] and turns["turns"].shape == (spoken, 5, 576) and spoken in (14, 15)
        assert turns["turns"].dtype == torch.bfloat16 and turns["turns"].isfinite().all()
        count += spoken
    assert count == 174


def test_manifest():
    manifest = json.loads((SMOLLM2 / "manifest.json").read_text())
    assert manifest.pop("counts") == {"responses": 1020, "turns": 174}
    assert manifest == {
        "model": "SmolLM2-135M-Instruct (Q4_1, dequantised)",
        "hidden_size": 576,
        "layers": LAYERS,
        "layer_convention": "block_output",
        "pooling": "response_mean",
        "turn_pooling": "turn_mean",
        "dtype": "bfloat16",
    }


def test_it_is_small_and_the_readme_has_the_sizes():
    assert sum(path.stat().st_size for path in files()) <= 8_000_000
    rows = re.findall(r"^\| (`.*`) \|.*\| ([\d,]+) \|$", (SMOLLM2 / "README.md").read_text(), re.MULTILINE)
    told = set()
    for parts, size in rows:
        paths = [SMOLLM2 / part for part in re.findall("`([^`]+)`", parts)]
        own = [file for path in paths for file in ([path] if path.is_file() else path.iterdir())]
        assert sum(file.stat().st_size for file in own) == int(size.replace(",", "")), parts
        told |= set(own)
    assert set(files()) - told == {SMOLLM2 / "README.md"}


def strings(value) -> list[str]:
    """All strings of a JSON value, names of fields with them."""
    if isinstance(value, dict):
        return [text for key, own in value.items() for text in (key, *strings(own))]
    if isinstance(value, list):
        return [text for own in value for text in strings(own)]
    return [value] if isinstance(value, str) else []


def test_there_is_no_text_in_it():
    words = {"domain", "conversation_id", "sample", "conversation", "role", "user", "assistant"}
    words |= {"coding", "philosophy", "therapy", "writing"}
    for path in files():
        folder = path.relative_to(SMOLLM2).parts[0]
        if path.suffix == ".safetensors":
            with safe_open(path, "pt") as file:
                assert not file.metadata() and all(NAMES.fullmatch(name) for name in file.keys())
        elif folder == "transcripts":
            assert set(strings(json.loads(path.read_text()))) <= words
        elif folder == "scores":
            assert all(KEY.fullmatch(text) for text in strings(json.loads(path.read_text())))
        elif folder == "lengths.csv":
            lines = path.read_text().splitlines()[1:]
            assert all(re.fullmatch(rf"[a-z]+,{KEY.pattern},\d+,[01]", line) for line in lines)
        elif folder == "sources.sha256":
            assert all(re.fullmatch(r"[0-9a-f]{64}  [\w./-]+", line) for line in path.read_text().splitlines())
        else:
            # What is in the manifest another test says, and the README is ours.
            assert folder in ("manifest.json", "README.md")


@pytest.mark.skipif(not SOURCE.exists(), reason=f"no {SOURCE}, from which Data/smollm2 was made")
def test_the_source_gives_the_same_bytes(tmp_path):
    for line in (SMOLLM2 / "sources.sha256").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((SOURCE / name).read_bytes()).hexdigest() == digest, name
    made = tmp_path / "smollm2"
    command = [sys.executable, SCRIPTS / "make_smollm2.py", SOURCE, "-o", made]
    subprocess.run(command, check=True)
    for path in files():
        if path.name != "README.md":
            assert (made / path.relative_to(SMOLLM2)).read_bytes() == path.read_bytes(), path
    assert len([path for path in made.rglob("*") if path.is_file()]) == len(files()) - 1
    again = subprocess.run(command, check=False, capture_output=True, text=True)
    assert again.returncode == 1 and "it is there already" in again.stderr


def test_a_folder_without_the_data_is_refused(tmp_path):
    command = [sys.executable, SCRIPTS / "make_smollm2.py", tmp_path, "-o", tmp_path / "out"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("make_smollm2: ") and "manifest.json" in done.stderr


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def test_the_docs_have_the_tables_as_they_are_measured():
    from simulations.measure_scores import tables

    docs = (ROOT / "docs" / "validation.md").read_text() + (ROOT / "docs" / "smollm2.md").read_text()
    kept = [cells(line) for line in docs.splitlines() if line.startswith("|")]
    for line in filter(None, tables()):
        wanted = cells(line)
        # The layer, the persona, the conversation; its table has as many columns.
        rows = [row for row in kept if len(row) == len(wanted) and row[0] == wanted[0]]
        numbers = [[float(x) for cell in row[1:] for x in re.findall(r"-?\d+\.?\d*", cell)] for row in [wanted, *rows]]
        assert any(row == pytest.approx(numbers[0], abs=0.011) for row in numbers[1:]), line
