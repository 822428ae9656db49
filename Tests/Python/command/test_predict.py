"""persona predict against ridge regression in NumPy that fits anew for every group left out."""

import csv
import json
import shutil
import subprocess

import numpy as np
import pytest
import safetensors.numpy
import torch

from repository import DEMO

CONVERSATIONS, SAMPLES, TURNS, LAYERS, DIMENSIONS = 8, 2, 5, 2, 6


def number(text):
    return float(text) if text else np.nan


def conversations(folder, dimensions=DIMENSIONS, seed=0):
    """turns.csv, transcripts/ and embeddings/ in which a message moves the answer; gives what was planted."""
    generator = np.random.default_rng(seed)
    direction = generator.normal(size=dimensions) / np.sqrt(dimensions)
    (folder / "dump" / "transcripts").mkdir(parents=True)
    (folder / "dump" / "embeddings").mkdir()
    (folder / "dump" / "manifest.json").write_text(json.dumps({"layers": [4, 9]}))
    rows, planted = [], []
    for c in range(CONVERSATIONS):
        for s in range(SAMPLES):
            name, domain = f"talk-{c}", ["coding", "therapy"][c % 2]
            embeddings = generator.normal(size=(TURNS, LAYERS, dimensions)) * 3 + 50
            messages = [{"role": "system", "content": "be kind"}]
            position, places = 0.9, []
            for t in range(TURNS):
                if t == 2:
                    messages.append({"role": "user", "content": "and"})
                places.append(len(messages))
                text = "word " * int(generator.integers(1, 40))
                messages += [{"role": "user", "content": text}, {"role": "assistant", "content": "yes"}]
                drop = 0.1 if domain == "therapy" else 0
                position += 0.2 * (embeddings[t, 1] - 50) @ direction / 3 - drop + 0.1 * generator.normal()
                for layer, value in ((4, position), (9, -2 * position)):
                    cells = [name, domain, "", s, t, "assistant", layer, 7, "", value, "", "", ""]
                    rows.append([str(cell) for cell in cells])
                rows.append([name, domain, "", str(s), str(t), "user", "9", "7", "", "5.0", "", "", ""])
                length = len(text) + (3 if t == 2 else 0)
                planted.append((name, domain, s, t, -2 * position, length, embeddings[t, 1]))
            content = {"conversation": messages, "domain": domain, "sample": s, "conversation_id": name}
            (folder / "dump" / "transcripts" / f"{name}_s{s}.json").write_text(json.dumps(content))
            safetensors.numpy.save_file(
                {"embeddings": embeddings, "messages": np.array(places)},
                folder / "dump" / "embeddings" / f"{name}_s{s}.safetensors",
            )
    header = "conversation,domain,condition,sample,turn,speaker,layer,tokens,axis_projection,axis_position,"
    header += "axis_distance,off_axis_distance,cosine"
    (folder / "turns.csv").write_text("\n".join([header] + [",".join(row) for row in rows]) + "\n")
    return planted


@pytest.fixture
def predict(persona, tmp_path):
    """Predicts from tmp_path/turns.csv; gives the table by target and model."""

    def predict(*options, embeddings=None, status=0, says=""):
        embeddings = embeddings or tmp_path / "dump" / "embeddings"
        command = [persona, "predict", tmp_path / "turns.csv", embeddings, "-o", tmp_path / "out", "--force", *options]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        assert says in done.stderr, done.stderr
        if status:
            return None
        with (tmp_path / "out" / "prediction.csv").open() as file:
            return {(row["target"], row["model"]): row for row in csv.DictReader(file)}

    return predict


def with_constant(columns):
    return np.column_stack([np.ones(len(columns)), columns])


def fit(x, b, y, penalty):
    """Ridge with a penalty on x alone, by the normal equations of both together."""
    full = np.column_stack([x, with_constant(b)])
    ridge = np.diag([penalty] * x.shape[1] + [0] * (b.shape[1] + 1))
    return np.linalg.pinv(full.T @ full + ridge, rcond=1e-13) @ full.T @ y


def held_out(x, b, y, groups):
    """Predictions of each group from the others, with a penalty chosen among these in the same way."""
    predictions = np.empty(len(y))
    for group in sorted(set(groups)):
        train, test = groups != group, groups == group
        mean, scale = x[train].mean(0), x[train].std(0)
        z, own, target = (x - mean) / scale, groups[train], y[train]
        if not x.shape[1]:
            beta = np.linalg.pinv(with_constant(b[train]), rcond=1e-10) @ target
            predictions[test] = with_constant(b[test]) @ beta
            continue
        basis = with_constant(b[train])
        rest = z[train] - basis @ np.linalg.pinv(basis, rcond=1e-10) @ z[train]
        values = np.linalg.eigvalsh(rest @ rest.T)
        unit = values[values > len(rest) * 2.3e-16 * values.max()].mean()
        errors = []
        for exponent in np.arange(-8, 9) / 2:
            error = 0
            for inner in sorted(set(own)):
                use, leave = own != inner, own == inner
                beta = fit(z[train][use], b[train][use], target[use], unit * 10**exponent)
                guess = np.column_stack([z[train][leave], with_constant(b[train][leave])]) @ beta
                error += ((target[leave] - guess) ** 2).sum()
            errors.append(error)
        best = np.arange(-8, 9)[int(np.argmin(errors))] / 2
        beta = fit(z[train], b[train], target, unit * 10**best)
        predictions[test] = np.column_stack([z[test], with_constant(b[test])]) @ beta
    return predictions


