"""What a conversation's topic and the length of its answers do to its position: baseline/ and tokens, against NumPy."""

import csv
import json
import subprocess

import numpy as np
import pytest
from drifting import close, drift, number, rows  # noqa: F401
from test_plan import HEADER

LAYERS, DIMENSIONS = [3, 7], 12
DOMAINS = {"coding": 0.4, "therapy": -0.5}


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


@pytest.fixture
def dump(tmp_path):
    """Two domains whose topics lie apart, and fall from there by .2; two regenerations a conversation. Gives turns and baselines."""
    random = np.random.default_rng(2)
    root = tmp_path / "dump"
    for folder in ["vectors", "turns", "transcripts", "baseline"]:
        (root / folder).mkdir(parents=True)
    roles = random.standard_normal((12, 2, DIMENSIONS))
    assistant = roles.mean(0) + np.array([2.0, *np.zeros(DIMENSIONS - 1)])
    for index, role in enumerate(roles):
        np.save(root / "vectors" / f"r{index}.npy", role)
    np.save(root / "vectors" / "default.npy", assistant)
    (root / "manifest.json").write_text(json.dumps({"layers": LAYERS}))
    axis, middle = assistant - roles.mean(0), roles.mean(0)
    found = {}
    for domain, level in DOMAINS.items():
        for index in range(6):
            for sample in range(2):
                name, key = f"{domain}{index}_s{sample}", f"{domain}{index}"
                wanted = level + 0.1 * random.standard_normal(5) - 0.2 * np.arange(5)
                turns = middle + wanted[:, None, None] * axis + 0.3 * random.standard_normal((5, 2, DIMENSIONS))
                opening = middle + (level + 0.1 * random.standard_normal()) * axis
                np.savez(root / "turns" / f"{name}.npz", turns=turns)
                np.savez(root / "baseline" / f"{name}.npz", turns=opening[None])
                talk = [{"role": role, "content": "x"} for _ in range(5) for role in ("user", "assistant")]
                fields = {"domain": domain, "conversation_id": key, "sample": sample}
                (root / "transcripts" / f"{name}.json").write_text(json.dumps({**fields, "conversation": talk}))
                place = [((h - middle) * axis).sum(-1) / (axis**2).sum(-1) for h in (turns, opening[None])]
                found[key, str(sample)] = place
    return found


def analyze(persona, tmp_path, *options, status=0, says=""):
    command = [persona, "analyze", tmp_path / "dump", "-o", tmp_path / "out", "--force", "--bootstrap", "200", "--details"]
    command += options
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == status and says in done.stderr + done.stdout, done.stderr + done.stdout
    return done


def tables_of(done):
    """What stands below the answer."""
    return done.stdout.split("\n\n", 1)[1]


def test_levels_relative_to_the_default_s_own_answer(persona, tmp_path, dump):
    done = analyze(persona, tmp_path, "--layer", 7)
    means = {key: np.mean([dump[key, sample][1][0] for sample in "01"], axis=0) for key, _ in dump}
    for row in table(tmp_path / "out" / "turns.csv"):
        layer = LAYERS.index(int(row["layer"]))
        close(number(row, "baseline_position"), means[row["conversation"]][layer])
    for row in table(tmp_path / "out" / "conversations.csv"):
        layer = LAYERS.index(int(row["layer"]))
        x = 1 + dump[row["conversation"], row["sample"]][0][:, layer] - means[row["conversation"]][layer]
        wanted = {"relative_start": x[0], "relative_end": x[-1], "relative_mean": x.mean()}
        wanted |= {"baseline": means[row["conversation"]][layer], "relative_below_threshold": (x < 0.5).mean()}
        for column, value in wanted.items():
            close(number(row, column), value)
    groups = [row for row in table(tmp_path / "out" / "drift.csv") if row["layer"] == "7" and row["domain"] in DOMAINS]
    for row in groups:
        own = [value for (key, _), value in dump.items() if key.startswith(row["domain"])]
        base = np.mean([means[key][1] for key, _ in dump if key.startswith(row["domain"])])
        close(number(row, "relative_end"), 1 + np.mean([x[0][-1, 1] for x in own]) - base)
        # A level that the topic makes is no drift; what is relative to it starts at the Assistant.
        assert abs(number(row, "relative_start") - 1) < 0.2 and abs(number(row, "start") - 1) > 0.4
        assert number(row, "relative_end_low") < number(row, "relative_end") < number(row, "relative_end_high")
    assert "topic" in done.stdout and "below 0.50" in done.stdout and "position is topic, too" not in done.stdout
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert any(entry["path"].startswith("baseline/") for entry in record["inputs"])


