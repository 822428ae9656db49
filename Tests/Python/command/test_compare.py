"""persona compare against NumPy and SciPy, written out, on planted spaces and two real ones."""

import json
import subprocess

import numpy as np
import pytest
from comparing import SHARED_DIMENSIONS, agrees, compare, fit, measures, models, space, values
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from scipy import stats

from repository import SHARED


@pytest.mark.parametrize("sizes", [(40, 40), (40, 25), (9, 9), (7, 30)])
def test_every_measure(fit, compare, sizes):
    """Fewer and more dimensions than roles, the same and different ones, in three layers."""
    (vectors_a, default_a), (vectors_b, default_b) = models(1, 20, *sizes, layers=3)
    rows, movers, _ = compare(fit("a", vectors_a, default_a), fit("b", vectors_b, default_b), "--bootstrap", 0)
    assert list(rows[0])[:10] == "a b layer_a layer_b common_roles measure value low high null_95".split()
    assert list(movers[0])[:8] == "a b role position_a position_b change low high".split()
    for layer in range(3):
        own = [row for row in rows if row["layer_a"] == row["layer_b"] == str(layer)]
        agrees(own, *measures(vectors_a[:, layer], default_a[layer], vectors_b[:, layer], default_b[layer]))
        assert {row["common_roles"] for row in own} == {"20"}
    assert {row["a"] for row in rows} == {"a"} and {row["b"] for row in rows} == {"b"}
    assert all(row["low"] == row["high"] == row["null_95"] == row["p"] == "" for row in rows)
    a, b = space(vectors_a[:, 1], default_a[1])["positions"], space(vectors_b[:, 1], default_b[1])["positions"]
    assert {row["layer_a"] for row in movers} == {"1"} and len(movers) == 20
    for row in movers:
        index = int(row["role"][1:])
        assert abs(float(row["position_a"]) - a[index]) < 1e-12 and abs(float(row["position_b"]) - b[index]) < 1e-12
        assert abs(float(row["change"]) - (b - a)[index]) < 1e-12
        assert int(row["rank_a"]) == 1 + (a > a[index]).sum() and int(row["rank_b"]) == 1 + (b > b[index]).sum()
    changes = [abs(float(row["change"])) for row in movers]
    assert changes == sorted(changes, reverse=True)


def test_a_rotation_is_undone(fit, compare):
    """B is A turned: nothing changes but directions, and Procrustes turns it back."""
    vectors, default = models(2, 25, 30)[0]
    turn = stats.ortho_group.rvs(30, random_state=3)
    rows, movers, _ = compare(fit("a", vectors, default), fit("b", vectors @ turn, default @ turn), "--bootstrap", 200)
    found = values(rows)
    for name in ["position_spearman", "cka", "cka_debiased", "rsa_spearman", "procrustes_cosine"]:
        assert abs(found[name] - 1) < 1e-12, name
    assert found["procrustes_residual"] < 1e-12 < 0.5 < found["identity_residual"]
    assert all(abs(float(row["change"])) < 1e-12 for row in movers)
    for row in rows:
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])


def test_ragged_roles_are_matched_by_name(fit, compare):
    """Roles of other order and number: the spaces are fitted again to those that both have."""
    (vectors_a, default_a), (vectors_b, default_b) = models(4, 30, 20, 20)
    names = [f"r{index:02}" for index in range(30)]
    own = list(np.random.default_rng(5).permutation(30)[:24])
    a = fit("a", vectors_a[:27], default_a, names[:27])
    b = fit("b", vectors_b[own], default_b, [names[index].replace("r03", "alone") for index in own])
    rows, movers, done = compare(a, b, "--bootstrap", 0)
    common = [index for index in range(27) if index in own and index != 3]
    agrees(rows, *measures(vectors_a[common, 0], default_a[0], vectors_b[common, 0], default_b[0]))
    assert {row["common_roles"] for row in rows} == {str(len(common))}
    assert {row["role"] for row in movers} == {names[index] for index in common}
    missing = [names[index] for index in range(27) if index not in common]
    line = next(line for line in done.stdout.splitlines() if "only in a" in line)
    assert all(name in line for name in missing[:12])
    assert "only in b" in done.stdout and "only in b" in done.stderr


def test_three_checkpoints(fit, compare):
    """Consecutive pairs and each against the first, as each pair is by itself; the default drifts on its way."""
    random = np.random.default_rng(6)
    vectors, default = models(6, 25, 30)[0]
    spaces, roles = [], [[*range(25)], [*range(24)], [*range(2, 25)]]
    for step in range(3):
        moved = vectors + step * 0.2 * random.standard_normal(vectors.shape)
        spaces.append((moved, default + step * 0.1 * (vectors.mean(0) - default)))
    folders = [
        fit(f"step{step}", spaces[step][0][roles[step]], spaces[step][1], [f"r{index:02}" for index in roles[step]])
        for step in range(3)
    ]
    rows, movers, done = compare(*folders, "--bootstrap", 60, "--names", "base,sft,rl")
    assert "Trajectory" in done.stdout
    for a, b in [(0, 1), (1, 2), (0, 2)]:
        common = [index for index in roles[a] if index in roles[b]]
        wanted = measures(spaces[a][0][common, 0], spaces[a][1][0], spaces[b][0][common, 0], spaces[b][1][0])
        names = "base sft rl".split()
        own = [row for row in rows if (row["a"], row["b"]) == (names[a], names[b])]
        agrees(own, *wanted)
        assert {row["common_roles"] for row in own} == {str(len(common))}
        alone, _, _ = compare(folders[a], folders[b], "--bootstrap", 60, "--names", f"{names[a]},{names[b]}")
        assert alone == own
    pairs = [(row["a"], row["b"]) for row in rows]
    assert list(dict.fromkeys(pairs)) == [("base", "sft"), ("sft", "rl"), ("base", "rl")]
    assert list(dict.fromkeys((row["a"], row["b"]) for row in movers)) == list(dict.fromkeys(pairs))


