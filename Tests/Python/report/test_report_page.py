"""The page in a browser: what it looks like, and that each control does what it says."""

import json
from importlib.resources import files

import pandas as pd
import pytest

from reporting import Page, data_of, roles, run, space_layer

WIDTHS = [360, 768, 1280]


@pytest.fixture
def page(open_page, report_of_demo):
    return open_page(report_of_demo / "report.html")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_runs_over_the_side(open_page, report_of_demo, width, dark):
    page = open_page(report_of_demo / "report.html", width=width, dark=dark)
    assert page.js("return document.documentElement.scrollWidth") <= width
    background = page.js("return getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (not dark)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(open_page, report_of_demo, dark):
    page = open_page(report_of_demo / "report.html", dark=dark)
    # One table stands for all: they are made alike, and there are thousands of cells.
    page.js("for (const d of document.querySelectorAll('details')) d.open = d.dataset.table === 'drift'")
    page.settled()
    page.js(files("axe_core_python").joinpath("axe.min.js").read_text())
    page.driver.set_script_timeout(120)
    found = page.driver.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
    assert not [(rule["id"], [node["html"][:200] for node in rule["nodes"][:3]]) for rule in found["violations"]]


@pytest.mark.parametrize("width", WIDTHS)
def test_texts_of_a_figure_are_inside_and_apart(open_page, report_of_demo, width):
    """Of every figure at every layer, by the boxes that the browser draws."""
    page = open_page(report_of_demo / "report.html", width=width)
    layers = data_of(report_of_demo / "report.html")["layers"]
    for index in range(len(layers)):
        page.put("layer", index)
        faults = page.colliding
        assert not faults, (layers[index], faults[:5])


def test_the_first_screen_answers(page):
    text = page.js("return document.querySelector('header').innerText")
    assert "Is there an Assistant axis?" in text and "Axis found" in text
    assert "Drifts: philosophy, therapy" in text
    assert "resisted" in text
    bottom = page.js("return document.querySelector('header').getBoundingClientRect().bottom")
    assert bottom < 900


def test_without_a_script_figures_and_tables_are_there(driver, report_of_demo):
    page = Page(driver, report_of_demo / "report.html", script=False)
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert page.js("return document.querySelectorAll('svg.fig .m').length") > 200
    assert page.js("return document.querySelectorAll('tbody tr').length") > 100
    assert page.js("return [...document.querySelectorAll('.js')].every(e => e.offsetParent === null)")


def test_the_slider_moves_every_figure_to_its_layer(page, report_of_demo):
    page.put("layer", 3)
    assert page.js("return document.getElementById('layer-name').value") == "3"
    table = pd.read_csv(report_of_demo / "roles.csv")
    wanted = table[table.layer == 3].set_index("role").axis_position
    shown = {row[0]: float(row[3].replace("−", "-")) for row in page.table("axis")}
    for role, position in wanted.items():
        assert abs(shown[role] - position) < 0.0051
    assert "At layer 3" in page.js("return document.querySelector('[data-say=s-axis]').textContent")
    x = page.js(
        "const at = n => Number(document.querySelector(`svg[data-fig=axis] .m[data-n=\"${n}\"]`).getAttribute('cx'));"
        "return ['actor', 'advisor', 'wolf'].map(at)"
    )
    assert sorted(range(3), key=lambda k: x[k]) == sorted(range(3), key=lambda k: wanted[["actor", "advisor", "wolf"][k]])


def test_back_at_the_first_layer_the_page_is_as_it_was(page):
    before = page.js("return document.querySelector('svg[data-fig=components]').innerHTML")
    page.put("layer", 4)
    assert page.js("return document.querySelector('svg[data-fig=components]').innerHTML") != before
    page.put("layer", 0)
    assert page.js("return document.querySelector('svg[data-fig=components]').innerHTML") == before


def test_a_role_is_found_everywhere(page):
    page.put("find", "wolf")
    hits = page.js(
        "return [...document.querySelectorAll('.m.hit')].map(m => [m.closest('svg').dataset.fig, m.dataset.n])"
    )
    assert {name for _, name in hits} == {"wolf"}
    assert {figure for figure, _ in hits} >= {"axis", "components", "personas"}
    assert page.js("return document.querySelectorAll('tr.hit').length") >= 2
    page.put("find", "")
    assert not page.js("return document.querySelectorAll('.hit, .seeking').length")


def test_a_point_tells_its_numbers_to_pointer_and_keys(page):
    page.js(
        "document.querySelector('svg[data-fig=axis] .m[data-n=\"wolf\"]').dispatchEvent(new PointerEvent('pointerover', {bubbles: true}))"
    )
    text = page.js("return document.getElementById('tip').textContent")
    assert text.startswith("wolf") and "position: " in text
    assert page.js("return getComputedStyle(document.getElementById('tip')).display") == "block"
    page.js(
        "const svg = document.querySelector('svg[data-fig=drift]'); svg.focus();"
        "for (const key of ['ArrowRight', 'ArrowRight']) svg.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    )
    assert page.js("return document.getElementById('tip').textContent").startswith(page.table("drift")[1][0])


def test_a_table_is_sorted_by_its_heads(page):
    page.table("axis")
    click = "document.querySelectorAll('details[data-table=axis] thead button')[3].click()"
    page.js(click)
    column = [float(row[3].replace("−", "-")) for row in page.table("axis")]
    assert column == sorted(column)
    page.js(click)
    column = [float(row[3].replace("−", "-")) for row in page.table("axis")]
    assert column == sorted(column, reverse=True)
    head = "return document.querySelectorAll('details[data-table=axis] thead th')[3].getAttribute('aria-sort')"
    assert page.js(head) == "descending"


def test_the_numbers_are_saved_as_csv(page, report_of_demo):
    page.put("layer", 2)
    text = page.driver.execute_async_script(
        """
        const done = arguments[0];
        URL.createObjectURL = (blob) => { blob.text().then((text) => done([text, name])); return "blob:x"; };
        let name = "";
        HTMLAnchorElement.prototype.click = function () { name = this.download; };
        document.querySelector("[data-csv=axis]").click();
        """
    )
    assert text[1] == "axis-layer-2.csv"
    lines = text[0].strip().split("\n")
    table = pd.read_csv(report_of_demo / "roles.csv")
    table = table[table.layer == 2]
    assert lines[0].split(",")[:4] == ["role", "group", "rank", "axis_position"]
    assert [line.split(",")[0] for line in lines[1:]] == list(table.role)


def test_a_conversation_is_chosen_and_read(page, report_of_demo):
    talks = data_of(report_of_demo / "report.html")["talks"]
    index = next(k for k, talk in enumerate(talks) if talk["name"] == "coding-00")
    page.put("talk", index)
    assert page.js("return document.querySelectorAll('svg[data-fig=conversation] .m').length") == len(talks[index]["p"]["0"])
    said = page.js("return [...document.querySelectorAll('#said p')].map(p => p.textContent)")
    assert len(said) == len(talks[index]["said"]) > 4
    page.js("document.querySelector('#said [data-turn=\"2\"]').click()")
    assert page.js("return document.querySelector('svg[data-fig=conversation] .m.on').dataset.i") == "2"
    page.js(
        "document.querySelector('svg[data-fig=conversation] .m[data-i=\"1\"]').dispatchEvent(new PointerEvent('pointerover', {bubbles: true}))"
    )
    assert page.js("return document.querySelector('#said .on').dataset.turn") == "1"


def test_the_floor_pulls_turns_back(page, report_of_demo):
    turns = pd.read_csv(report_of_demo / "turns.csv")
    talks = data_of(report_of_demo / "report.html")["talks"]
    index = next(k for k, talk in enumerate(talks) if talk["name"].startswith("therapy"))
    page.put("talk", index)
    page.put("tau", 0.5)
    own = turns[(turns.domain == "therapy") & (turns.layer == 0) & (turns.speaker == "assistant")]
    below = int((own.axis_position < 0.5).sum())
    says = page.js("return document.getElementById('tau-says').textContent")
    # Positions are rounded to hundredths in the page.
    found = int(says.split("touches ")[1].split(" of ")[0])
    assert abs(found - below) <= 3 and f"of {len(own)} turns" in says
    pulled = page.js("return document.querySelectorAll('svg[data-fig=conversation] .new').length")
    assert pulled == sum(value < 50 for value in talks[index]["p"]["0"])
    by_conversation = own.sort_values("turn").groupby(["conversation", "sample"]).axis_position
    fall = (by_conversation.first() - by_conversation.last()).mean()
    after = (by_conversation.first().clip(lower=0.5) - by_conversation.last().clip(lower=0.5)).mean()
    found = [float(text) for text in says.split(" goes from ")[1].split(". Of")[0].split(" to ")]
    assert found == pytest.approx([fall, after], abs=0.0151)


def test_the_floor_is_dragged(page):
    page.put("tau", 0.5)
    page.js("document.querySelector('.grip').scrollIntoView({behavior: 'instant', block: 'center'})")
    from selenium.webdriver import ActionChains

    grip = page.driver.find_element("css selector", "svg[data-fig=conversation] .grip")
    ActionChains(page.driver).click_and_hold(grip).move_by_offset(0, 40).release().perform()
    page.settled()
    assert float(page.js("return document.getElementById('tau').value")) < 0.45


def test_a_layer_is_chosen_in_the_scan(page):
    page.js(
        "document.querySelectorAll('svg[data-fig=layers] .m')[4].dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    page.settled()
    assert page.js("return document.getElementById('layer-name').value") == "4"


def test_names_full_of_markup_are_names(persona, folder, open_page, tmp_path):
    name = '<script>document.title="taken"</script><img src=x onerror=document.title="taken">{}'
    said = '</script><script>document.title="taken"</script><b>bold</b>'
    dump = tmp_path / "dump"
    (dump / "transcripts").mkdir(parents=True)
    talk = {"conversation": [{"role": "user", "content": said}, {"role": "assistant", "content": said}] * 3}
    (dump / "transcripts/talk.json").write_text(json.dumps(talk | {"domain": name}))
    turns = [{
        "conversation": "talk", "domain": name, "condition": "", "sample": "", "turn": turn, "speaker": "assistant",
        "layer": 0, "axis_position": 1 - turn / 2, "persona": "",
    } for turn in range(3)]  # fmt: skip
    record = {
        "command": "analyze", "input": str(dump), "seed": 0, "versions": {}, "options": {"default": name},
        "inputs": [{"path": name, "size": 1, "sha256": "0"}],
    }  # fmt: skip
    out = folder(
        record, layers=[space_layer(0), space_layer(1)], roles=roles(12, layers=[0, 1], name=name), turns=turns
    )
    run(persona, "report", out)
    page = open_page(out / "report.html")
    for index in [1, 0]:
        page.put("layer", index)
    page.put("find", name.format(3))
    assert page.js("return document.title") != "taken"
    assert page.js("return document.querySelectorAll('.m.hit').length") >= 2
    assert page.js("return document.querySelectorAll('img, #said b, figure script').length") == 0
    assert page.js("return document.querySelector('#said p').textContent").endswith(said)


def test_one_layer_and_two_thousand_roles(persona, folder, open_page):
    out = folder(layers=[space_layer(7)], roles=roles(2_000, layers=[7]))
    run(persona, "report", out)
    page = open_page(out / "report.html")
    assert page.js("return document.getElementById('layer')") is None
    assert page.js("return document.querySelectorAll('svg[data-fig=axis] .m').length") >= 2_000
    page.put("find", "role 1234")
    assert page.js("return document.querySelectorAll('svg[data-fig=axis] .m.hit').length") == 1


def test_a_page_of_little_opens(persona, folder, open_page, report_of_demo):
    header = (report_of_demo / "roles.csv").read_text().split("\n")[0].split(",")
    out = folder(layers=[space_layer(0, "inconclusive")], roles=(header, []))
    run(persona, "report", out)
    open_page(out / "report.html")