def test_without_a_baseline_levels_of_domains_are_not_compared(persona, tmp_path, dump):
    for path in (tmp_path / "dump" / "baseline").iterdir():
        path.unlink()
    done = analyze(persona, tmp_path)
    text = done.stdout.replace("\n    ", " ")
    assert "position is topic, too" in text and "dump_activations.py --baseline" in text
    assert "below 0.50" not in done.stdout
    assert {row["relative_start"] for row in table(tmp_path / "out" / "conversations.csv")} == {""}


def test_one_domain_needs_no_caveat(drift):  # noqa: F811
    random = np.random.default_rng(1)
    lines = [line for index in range(6) for line in rows(f"c{index}", random.standard_normal(5), "x")]
    _, text = drift(lines)
    assert "below 0.50" in text and "position is topic, too" not in text


def test_conversations_that_lack_one_are_named(persona, tmp_path, dump):
    for sample in "01":
        (tmp_path / "dump" / "baseline" / f"coding0_s{sample}.npz").unlink()
    np.savez(tmp_path / "dump" / "baseline" / "stray.npz", turns=np.ones((1, 2, DIMENSIONS)))
    done = analyze(persona, tmp_path)
    assert "no answer to the opening message of 'coding0'" in done.stderr
    assert "baseline/ has 'stray', of which there are no turns" in done.stderr
    assert "position is topic, too" in done.stdout


def test_one_layer_throughout(persona, tmp_path, dump):
    done = analyze(persona, tmp_path, "--layer", 3)
    assert "Layer     everything below is read at layer 3, asked for" in done.stdout
    titles = [line for line in tables_of(done).splitlines() if " at layer " in line]
    assert len(titles) >= 3 and all("layer 3 (asked for)" in line or "Tether at layer 3" in line for line in titles)
    plain = analyze(persona, tmp_path)
    best = {row["layer"]: row["recommended"] for row in table(tmp_path / "out" / "layers.csv")}
    chosen = next((layer for layer, word in best.items() if word == "yes"), None)
    shown = {line.split(" at layer ")[1].split()[0].strip(",:") for line in tables_of(plain).splitlines() if " at layer " in line}
    assert len(shown) == 1 and (chosen is None or shown == {chosen})
    assert chosen is None or "It was chosen among 2 layers on these data" in plain.stdout.replace("\n  ", " ")
    analyze(persona, tmp_path, "--layer", 5, status=65, says="there is no layer 5; the layers are 3, 7")


def with_tokens(lines, tokens):
    """Rows with the number of tokens in their cell, in order."""
    cells = [line.split(",") for line in lines]
    return [",".join([*own[:7], str(count), *own[8:]]) for own, count in zip(cells, tokens, strict=True)]


def test_length_of_answers(drift):  # noqa: F811
    """Length goes with position, and falls along conversations: half of the change is that of length."""
    random = np.random.default_rng(9)
    lines, tokens, all_x = [], [], []
    for index in range(20):
        length = np.exp(5 - 0.2 * np.arange(6) + 0.6 * random.standard_normal(6)).round().clip(1)
        x = 0.3 * np.log(length) - 0.06 * np.arange(6) + 0.05 * random.standard_normal(6)
        lines += rows(f"c{index}", x, "x")
        tokens += list(length.astype(int))
        all_x.append(x)
    x, length = np.array(all_x), np.log(np.array(tokens, float)).reshape(20, 6)
    tables, text = drift(with_tokens(lines, tokens))
    row = next(row for row in tables["drift"] if row["domain"] == "x")
    close(number(row, "length_correlation"), np.corrcoef(x.ravel(), length.ravel())[0, 1])
    # Least squares with a constant for each conversation.
    design = np.column_stack([np.tile(np.arange(6.0), 20), length.ravel(), np.kron(np.eye(20), np.ones((6, 1)))])
    slope = np.linalg.lstsq(design, x.ravel(), rcond=None)[0][1]
    close(number(row, "length_slope"), slope)
    close(number(row, "change_at_length"), (x[:, -1] - x[:, 0] - slope * (length[:, -1] - length[:, 0])).mean())
    assert number(row, "change_at_length_low") < -0.3 < number(row, "change_at_length_high")
    assert slope == pytest.approx(0.3, abs=0.02) and number(row, "length_correlation_low") > 0.3
    assert "with length held constant the change is" in text.replace("\n    ", " ")


def test_length_that_does_not_matter(drift):  # noqa: F811
    random = np.random.default_rng(10)
    lines, tokens = [], []
    for index in range(20):
        lines += rows(f"c{index}", random.standard_normal(6), "x")
        tokens += list(random.integers(20, 300, 6))
    tables, text = drift(with_tokens(lines, tokens))
    assert "length:" not in text and abs(number(tables["drift"][0], "length_correlation")) < 0.3
    # All of one length: nothing is known.
    tables, _ = drift(with_tokens(lines, [48] * len(tokens)))
    assert tables["drift"][0]["length_correlation"] == tables["drift"][0]["change_at_length"] == ""
    assert len(HEADER.split(",")) == 16
