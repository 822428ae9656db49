"""persona cap --config: caps along a configuration's own vectors, against NumPy; what is refused, and what is said."""

import json

import numpy as np
import pytest
import torch
from people import read, refused, run, table  # noqa: F401
from test_cap import Talks


@pytest.fixture
def talks(run, tmp_path):  # noqa: F811
    talks = Talks(tmp_path / "dump")
    read(run, "fit", talks.folder, "-o", tmp_path / "space", "--bootstrap", 0)
    return talks


def write(path, given, name="layers_1:3-p0.25"):
    """Vectors and caps by layer, in the published layout."""
    vectors = {f"v{layer}": {"vector": torch.from_numpy(np.float32(v)), "layer": layer} for layer, (v, _) in given.items()}
    interventions = [{"vector": f"v{layer}", "cap": float(cap)} for layer, (_, cap) in given.items()]
    torch.save({"vectors": vectors, "experiments": [{"id": name, "interventions": interventions}]}, path)
    return path


def expected(talks, granularity, layer, direction, floor, benign="coding"):
    """The row of caps.csv where tokens are held at `floor` along the unit `direction`, by the definitions."""
    v, norm = talks.unit[layer], np.linalg.norm(talks.world.axis[layer])
    shares, pulls, perturbations, falls, firsts, kept = [], [], [], [], [], []
    for name, turns in (talks.tokens if granularity == "token" else talks.means).items():
        before, after = [], []
        for h in turns:
            h = h[:, layer].astype(np.float64)
            moved = np.maximum(floor - h @ direction, 0)
            capped = h + moved[:, None] * direction
            shares.append((moved > 0).mean())
            pulls.append(((capped - h) @ v).mean())
            perturbations.append((np.linalg.norm(capped - h, axis=1) / np.linalg.norm(h, axis=1)).mean())
            kept += [shares[-1]] if name.startswith(benign) else []
            before.append((h.mean(0) - talks.world.mean[layer]) @ v / norm)
            after.append((capped.mean(0) - talks.world.mean[layer]) @ v / norm)
        falls.append(after[0] - after[-1])
        firsts.append(before[0] - before[-1])
    return {
        "capped_share": np.mean(shares), "mean_pullback": np.mean(pulls), "perturbation": np.mean(perturbations),
        "drift_before": np.mean(firsts), "drift_after": np.mean(falls), "benign_share": np.mean(kept),
        "default_share": (talks.answers[:, layer].astype(np.float64) @ direction < floor).mean(),
    }  # fmt: skip


def test_each_layer_is_capped_along_its_own_vector(run, talks, tmp_path):  # noqa: F811
    """Layer 1 has the negated axis, layer 2 a direction that is in part another one."""
    beside = np.random.default_rng(3).normal(size=64)
    beside -= beside @ talks.unit[2] * talks.unit[2]
    oblique = 0.8 * talks.unit[2] + 0.6 * beside / np.linalg.norm(beside)
    directions, floors = {}, {}
    for layer, direction in ((1, talks.unit[1]), (2, oblique)):
        h = np.concatenate([np.concatenate(turns)[:, layer] for turns in talks.tokens.values()])
        directions[layer], floors[layer] = direction, float(np.median(h @ direction))
    config = write(tmp_path / "c.pt", {layer: (-2 * directions[layer], -floors[layer]) for layer in (1, 2)})
    done = read(run, "cap", tmp_path / "space", talks.folder, "-o", tmp_path / "out", "--config", config, "--benign", "coding", "--bootstrap", 0)
    rows = table(tmp_path / "out/caps.csv")
    assert [(row["layer"], row["granularity"]) for row in rows] == [("1", "token"), ("1", "turn"), ("2", "token"), ("2", "turn")]
    for row in rows:
        layer = int(row["layer"])
        for name, value in expected(talks, row["granularity"], layer, directions[layer], floors[layer]).items():
            assert float(row[name]) == pytest.approx(value, rel=1e-5, abs=1e-6), (layer, name)
        assert float(row["tau"]) == pytest.approx(floors[layer], rel=1e-6) and row["percentile"] == ""
        assert (row["tau_position"] == "") == (layer == 2)
    assert "its vectors are not the axis of this space at layer 2 (cosine down to 0.8)" in done.stderr
    assert "by 'layers_1:3-p0.25' of" in " ".join(done.stdout.split())


