"""ranges.csv against NumPy: floors in several layers together, what they touch, what they take, and which range is recommended."""

import json

import numpy as np
import pytest
from people import read, refused, run, save, table  # noqa: F401
from test_cap import Talks
from test_cap_windows import SPREAD, Windows, capped


class Together(Windows):
    """Layers 1 and 2 have the same noise along the axis, as neighbours do: what lies low at one lies low at the other."""

    def at(self, position):
        own = self.random.standard_normal((3, 1))[[0, 1, 1, 2]]
        along = np.array(SPREAD)[:, None] * own * self.world.axis
        return (Talks.at(self, position) + along).astype(np.float32)


RANGES = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]


@pytest.fixture
def cap(run, tmp_path):  # noqa: F811
    def cap(talks, *options):
        rows, said, _ = capped(run, tmp_path, talks, "ranges.csv", *options)
        return rows, said, table(tmp_path / "out" / "caps.csv")

    return cap


def turns(talks, granularity):
    """By conversation: of each turn the projections of its tokens (or mean), shape (tokens, layers)."""
    found = talks.tokens if granularity == "token" else talks.means
    return {name: [np.einsum("nld,ld->nl", turn.astype(np.float64), talks.unit) for turn in own] for name, own in found.items()}


def norms(talks, granularity):
    found = talks.tokens if granularity == "token" else talks.means
    return {name: [np.linalg.norm(turn.astype(np.float64), axis=-1) for turn in own] for name, own in found.items()}


def passed_on(projections, taus, lengths):
    """What each token is moved by, in axis lengths, where all that a floor moves arrives at the next layer: layer after layer."""
    moved = np.zeros(len(projections))
    for layer in range(projections.shape[1]):
        lacking = taus[layer] - (projections[:, layer] + moved * lengths[layer])
        moved = moved + np.maximum(lacking, 0) / lengths[layer]
    return moved


def fall(talks, granularity, layer, after):
    """Σ over conversations of first less last turn's mean projection, after `after` of each turn's tokens."""
    return sum(after(own[0], layer).mean() - after(own[-1], layer).mean() for own in turns(talks, granularity).values())


def expected(talks, granularity, layers, taus, benign="coding"):
    """The row of ranges.csv by the definitions; `taus` by layer."""
    own, lengths = list(layers), np.linalg.norm(talks.world.axis, axis=-1)
    taus = np.array([taus[layer] for layer in own])
    shares, kept, changed = [], [], 0.0
    for name, talk in turns(talks, granularity).items():
        for h, norm in zip(talk, norms(talks, granularity)[name], strict=True):
            below = h[:, own] < taus
            shares.append(below.any(1).mean())
            if name.startswith(benign):
                kept.append(shares[-1])
            changed += (np.maximum(taus - h[:, own], 0) / norm[:, own]).sum(1).mean()
    reductions = []
    for layer, tau in zip(own, taus, strict=True):
        before = fall(talks, granularity, layer, lambda h, at: h[:, at])
        reductions.append(1 - fall(talks, granularity, layer, lambda h, at, tau=tau: np.maximum(h[:, at], tau)) / before)
    last = own[-1]
    arriving = fall(
        talks, granularity, last, lambda h, at: h[:, at] + lengths[at] * passed_on(h[:, own], taus, lengths[own])
    )
    answers = np.einsum("nld,ld->nl", talks.answers.astype(np.float64), talks.unit)[:, own]
    return {
        "turns": len(shares), "layers": len(own), "capped_share": np.mean(shares), "drift_reduction": np.mean(reductions),
        "least_reduction": min(reductions), "last_reduction": reductions[-1],
        "arriving_reduction": 1 - arriving / fall(talks, granularity, last, lambda h, at: h[:, at]),
        "benign_share": np.mean(kept), "default_share": (answers < taus).any(1).mean(), "perturbation": changed / len(shares),
    }  # fmt: skip


def floors(talks, percentile):
    projections = np.einsum("rld,ld->rl", talks.world.roles.astype(np.float64), talks.unit)
    return np.percentile(projections, percentile, axis=0)


def test_every_number_is_that_of_the_definitions_tokens_and_means_apart(cap, tmp_path):
    talks = Talks(tmp_path / "dump")
    rows, _, _ = cap(talks, "--percentile", "25,75,95", "--benign", "coding", "--bootstrap", 0)
    places = [(int(row["first_layer"]), int(row["last_layer"]), row["granularity"], float(row["percentile"])) for row in rows]
    assert places == [(*ends, kind, p) for ends in RANGES for kind in ("token", "turn") for p in (25, 75, 95)]
    for row, (first, last, kind, percentile) in zip(rows, places, strict=True):
        for name, value in expected(talks, kind, range(first, last + 1), floors(talks, percentile)).items():
            assert float(row[name]) == pytest.approx(value, rel=1e-5, abs=1e-7), (name, row)
        assert row["tau"] == row["drift_reduction_low"] == row["benign_low"] == "" and row["recommended"] == "false"