def test_layer_maps(fit, compare):
    (vectors_a, default_a), (vectors_b, default_b) = models(10, 15, 20, 20, layers=8)
    small = vectors_b[:, :4]
    a, b = fit("a", vectors_a, default_a), fit("b", small, default_b[:4])
    same = fit("same", vectors_b, default_b)
    one = fit("one", vectors_b[:, :1], default_b[:1], None, "--row-layers", 5)

    def pairs(*arguments, **options):
        found = compare(*arguments, "--bootstrap", 0, **options)
        if found is None:
            return None
        rows, movers, done = found
        shown = {(int(row["layer_a"]), int(row["layer_b"])) for row in movers}
        return list(dict.fromkeys((int(row["layer_a"]), int(row["layer_b"])) for row in rows)), shown, done.stdout

    found, shown, said = pairs(a, same)
    assert found == [(layer, layer) for layer in range(8)] and shown == {(4, 4)} and "the middle one of 8" in said
    # Block l of L ends at (l + 1) / L of the depth; the lower one of two that are as near.
    found, _, said = pairs(a, b)
    assert found == [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (6, 2), (7, 3)] and "relative depth" in said
    assert pairs(b, a)[0] == [(0, 1), (1, 3), (2, 5), (3, 7)]
    assert pairs(a, b, "--layer-map", "same")[0] == [(layer, layer) for layer in range(4)]
    assert pairs(a, same, "--layer-map", "relative")[0] == [(layer, layer) for layer in range(8)]
    assert pairs(a, b, "--layer-map", "6=2,3=0")[0] == [(6, 2), (3, 0)]
    assert pairs(a, b, "--layers", "2:5")[0] == [(2, 0), (3, 1), (4, 1)]
    assert pairs(a, one)[0] == [(5, 5)]
    assert pairs(fit("two", vectors_a[:, :1], default_a[:1]), one)[0] == [(0, 5)]
    assert pairs(a, same, "--layer", 2)[1] == {(2, 2)}
    found, _, _ = pairs(a, b, same, "--layer-map", "6=2=5")
    assert found == [(6, 2), (2, 5), (6, 5)]
    rows, _, _ = compare(a, b, "--layer-map", "6=2", "--bootstrap", 0)
    agrees(rows, *measures(vectors_a[:, 6], default_a[6], small[:, 2], default_b[2]))
    _ = [path.unlink() for path in (a.parent / "out").iterdir()], (a.parent / "out").rmdir()
    pairs(a, b, "--layer-map", "6=9", status=65, says="there is no layer 9")
    pairs(a, one, "--layer-map", "relative", status=65, says="relative depth is not known")
    pairs(a, b, "--layers", "9", status=65, says="there is no layer 9")
    pairs(a, b, "--layer", "9", status=65, says="there is no layer 9")
    pairs(b, one, status=65, says="no layer has the same number")
    pairs(a, b, "--layer-map", "6-2", status=64)
    pairs(a, b, "--layer-map", "6=2=3", status=64, says="3 layers in a group for 2 spaces")


def test_scaled_spaces(fit, compare, tmp_path):
    (vectors_a, default_a), (vectors_b, default_b) = models(11, 20, 15, 15)
    plain = fit("plain", vectors_a, default_a)
    dropped = fit("dropped", vectors_b, default_b, None, "--drop-dimensions", "3,4")
    scaled = [fit(f"s{i}", *one, None, "--scale", "zscore") for i, one in enumerate(models(11, 20, 15, 15))]
    rows, _, done = compare(plain, dropped, "--bootstrap", 0)
    assert "in different ways" in done.stderr
    kept = np.r_[0:3, 5:15]
    wanted = measures(vectors_a[:, 0], default_a[0], vectors_b[:, 0] * np.isin(range(15), kept), default_b[0])[0]
    assert abs(values(rows)["cka"] - wanted["cka"]) < 1e-9
    rows, _, done = compare(*scaled, "--bootstrap", 0)
    assert "directions are not compared" in done.stdout and "in different ways" in done.stderr
    factors = [1 / vectors[:, 0].std(0, ddof=1) for vectors in (vectors_a, vectors_b)]
    wanted = measures(
        vectors_a[:, 0] * factors[0], default_a[0] * factors[0], vectors_b[:, 0] * factors[1], default_b[0] * factors[1]
    )[0]
    assert not [name for name in values(rows) if name.startswith(SHARED_DIMENSIONS)]
    assert all(abs(value - wanted[name]) < 1e-9 for name, value in values(rows).items())
    _ = [path.unlink() for path in (tmp_path / "out").iterdir()], (tmp_path / "out").rmdir()
    compare(plain, scaled[1], status=65, says="standardised")