def test_of_the_axis_it_is_what_a_percentile_gives(run, talks, tmp_path):  # noqa: F811
    """What export writes of a percentile, cap reads, with the same rows but for float32, or to the last digits of JSON."""
    space = tmp_path / "space"
    read(run, "cap", space, talks.folder, "-o", tmp_path / "plain", "--percentile", 75, "--bootstrap", 0, "--layers", "1:3")
    plain = table(tmp_path / "plain/cap_turns.csv")
    for kind, name, close in (("cap-json", "c.json", 1e-9), ("pt-capping", "c.pt", 1e-5)):
        read(run, "export", space, "--to", kind, "-o", tmp_path / name, "--percentile", 75, "--layers", "1:3")
        out = tmp_path / kind
        read(run, "cap", space, talks.folder, "-o", out, "--config", tmp_path / name, "--bootstrap", 0)
        rows = table(out / "cap_turns.csv")
        assert len(rows) == len(plain)
        for row, other in zip(rows, plain, strict=True):
            assert [row[key] for key in ("conversation", "turn", "layer", "granularity", "before")] == [
                other[key] for key in ("conversation", "turn", "layer", "granularity", "before")
            ]
            for key in ("after", "pullback", "after_position", "perturbation", "tau"):
                assert float(row[key]) == pytest.approx(float(other[key]), rel=close, abs=10 * close)


def test_the_sign_is_said(run, talks, tmp_path):  # noqa: F811
    """With the axis itself and a ceiling on it, turns are pushed away: the pull-back is negative, and it is said."""
    config = write(tmp_path / "c.pt", {1: (talks.unit[1], float(np.mean(talks.world.mean[1] @ talks.unit[1])))})
    done = read(run, "cap", tmp_path / "space", talks.folder, "-o", tmp_path / "out", "--config", config, "--bootstrap", 0)
    assert "it pushes away from the Assistant at layer 1" in done.stderr
    assert all(float(row["mean_pullback"]) < 0 for row in table(tmp_path / "out/caps.csv"))


@pytest.mark.parametrize(
    ("given", "options", "says"),
    [
        ({1: (np.ones(32), 1)}, (), "its vectors have 32 dimensions, the space has 64"),
        ({9: (np.ones(64), 1)}, (), "it caps layer 9"),
        ({1: (np.zeros(64), 1)}, (), "it has no direction"),
        ({1: (np.ones(64), np.nan)}, (), "it has no number 'cap'"),
        ({1: (np.ones(64), 1)}, ("--layers", 3), "no layer 3"),
        ({1: (np.ones(64), 1)}, ("--tau", 3), "it says where to cap; leave --tau"),
        ({1: (np.ones(64), 1)}, ("--experiment", "layers_1:3-p0.2"), "is 'layers_1:3-p0.25' meant?"),
    ],
)
def test_what_does_not_fit_is_refused(run, talks, tmp_path, given, options, says):  # noqa: F811
    config = write(tmp_path / "c.pt", given)
    assert says in refused(run, "cap", tmp_path / "space", talks.folder, "-o", tmp_path / "out", "--config", config, *options)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "persona cap 2"}, "its format is 'persona cap 2'"),
        ({"hidden_size": 63}, "the vector of layer 1 has 64 dimensions, its hidden_size is 63"),
        ({"layers": []}, "has no interventions"),
        ({"max": 1.0}, "has a 'max'"),
        ({"min": None}, "it has no number 'min'"),
    ],
)
def test_json_that_does_not_fit_is_refused(run, talks, tmp_path, change, says):  # noqa: F811
    read(run, "export", tmp_path / "space", "--to", "cap-json", "-o", tmp_path / "c.json", "--tau", 1, "--layers", 1)
    content = json.loads((tmp_path / "c.json").read_text())
    (content["layers"][0] if set(change) & {"min", "max"} else content).update(change)
    (tmp_path / "c.json").write_text(json.dumps(content))
    assert says in refused(run, "cap", tmp_path / "space", talks.folder, "-o", tmp_path / "out", "--config", tmp_path / "c.json")


def test_floors_above_everything_and_below_it_are_said(run, talks, tmp_path):  # noqa: F811
    options = ("cap", tmp_path / "space", talks.folder, "-o", tmp_path / "out", "--force", "--bootstrap", 0)
    done = read(run, *options, "--tau", "1000", "--layers", "1:3")
    assert "the floor 1000.0 lies above every token at layers 1, 2: it caps everything there" in done.stderr
    assert "above every turn's mean" in done.stderr
    done = read(run, *options, "--tau", "-1000")
    assert "no floor touches anything" in done.stderr
    assert "caps everything" not in done.stderr and "no floor" not in read(run, *options, "--percentile", "50").stderr


def test_an_axis_that_is_not_found_is_said(run, talks, tmp_path):  # noqa: F811
    path = tmp_path / "space/layers.csv"
    lines = path.read_text()
    assert ",found," in lines
    options = ("cap", tmp_path / "space", talks.folder, "-o", tmp_path / "out", "--force", "--bootstrap", 0, "--layers", 1)
    assert "not found" not in read(run, *options).stderr
    path.write_text(lines.replace(",found,", ",inconclusive,"))
    assert "the axis was not found at layer 1 (inconclusive" in read(run, *options).stderr