def test_what_arrives_lies_between_nothing_and_all(cap, tmp_path):
    """More arrives, more of the fall is taken; with floors that touch nothing, or in layers that are alike, there is no difference."""
    rows, _, _ = cap(Talks(tmp_path / "dump"), "--percentile", "25,75", "--benign", "coding", "--bootstrap", 0)
    gaps = [float(row["arriving_reduction"]) - float(row["last_reduction"]) for row in rows]
    assert min(gaps) >= -1e-12 and max(gaps) > 0.01


def test_given_floors_and_a_bare_axis(cap, run, tmp_path):  # noqa: F811
    talks = Talks(tmp_path / "dump", tokens=lambda _: True)
    rows, _, _ = cap(talks, "--tau", "1,2", "--benign", "coding", "--bootstrap", 0)
    assert [(row["percentile"], float(row["tau"])) for row in rows[:2]] == [("", 1), ("", 2)]
    for row in rows:
        own = expected(talks, "token", range(int(row["first_layer"]), int(row["last_layer"]) + 1), [float(row["tau"])] * 4)
        for name in ("capped_share", "arriving_reduction", "benign_share", "perturbation"):
            assert float(row[name]) == pytest.approx(own[name], rel=1e-5, abs=1e-7), name
    save({"axis": talks.world.axis.astype(np.float32)}, tmp_path / "axis.pt")
    read(run, "cap", tmp_path / "axis.pt", talks.folder, "-o", tmp_path / "bare", "--tau", 1, "--bootstrap", 0)
    for row in table(tmp_path / "bare/ranges.csv"):
        assert row["drift_reduction"] == row["arriving_reduction"] == row["last_reduction"] == ""
        assert float(row["capped_share"]) >= 0


def test_intervals_are_of_conversations(cap, tmp_path):
    talks = Talks(tmp_path / "dump", count=30, tokens=lambda _: False)
    rows, _, _ = cap(talks, "--percentile", "75", "--layers", "1:3", "--benign", "therapy", "--bootstrap", 4000)
    [row] = rows
    taus, lengths, names = floors(talks, 75)[1:3], np.linalg.norm(talks.world.axis, axis=-1)[1:3], sorted(talks.means)
    h = np.stack([np.concatenate(turns(talks, "turn")[name])[:, 1:3] for name in names])
    moved = np.stack([passed_on(talk, taus, lengths) for talk in h])
    first, capped = h[:, 0] - h[:, -1], np.maximum(h, taus)[:, 0] - np.maximum(h, taus)[:, -1]
    arrived = first[:, 1] + lengths[1] * (moved[:, 0] - moved[:, -1])
    benign, touched = np.array([name.startswith("therapy") for name in names]), (h < taus).any(2).mean(1)
    draws = np.random.default_rng(0).integers(len(names), size=(20000, len(names)))
    found = {
        "drift_reduction": (1 - capped[draws].sum(1) / first[draws].sum(1)).mean(1),
        "arriving_reduction": 1 - arrived[draws].sum(1) / first[:, 1][draws].sum(1),
        "benign": (touched * benign)[draws].sum(1) / benign[draws].sum(1),
    }
    for name, values in found.items():
        low, high = np.percentile(values, [2.5, 97.5])
        assert float(row[f"{name}_low"]) == pytest.approx(low, abs=0.3 * (high - low))
        assert float(row[f"{name}_high"]) == pytest.approx(high, abs=0.3 * (high - low))


def test_the_layers_that_tell_drift_are_recommended_together_and_exported(cap, run, tmp_path):  # noqa: F811
    """Layers 1 and 2 tell drift from what is fine, 0 and 3 hardly: floors there take little within the budget."""
    talks = Together(tmp_path / "dump", count=60, tokens=lambda _: True)
    options = ["--benign", "coding", "--calibrate", "default", "--percentile", "2,5,10,20,40", "--max-benign", "20%"]
    rows, said, caps = cap(talks, *options)
    [own] = [row for row in rows if row["recommended"] == "true"]
    assert (own["first_layer"], own["last_layer"]) == ("1", "2")
    assert float(own["benign_share"]) <= 0.24 and float(own["default_share"]) <= 0.2
    [single] = [row for row in caps if row["recommended"] == "true"]
    assert float(own["least_reduction"]) > 0.7 * float(single["drift_reduction"])
    assert f"Several layers together: layers 1:3, percentile {own['percentile'].removesuffix('.0')}, tau" in said
    assert "What arrives of one behind the next is not in a dump without the cap" in said
    path = tmp_path / "cap.json"
    read(run, "export", tmp_path / "space", "--to", "cap-json", "-o", path, "--caps", tmp_path / "out", "--verify")
    found = json.loads(path.read_text())
    assert found["id"] == f"layers_1:3-p{(100 - float(own['percentile'])) / 100}"
    taus = {int(row["layer"]): float(row["tau"]) for row in caps if row["percentile"] == own["percentile"]}
    assert [(layer["layer"], layer["min"]) for layer in found["layers"]] == [(1, taus[1]), (2, taus[2])]
    read(run, "export", tmp_path / "space", "--to", "cap-json", "-o", path, "--caps", tmp_path / "out", "--layers", 2, "--force")
    assert [layer["layer"] for layer in json.loads(path.read_text())["layers"]] == [2]
    # And simulated as a whole, it is that row.
    read(run, "export", tmp_path / "space", "--to", "cap-json", "-o", path, "--caps", tmp_path / "out", "--force")
    whole, said, _ = cap(talks, "--config", path, "--benign", "coding")
    assert len(whole) == 1 and "All 2 layers together: they touch" in said
    for name in ("capped_share", "drift_reduction", "arriving_reduction", "benign_share", "default_share", "perturbation"):
        assert float(whole[0][name]) == pytest.approx(float(own[name]), rel=1e-4, abs=1e-6), name


