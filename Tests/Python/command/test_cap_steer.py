"""cap --steer and --remove: offsets and removal along the axis, token by token, against NumPy."""

import numpy as np
import pytest
from people import read, refused, run, table  # noqa: F401
from test_cap import Talks


@pytest.fixture
def steered(run, tmp_path):  # noqa: F811
    talks = Talks(tmp_path / "dump", count=6)
    read(run, "fit", talks.folder, "-o", tmp_path / "space", "--bootstrap", 0)

    def steered(*options):
        done = read(run, "cap", tmp_path / "space", talks.folder, "-o", tmp_path / "out", "--bootstrap", 0, *options)
        return talks, table(tmp_path / "out/caps.csv"), table(tmp_path / "out/cap_turns.csv"), done

    return steered


@pytest.mark.parametrize("alphas", [None, (2.5,), (-1.0, 3.0)])
def test_every_token_is_moved_as_defined(steered, alphas):
    options = ("--remove",) if alphas is None else ("--steer", ",".join(map(str, alphas)))
    talks, caps, rows, done = steered(*options)
    assert len(rows) == 24 * 5 // 2 * 4 * len(alphas or [0])
    for row in rows:
        layer, turn = int(row["layer"]), int(row["turn"])
        own = talks.tokens if row["granularity"] == "token" else talks.means
        h, v = own[row["conversation"]][turn][:, layer].astype(np.float64), talks.unit[layer]
        moved = h - (h @ v)[:, None] * v if alphas is None else h + float(row["alpha"]) * v
        assert row["intervention"] == ("removal" if alphas is None else "offset") and row["tau"] == row["percentile"] == ""
        norm = np.linalg.norm(talks.world.axis[layer])
        expected = {
            "before": h.mean(0) @ v, "after": moved.mean(0) @ v, "pullback": (moved.mean(0) - h.mean(0)) @ v,
            "after_position": (moved.mean(0) - talks.world.mean[layer]) @ v / norm, "capped_share": 1,
            "perturbation": (np.linalg.norm(moved - h, axis=1) / np.linalg.norm(h, axis=1)).mean(),
        }  # fmt: skip
        for name, value in expected.items():
            assert float(row[name]) == pytest.approx(value, rel=1e-5, abs=1e-6), name
    # An offset leaves the fall as it is; without the projection there is none.
    for row in caps:
        after = 0 if alphas is None else float(row["drift_before"])
        assert float(row["drift_after"]) == pytest.approx(after, abs=1e-9)
        assert row["recommended"] == "false" and float(row["default_share"]) == 1
    assert "Steering at layer" in done.stdout and "Recommended" not in done.stdout and "caps everything" not in done.stderr


def test_floors_say_that_they_are(run, tmp_path):  # noqa: F811
    talks = Talks(tmp_path / "dump", count=2)
    read(run, "fit", talks.folder, "-o", tmp_path / "space", "--bootstrap", 0)
    read(run, "cap", tmp_path / "space", talks.folder, "-o", tmp_path / "out", "--bootstrap", 0, "--tau", 1)
    assert {(row["intervention"], row["alpha"]) for row in table(tmp_path / "out/caps.csv")} == {("floor", "")}


@pytest.mark.parametrize("options", [("--steer", 1, "--remove"), ("--steer", 1, "--tau", 1), ("--remove", "--percentile", 5)])
def test_one_thing_at_a_time(run, tmp_path, options):  # noqa: F811
    assert "in place of floors" in refused(run, "cap", tmp_path, tmp_path, "-o", tmp_path / "out", *options)
