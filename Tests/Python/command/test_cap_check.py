"""persona cap check: which way a capping configuration moves activations, against PyTorch written out."""

import json

import numpy as np
import pytest
import torch
from people import read, run, save, world  # noqa: F401


@pytest.fixture
def check(run, world, tmp_path):  # noqa: F811
    read(run, "fit", world.write(tmp_path / "dump"), "-o", tmp_path / "space", "--bootstrap", 0)
    random = np.random.default_rng(5)
    tokens = world.mean + random.uniform(0, 1.2, (40, 1, 1)) * world.axis + random.normal(size=(40, *world.axis.shape))
    tokens = tokens.astype(np.float32)
    save({"tokens": tokens, "turn_offsets": np.arange(0, 44, 4)}, tmp_path / "turns/c.pt")

    def check(vectors, experiments, *options):
        torch.save({"vectors": vectors, "experiments": experiments}, tmp_path / "config.pt")
        return run("cap", "check", tmp_path / "config.pt", tmp_path / "space", tmp_path / "turns", *options)

    check.tokens = tokens.astype(np.float64)
    return check


def vector(direction, layer):
    return {"vector": torch.from_numpy(np.ascontiguousarray(direction, dtype=np.float32)), "layer": layer}


def experiment(name, *pairs):
    return {"id": name, "interventions": [{"vector": key} | ({} if cap is None else {"cap": cap}) for key, cap in pairs]}


def test_the_negated_axis_with_a_ceiling_pulls_toward_the_assistant(check, world):  # noqa: F811
    unit = world.axis / np.linalg.norm(world.axis, axis=1, keepdims=True)
    caps = {layer: float(np.median(check.tokens[:, layer] @ -unit[layer])) for layer in (1, 2)}
    # One of another length: the cap is on the unit vector.
    vectors = {"a/one": vector(-unit[1], 1), "b.two": vector(-3 * unit[2], 2)}
    done = check(vectors, [experiment("layers_1:3-p0.5", ("a/one", caps[1]), ("b.two", caps[2]))], "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [row["layer"] for row in found["layers"]] == [1, 2]
    for row in found["layers"]:
        layer = row["layer"]
        h, u = check.tokens[:, layer], -unit[layer]
        over = np.maximum(h @ u - caps[layer], 0)
        moved = ((h - over[:, None] * u) - h) @ unit[layer] / np.linalg.norm(world.axis[layer])
        assert row["cosine"] == pytest.approx(-1, abs=1e-6) and row["direction"] == "toward"
        assert row["capped_share"] == pytest.approx((over > 0).mean(), abs=0.03)
        assert row["movement"] == pytest.approx(moved.mean(), rel=1e-4) and row["turns"] == 10
        assert row["length"] == pytest.approx(1 if layer == 1 else 3, rel=1e-6)
    text = check(vectors, [experiment("layers_1:3-p0.5", ("a/one", caps[1]), ("b.two", caps[2]))]).stdout
    assert "it pulls toward the Assistant" in text


def test_what_is_no_cap_fails(check, world):  # noqa: F811
    unit = world.axis / np.linalg.norm(world.axis, axis=1, keepdims=True)
    middle = float(np.median(check.tokens[:, 1] @ unit[1]))
    across = np.random.default_rng(1).normal(size=unit[1].shape)
    across -= across @ unit[1] * unit[1]
    cases = [
        (vector(unit[1], 1), middle, "PUSHES AWAY FROM THE ASSISTANT at 1 of 1 layer"),
        (vector(-unit[1], 1), 1e6, "DOES NOTHING"),
        (vector(across, 1), -100.0, "MOVES ACROSS THE AXIS"),
    ]
    for content, cap, says in cases:
        done = check({"v": content}, [experiment("x", ("v", cap))])
        assert done.returncode == 1 and says in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("vectors", "experiments", "options", "says"),
    [
        ({"v": (64, 1)}, [("x", ("v", None))], [], "it has no number 'cap' (vector 'v')"),
        ({"v": (64, 1)}, [("x", ("w", 1.0))], [], "there is no vector 'w'"),
        ({"v": (64, 1)}, [("x", ("v", 1.0)), ("y", ("v", 1.0))], [], "say which with --experiment: 'x', 'y'"),
        ({"v": (64, 1)}, [("p25", ("v", 1.0))], ["--experiment", "p2"], "is 'p25' meant?"),
        ({"v": (32, 1)}, [("x", ("v", 1.0))], [], "its vectors have 32 dimensions, the space has 64"),
        ({"v": (64, 9)}, [("x", ("v", 1.0))], [], "it caps layer 9"),
        ({"v": (64, 1, 0.0)}, [("x", ("v", 1.0))], [], "it has no direction"),
        ({"v": (64, 1), "w": (64, 1)}, [("x", ("v", 1.0), ("w", 2.0))], [], "two interventions at layer 1"),
        ({"v": (64, 1)}, [], [], "no experiments in it"),
    ],
)
def test_configurations_that_are_refused(check, vectors, experiments, options, says):
    content = {
        name: vector(np.full(shape[0], shape[2] if len(shape) > 2 else 1.0), shape[1]) for name, shape in vectors.items()
    }
    done = check(content, [experiment(name, *pairs) for name, *pairs in experiments], *options)
    assert done.returncode == 65 and says in done.stderr, done.stdout + done.stderr


def test_entries_that_name_nothing_are_not_the_end_of_the_list(check, world):  # noqa: F811
    unit = world.axis / np.linalg.norm(world.axis, axis=1, keepdims=True)
    vectors = {"one": vector(-unit[1], 1), "two": vector(unit[2], 2)}
    last = experiment("x", ("one", 1.0), ("two", 1.0))
    last["interventions"].insert(1, {"cap": 0.5})
    done = check(vectors, [last])
    assert done.returncode == 65 and "it names no 'vector'" in done.stderr
    good = experiment("x", ("one", 1.0))
    done = check(vectors, [good, {"interventions": good["interventions"]}])
    assert done.returncode == 65 and "it has no 'id'" in done.stderr
    done = check(vectors, [good, good])
    assert done.returncode == 65 and "two experiments are called 'x'" in done.stderr
    tensor = {"id": "x", "interventions": [{"vector": "one", "cap": torch.tensor(1.0)}]}
    assert "its 'cap' is a tensor" in check(vectors, [tensor]).stderr


def test_help_is_found(run):  # noqa: F811
    done = run("cap", "check", "--help")
    assert done.returncode == 0 and "persona cap check" in done.stdout
