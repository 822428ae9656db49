"""persona cap against NumPy: each token or mean by itself, sums over conversations, what it costs, and what is recommended."""

import json
import shutil

import numpy as np
import pytest
from people import NAMES, World, read, refused, run, save, table  # noqa: F401

DOMAINS = "coding", "therapy"


class Talks:
    """A planted world with conversations: therapy falls along the axis, coding stays; half of them as tokens."""

    def __init__(self, folder, count=14, fall=1.2, seed=1, tokens=lambda index: index % 2 == 0, turns=5):
        self.world, self.random, self.tokens, self.means = World(), np.random.default_rng(seed), {}, {}
        self.unit = self.world.axis / np.linalg.norm(self.world.axis, axis=-1, keepdims=True)
        self.folder = self.world.write(folder)
        for domain in DOMAINS:
            for index in range(count):
                path = np.linspace(0, fall if domain == "therapy" else 0, turns) * self.random.uniform(0.5, 1.5)
                self.add(domain, index, 1.1 - path, tokens(index))
        answers = {f"default_p0_q{q}": self.at(1 + 0.2 * self.random.standard_normal())[None][0] for q in range(40)}
        self.answers = np.stack(list(answers.values()))
        save(answers, folder / "activations/default.pt")

    def at(self, position):
        """An activation at `position` on the axis of each layer, with noise off it and a little along it."""
        noise = self.random.standard_normal(self.world.axis.shape) * 0.3
        return (self.world.mean + position * self.world.axis + noise).astype(np.float32)

    def add(self, domain, index, positions, has_tokens):
        name = f"{domain}-{index:02}"
        if has_tokens:
            lengths = self.random.integers(2, 6, len(positions))
            own = [np.stack([self.at(x + 0.5 * self.random.standard_normal()) for _ in range(n)]) for x, n in zip(positions, lengths, strict=True)]
            self.tokens[name] = own
            offsets = np.r_[0, np.cumsum(lengths)].astype(np.int64)
            save({"tokens": np.concatenate(own), "turn_offsets": offsets}, self.folder / f"turns/{name}.pt")
        else:
            self.means[name] = [self.at(x)[None] for x in positions]
            save({"turns": np.concatenate(self.means[name])}, self.folder / f"turns/{name}.pt")
        messages = [{"role": role, "content": "x"} for _ in positions for role in ("user", "assistant")]
        text = {"model": "m", "domain": domain, "conversation": messages}
        (self.folder / "transcripts").mkdir(exist_ok=True)
        (self.folder / f"transcripts/{name}.json").write_text(json.dumps(text))

    def expected(self, granularity, layer, tau, benign="coding"):
        """The row of caps.csv by the definitions, in float64."""
        v, norm = self.unit[layer], np.linalg.norm(self.world.axis[layer])
        talks = self.tokens if granularity == "token" else self.means
        shares, pulls, perturbations, falls, kept, firsts = [], [], [], [], [], []
        for name, turns in talks.items():
            before, after = [], []
            for h in turns:
                h = h[:, layer].astype(np.float64)
                projection = h @ v
                moved = np.minimum(projection - tau, 0)
                capped = h - moved[:, None] * v
                shares.append((projection < tau).mean())
                pulls.append(-moved.mean())
                perturbations.append((np.linalg.norm(capped - h, axis=1) / np.linalg.norm(h, axis=1)).mean())
                if name.startswith(benign):
                    kept.append(shares[-1])
                before.append((h.mean(0) - self.world.mean[layer]) @ v / norm)
                after.append((capped.mean(0) - self.world.mean[layer]) @ v / norm)
            falls.append(after[0] - after[-1])
            firsts.append(before[0] - before[-1])
        default = (self.answers[:, layer].astype(np.float64) @ v < tau).mean()
        return {
            "tau_position": (tau - self.world.mean[layer] @ v) / norm, "turns": len(shares),
            "capped_share": np.mean(shares), "mean_pullback": np.mean(pulls), "drift_before": np.mean(firsts),
            "drift_after": np.mean(falls), "drift_reduction": 1 - np.mean(falls) / np.mean(firsts),
            "benign_share": np.mean(kept), "default_share": default, "perturbation": np.mean(perturbations),
        }  # fmt: skip


@pytest.fixture
def cap(run, tmp_path):  # noqa: F811
    def cap(talks, *options):
        space, out = tmp_path / "space", tmp_path / "out"
        if not space.exists():
            read(run, "fit", talks.folder, "-o", space, "--bootstrap", 0)
        done = read(run, "cap", space, talks.folder, "-o", out, "--force", *options)
        return table(out / "caps.csv"), done

    return cap