def test_where_one_layer_alone_does_it_no_range_is_recommended(cap, tmp_path, monkeypatch):
    monkeypatch.setattr("test_cap_windows.SPREAD", (4.0, 0.4, 4.0, 4.0))
    talks = Windows(tmp_path / "dump", count=40, tokens=lambda _: True)
    rows, said, caps = cap(talks, "--benign", "coding", "--calibrate", "default", "--percentile", "5,10,20", "--max-benign", "20%")
    assert sum(row["recommended"] == "true" for row in caps) == 1
    assert all(row["recommended"] == "false" for row in rows)
    assert "Several layers together: none within the budget of which each does at least 0.8 as well" in said


def test_a_turn_that_one_layer_lacks_is_in_no_range_over_it(cap, tmp_path):
    talks = Talks(tmp_path / "dump", tokens=lambda _: False)
    own = np.concatenate(talks.means["therapy-03"])
    own[2, 0] = np.nan
    save({"turns": own}, talks.folder / "turns/therapy-03.pt")
    rows, _, _ = cap(talks, "--percentile", "75", "--nonfinite", "skip", "--bootstrap", 0)
    assert [int(row["turns"]) for row in rows] == [139, 139, 139, 140, 140, 140]


def test_layers_that_do_not_follow_one_another_are_in_no_range(cap, tmp_path):
    talks = Talks(tmp_path / "dump", tokens=lambda _: False)
    rows, said, _ = cap(talks, "--percentile", "75", "--layers", "0,2,3", "--bootstrap", 0)
    assert [(row["first_layer"], row["last_layer"]) for row in rows] == [("2", "3")]
    rows, said, _ = cap(talks, "--percentile", "75", "--layers", "1", "--benign", "coding")
    assert rows == [] and "Several layers" not in said


def test_steering_has_no_ranges(cap, tmp_path):
    talks = Talks(tmp_path / "dump", tokens=lambda _: False)
    cap(talks, "--percentile", "75", "--bootstrap", 0)
    assert cap(talks, "--steer", "1")[0] == [] and cap(talks, "--remove")[0] == []


def test_the_layer_that_is_asked_for_is_shown(cap, run, tmp_path):  # noqa: F811
    talks = Talks(tmp_path / "dump", tokens=lambda _: False)
    _, said, _ = cap(talks, "--percentile", "75", "--layer", 3, "--bootstrap", 0)
    assert "Capping at layer 3 (asked for), simulated there alone" in said
    said = refused(run, "cap", tmp_path / "space", talks.folder, "-o", tmp_path / "x", "--layer", 9)
    assert "there is no layer 9; the layers are 0 to 3" in said


def test_a_domain_with_a_comma_can_be_named(cap, run, tmp_path):  # noqa: F811
    talks = Talks(tmp_path / "dump", tokens=lambda _: False)
    for path in (talks.folder / "transcripts").glob("coding-*"):
        path.write_text(path.read_text().replace('"coding"', r'"coding, \"plain\""'))
    _, _, caps = cap(talks, "--percentile", "75", "--bootstrap", 0, "--benign", '"coding, ""plain"""', "--benign", "therapy")
    both = [float(row["benign_share"]) for row in caps]
    _, _, caps = cap(talks, "--percentile", "75", "--bootstrap", 0, "--benign", '"coding, ""plain"""')
    assert [float(row["benign_share"]) for row in caps] != both
    assert both == pytest.approx([float(row["capped_share"]) for row in caps])
    said = refused(run, "cap", tmp_path / "space", talks.folder, "-o", tmp_path / "x", "--benign", "coding, plain")
    assert "no turn is of the domain ' plain'" in said and """--benign '"coding, ""plain\"""'""" in said
    assert run("cap", tmp_path / "space", talks.folder, "-o", tmp_path / "x", "--benign", '"coding').returncode == 64


def test_the_summary_has_the_ranges(run, cap, tmp_path):  # noqa: F811
    talks = Talks(tmp_path / "dump", tokens=lambda _: False)
    rows, _, _ = cap(talks, "--percentile", "75", "--benign", "coding")
    done = read(run, "cap", tmp_path / "space", talks.folder, "-o", tmp_path / "x", "--percentile", 75, "--benign", "coding", "--json")
    found = json.loads(done.stdout)["ranges"]
    assert len(found) == len(rows) == 6
    for row, own in zip(rows, found, strict=True):
        for name in ("first_layer", "drift_reduction", "arriving_reduction", "last_reduction", "benign_share", "perturbation"):
            assert float(row[name]) == pytest.approx(own[name], rel=1e-9), name