@pytest.mark.parametrize("dimensions", [DIMENSIONS, 90])
def test_r2_is_that_of_regressions_fitted_anew(predict, tmp_path, dimensions):
    """With fewer dimensions than rows, and with more."""
    planted = conversations(tmp_path, dimensions)
    table = predict("--folds", 99, "--bootstrap", 200, "--layer", 9)
    rows = [row + (planted[i - 1][4],) for i, row in enumerate(planted) if row[3] > 0]
    groups = np.array([row[0] for row in rows])
    x = np.stack([row[6] for row in rows])
    level, previous = np.array([row[4] for row in rows]), np.array([row[7] for row in rows])
    turn, length = np.array([row[3] for row in rows], float), np.log1p([row[5] for row in rows])
    condition = np.column_stack([[row[1] == name for row in rows] for name in ("coding", "therapy")]).astype(float)
    baselines = np.column_stack([condition, turn, condition * turn[:, None], length, previous])
    nothing = np.empty((len(rows), 0))
    models = {
        "condition": (nothing, condition),
        "turn": (nothing, turn[:, None]),
        "condition+turn": (nothing, baselines[:, :5]),
        "length": (nothing, length[:, None]),
        "previous": (nothing, previous[:, None]),
        "baselines": (nothing, baselines),
        "embeddings": (x, nothing),
        "embeddings+baselines": (x, baselines),
    }
    for target, y in (("level", level), ("change", level - previous)):
        skills = {}
        for name, (features, columns) in models.items():
            row, guess = table[target, name], held_out(features, columns, y, groups)
            skills[name] = 1 - ((y - guess) ** 2).sum() / ((y - y.mean()) ** 2).sum()
            assert number(row["r2"]) == pytest.approx(skills[name], rel=1e-9, abs=1e-9), (target, name)
            assert number(row["r2_low"]) < skills[name] < number(row["r2_high"])
            assert int(row["rows"]) == len(rows) and int(row["folds"]) == CONVERSATIONS == int(row["conversations"])
            assert row["layer"] == "9"
        for name in ("embeddings", "embeddings+baselines"):
            row = table[target, name]
            assert number(row["gain"]) == pytest.approx(skills[name] - skills["baselines"], rel=1e-8)
            assert number(row["gain_low"]) < number(row["gain"]) < number(row["gain_high"])
    # The message moves the answer: what it says is not in the baselines.
    if dimensions == DIMENSIONS:
        assert number(table["change", "embeddings+baselines"]["gain_low"]) > 0
    row = table["level", "embeddings, first turns too"]
    guess = held_out(
        np.stack([r[6] for r in planted]), np.empty((len(planted), 0)), np.array([r[4] for r in planted]),
        np.array([r[0] for r in planted]),
    )
    y = np.array([r[4] for r in planted])
    assert number(row["r2"]) == pytest.approx(1 - ((y - guess) ** 2).sum() / ((y - y.mean()) ** 2).sum(), rel=1e-9)
    assert int(row["rows"]) == len(planted) and ("change", "embeddings, first turns too") not in table


def test_the_same_bits_for_any_number_of_threads(predict, tmp_path):
    conversations(tmp_path)
    outputs = []
    for threads in (1, 2, 4):
        predict("--threads", threads, "--bootstrap", 100)
        outputs.append((tmp_path / "out" / "prediction.csv").read_bytes())
    assert outputs[0] == outputs[1] == outputs[2]


def test_noise_predicts_nothing(predict, tmp_path):
    conversations(tmp_path)
    generator = np.random.default_rng(5)
    for path in (tmp_path / "dump" / "embeddings").iterdir():
        content = safetensors.numpy.load_file(path)
        content["embeddings"] = generator.normal(size=content["embeddings"].shape)
        safetensors.numpy.save_file(content, path)
    table = predict("--layer", 9, "--bootstrap", 200)
    assert number(table["level", "embeddings"]["r2"]) < 0.1
    assert number(table["change", "embeddings+baselines"]["gain_low"]) < 0