def test_every_number_is_that_of_the_definitions_tokens_and_means_apart(cap, tmp_path):
    talks = Talks(tmp_path / "dump")
    rows, _ = cap(talks, "--percentile", "25,75,100", "--benign", "coding", "--bootstrap", 0)
    assert len(rows) == 2 * 3 * 4
    projections = np.einsum("rld,ld->rl", talks.world.roles.astype(np.float64), talks.unit)
    for row in rows:
        layer, tau = int(row["layer"]), float(row["tau"])
        assert tau == pytest.approx(np.percentile(projections[:, layer], float(row["percentile"])), rel=1e-6)
        for name, value in talks.expected(row["granularity"], layer, tau).items():
            assert float(row[name]) == pytest.approx(value, rel=1e-5, abs=1e-7), name
        assert row["drift_reduction_low"] == row["benign_low"] == ""
    assert {(row["granularity"], row["turns"]) for row in rows} == {("token", "70"), ("turn", "70")}


def test_intervals_are_of_conversations(cap, tmp_path):
    """Against a bootstrap of conversations in NumPy, whose percentiles are widened for their number."""
    talks = Talks(tmp_path / "dump", count=30, tokens=lambda _: False)
    rows, _ = cap(talks, "--tau", 1, "--layers", 1, "--benign", "therapy", "--bootstrap", 4000)
    [row] = rows
    v, names, random = talks.unit[1], sorted(talks.means), np.random.default_rng(0)
    h = np.stack([np.concatenate(talks.means[name])[:, 1].astype(np.float64) @ v for name in names])
    first, last = h[:, 0] - h[:, -1], np.maximum(h, 1)[:, 0] - np.maximum(h, 1)[:, -1]
    benign = np.array([name.startswith("therapy") for name in names])
    draws = random.integers(len(names), size=(20000, len(names)))
    reduction = 1 - last[draws].sum(1) / first[draws].sum(1)
    touched = (h < 1).mean(1)
    share = (touched * benign)[draws].sum(1) / benign[draws].sum(1)
    for name, values, width in (("drift_reduction", reduction, 0.3), ("benign", share, 0.3)):
        low, high = np.percentile(values, [2.5, 97.5])
        assert float(row[f"{name}_low"]) == pytest.approx(low, abs=width * (high - low))
        assert float(row[f"{name}_high"]) == pytest.approx(high, abs=width * (high - low))
        assert float(row[f"{name}_low"]) < float(row["drift_reduction" if name == "drift_reduction" else "benign_share"])


def test_a_floor_that_works_is_recommended_within_the_budget(cap, tmp_path):
    talks = Talks(tmp_path / "dump", count=24, tokens=lambda _: False)
    rows, done = cap(talks, "--percentile", "1,25,50,75,100", "--benign", "coding", "--max-benign", "10%")
    [chosen] = [row for row in rows if row["recommended"] == "true"]
    assert float(chosen["benign_share"]) <= 0.12 and float(chosen["default_share"]) <= 0.1
    # No other floor within the budget does much more.
    affordable = [row for row in rows if max(float(row["benign_share"]), float(row["default_share"])) <= 0.1]
    best = max(float(row["drift_reduction"]) for row in affordable)
    assert float(chosen["drift_reduction"]) > best - 0.1
    said = " ".join(done.stdout.split())
    assert f"Recommended: layer {chosen['layer']}" in said and "others it takes" in said


def test_both_halves_of_a_recommendation_are_kept(cap, tmp_path):
    """They are halves: of as many benign turns, so that the share of all is the mean of theirs, and the reduction lies between."""
    talks = Talks(tmp_path / "dump", count=24, tokens=lambda _: False)
    rows, done = cap(talks, "--percentile", "25,75", "--benign", "coding", "--max-benign", "10%")
    [chosen] = [row for row in rows if row["recommended"] == "true"]
    halves = table(tmp_path / "out/recommendation.csv")
    assert [half["half"] for half in halves] == ["choosing", "testing"]
    for half in halves:
        for name in ("layer", "percentile", "tau", "tau_position", "granularity", "default_share", "recommended"):
            assert half[name] == chosen[name], name
        assert half["conversations"] == "24" and float(half["max_benign"]) == 0.1
        assert float(half["drift_reduction_low"]) < float(half["drift_reduction"]) < float(half["drift_reduction_high"])
    shares, reductions = ([float(half[name]) for half in halves] for name in ("benign_share", "drift_reduction"))
    assert sum(shares) / 2 == pytest.approx(float(chosen["benign_share"]), rel=1e-9)
    assert min(reductions) < float(chosen["drift_reduction"]) < max(reductions)
    # What is said is of the half that did not choose.
    said = " ".join(done.stdout.split())
    assert f"on the 24 others it takes {100 * reductions[1]:.1f} %" in said


