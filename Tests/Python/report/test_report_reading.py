"""That figures can be read on a telephone, and follow the slider without work that nobody sees."""

import pandas as pd
import pytest

from reporting import data_of


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("name", ["demo", "pair"])
def test_letters_are_ten_pixels_high(open_page, request, name, width):
    """As drawn: the size of the font times the scale of the figure."""
    page = open_page(request.getfixturevalue(f"report_of_{name}") / "report.html", width=width)
    small = page.js(
        """
        return [...document.querySelectorAll("svg[data-fig] text")].map((text) => {
          const map = text.getScreenCTM(), size = parseFloat(getComputedStyle(text).fontSize);
          return [text.closest("svg").dataset.fig, text.textContent, size * Math.hypot(map.a, map.b)];
        }).filter(([, , size]) => size < 10)
        """
    )
    assert not small, small[:5]


@pytest.mark.parametrize("width", [360, 1280])
def test_texts_of_a_comparison_are_inside_and_apart(open_page, report_of_pair, width):
    faults = open_page(report_of_pair / "report.html", width=width).colliding
    assert not faults, faults[:5]


def test_points_are_left_alone_until_the_slider_rests(open_page, report_of_demo):
    page = open_page(report_of_demo / "report.html")
    data = data_of(report_of_demo / "report.html")
    changes, sketches, now = page.driver.execute_async_script(
        """
        const done = arguments[0], svg = document.querySelector("svg[data-fig=axis]"), points = svg.querySelector(".ms");
        svg.scrollIntoView({ behavior: "instant", block: "center" });
        const frame = () => new Promise(requestAnimationFrame);
        (async () => {
          for (let k = 0; k < 4; k++) await frame();
          let changes = 0;
          const watcher = new MutationObserver((list) => { changes += list.length; });
          watcher.observe(points, { attributes: true, subtree: true, childList: true });
          const slider = document.getElementById("layer"), usual = window.setTimeout;
          // A busy machine takes long for a frame: the slider does not rest meanwhile.
          window.setTimeout = (work, wait) => usual(work, 30 * wait);
          for (const value of [1, 2, 3, 4]) {
            slider.value = value;
            slider.dispatchEvent(new Event("input"));
            await frame(); await frame();
          }
          window.setTimeout = usual;
          const paths = [...svg.querySelectorAll(".sketch path")].map((path) => path.getAttribute("d"));
          done([changes, paths, getComputedStyle(points).display]);
        })();
        """
    )
    assert changes == 0 and now == "none"
    marks = data["figures"]["axis"]["layers"]["4"]["m"]
    wanted = {(float(x), float(y)) for x, y in zip(marks[0::3], marks[1::3])}
    found = {tuple(map(float, step.removesuffix("h0").split())) for path in sketches for step in path.split("M")[1:]}
    assert found == wanted
    # At rest the points are there again, where the layer has them, and nothing else is.
    page.settled()
    places = page.js("return [...document.querySelectorAll('svg[data-fig=axis] .m')].map(m => [m.cx.baseVal.value, m.cy.baseVal.value])")
    assert {(round(x, 1), round(y, 1)) for x, y in places} == wanted
    assert not page.js("return document.querySelectorAll('.sketch, .moving').length")


def test_a_role_that_is_sought_stands_out_while_the_slider_moves(open_page, report_of_demo):
    page = open_page(report_of_demo / "report.html")
    page.put("find", "wolf")
    hits = page.driver.execute_async_script(
        """
        const done = arguments[0], slider = document.getElementById("layer");
        document.querySelector("svg[data-fig=axis]").scrollIntoView({ behavior: "instant", block: "center" });
        const usual = window.setTimeout;
        window.setTimeout = (work, wait) => usual(work, 30 * wait);
        requestAnimationFrame(() => requestAnimationFrame(() => {
          slider.value = 2;
          slider.dispatchEvent(new Event("input"));
          requestAnimationFrame(() => requestAnimationFrame(() => done(document.querySelectorAll("svg[data-fig=axis] .sketch .hit").length)));
        }));
        """
    )
    assert hits == 1
    page.settled()
    assert page.js("return document.querySelectorAll('svg[data-fig=axis] .m.hit').length") >= 1


def test_both_halves_of_the_choice_of_a_cap_are_there(open_page, report_of_demo):
    page = open_page(report_of_demo / "report.html")
    halves = pd.read_csv(report_of_demo / "recommendation.csv")
    rows = page.js(
        "return [...document.querySelectorAll('#s-capping .plain tbody tr')].map(r => [...r.children].map(c => c.textContent))"
    )
    assert [row[0] for row in rows] == ["that chose it", "that test it"]
    for row, (_, half) in zip(rows, halves.iterrows(), strict=True):
        wanted = [half.conversations, half.drift_reduction, half.drift_reduction_low, half.drift_reduction_high, half.default_share]
        assert [float(cell.replace("−", "-")) for cell in row[1:]] == pytest.approx(wanted, abs=0.00051)
    tested = halves[halves.half == "testing"].iloc[0]
    for place in ("[data-say=s-capping]", "a[href='#s-capping']"):
        words = page.js(f"return document.querySelector(\"{place}\").textContent")
        share = "{:.0f} % ({:.0f} to {:.0f})".format(
            *(100 * tested[name] for name in ("drift_reduction", "drift_reduction_low", "drift_reduction_high"))
        )
        assert share in words and f"{tested.conversations} " in words
