"""Roles along traits: which are drawn, in which colours, and that every number is there."""

import shutil

import numpy as np
import pandas as pd
import pytest

from reporting import column, data_of, layer, run
from repository import ROOT

ROLES, TRAITS = 30, 18


@pytest.fixture(scope="module")
def table(report_of_demo):
    return pd.read_csv(report_of_demo / "role_traits.csv")


@pytest.fixture(scope="module")
def data(report_of_demo):
    return data_of(report_of_demo / "report.html")


def drawn(data, number):
    """The cells at a layer: role, trait and colour, 0 (most orange) to 6 (most blue)."""
    figure = data["figures"]["role-traits"]
    names = [name for _, name, _ in figure["columns"]][1:]
    roles = column(figure, number, "role")
    places = np.array(figure["layers"][str(number)]["m"]).reshape(-1, 3)[:, 2].astype(int)
    kinds = [data["marks"][place % 32] for place in places]
    assert all(kind[0] == "q" for kind in kinds)
    cells = [divmod(place // 32, len(names)) for place in places]
    return [(roles[row], names[trait], int(kind[1])) for (row, trait), kind in zip(cells, kinds, strict=True)]


def test_those_that_tell_most_are_drawn(data, table):
    shown = layer(table, data["shown"]).set_index("role").drop(columns="layer")
    traits = set(shown.std().sort_values().index[-TRAITS:])
    assert len(shown.columns) > TRAITS
    sizes = (shown[sorted(traits)] ** 2).sum(axis=1).drop("default").sort_values()
    cells = drawn(data, data["shown"])
    assert {trait for _, trait, _ in cells} == traits
    assert {role for role, _, _ in cells} == set(sizes.index[-ROLES:]) | {"default"}
    assert len(cells) == TRAITS * (ROLES + 1)


def test_colours_are_even_on_both_sides_of_0(data, table):
    by_layer = {number: layer(table, number).set_index("role") for number in data["layers"]}
    every = [(number, *cell) for number in data["layers"] for cell in drawn(data, number)]
    limit = max(abs(by_layer[number].loc[role, trait]) for number, role, trait, _ in every)
    for number, role, trait, colour in every:
        place = 3 + 3 * by_layer[number].loc[role, trait] / limit
        assert abs(place - colour) <= 0.5 + 1e-9, (number, role, trait)


def test_the_figure_has_the_numbers_of_all_roles(data, table):
    figure = data["figures"]["role-traits"]
    for number in data["layers"]:
        own = layer(table, number)
        assert column(figure, number, "role") == list(own.role)
        for _, name, _ in figure["columns"][1:]:
            np.testing.assert_allclose(np.array(column(figure, number, name), dtype=float), own[name], rtol=6e-4)


def test_it_is_said_which_are_drawn(report_of_demo):
    page = (report_of_demo / "report.html").read_text()
    assert f"the default and the {ROLES} of 45 roles" in page
    assert f"Of 23 traits these are the {TRAITS} along which roles differ most" in page


def test_a_cell_tells_its_number(open_page, report_of_demo, data, table):
    page = open_page(report_of_demo / "report.html")
    page.put("layer", data["layers"].index(3))
    role, trait, _ = drawn(data, 3)[40]
    index = page.js(
        "const cells = [...document.querySelectorAll('svg[data-fig=role-traits] rect.m')], cell = cells[40];"
        "cell.dispatchEvent(new PointerEvent('pointerover', {bubbles: true})); return cell.dataset.n"
    )
    value = layer(table, 3).set_index("role").loc[role, trait]
    assert index == role
    text = page.js("return document.getElementById('tip').textContent")
    assert text == f"{role}\n{trait.removeprefix('cos_')}: {value:.2f}".replace("-", "−")


def test_the_table_without_a_script_has_all_roles(report_of_demo):
    page = (report_of_demo / "report.html").read_text()
    part = page.split('data-table="role-traits"')[1].split("</table>")[0]
    assert part.count("<tr") == 1 + 46


def test_two_traits_are_drawn_as_they_are(persona, tmp_path):
    """Too few to have a mean: the cosines are those of the traits themselves, in both figures."""
    two = tmp_path / "two"
    two.mkdir()
    for name in ("wolf", "doctor"):
        shutil.copy(ROOT / "Data/demo/vectors" / f"{name}.safetensors", two)
    run(persona, "fit", ROOT / "Data/demo", "-o", tmp_path / "out", "--traits", two, "--bootstrap", "0", "--quiet")
    run(persona, "report", tmp_path / "out")
    found = data_of(tmp_path / "out/report.html")
    rows = pd.read_csv(tmp_path / "out/traits.csv")
    for number in found["layers"]:
        cosines = np.array(column(found["figures"]["traits"], number, "centred_cosine"), dtype=float)
        np.testing.assert_allclose(cosines, layer(rows, number).cosine, rtol=6e-4)


def test_many_roles_traits_and_layers_are_drawn_at_one_layer(persona, folder):
    """More cells than a page should have: the layer that is shown first alone, and it says so."""
    random = np.random.default_rng(3)
    rows = [
        {"layer": number, "role": f"role {index}"} | {f"cos_trait {k}": random.uniform(-1, 1) for k in range(40)}
        for number in range(4) for index in range(1000)
    ]  # fmt: skip
    scan = [
        {"layer": number, "roles": 1000, "cos_axis_pc1": 0.9, "random_null_95": 0.2, "verdict": "found", "recommended": "yes" if number == 2 else ""}
        for number in range(4)
    ]  # fmt: skip
    out = folder(role_traits=rows, layers=scan)
    run(persona, "report", out)
    figure = data_of(out / "report.html")["figures"]["role-traits"]
    assert list(figure["layers"]) == ["2"]
    page = (out / "report.html").read_text()
    assert "Shown at layer 2 alone." in page and len(page) < 4_000_000
