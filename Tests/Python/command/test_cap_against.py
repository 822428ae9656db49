"""persona cap --against: what the simulation foretells of a capped model, where that is planted."""

import json
import shutil

import numpy as np
import pytest
from people import read, refused, run, save, table  # noqa: F401
from test_cap import Talks

#: What of the shift at the capped layer arrives in each layer, along its own axis and in its lengths.
ARRIVES = {0: 0.0, 1: 1.0, 2: 0.5, 3: 0.25}


class Trial:
    """Conversations as tokens, and the same under a cap at layer 1, of which a part arrives in later layers."""

    def __init__(self, run, folder, count=10, noise=0.0):  # noqa: F811
        self.talks = talks = Talks(folder / "plain", count=count, tokens=lambda _: True)
        self.space, self.plain, self.capped = folder / "space", folder / "plain", folder / "capped"
        read(run, "fit", self.plain, "-o", self.space, "--bootstrap", 0)
        self.lengths = np.linalg.norm(talks.world.axis, axis=1)
        self.tau = float(np.median(np.concatenate([np.concatenate(t)[:, 1] for t in talks.tokens.values()]) @ talks.unit[1]))
        shutil.copytree(self.plain / "transcripts", self.capped / "transcripts")
        random = np.random.default_rng(8)
        self.rows = []
        for name, turns in talks.tokens.items():
            after = []
            for number, h in enumerate(turns):
                h = h.astype(np.float64)
                up = np.maximum(self.tau - h[:, 1] @ talks.unit[1], 0) / self.lengths[1]
                moved = h.copy()
                for layer, share in ARRIVES.items():
                    own = up * share + noise * random.standard_normal(len(up)) * (layer > 1)
                    moved[:, layer] += own[:, None] * talks.world.axis[layer]
                after.append(moved.astype(np.float32))
                self.rows.append((name, number, up.mean(), len(up)))
            offsets = np.r_[0, np.cumsum([len(h) for h in after])].astype(np.int64)
            save({"tokens": np.concatenate(after), "turn_offsets": offsets}, self.capped / f"turns/{name}.pt")
        self.record({"layers": [1], "tau": [self.tau]})

    def record(self, capping):
        (self.capped / "manifest.json").write_text(json.dumps({"model": "m", "capping": capping}))

    def arguments(self, *options):
        out = self.space.parent / "out"
        return ("cap", self.space, self.plain, "-o", out, "--force", "--against", self.capped, *options)


def test_every_layer_shows_what_was_planted(run, tmp_path):  # noqa: F811
    trial = Trial(run, tmp_path)
    done = read(run, *trial.arguments())
    rows = {int(row["layer"]): row for row in table(tmp_path / "out/against.csv")}
    assert sorted(rows) == [0, 1, 2, 3]
    shift = np.mean([up for _, _, up, _ in trial.rows])
    for layer, row in rows.items():
        assert int(row["turns"]) == len(trial.rows) and int(row["conversations"]) == 20
        assert float(row["measured"]) == pytest.approx(ARRIVES[layer] * shift, rel=1e-4, abs=1e-6)
        assert float(row["simulated"]) == pytest.approx(shift if layer == 1 else 0, rel=1e-5, abs=1e-9)
        assert (row["capped"], row["origin"]) == ("true" if layer == 1 else "false", "1" if layer > 1 else "")
    # At the capped layer the simulation is the truth; behind it some arrives, and it says nothing of that.
    assert float(rows[1]["foretold"]) == pytest.approx(1, abs=1e-4) and float(rows[1]["correlation"]) > 0.9999
    assert float(rows[1]["foretold_low"]) > 0.999 and float(rows[1]["error"]) < 1e-5
    for layer in (2, 3):
        assert float(rows[layer]["foretold"]) == 0 and rows[layer]["correlation"] == ""
        assert float(rows[layer]["arriving"]) == pytest.approx(ARRIVES[layer], rel=1e-4)
    assert rows[0]["foretold"] == rows[0]["arriving"] == "", "no cap before it, no effect"
    said = " ".join(done.stdout.split())
    assert "Layer 1, capped: the simulation foretells 100.0 % (100 to 100) of what the cap does there" in said
    assert "Layer 2: 50.0 % (50 to 50) of the shift at layer 1 arrives" in said
    # The cap of the record is the one that is simulated.
    [row] = table(tmp_path / "out/caps.csv")
    assert row["layer"] == "1" and float(row["tau"]) == pytest.approx(trial.tau)