def test_other_formats(predict, tmp_path):
    """Without layers, without places, as .pt, .npy and one file of all: the same numbers."""
    conversations(tmp_path)
    wanted = predict("--layer", 9, "--bootstrap", 0)
    assert wanted["level", "embeddings"]["r2_low"] == ""
    folder, arrays = tmp_path / "plain", {}
    folder.mkdir()
    for path in (tmp_path / "dump" / "embeddings").iterdir():
        arrays[path.stem] = safetensors.numpy.load_file(path)["embeddings"][:, 1]
        np.save(folder / f"{path.stem}.npy", arrays[path.stem])
    # Without a transcript there must be one message before each turn; there are more in these, of which one is embedded.
    options = ("--layer", 9, "--bootstrap", 0)
    own = predict(*options, embeddings=folder, says="no transcripts with the user's text")
    assert ("level", "length") not in own
    assert own["level", "embeddings"]["r2"] == wanted["level", "embeddings"]["r2"]
    np.savez(tmp_path / "all.npz", **arrays)
    torch.save({name: torch.tensor(array) for name, array in arrays.items()}, tmp_path / "all.pt")
    for name in ("all.npz", "all.pt"):
        assert predict(*options, embeddings=tmp_path / name) == own


def test_what_does_not_match_is_an_error(predict, tmp_path):
    conversations(tmp_path)
    folder = tmp_path / "dump" / "embeddings"
    first = folder / "talk-0_s0.safetensors"
    content = safetensors.numpy.load_file(first)

    def put(**changes):
        safetensors.numpy.save_file(content | changes, first)

    put(messages=content["messages"][:-1])
    predict(status=65, says="'messages' has 4 places for 5 embeddings")
    put(messages=content["messages"] + 1)
    predict(status=65, says="is not the user's")
    safetensors.numpy.save_file({"embeddings": content["embeddings"]}, first)
    predict(status=65, says="5 embeddings, but")
    predict(status=65, says="has 6 messages of the user")
    put(embeddings=np.where(np.arange(DIMENSIONS) == 3, np.nan, content["embeddings"]))
    predict(status=65, says="message 0 has a value that is not finite, at dimension 3")
    put(embeddings=content["embeddings"][..., :4])
    predict(status=65, says="shape")
    put()
    shutil.copy(first, folder / "stranger.safetensors")
    predict(status=65, says="embeddings of 1 conversation that the table of turns does not have: 'stranger'")
    predict(status=65, says="(embeddings of 17 conversations, turns of 16)")
    (folder / "stranger.safetensors").unlink()
    predict("--layer", 5, status=65, says="there is no layer 5")
    predict("--row-layers", "7,8", status=65, says="no embeddings at layer 9")
    predict(embeddings=tmp_path / "nowhere", status=66, says="no such file")
    predict("--folds", 1, status=64)
    for path in list(folder.iterdir()):
        if path.stem > "talk-3_s1":
            path.unlink()
    predict(status=65, says="4 conversations with embeddings and two turns that follow one another; at least 5")
    text = (tmp_path / "turns.csv").read_text().splitlines()
    constant = [",".join(line.split(",")[:9] + ["0.5"] + line.split(",")[10:]) for line in text[1:]]
    (tmp_path / "turns.csv").write_text("\n".join(text[:1] + constant) + "\n")
    shutil.rmtree(folder)
    conversations(tmp_path / "again")
    predict(
        embeddings=tmp_path / "again" / "dump" / "embeddings", status=65, says="every axis_position is the same"
    )
    # Turns that no message comes before, and conversations without embeddings, are told of.
    shutil.copy(tmp_path / "again" / "turns.csv", tmp_path / "turns.csv")
    (tmp_path / "again" / "dump" / "embeddings" / "talk-0_s0.safetensors").unlink()
    predict(embeddings=tmp_path / "again" / "dump" / "embeddings", says="no embeddings of 1 of the 16 conversations")


def test_the_demo(persona, tmp_path):
    subprocess.run([persona, "fit", DEMO, "-o", tmp_path / "fit", "-q", "--bootstrap", "0"], check=True)
    space = tmp_path / "fit" / "space.safetensors"
    subprocess.run([persona, "project", space, DEMO, "-o", tmp_path / "fit", "-q"], check=True)
    subprocess.run(
        [persona, "predict", tmp_path / "fit" / "turns.csv", DEMO / "embeddings", "-o", tmp_path / "out", "-q"], check=True
    )
    with (tmp_path / "out" / "prediction.csv").open() as file:
        table = {(row["target"], row["model"]): row for row in csv.DictReader(file)}
    assert int(table["level", "embeddings"]["rows"]) == 240
    # The organism was taught to follow the domain, and the words of a message tell it.
    assert number(table["level", "embeddings"]["r2_low"]) > 0.3
    assert number(table["level", "embeddings"]["r2"]) > number(table["change", "embeddings"]["r2"]) + 0.1


def test_a_tensor_without_a_name_leaves_no_gap_in_the_error(persona, tmp_path):
    torch.save(torch.zeros(8), tmp_path / "bare.pt")
    rows = ["conversation,domain,condition,sample,turn,speaker,layer,tokens,axis_projection,axis_position,axis_distance"]
    rows[0] += ",off_axis_distance,cosine"
    rows += [f"bare,,,,{turn},assistant,0,,0,{turn},0,0,0" for turn in range(3)]
    (tmp_path / "turns.csv").write_text("\n".join(rows) + "\n")
    command = [persona, "predict", tmp_path / "turns.csv", tmp_path / "bare.pt", "-o", tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 65 and "bare.pt: a tensor of shape [8]" in done.stderr, done.stderr
