"""windows.csv: which layers tell what to leave alone from what has drifted, against NumPy and where it is planted."""

import json
import re

import numpy as np
import pytest
from people import read, run, table  # noqa: F401
from test_cap import Talks

#: How far noise along the axis spreads, in axis lengths: layers 1 and 2 tell drift well, 0 and 3 badly.
SPREAD = (4.0, 0.5, 0.55, 4.0)


class Windows(Talks):
    """As talks, with noise along the axis that differs by layer."""

    def at(self, position):
        along = np.array(SPREAD)[:, None] * self.random.standard_normal((4, 1)) * self.world.axis
        return (super().at(position) + along).astype(np.float32)


def capped(run, folder, talks, name, *options):  # noqa: F811
    """The rows of the table `name`, if it is there, the words, and the run of cap, in `folder`."""
    space, out = folder / "space", folder / "out"
    read(run, "fit", talks.folder, "-o", space, "--bootstrap", 0, "--force")
    done = read(run, "cap", space, talks.folder, "-o", out, "--force", *options)
    return table(out / name) if (out / name).exists() else [], " ".join(done.stdout.split()), done


@pytest.fixture
def cap(run, tmp_path):  # noqa: F811
    return lambda talks, *options: capped(run, tmp_path, talks, "windows.csv", *options)


def classes(talks, granularity, benign):
    """Projections of each token, or mean, of what is kept and what has drifted, by layer and conversation."""
    found = {}
    for name, turns in (talks.tokens if granularity == "token" else talks.means).items():
        def along(chosen):
            return np.einsum("nld,ld->nl", np.concatenate(chosen).astype(np.float64), talks.unit) if chosen else np.zeros((0, 4))

        is_benign = benign is not None and name.startswith(benign)
        kept = turns if is_benign else [turns[0]] if benign is None else []
        found[name] = along(kept), along([] if is_benign else [turns[-1]])
    return found


def cohen(kept, drifted):
    within = (kept - kept.mean(0)) ** 2, (drifted - drifted.mean(0)) ** 2
    pooled = (within[0].sum(0) + within[1].sum(0)) / (len(kept) + len(drifted) - 2)
    return (kept.mean(0) - drifted.mean(0)) / np.sqrt(pooled)


@pytest.mark.parametrize("benign", ["coding", None])
def test_separation_is_cohens_d_of_tokens_and_of_means_apart(cap, tmp_path, benign):
    talks = Windows(tmp_path / "dump", count=8)
    rows, _, _ = cap(talks, *(["--benign", benign] if benign else []), "--bootstrap", 0)
    assert [(row["granularity"], row["layer"]) for row in rows] == [(kind, str(layer)) for kind in ("token", "turn") for layer in range(4)]
    for kind in ("token", "turn"):
        parts = classes(talks, kind, benign).values()
        expected = cohen(np.concatenate([kept for kept, _ in parts]), np.concatenate([drifted for _, drifted in parts]))
        own = [row for row in rows if row["granularity"] == kind]
        np.testing.assert_allclose([float(row["separation"]) for row in own], expected, rtol=1e-6)
        assert {row["classes"] for row in own} == {"benign_last" if benign else "first_last"}
        assert all(row["separation_low"] == row["relative"] == "" and row["window"] == "false" for row in own)


def test_intervals_are_of_conversations(cap, tmp_path):
    talks = Windows(tmp_path / "dump", count=20, tokens=lambda _: True)
    rows, _, _ = cap(talks, "--benign", "coding", "--bootstrap", 4000)
    parts = list(classes(talks, "token", "coding").values())
    random, draws = np.random.default_rng(0), []
    for _ in range(4000):
        chosen = [parts[i] for i in random.integers(len(parts), size=len(parts))]
        draws.append(cohen(np.concatenate([kept for kept, _ in chosen]), np.concatenate([drifted for _, drifted in chosen])))
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    for row, a, b in zip(rows, low, high, strict=True):
        assert float(row["separation_low"]) == pytest.approx(a, abs=0.2 * (b - a))
        assert float(row["separation_high"]) == pytest.approx(b, abs=0.2 * (b - a))


def test_the_planted_layers_are_the_window(cap, tmp_path):
    talks = Windows(tmp_path / "dump", count=60, tokens=lambda _: True)
    rows, said, done = cap(talks, "--benign", "coding")
    assert [row["window"] for row in rows] == ["false", "true", "true", "false"]
    assert "layers 1, 2 are shown to do at least 0.8 as well: cap them together with --layers 1:3" in said
    # The two are planted within a tenth of each other: either may be the best of a sample.
    assert re.search("Window: layer [12] best tells tokens of benign turns from those of the last turns of other domains", said)


@pytest.mark.parametrize("seed", range(3))
def test_where_nothing_drifts_there_is_no_window(cap, tmp_path, seed):
    talks = Windows(tmp_path / "dump", count=20, fall=0, seed=seed, tokens=lambda _: True)
    rows, said, _ = cap(talks, "--benign", "coding")
    assert all(row["window"] == "false" for row in rows)
    assert "Window: no layer is shown to tell tokens of benign turns" in said


def test_few_conversations_have_no_window(cap, tmp_path):
    talks = Windows(tmp_path / "dump", count=4, tokens=lambda _: True)
    rows, said, _ = cap(talks, "--benign", "coding")
    assert all(row["window"] == "false" for row in rows) and "Window: no layer is shown" in said


def test_where_a_class_is_missing_there_is_no_table(cap, tmp_path):
    """Conversations of one turn have no last turn that could have drifted."""
    talks = Windows(tmp_path / "dump", count=6, turns=1)
    rows, said, _ = cap(talks)
    assert rows == [] and "Window" not in said


def test_the_summary_has_the_window(cap, tmp_path):
    talks = Windows(tmp_path / "dump", count=60, tokens=lambda _: True)
    _, _, done = cap(talks, "--benign", "coding", "--json")
    [window] = json.loads(done.stdout)["windows"]
    assert window["granularity"] == "token" and window["layers"] == [1, 2] and window["layer"] in (1, 2)
