"""The report of a comparison: where each role goes, and that one is marked only where it is shown to have moved."""

import re

import numpy as np
import pandas as pd

from planted_pair import MOVED
from reporting import column, data_of, run
from repository import ROOT


def test_each_role_is_joined_to_itself(report_of_pair):
    data = data_of(report_of_pair / "report.html")
    figure, movers = data["figures"]["slopes"], pd.read_csv(report_of_pair / "movers.csv")
    number = figure["layer"]
    assert column(figure, number, "role") == list(movers.role)
    marks = np.array(figure["layers"][str(number)]["m"]).reshape(-1, 3)
    rows, kinds = marks[:, 2].astype(int) // 32, [data["marks"][int(kind) % 32] for kind in marks[:, 2]]
    left = marks[:, 0] == marks[:, 0].min()
    assert sorted(rows[left]) == sorted(rows[~left]) == list(range(len(movers)))
    values = np.where(left, movers.position_a.to_numpy()[rows], movers.position_b.to_numpy()[rows])
    slope, intercept = np.polyfit(values, marks[:, 1], 1)
    np.testing.assert_allclose(slope * values + intercept, marks[:, 1], atol=0.15)
    assert slope < 0
    for row, kind in zip(rows, kinds, strict=True):
        if movers.moved[row] == "yes":
            assert kind == ("f0" if movers.change_corrected[row] > 0 else "f1")
        else:
            assert kind == "fn"
    # Every line, of whatever colour, joins the two places of a role.
    under = figure.get("u") or figure["layers"][str(number)]["u"]
    joined = re.findall(r"M(\S+) (\S+)L(\S+) (\S+?)(?=[M\"])", under.split("class=\"w ", 1)[1])
    ends = {(float(y1), float(y2)) for x1, y1, x2, y2 in joined if x1 != x2 and y1 != y2}
    for row in range(len(movers)):
        own = tuple(marks[(rows == row) & side, 1][0] for side in (left, ~left))
        assert own in ends or own[0] == own[1]


def test_those_that_were_moved_are_marked_and_named(report_of_pair):
    movers = pd.read_csv(report_of_pair / "movers.csv")
    assert set(MOVED) <= set(movers.role[movers.moved == "yes"])
    drawing = (report_of_pair / "figures/slopes.svg").read_text()
    names = set(re.findall(r">(r\d\d)<", drawing))
    assert names == set(movers.role[movers.moved == "yes"])
    words = data_of(report_of_pair / "report.html")["words"]["s-comparison"]["0"]
    for name, by in MOVED.items():
        row = movers[movers.role == name].iloc[0]
        text = f"{name} {row.change_corrected:.2f} ({row.low:.2f} to {row.high:.2f})".replace("-", "−")
        assert text in words and np.sign(row.change_corrected) == np.sign(by)


def test_nothing_is_marked_where_nothing_is_tested(persona, tmp_path):
    """Vectors without answers: how far measurement alone moves a role is not known."""
    for name, kept in (("a", "0:3"), ("b", "1:4")):
        run(persona, "fit", ROOT / "Data/demo", "-o", tmp_path / name, "--layers", kept, "--bootstrap", "0", "--quiet")
    run(persona, "compare", tmp_path / "a", tmp_path / "b", "-o", tmp_path / "out", "--layer-map", "0=1,1=2,2=3", "--quiet")
    run(persona, "report", tmp_path / "out", "--quiet")
    movers = pd.read_csv(tmp_path / "out/movers.csv")
    assert movers.moved.isna().all() and (movers.change.abs() > 0.05).any()
    data = data_of(tmp_path / "out/report.html")
    figure = data["figures"]["slopes"]
    marks = figure["layers"][str(figure["layer"])]["m"]
    assert {data["marks"][place % 32] for place in marks[2::3]} == {"fn"}
    assert set(column(figure, figure["layer"], "moved")) == {"not tested"}
    page = (tmp_path / "out/report.html").read_text()
    assert "Whether a role moved from a to b is not tested" in page and "No role is marked" in page


def test_components_stand_beside_those_they_are_matched_with(report_of_pair):
    data = data_of(report_of_pair / "report.html")
    figure = data["figures"]["loadings"]
    rows = pd.read_csv(report_of_pair / "comparison.csv")
    movers = pd.read_csv(report_of_pair / "movers.csv")
    rows = rows[rows.measure.str.startswith("matched_loading_pearson") & (rows.layer_a == movers.layer_a[0])]
    wanted = [f"PC{index + 1} with PC{int(match)}" for index, match in enumerate(rows.component_b)]
    assert column(figure, figure["layer"], "measure") == wanted
    found = np.array(column(figure, figure["layer"], "value"), dtype=float)
    np.testing.assert_allclose(found, rows.value, rtol=6e-4)
    assert not [name for name in column(data["figures"]["comparison"], figure["layer"], "measure") if "loading" in name]


def test_of_many_pairs_the_first_are_drawn(persona, report_of_pair, tmp_path):
    spaces = [report_of_pair.parent / f"{name}-space" for name in ("base", "tuned", "base", "tuned")]
    run(persona, "compare", *spaces, "-o", tmp_path / "out", "--names", "a,b,c,d", "--bootstrap", "0", "--quiet")
    run(persona, "report", tmp_path / "out", "--quiet")
    drawn = {path.stem for path in (tmp_path / "out/figures").glob("*.svg")}
    assert drawn == {f"{name}{end}" for name in ("comparison", "loadings", "slopes") for end in ("", "-2", "-3")}
    assert "There are 2 more pairs" in (tmp_path / "out/report.html").read_text()


def test_the_page_of_a_comparison_is_sound(open_page, report_of_pair):
    page = open_page(report_of_pair / "report.html", width=360)
    assert page.js("return document.documentElement.scrollWidth") <= 360
    page.put("find", "r10")
    assert page.js("return document.querySelectorAll('svg[data-fig=slopes] .m.hit').length") == 2
    assert "moved farther than measurement" in page.js("return document.querySelector('[data-say=s-comparison]').textContent")
