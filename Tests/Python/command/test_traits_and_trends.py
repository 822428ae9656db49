"""Traits, and trends over the levels of roles.csv, of `persona fit` against NumPy and SciPy, written out."""

import csv
import shutil
import subprocess

import numpy as np
from fitting import LAYERS, ROLES, fit, numbers, planted, space
from safetensors.numpy import save_file
from scipy import stats


def test_traits(fit, planted):
    tables, _ = fit("--bootstrap", 0)
    _, roles, default, traits, _ = planted
    for layer in range(LAYERS):
        rows = [row for row in tables["traits"] if row["layer"] == str(layer)]
        mean = roles[:, layer].mean(0)
        _, s, vt = np.linalg.svd(roles[:, layer] - mean, full_matrices=False)
        vt = vt[: ROLES - 1][s[: ROLES - 1] > 1e-9]
        unit = space(roles[:, layer], default[layer])[2]
        pcs = vt * np.where(vt @ unit < 0, -1, 1)[:, None]
        centred = traits[:, layer] - traits[:, layer].mean(0)
        wanted = []
        for own, middle in zip(traits[:, layer], centred):
            inner = vt @ middle
            for direction in [unit, *pcs[:5]]:
                place = vt @ direction
                within = inner @ place / np.linalg.norm(inner) / np.linalg.norm(place)
                p = stats.beta.sf(within**2, 0.5, (len(vt) - 1) / 2)
                wanted.append(
                    [
                        own @ direction,
                        own @ direction / np.linalg.norm(own),
                        middle @ direction / np.linalg.norm(middle),
                        (inner @ inner) / (middle @ middle),
                        np.sign(within) * stats.norm.isf(p / 2),
                        p,
                    ]
                )
        found = numbers(rows, "projection", "cosine", "centred_cosine", "span_share", "z", "p")
        assert np.allclose(found, wanted, rtol=1e-6, atol=1e-12)
        rates = stats.false_discovery_control(np.array(wanted)[:, 5])
        assert np.allclose(numbers(rows, "q")[:, 0], rates, rtol=1e-6)
        first = {row["pole"]: row["trait"] for row in rows if row["target"] == "pc1" and row["rank"] == "1"}
        assert first == {"high": "t03", "low": "t04"}


def test_where_roles_lie_along_traits(fit, planted):
    """The cosine of each role less the mean role with each trait less the mean trait, and the default's as `traits.csv` has it."""
    tables, _ = fit("--bootstrap", 0)
    _, roles, default, traits, _ = planted
    names = [f"cos_t{index:02}" for index in range(12)]
    assert list(tables["role_traits"][0]) == ["layer", "role", *names]
    for layer in range(LAYERS):
        rows = [row for row in tables["role_traits"] if row["layer"] == str(layer)]
        assert [row["role"] for row in rows] == [f"r{index:02}" for index in range(ROLES)] + ["default"]
        places = np.vstack([roles[:, layer], default[None, layer]]) - roles[:, layer].mean(0)
        centred = traits[:, layer] - traits[:, layer].mean(0)
        wanted = places @ centred.T / np.linalg.norm(places, axis=1)[:, None] / np.linalg.norm(centred, axis=1)
        found = numbers(rows, *names)
        assert np.allclose(found, wanted, rtol=0, atol=1e-9)
        axis = [row for row in tables["traits"] if row["layer"] == str(layer) and row["target"] == "axis"]
        assert np.allclose(found[-1], numbers(axis, "centred_cosine")[:, 0], rtol=0, atol=1e-12)


def test_where_roles_lie_along_two_traits_in_scaled_dimensions(fit, planted, tmp_path):
    """Of two there is no mean to speak of: they are taken as they are. Dimensions are scaled as the space is."""
    _, roles, default, traits, _ = planted
    (tmp_path / "two").mkdir()
    for index in (3, 4):
        save_file({"vector": traits[index]}, tmp_path / "two" / f"t{index:02}.safetensors")
    tables, _ = fit("--bootstrap", 0, "--traits", tmp_path / "two", "--scale", "zscore")
    for layer in range(LAYERS):
        rows = [row for row in tables["role_traits"] if row["layer"] == str(layer)]
        deviation = roles[:, layer].std(0)
        places = (np.vstack([roles[:, layer], default[None, layer]]) - roles[:, layer].mean(0)) / deviation
        own = traits[3:5, layer] / deviation
        wanted = places @ own.T / np.linalg.norm(places, axis=1)[:, None] / np.linalg.norm(own, axis=1)
        assert np.allclose(numbers(rows, "cos_t03", "cos_t04"), wanted, rtol=0, atol=1e-9)


def test_traits_of_layers_that_nothing_numbers(persona, planted, tmp_path):
    """One layer of roles, of which nothing says which, beside traits of several: they could be paired wrongly."""
    folder, roles, default, traits, _ = planted
    dump = tmp_path / "dump"
    (dump / "vectors").mkdir(parents=True)
    for index, vector in enumerate(roles[:, 1]):
        save_file({"vector": vector.copy()}, dump / "vectors" / f"r{index:02}.safetensors")
    save_file({"vector": default[1].copy()}, dump / "vectors" / "default.safetensors")

    def run(*options):
        command = [persona, "fit", dump, "-o", tmp_path / "out", "-q", "--force", "--bootstrap", "0"]
        return subprocess.run([*command, "--traits", folder / "traits", *options], capture_output=True, text=True)

    done = run()
    assert done.returncode == 65 and "--row-layers" in done.stderr and not (tmp_path / "out").exists()
    done = run("--row-layers", "7")
    assert done.returncode == 65 and "2 rows a trait" in done.stderr
    done = run("--row-layers", "1", "--trait-row-layers", "5:7")
    assert done.returncode == 65 and "none in common" in done.stderr
    assert run("--row-layers", "1", "--trait-row-layers", "0:2").returncode == 0
    rows = list(csv.DictReader((tmp_path / "out" / "traits.csv").open()))
    assert {row["layer"] for row in rows} == {"1"} and len(rows) == 12 * 6


def test_trends(fit, planted):
    tables, _ = fit("--bootstrap", 2000)
    _, roles, default, _, levels = planted
    for layer in range(LAYERS):
        row = tables["trends"][layer]
        axis, mean = default[layer] - roles[:, layer].mean(0), roles[:, layer].mean(0)
        position = (roles[:50, layer] - mean) @ axis / (axis @ axis)
        rho, p = stats.spearmanr(position, levels)
        assert np.isclose(float(row["spearman"]), rho, rtol=1e-9) and row["roles"] == "50" and row["levels"] == "4"
        pairs = [(position[i], position[j]) for i in range(50) for j in range(50) if levels[i] < levels[j]]
        assert float(row["jonckheere"]) == sum(a < b for a, b in pairs)
        # 999 permutations know a probability to .016.
        assert abs(float(row["spearman_p"]) - p) < 0.06
        assert float(row["spearman_low"]) < rho < float(row["spearman_high"])
    # Over the layers, which are searched.
    p = [float(row["spearman_p"]) for row in tables["trends"]]
    assert np.allclose([float(row["q"]) for row in tables["trends"]], stats.false_discovery_control(p))


def test_a_role_with_two_levels_is_refused(persona, planted, tmp_path):
    folder = tmp_path / "dump"
    shutil.copytree(planted[0], folder)
    with (folder / "roles.csv").open("a") as table:
        table.write("r00,other,4\n")
    command = [persona, "fit", folder, "-o", tmp_path / "out", "-q", "--bootstrap", "0"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 65 and "line 52: the role 'r00' is there twice" in done.stderr