def test_json_and_default_report(fit, compare):
    (vectors_a, default_a), (vectors_b, default_b) = models(12, 12, 20, 15)
    a, b = fit("a", vectors_a, default_a), fit("b", vectors_b, default_b)
    rows, movers, done = compare(a, b, "--bootstrap", 50, "--json", "-q")
    summary = json.loads(done.stdout)
    pair = summary["pairs"][0]
    assert summary["spaces"] == ["a", "b"] and pair["common_roles"] == 12 and pair["only_a"] == []
    for row, one in zip(rows, pair["layers"][0]["measures"], strict=True):
        assert one["measure"] == row["measure"] and one["value"] == float(row["value"])
        assert one["null_95"] == float(row["null_95"])
    assert [one["role"] for one in pair["movers"]] == [row["role"] for row in movers]
    _, _, done = compare(a, b, "--bootstrap", 50)
    assert "12 roles in common" in done.stdout and "the default is one vector" in done.stdout


def test_bad_input(fit, compare, tmp_path, persona):
    (vectors_a, default_a), (vectors_b, default_b) = models(13, 8, 10, 10)
    a = fit("a", vectors_a, default_a)
    other = fit("other", vectors_b, default_b, [f"x{index}" for index in range(8)])
    few = fit("few", vectors_b, default_b, ["r00", "r01", *(f"x{index}" for index in range(6))])
    compare(a, status=64, says="two or more spaces")
    compare(a, other, status=65, says="no role in common")
    compare(a, few, status=65, says="2 roles in common")
    compare(a, tmp_path / "a-dump", status=65, says=f"persona fit {tmp_path / 'a-dump'} -o OUT")
    compare(a, tmp_path / "absent", status=66, says="no such file")
    compare(a, tmp_path / "a-dump" / "vectors" / "r00.safetensors", status=65, says="not a space.safetensors")
    (tmp_path / "text").write_text("no tensors")
    compare(a, tmp_path / "text", status=65, says="not a .pt")
    compare(a, other, "--names", "x,x", status=64, says="2 different names")
    compare(a, other, "--names", "x", status=64, says="2 different names")
    with safe_open(a / "space.safetensors", "numpy") as file:
        metadata = file.metadata()
    tensors = load_file(a / "space.safetensors")
    tensors["role_vectors"][3, 0, 2] = np.nan
    save_file(tensors, tmp_path / "nan.safetensors", metadata)
    compare(a, tmp_path / "nan.safetensors", status=65, says="role 'r03', layer 0: a value is NaN")
    rows, _, done = compare(a, tmp_path / "nan.safetensors", "--nonfinite", "skip", "--bootstrap", 0)
    assert {row["common_roles"] for row in rows} == {"7"} and "r03" in done.stderr
    components = tmp_path / "components"
    subprocess.run([persona, "fit", tmp_path / "a-dump", "-o", components, "-q", "--components-only"], check=True)
    _ = [path.unlink() for path in (tmp_path / "out").iterdir()], (tmp_path / "out").rmdir()
    compare(a, components, status=65, says="no axis")


def test_three_and_four_roles(fit, compare):
    """What so few do not define is an empty cell, and none is resampled."""
    (vectors_a, default_a), (vectors_b, default_b) = models(14, 3, 10, 10)
    rows, movers, done = compare(fit("a", vectors_a, default_a), fit("b", vectors_b, default_b))
    found = {row["measure"]: row for row in rows}
    assert found["loading_pearson_2"]["value"] and found["loading_pearson_3"]["value"] == ""
    assert found["cka_debiased"]["value"] == "" and found["cka"]["value"]
    assert all(row["low"] == "" for row in rows + movers) and "No intervals" in done.stdout


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared, the real activations beside the repository")
def test_two_real_models(persona, compare, tmp_path):
    for name, folder in [("llama", "llama-3.1-8b"), ("qwen", "qwen2.5-7b")]:
        command = [persona, "fit", SHARED / "real" / "roles" / folder, "-o", tmp_path / name, "-q", "--bootstrap", "0"]
        subprocess.run(command, check=True)
    rows, movers, _ = compare(tmp_path / "llama", tmp_path / "qwen", "--bootstrap", 0)
    wanted = json.loads((SHARED / "reference" / "expected" / "compare-llama-qwen.json").read_text())
    found = values(rows)
    assert {row["common_roles"] for row in rows} == {str(wanted["common"])} and len(movers) == wanted["common"]
    for name in ["position_spearman", "cka", "rsa_spearman"]:
        assert abs(found[name] / wanted[name] - 1) < 1e-9
    for index, value in enumerate(wanted["loading_pearson"]):
        assert abs(found[f"loading_pearson_{index + 1}"] / value - 1) < 1e-9
