"""What the tests of stability share: responses, the command, and the definitions in NumPy."""

import csv
import json
import subprocess

import numpy as np
import pytest
import torch
from safetensors import safe_open

LAYERS, DIMENSIONS = 2, 24
TYPES = {"bfloat16": torch.bfloat16, "float32": torch.float32, "float64": torch.float64}


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else np.nan


def save(folder, kind, role, content):
    path = folder / kind / f"{role}.pt"
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content, path)


def responses(seed, keys, dtype=torch.float64, spread=1.0):
    """Responses about a centre of the role, one dimension a thousand times the rest, with effects of prompt and question."""
    generator = np.random.default_rng(seed)
    base = np.random.default_rng(99).normal(size=(LAYERS, DIMENSIONS))
    base[:, 5] = 1000
    centre = base + 1.5 * generator.normal(size=(LAYERS, DIMENSIONS))
    questions = np.random.default_rng(7).normal(size=(20, LAYERS, DIMENSIONS))
    prompts = generator.normal(size=(9, LAYERS, DIMENSIONS))
    rows = {}
    for key in keys:
        parts = dict((part[0], int(part[1:])) for part in key.split("_")[1:])
        noise = spread * generator.normal(size=(LAYERS, DIMENSIONS))
        rows[key] = torch.tensor(centre + 0.3 * questions[parts["q"]] + 0.5 * prompts[parts["p"]] + noise).to(dtype)
    return rows


def keys(seed, prompts=3, questions=6, runs=2, drop=0.2):
    """Keys of an uneven design."""
    generator = np.random.default_rng(seed)
    all_keys = [
        f"pos_p{p}_q{q}" + (f"_r{r}" if runs > 1 else "")
        for p in range(prompts)
        for q in range(questions)
        for r in range(runs)
    ]
    kept = [key for key in all_keys if generator.random() >= drop]
    generator.shuffle(kept)
    return kept


@pytest.fixture
def stability(persona, tmp_path):
    """Fits the dump tmp_path/dump and measures it; gives the space, the two tables and what was said."""

    def stability(*options, status=0, says="", bootstrap=0, dump="dump"):
        fit = [persona, "fit", tmp_path / "dump", "-o", tmp_path / "fit", "--bootstrap", "0", "--force", "-q"]
        if not (tmp_path / "fit" / "space.safetensors").exists():
            subprocess.run([*map(str, fit), "--score", "all", "--min-count", "1"], check=True)
        command = [persona, "stability", tmp_path / "fit" / "space.safetensors", tmp_path / dump, "-o", tmp_path / "out"]
        command += ["--force", "--bootstrap", bootstrap, *options]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        assert says in done.stderr, done.stderr
        if status:
            return None
        with safe_open(tmp_path / "fit" / "space.safetensors", "numpy") as file:
            space = {name: file.get_tensor(name) for name in file.keys()}
            space["names"] = json.loads(file.metadata()["roles"])
        return space, table(tmp_path / "out" / "personas.csv"), table(tmp_path / "out" / "variance.csv")

    return stability


def ways(own, question, folds):
    """The direction of each fold of questions: the mean answer to the others that lies past half of the 90th percentile."""
    found = []
    for fold in folds:
        training = own[~np.isin(question, fold)]
        way = training.mean(0)
        for _ in range(3):
            along = training @ way / (way @ way)
            way = training[along > np.quantile(along, 0.9) / 2].mean(0)
        found.append(way)
    return found


def reading(rows, question, default, default_question):
    """Where answers lie from the default (0) to the persona (about 1), written out: places, the default's own, and lengths.

    Each is placed along a direction learned on other questions, with the default's mean answer to the same question taken away; its
    mean over all where a question is not shared or was answered once.
    """
    question, default_question = np.asarray(question), np.asarray(default_question)
    counts = {q: (default_question == q).sum() for q in set(default_question)}
    shares = set(question) <= set(counts) and min(counts.values()) >= 2
    bases = {q: default[default_question == q].mean(0) if shares else default.mean(0) for q in counts}
    own = rows - np.stack([bases[q] if shares else default.mean(0) for q in question])
    size = np.array([counts[q] if shares else len(default) for q in default_question])
    others = (default - np.stack([bases[q] for q in default_question])) * np.sqrt(size / (size - 1))[:, None]
    names = np.unique(question)
    folds = np.array_split(names, min(6, len(names)))
    place, floor, lengths = np.empty(len(rows)), np.full(len(default), np.nan), []
    for fold, way in zip(folds, ways(own, question, folds), strict=True):
        place[np.isin(question, fold)] = own[np.isin(question, fold)] @ way / (way @ way)
        asked = np.isin(default_question, fold)
        floor[asked] = others[asked] @ way / (way @ way)
        lengths.append(np.linalg.norm(way))
    return place, floor[~np.isnan(floor)], np.mean(lengths)


def one_way(groups):
    """definitions.py variance_components, of vectors: sums over dimensions."""
    groups = [np.asarray(g, np.float64).reshape(len(g), -1) for g in groups]
    k, n = len(groups), np.array([len(g) for g in groups])
    total = n.sum()
    grand = sum(g.sum(0) for g in groups) / total
    msb = sum(len(g) * ((g.mean(0) - grand) ** 2).sum() for g in groups) / (k - 1)
    msw = sum(((g - g.mean(0)) ** 2).sum() for g in groups) / (total - k)
    n0 = (total - (n**2).sum() / total) / (k - 1)
    between = (msb - msw) / n0
    b = max(between, 0)
    return dict(between=between, within=msw, icc=b / (b + msw), f=msb / msw, instability_ratio=msw / b)


def henderson(values, labels):
    """Henderson's first method from indicator matrices: sums of squares equated with their expectations, as traces."""
    values = np.asarray(values, np.float64).reshape(len(labels), -1)
    count = len(labels)
    personas = [label[0] for label in labels]
    sets = [personas, [label[:2] for label in labels], [label[2] for label in labels], labels, list(range(count))]
    indicators = []
    for names in sets:
        levels = sorted(set(names))
        indicators.append(np.array([[float(name == level) for level in levels] for name in names]))
    mean = np.full((count, count), 1 / count)
    projections = [z @ np.diag(1 / z.sum(0)) @ z.T - mean for z in indicators]
    system = np.array([[np.trace(z.T @ p @ z) for z in indicators] for p in projections])
    sums = np.array([np.trace(values.T @ p @ values) for p in projections])
    return np.linalg.solve(system, sums)


def dump(folder, dtype=torch.float64, scored=True, runs=2, roles=6):
    content, scores = {}, {}
    for seed, name in enumerate(["default"] + [f"role{i}" for i in range(roles)]):
        content[name] = responses(seed, keys(seed, runs=runs), dtype)
        save(folder / "dump", "activations", name, content[name])
        if name != "default" and scored:
            generator = np.random.default_rng(50 + seed)
            scores[name] = {key: int(generator.integers(2, 4)) for key in content[name] if generator.random() < 0.9}
            (folder / "dump" / "scores").mkdir(parents=True, exist_ok=True)
            (folder / "dump" / "scores" / f"{name}.json").write_text(json.dumps(scores[name]))
    return content, scores