def test_intervals_are_of_conversations(run, tmp_path):  # noqa: F811
    """Against a bootstrap of conversations in NumPy, of the ratio that arrives."""
    trial = Trial(run, tmp_path, count=15, noise=0.3)
    read(run, *trial.arguments("--bootstrap", 4000))
    row = next(row for row in table(tmp_path / "out/against.csv") if row["layer"] == "2")
    names = sorted({name for name, *_ in trial.rows})
    up, down = np.zeros(len(names)), np.zeros(len(names))
    for place, name in enumerate(names):
        before, after = (
            np.array([h[:, 2].astype(np.float64).mean(0) @ trial.talks.unit[2] / trial.lengths[2] for h in turns])
            for turns in (trial.talks.tokens[name], split(tmp_path / f"capped/turns/{name}.pt"))
        )
        down[place] = (after - before).sum()
        up[place] = sum(shift for own, _, shift, _ in trial.rows if own == name)
    draws = np.random.default_rng(0).integers(len(names), size=(20000, len(names)))
    low, high = np.percentile(down[draws].sum(1) / up[draws].sum(1), [2.5, 97.5])
    assert float(row["arriving"]) == pytest.approx(down.sum() / up.sum(), rel=1e-4)
    assert float(row["arriving_low"]) == pytest.approx(low, abs=0.2 * (high - low))
    assert float(row["arriving_high"]) == pytest.approx(high, abs=0.2 * (high - low))


def split(path):
    import torch

    content = torch.load(path, weights_only=True)
    offsets = content["turn_offsets"].tolist()
    return [content["tokens"][a:b].numpy() for a, b in zip(offsets, offsets[1:])]


def test_where_the_cap_did_nothing_no_share_is_given(run, tmp_path):  # noqa: F811
    trial = Trial(run, tmp_path)
    shutil.rmtree(trial.capped / "turns")
    shutil.copytree(trial.plain / "turns", trial.capped / "turns")
    done = read(run, *trial.arguments())
    assert all(row["foretold"] == row["arriving"] == "" for row in table(tmp_path / "out/against.csv"))
    assert "Layer 1: the effect of the cap does not differ from 0" in " ".join(done.stdout.split())


def test_what_is_not_the_same_text_is_refused(run, tmp_path):  # noqa: F811
    trial = Trial(run, tmp_path, count=6)
    record = {"layers": [1], "tau": [trial.tau]}
    trial.record(None)
    assert "its manifest.json says nothing of a cap" in refused(run, *trial.arguments())
    trial.record({"layers": [1], "tau": []})
    assert "as many 'tau' as 'layers'" in refused(run, *trial.arguments())
    trial.record({"layers": [11], "tau": [1.0]})
    assert "it caps layer 11" in refused(run, *trial.arguments())
    trial.record(record)
    assert "leave --tau" in refused(run, *trial.arguments("--tau", 1))
    # A layer that no cap has touched differs: another model, or other words of the same length.
    file = trial.capped / "turns/therapy-00.pt"
    turns = split(file)
    offsets = np.r_[0, np.cumsum([len(h) for h in turns])].astype(np.int64)
    other = {path: split(path) for path in (trial.capped / "turns").iterdir()}
    for path, own in other.items():
        tokens = np.concatenate(own)
        tokens[:, 0] += 0.3 * trial.talks.world.axis[0]
        save({"tokens": tokens.astype(np.float32), "turn_offsets": np.r_[0, np.cumsum([len(h) for h in own])].astype(np.int64)}, path)
    says = refused(run, *trial.arguments())
    assert "at layer 0, which no cap has touched, turns differ by 0.3 axis lengths" in says
    # Another number of tokens.
    turns[0] = turns[0][:-1]
    offsets = np.r_[0, np.cumsum([len(h) for h in turns])].astype(np.int64)
    save({"tokens": np.concatenate(turns), "turn_offsets": offsets}, file)
    says = refused(run, *trial.arguments())
    assert "it is another text" in says and "therapy-00, turn 0" in says
    # The other way round.
    (trial.plain / "manifest.json").write_text(json.dumps({"model": "m", "capping": record}))
    assert "it was capped itself, at layers 1" in refused(run, *trial.arguments())


def test_the_cap_of_a_file(run, tmp_path):  # noqa: F811
    """Where nothing is recorded, a file says how the model was capped."""
    trial = Trial(run, tmp_path, count=6)
    trial.record(None)
    path = tmp_path / "cap.json"
    read(run, "export", trial.space, "--to", "cap-json", "-o", path, "--tau", trial.tau, "--layers", 1)
    done = read(run, *trial.arguments("--config", path, "--json"))
    [row] = [row for row in json.loads(done.stdout)["against"] if row["capped"]]
    assert row["layer"] == 1 and row["foretold"] == pytest.approx(1, abs=1e-4)
