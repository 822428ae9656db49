"""What `persona fit` says of massive dimensions, against NumPy and against the definitions' numbers of a real model."""

import json
import subprocess

import numpy as np
import pytest
from fitting import fit, number_or_nan, planted, space
from repository import SHARED
from safetensors.numpy import save_file


def massive(roles):
    """Those that hold ten times an even share of the squared norm."""
    squares = (roles**2).sum(0)
    return squares / squares.sum() >= 10 / roles.shape[1]


def test_a_massive_dimension_that_all_share_carries_nothing(fit, planted):
    tables, _ = fit("--bootstrap", 50)
    _, roles, default, _, _ = planted
    for layer, row in enumerate(tables["layers"]):
        own = massive(roles[:, layer])
        assert own.sum() == 1 and own[9] and row["massive_carries"] == "no"
        wanted = space(roles[:, layer][:, ~own], default[layer][~own])[0]
        assert float(row["cos_axis_pc1_without_massive"]) == pytest.approx(wanted, rel=1e-10)
    tables, _ = fit("--bootstrap", 0, "--drop-dimensions", "massive")
    assert {row["massive_carries"] + row["cos_axis_pc1_without_massive"] for row in tables["layers"]} == {""}


def test_a_layer_whose_axis_is_one_dimension_is_not_recommended(persona, tmp_path):
    """Layer 0 has three dimensions in which roles differ by hundreds, and the default lies at their end. Layer 1 has none."""
    random = np.random.default_rng(2)
    # Both layers: the roles differ most along one direction over all dimensions, and the default lies beside it.
    along, beside = np.linalg.qr(random.standard_normal((60, 2)))[0].T
    places = random.standard_normal((40, 2, 1))
    roles = random.standard_normal((40, 2, 60)) + 8 * (places - places.mean(0)) * along
    default = np.tile(9 * along + 14 * beside, (2, 1))
    # Three of them: what differs in a single dimension, parallel analysis takes for chance.
    roles[:, 0, 20:23] = 200 * random.standard_normal((40, 1)) + 20 * random.standard_normal((40, 3))
    default[0, 20:23] = 700
    (tmp_path / "vectors").mkdir()
    for name, vector in [("default", default), *((f"r{index:02}", vector) for index, vector in enumerate(roles))]:
        save_file({"vector": vector}, tmp_path / "vectors" / f"{name}.safetensors")
    done = subprocess.run(
        [persona, "fit", tmp_path, "-o", tmp_path / "out", "--json", "-q"], capture_output=True, text=True, check=True
    )
    layers = json.loads(done.stdout)["layers"]
    assert [layer.get("massive_carries") for layer in layers] == [True, None]
    assert layers[0]["cos_axis_pc1"] > 0.99 > layers[1]["cos_axis_pc1"]
    kept = np.delete(np.arange(60), [20, 21, 22])
    wanted = space(roles[:, 0][:, kept], default[0, kept])[0]
    assert layers[0]["cos_axis_pc1_without_massive"] == pytest.approx(wanted, rel=1e-9)
    assert json.loads(done.stdout)["recommended_layer"] == 1
    done = subprocess.run(
        [persona, "fit", tmp_path, "-o", tmp_path / "out", "--force"], capture_output=True, text=True, check=True
    )
    assert "layer 1 is recommended" in done.stdout
    assert "layer 0 would be, but without 3 massive dimensions" in done.stdout


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared, the real activations beside the repository")
def test_the_layers_of_a_real_model(fit):
    expected = json.loads((SHARED / "reference" / "expected" / "layers-smollm2-135m.json").read_text())["layers"]
    tables, _ = fit("--bootstrap", 100, source=SHARED / "real" / "roles-layers" / "smollm2-135m")
    rows = {row["layer"]: row for row in tables["layers"]}
    assert rows.keys() == expected.keys()
    for layer, wanted in expected.items():
        row = rows[layer]
        assert float(row["cos_axis_pc1"]) == pytest.approx(wanted["cos_axis_pc1"], rel=1e-9)
        assert list(map(int, row["massive_dimensions"].split())) == wanted["massive"]
        without = wanted["without_massive"]["cos_axis_pc1"] if wanted["massive"] else np.nan
        assert number_or_nan(row["cos_axis_pc1_without_massive"]) == pytest.approx(without, rel=1e-9, nan_ok=True)
    # .933 and .900 with the massive dimensions, .464 and .552 without.
    assert rows["2"]["massive_carries"] == rows["3"]["massive_carries"] == "yes"
    assert rows["4"]["massive_carries"] == rows["24"]["massive_carries"] == "no"
    chosen = [row for row in tables["layers"] if row["recommended"]]
    assert [row["massive_carries"] for row in chosen] == ["no"] and chosen[0]["verdict"] == "found"
