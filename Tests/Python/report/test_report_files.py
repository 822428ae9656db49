"""The files of a report: whole or absent, well-formed, of the numbers in the tables."""

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from reporting import column, data_of, layer, roles, run, space_layer

SVG = "{http://www.w3.org/2000/svg}"


def test_every_figure_is_well_formed_and_vector_text(report_of_demo):
    files = sorted((report_of_demo / "figures").glob("*.svg"))
    assert {file.stem for file in files} >= {
        "axis", "components", "layers", "variance", "drift", "curves", "tether", "conversation", "personas", "answers",
        "capping",
    }  # fmt: skip
    assert shutil.which("xmllint"), "no xmllint: scripts/test --all installs it (libxml2-utils)"
    subprocess.run(["xmllint", "--noout", *files], check=True)
    for file in files:
        root = ElementTree.parse(file).getroot()
        assert root.find(f"{SVG}title").text and root.find(f"{SVG}desc").text
        assert root.findall(f".//{SVG}text"), file
        assert not root.findall(f".//{SVG}image") and not root.findall(f".//{SVG}script")
        # Programs that typeset papers know no var().
        assert "var(" not in file.read_text()


def test_the_page_names_no_place_on_the_network(report_of_demo):
    text = (report_of_demo / "report.html").read_text()
    addresses = {found for found in re.findall(r"https?://[^\s\"'<)]+", text)}
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(link|img|iframe|object|embed)\b|@import|url\(", text)


def test_the_page_is_small_and_the_same_each_time(persona, report_of_demo, tmp_path):
    page = report_of_demo / "report.html"
    assert page.stat().st_size < 4_000_000
    run(persona, "report", report_of_demo, "-o", tmp_path / "again", "--quiet")
    assert (tmp_path / "again/report.html").read_bytes() == page.read_bytes()


def test_the_numbers_are_those_of_the_tables(report_of_demo):
    data = data_of(report_of_demo / "report.html")
    for number in data["layers"]:
        table = layer(pd.read_csv(report_of_demo / "roles.csv"), number)
        for name in ["axis_position", "axis_position_low", "pc1", "pc2"]:
            found = np.array(column(data["figures"]["axis"], number, name), dtype=float)
            np.testing.assert_allclose(found, table[name], rtol=6e-4, atol=1e-9)
        groups = layer(pd.read_csv(report_of_demo / "drift.csv"), number)
        groups = groups[groups.scope == "domain"]
        found = np.array(column(data["figures"]["drift"], number, "change"), dtype=float)
        np.testing.assert_allclose(np.sort(found), np.sort(groups.change), rtol=6e-4)
        people = layer(pd.read_csv(report_of_demo / "personas.csv"), number)
        found = np.array(column(data["figures"]["personas"], number, "resistance"), dtype=float)
        np.testing.assert_allclose(found, people.resistance, rtol=6e-4)


def test_points_lie_where_their_numbers_say(report_of_demo):
    data = data_of(report_of_demo / "report.html")
    for number in data["layers"]:
        for name, x, y in [("components", "pc1", "pc2")]:
            figure, table = data["figures"][name], data["figures"]["axis"]
            assert figure["table"] == "axis"
            marks = np.array(figure["layers"][str(number)]["m"]).reshape(-1, 3)
            rows = marks[:, 2].astype(int) // 32
            for places, key in [(marks[:, 0], x), (marks[:, 1], y)]:
                values = np.array(column(table, number, key), dtype=float)[rows]
                slope, intercept = np.polyfit(values, places.astype(float), 1)
                np.testing.assert_allclose(slope * values + intercept, places.astype(float), atol=0.15)
                assert (slope > 0) == (key == x)


def test_sentences_are_made_of_the_numbers(report_of_demo):
    data = data_of(report_of_demo / "report.html")
    for number in data["layers"]:
        groups = layer(pd.read_csv(report_of_demo / "drift.csv"), number)
        groups = groups[(groups.scope == "domain") & groups.persona.isna()]
        words = data["words"]["s-drift"][str(number)]
        falls = groups[groups.change_high < 0]
        assert len(falls) > 0
        for _, row in falls.head(3).iterrows():
            text = "{} {:.2f} ({:.2f} to {:.2f})".format(row.domain, row.change, row.change_low, row.change_high)
            assert text.replace("-", "−") in words
        scan = layer(pd.read_csv(report_of_demo / "layers.csv"), number).iloc[0]
        words = data["words"]["s-axis"][str(number)]
        # Of the layer that was chosen by its cosine, the interval that holds the choice.
        kind = "cos_axis_pc1_simultaneous" if scan.recommended == "yes" else "cos_axis_pc1"
        assert "{:.2f} ({:.2f} to {:.2f})".format(scan.cos_axis_pc1, scan[f"{kind}_low"], scan[f"{kind}_high"]) in words
        assert ("do not decide" in words) == (scan.verdict == "inconclusive")


def test_probabilities_of_home_are_those_of_a_smoother(report_of_demo):
    """Against a forward and backward pass written out in NumPy."""
    data = data_of(report_of_demo / "report.html")
    tethers = pd.read_csv(report_of_demo / "tether.csv")
    turns = pd.read_csv(report_of_demo / "turns.csv")
    turns = turns[(turns.speaker == "assistant") & (turns.domain == "philosophy") & (turns.layer == 0)]
    row = tethers[(tethers.domain == "philosophy") & (tethers.layer == 0)].iloc[0]
    assert row.model == "two_states"
    moves = np.array([[1 - row.leave, row.leave], [row.come_back, 1 - row.come_back]])
    means, deviations = np.array([row.home_mean, row.away_mean]), np.array([row.home_sd, row.away_sd])
    checked = 0
    for (name, sample), one in turns.groupby(["conversation", "sample"]):
        found = [t for t in data["talks"] if t["name"] == name and np.allclose(
            t["p"]["0"], one.sort_values("turn").axis_position * 100, atol=0.51)]
        assert len(found) == 1
        positions = one.sort_values("turn").axis_position.to_numpy()
        likelihood = np.exp(-0.5 * ((positions[:, None] - means) / deviations) ** 2) / deviations
        forward, backward = np.zeros((len(positions), 2)), np.ones((len(positions), 2))
        forward[0] = np.array([row.start_home, 1 - row.start_home]) * likelihood[0]
        forward[0] /= forward[0].sum()
        for t in range(1, len(positions)):
            forward[t] = forward[t - 1] @ moves * likelihood[t]
            forward[t] /= forward[t].sum()
        for t in range(len(positions) - 2, -1, -1):
            backward[t] = moves @ (likelihood[t + 1] * backward[t + 1])
            backward[t] /= backward[t].sum()
        home = forward * backward
        home = home[:, 0] / home.sum(axis=1)
        np.testing.assert_allclose(found[0]["h"]["0"], 100 * home, atol=0.51)
        checked += 1
    assert checked > 10


def test_an_existing_report_takes_force_and_a_failing_run_leaves_it(persona, folder):
    out = folder(roles=roles(12), layers=[space_layer(0)])
    run(persona, "report", out)
    error = run(persona, "report", out, status=73)
    assert "report.html" in error and "--force" in error
    before = (out / "report.html").read_bytes()
    (out / "drift.csv").write_text("domain,layer,change\nx,0,not a number\n")
    error = run(persona, "report", out, "--force", status=65)
    assert "drift.csv" in error and "line 2" in error
    assert (out / "report.html").read_bytes() == before
    assert not [file for file in out.iterdir() if file.name.startswith(".") and "lock" not in file.name]


def test_what_is_not_there_names_the_command_that_makes_it(persona, folder):
    out = folder(roles=roles(12), layers=[space_layer(0)])
    text = run(persona, "report", out)
    page = (out / "report.html").read_text()
    for verb in ["project", "drift", "stability", "cap", "compare"]:
        assert f"persona {verb} " in text and f"persona {verb} " in page
    assert not (out / "figures/drift.svg").exists()
    assert "persona fit DUMP -o" not in page


def test_the_commands_it_names_make_the_rest(persona, tmp_path):
    dump, out = tmp_path / "dump", tmp_path / "out"
    run(persona, "synth", "-o", dump, "--roles", "16", "--dimensions", "32", "--layer-count", "2", "--responses",
        "--questions", "6", "--prompts", "2", "--conversations", "12")  # fmt: skip
    run(persona, "fit", dump, "-o", out, "--bootstrap", "50")
    for _ in range(6):
        missing = json.loads(run(persona, "report", out, "--force", "--json", "--bootstrap", "50"))["missing"]
        commands = [line.split(": ", 1)[1] for line in missing]
        commands = [command for command in commands if not {"TRAITS", "OTHER"} & set(command.split())]
        if not commands:
            break
        arguments = commands[0].replace("DUMP", str(dump)).split()[1:]
        run(persona, *arguments, "--bootstrap", "50", "--quiet")
    assert not commands


def test_a_folder_without_tables_is_refused(persona, tmp_path):
    assert "persona analyze" in run(persona, "report", tmp_path, status=65)
    run(persona, "report", tmp_path / "none", status=66)
    (tmp_path / "file").write_text("x")
    run(persona, "report", tmp_path / "file", status=65)


@pytest.mark.parametrize("name", ["components", "roles", "drift", "personas", "caps", "turns", "tether", "curves"])
def test_a_table_without_rows_is_an_empty_section(persona, folder, report_of_demo, name):
    header = (report_of_demo / f"{name}.csv").read_text().split("\n")[0].split(",")
    out = folder(layers=[space_layer(0), space_layer(1)], **{name: (header, [])})
    run(persona, "report", out)


def test_nothing_identified_is_said(persona, folder):
    people = [{
        "layer": 0, "persona": f"persona {index}", "group": "", "state": "none", "departure": 0.1, "identified": "no",
        "resistance": "", "resistance_low": "", "resistance_high": "", "instability": "", "quadrant": "",
        "instability_default": 0.2, "note": "not told from the default",
    } for index in range(70)]  # fmt: skip
    out = folder(personas=people)
    run(persona, "report", out)
    page = (out / "report.html").read_text()
    assert "Personas not identified" in page and "70 of 70 are not identified" in page


@pytest.mark.parametrize("verdict, heading", [
    ("found", "Axis found"), ("weak", "Weak axis"), ("absent", "No axis"), ("inconclusive", "Not decided"),
])  # fmt: skip
def test_the_verdict_is_the_first_thing_said(persona, folder, verdict, heading):
    out = folder(layers=[space_layer(0, verdict)], roles=roles(12))
    run(persona, "report", out)
    assert heading in (out / "report.html").read_text()


def test_two_thousand_roles_at_one_layer(persona, folder):
    out = folder(layers=[space_layer(7)], roles=roles(2_000, layers=[7]))
    run(persona, "report", out)
    assert (out / "report.html").stat().st_size < 4_000_000
    subprocess.run(["xmllint", "--noout", *(out / "figures").glob("*.svg")], check=True)
