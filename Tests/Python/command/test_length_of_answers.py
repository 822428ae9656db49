"""persona stability: how the place of an answer goes with its length, against NumPy, and when it is told."""

import csv
import json

import numpy as np
import pytest
from printed import phrases
from responding import number, save, stability
import torch

QUESTIONS, RUNS, DIMENSIONS = 10, 6, 24


def dump(folder, slope, lengths=(60, 240), default=(60, 240), text=True):
    """A persona whose answers lie `slope` farther from the default for a length e times as great, and one whose do not."""
    random = np.random.default_rng(5)
    way = np.zeros(DIMENSIONS)
    way[0] = 6
    questions = random.standard_normal((QUESTIONS, DIMENSIONS))
    kept = {}
    for role, far, own, reach in [("default", 0, 0, default), ("wordy", 1, slope, lengths), ("plain", 1, 0, lengths), ("other", 1.5, 0, lengths)]:
        content, lines, found = {}, [], []
        for q in range(QUESTIONS):
            for r in range(RUNS):
                size = int(random.integers(*reach))
                place = far + own * (np.log(size) - np.log(np.sqrt(reach[0] * reach[1])))
                row = questions[q] + place * way + 0.5 * random.standard_normal(DIMENSIONS)
                key = f"pos_p0_q{q}_r{r}"
                content[key] = torch.tensor(np.stack([row, row]))
                lines.append({"key": key, "conversation": [{"role": "user", "content": "?"}, {"role": "assistant", "content": "x" * size}]})
                found.append((key, q, size))
        save(folder, "activations", role, content)
        if text:
            (folder / "responses").mkdir(exist_ok=True)
            path = folder / "responses" / f"{role}.jsonl"
            path.write_text("\n".join(json.dumps(line) for line in lines) + "\n")
        kept[role] = found
    return kept


def places(folder, persona):
    with (folder / "out" / "adherence.csv").open() as file:
        return {row["key"]: float(row["position"]) for row in csv.DictReader(file) if (row["persona"], row["layer"]) == (persona, "0")}


def within(values, questions):
    values = np.array(values)
    return values - np.array([values[questions == q].mean() for q in questions])


def test_correlation_and_departure_are_those_of_numpy(stability, tmp_path):
    kept = dump(tmp_path / "dump", 0.4)
    _, personas, _ = stability("--each", bootstrap=200)
    usual = np.mean([np.log(size) for *_, size in kept["default"]])
    for name in ("wordy", "plain"):
        row = next(row for row in personas if row["persona"] == name and row["layer"] == "0")
        own = places(tmp_path, name)
        x = np.array([own[key] for key, *_ in kept[name]])
        questions = np.array([q for _, q, _ in kept[name]])
        length = np.log([size for *_, size in kept[name]])
        dx, dl = within(x, questions), within(length, questions)
        slope = dx @ dl / (dl @ dl)
        assert number(row["length_correlation"]) == pytest.approx(dx @ dl / np.sqrt((dx @ dx) * (dl @ dl)), rel=1e-9)
        assert number(row["length_ratio"]) == pytest.approx(np.exp(length.mean() - usual), rel=1e-9)
        wanted = number(row["departure"]) - slope * (length.mean() - usual) / number(row["floor"])
        assert number(row["departure_at_length"]) == pytest.approx(wanted, rel=1e-9)
        assert number(row["length_correlation_low"]) <= number(row["length_correlation"]) <= number(row["length_correlation_high"])


def test_it_is_told_where_it_matters(stability, tmp_path, persona):
    import subprocess

    dump(tmp_path / "dump", 0.4)
    stability(bootstrap=200)
    command = [persona, "stability", tmp_path / "fit" / "space.safetensors", tmp_path / "dump", "-o", tmp_path / "out"]
    done = subprocess.run([*map(str, command), "--force", "--bootstrap", "200"], capture_output=True, text=True, check=True)
    line = phrases(done.stdout).split(" length: where ")[1]
    assert "1 of 3 personas: wordy (r " in line and "at the default's length" in line


def test_a_length_that_no_answer_has_is_not_told(stability, tmp_path):
    dump(tmp_path / "dump", 0.4, default=(900, 1500))
    _, personas, _ = stability(bootstrap=200)
    row = next(row for row in personas if row["persona"] == "wordy")
    assert row["length_correlation"] and row["departure_at_length"] == ""
    assert "as long as the default's: the departure at that length is not told" in row["note"]


def test_without_text_cells_are_empty(stability, tmp_path):
    dump(tmp_path / "dump", 0.4, text=False)
    _, personas, _ = stability(bootstrap=50)
    assert all(row["length_correlation"] == row["departure_at_length"] == row["length_ratio"] == "" for row in personas)


def test_a_broken_line_is_named(stability, tmp_path):
    dump(tmp_path / "dump", 0.4)
    path = tmp_path / "dump" / "responses" / "wordy.jsonl"
    path.write_text(path.read_text() + "{\n")
    stability(status=65, says=f"wordy.jsonl: line {QUESTIONS * RUNS + 1}")


def test_an_answer_without_text_leaves_the_persona_untold(stability, tmp_path):
    dump(tmp_path / "dump", 0.4)
    path = tmp_path / "dump" / "responses" / "wordy.jsonl"
    path.write_text("\n".join(path.read_text().splitlines()[1:]) + "\n")
    _, personas, _ = stability(bootstrap=50)
    rows = {row["persona"]: row for row in personas if row["layer"] == "0"}
    assert rows["wordy"]["length_correlation"] == "" and rows["plain"]["length_correlation"] != ""