def test_a_choice_that_is_not_confirmed_is_kept_and_no_choice_leaves_no_table(cap, tmp_path):
    """A floor that touches as much of all benign turns as it may: of one half it touches less, and of the other more."""
    found = set()
    for seed in range(6):
        folder = tmp_path / f"{seed}"
        folder.mkdir()
        talks = Talks(folder / "dump", seed=seed, tokens=lambda _: False)
        shutil.rmtree(talks.folder / "activations")
        benign = np.concatenate([np.concatenate(own)[:, 1] @ talks.unit[1] for name, own in talks.means.items() if "coding" in name])
        tau, kept = np.percentile(benign, 9), tmp_path / "out/recommendation.csv"
        share = (benign < tau).mean()
        kept.unlink(missing_ok=True)
        _, done = cap(
            talks, "--tau", tau, "--layers", 1, "--benign", "coding", "--max-benign", f"{100 * share + 1e-6:.7f}%"
        )
        said = " ".join(done.stdout.split())
        if not kept.exists():
            assert "none within the budget" in said
            found.add("none")
            continue
        choosing, testing = table(kept)
        assert float(choosing["benign_share"]) <= share + 1e-6 < float(testing["benign_share"]) + 2e-6
        assert {choosing["recommended"], testing["recommended"]} == {"true" if "others it takes" in said else "false"}
        found.add("not confirmed" if "does not confirm" in said else "confirmed")
    assert {"none", "not confirmed"} <= found


@pytest.mark.parametrize(
    ("change", "options", "says"),
    [
        ({"fall": 0, "seed": 4}, ["--benign", "coding", "--layers", "1"], "show no fall that differs from 0"),
        ({"fall": 1.2}, ["--benign", "coding", "--bootstrap", "0"], "give --bootstrap of at least 40"),
        ({"count": 4}, ["--benign", "coding"], "there are 8"),
        ({"fall": 1.2}, ["--tau", "1000", "--benign", "coding"], "none within the budget of 5.0 %"),
        ({"fall": 1.2}, ["--tau", "-1000", "--benign", "coding"], "takes anything of the fall; try higher --percentile"),
        ({"fall": 1.2}, ["--default-only"], "of the default's responses"),
    ],
)
def test_what_is_said_where_nothing_is_recommended(cap, tmp_path, change, options, says):
    talks = Talks(tmp_path / "dump", **change, tokens=lambda _: False)
    if options == ["--default-only"]:
        options = []
    elif options[0] != "--tau":
        options = ["--percentile", "1,75", *options]
    rows, done = cap(talks, *options)
    assert says in " ".join(done.stdout.split())
    if "none" in says or "fall" in says or "there are" in says:
        assert {row["recommended"] for row in rows} == {"false"}


def test_without_anything_benign_there_is_no_recommendation(cap, tmp_path):
    talks = Talks(tmp_path / "dump", tokens=lambda _: False)
    (talks.folder / "activations/default.pt").unlink()
    (talks.folder / "activations").rmdir()
    rows, done = cap(talks)
    assert "nothing says what a cap should leave alone" in " ".join(done.stdout.split())
    assert {row["default_share"] for row in rows} == {""}


def test_percentiles_of_the_defaults_responses(cap, tmp_path):
    talks = Talks(tmp_path / "dump")
    rows, _ = cap(talks, "--calibrate", "default", "--percentile", "10,50", "--bootstrap", 0)
    for row in rows:
        own = talks.answers[:, int(row["layer"])].astype(np.float64) @ talks.unit[int(row["layer"])]
        assert float(row["tau"]) == pytest.approx(np.percentile(own, float(row["percentile"])), rel=1e-5)
    points = table(tmp_path / "out/calibration.csv")
    assert {row["source"] for row in points} == {"the default's responses"} and {row["count"] for row in points} == {"40"}
    for row in points:
        own = talks.answers[:, int(row["layer"])].astype(np.float64) @ talks.unit[int(row["layer"])]
        assert float(row["axis_projection"]) == pytest.approx(np.percentile(own, float(row["percentile"])), rel=1e-5)


@pytest.mark.parametrize("budget", ["101%", "x", "-1"])
def test_budgets_are_per_cents(run, tmp_path, budget):  # noqa: F811
    done = run("cap", tmp_path, tmp_path, "-o", tmp_path / "out", f"--max-benign={budget}")
    assert done.returncode == 64 and "--max-benign" in done.stderr


