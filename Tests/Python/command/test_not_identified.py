"""What tables cannot tell is said: poor baselines, a guessed depth, an axis that is noise, a number that single precision does not hold."""

import csv
import json
import subprocess

import numpy as np
import pytest
from comparing import models
from converting import refusal
from safetensors.numpy import save_file

HEADER = (
    "conversation,domain,condition,sample,turn,speaker,layer,tokens,axis_projection,axis_position,axis_distance,"
    "off_axis_distance,cosine\n"
)


def ran(*command):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


def space(persona, folder, vectors, default, layers, model):
    """A fitted space of role vectors (R, L, d) that are the layers `layers` of `model`."""
    (folder / "vectors").mkdir(parents=True)
    for index, vector in enumerate(vectors):
        save_file({"vector": np.ascontiguousarray(vector)}, folder / "vectors" / f"r{index:02}.safetensors")
    save_file({"vector": np.ascontiguousarray(default)}, folder / "vectors" / "default.safetensors")
    (folder / "manifest.json").write_text(json.dumps({"layers": layers, "model": model}))
    ran(persona, "fit", folder, "-o", folder / "fit", "-q", "--bootstrap", 0)
    return folder / "fit"


@pytest.mark.parametrize("other", ["model", "other"])
def test_layers_of_one_model_are_paired_by_number(persona, tmp_path, other):
    vectors, default = models(3, 12, 16, layers=12)[0]
    some = list(range(2, 8))
    whole = space(persona, tmp_path / "a", vectors, default, list(range(12)), "model")
    part = space(persona, tmp_path / "b", vectors[:, some], default[some], some, other)
    done = ran(persona, "compare", whole, part, "-o", tmp_path / "out", "--bootstrap", 0)
    with (tmp_path / "out" / "comparison.csv").open() as file:
        pairs = {(int(row["layer_a"]), int(row["layer_b"])) for row in csv.DictReader(file)}
    if other == "model":
        assert pairs == {(layer, layer) for layer in some} and "of the same number" in done.stdout
    else:
        assert pairs != {(layer, layer) for layer in some}
        assert "if the highest layer of each dump is its model's last" in " ".join(done.stdout.split())


def test_a_gain_over_poor_baselines_is_no_evidence(persona, tmp_path):
    """Noise for messages and positions: what does as well as the mean gains on baselines that do worse."""
    noted = 0
    for seed in range(12):
        random = np.random.default_rng(seed)
        folder = tmp_path / f"{seed}"
        (folder / "embeddings").mkdir(parents=True)
        lines = []
        for conversation in range(16):
            save_file({"embeddings": random.standard_normal((5, 8))}, folder / f"embeddings/c{conversation}.safetensors")
            for turn, x in enumerate(random.standard_normal(5)):
                lines.append(f"c{conversation},{'ab'[conversation % 2]},,0,{turn},assistant,3,,0,{float(x)!r},0,0,0\n")
        (folder / "turns.csv").write_text(HEADER + "".join(lines))
        done = ran(persona, "predict", folder / "turns.csv", folder / "embeddings", "-o", folder / "out")
        with (folder / "out" / "prediction.csv").open() as file:
            for row in csv.DictReader(file):
                if not row["gain_low"]:
                    assert row["note"] == ""
                    continue
                r2, gain, low = float(row["r2"]), float(row["gain"]), float(row["gain_low"])
                is_poor = low > 0 and r2 - gain < 0 and not (row["r2_low"] and float(row["r2_low"]) > 0)
                assert (row["note"] != "") == is_poor
                noted += is_poor
    assert noted >= 1


def test_a_plan_in_lengths_of_noise_is_said_to_be_one(persona, tmp_path):
    """Roles that are the default: the axis is the error of its ends."""
    random = np.random.default_rng(0)
    shared = random.standard_normal((12, 64))
    (tmp_path / "activations").mkdir()
    for name in ["default", *[f"r{index}" for index in range(12)]]:
        answers = {f"pos_p{p}_q{q}": (shared[q] + random.standard_normal(64))[None] for p in range(2) for q in range(12)}
        save_file(answers, tmp_path / "activations" / f"{name}.safetensors")
    done = ran(persona, "plan", tmp_path, "--drift", 0.3)
    assert "no Assistant axis is shown at layer 0" in " ".join(done.stdout.split())


def test_directions_beyond_single_precision(persona, tmp_path):
    save_file({"vector": np.full((3, 8), 1e200)}, tmp_path / "huge.safetensors")
    command = ["convert", tmp_path / "huge.safetensors", "-o", tmp_path / "huge.gguf", "--model", "llama", "--row-layers", "1:4"]
    said = refusal(persona, *command)
    assert "infinity at layer 1, dimension 0 in single precision" in said and "--nonfinite" not in said


@pytest.mark.parametrize("steps", [(1.5, 2.5), (3.5, 4.5)])
def test_scores_between_whole_numbers_can_be_kept_all_together(persona, tmp_path, steps):
    """What the advice says works: no single one of them can be named."""
    random = np.random.default_rng(1)
    for folder in ("activations", "scores"):
        (tmp_path / "dump" / folder).mkdir(parents=True)
    for role in ("default", "r0", "r1"):
        answers = {f"pos_p0_q{q}": random.standard_normal((1, 8)) for q in range(6)}
        save_file(answers, tmp_path / "dump" / "activations" / f"{role}.safetensors")
        if role != "default":
            scores = {key: steps[index % 2] for index, key in enumerate(answers)}
            (tmp_path / "dump" / "scores" / f"{role}.json").write_text(json.dumps(scores))
    command = ["vectors", tmp_path / "dump", "-o", tmp_path / "v.safetensors", "--min-count", "1"]
    said = refusal(persona, *map(str, command))
    assert "whole numbers alone can be kept, or all of them: --score all" in " ".join(said.split())
    ran(persona, *command, "--score", "all")