def test_a_choice_on_noise_is_rarely_confirmed(cap, tmp_path):
    """No fall at all, and floors that happen to cut something off of one half: recommended in at most one of ten dumps."""
    found = 0
    for seed in range(10):
        talks = Talks(tmp_path / f"dump{seed}", count=12, fall=0, seed=seed, tokens=lambda _: False)
        rows, _ = cap(talks, "--benign", "coding", "--max-benign", "50%", "--bootstrap", 200)
        found += any(row["recommended"] == "true" for row in rows)
    assert found <= 1


def test_labels_and_broken_responses_of_the_default_are_said(cap, run, tmp_path):  # noqa: F811
    talks = Talks(tmp_path / "dump")
    answers = {f"default_p0_q{q}": talks.at(1) for q in range(20)} | {f"neg_p0_q{q}": talks.at(-1) for q in range(20)}
    save(answers, talks.folder / "activations/default.pt")
    rows, done = cap(talks, "--calibrate", "default", "--percentile", "50", "--bootstrap", 0, "--label", "default")
    assert {row["count"] for row in table(tmp_path / "out/calibration.csv")} == {"20"}
    assert all(float(row["tau_position"]) > 0.8 for row in rows)
    done = cap(talks, "--bootstrap", 0)[1]
    assert "neg" in done.stderr and "default.pt" in done.stderr
    answers["default_p0_q3"] = np.full_like(answers["default_p0_q3"], np.nan)
    save(answers, talks.folder / "activations/default.pt")
    done = cap(talks, "--bootstrap", 0, "--nonfinite", "skip", "--label", "default")[1]
    assert "left out 1 response of the default" in done.stderr
    save({f"default_p0_q{q}": np.ones((4, 8), np.float32) for q in range(20)}, talks.folder / "activations/default.pt")
    said = refused(run, "cap", tmp_path / "space", talks.folder, "-o", tmp_path / "x")
    assert "hidden size 8, the space has 64" in said


def test_one_benign_conversation_cannot_be_tested(cap, tmp_path):
    talks = Talks(tmp_path / "dump", count=14, tokens=lambda _: False)
    for path in talks.folder.glob("*/coding-*"):
        if "-00." not in path.name:
            path.unlink()
    rows, done = cap(talks, "--benign", "coding", "--max-benign", "20", "--percentile", "75,95")
    assert {row["recommended"] for row in rows} == {"false"}
    assert "one half has no benign one" in " ".join(done.stdout.split())


def test_a_conversation_that_one_layer_lacks_does_not_cost_the_other_layers(cap, tmp_path):
    talks = Talks(tmp_path / "dump", count=24, tokens=lambda _: False)
    name, path = "therapy-00", talks.folder / "turns/therapy-00.pt"
    turns = np.concatenate(talks.means[name])
    turns[:, 0] = np.nan
    save({"turns": turns}, path)
    rows, _ = cap(talks, "--benign", "coding", "--max-benign", "10", "--percentile", "50,75", "--nonfinite", "skip")
    assert sum(row["recommended"] == "true" for row in rows) == 1


def test_a_table_of_many_rows_has_each_of_them_once_in_order(cap, tmp_path):
    """Several tasks make them, some thousands each, which begin within conversations and layers."""
    talks, percentiles = Talks(tmp_path / "dump"), list(range(2, 98, 5))
    texts = []
    for threads in (1, 2, 3):
        cap(talks, "--percentile", ",".join(map(str, percentiles)), "--bootstrap", 0, "--threads", threads)
        texts.append((tmp_path / "out/cap_turns.csv").read_bytes())
    assert texts[0] == texts[1] == texts[2]
    rows = table(tmp_path / "out/cap_turns.csv")
    found = [(row["conversation"], int(row["layer"]), float(row["percentile"]), int(row["turn"])) for row in rows]
    names = list(dict.fromkeys(row["conversation"] for row in rows))
    assert set(names) == set(talks.tokens) | set(talks.means)
    assert found == [(name, layer, p, turn) for name in names for layer in range(4) for p in percentiles for turn in range(5)]
    assert len(found) > 5 * 2048
    for row in rows[::97]:
        h = (talks.tokens if row["granularity"] == "token" else talks.means)[row["conversation"]][int(row["turn"])]
        v, tau = talks.unit[int(row["layer"])], float(row["tau"])
        projection = h[:, int(row["layer"])].astype(np.float64) @ v
        assert float(row["capped_share"]) == pytest.approx((projection < tau).mean(), abs=1e-12)
        assert float(row["pullback"]) == pytest.approx(np.maximum(tau - projection, 0).mean(), rel=1e-9, abs=1e-12)
        assert float(row["before"]) == pytest.approx(projection.mean(), rel=1e-9)
