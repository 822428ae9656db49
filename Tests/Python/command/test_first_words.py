"""What a newcomer types: each message says what was found, what is wanted, and the command, which works."""

import json
import shlex

import numpy as np
import pytest
from people import read, refused, run, save, table, world  # noqa: F401


@pytest.fixture
def dump(world, tmp_path):  # noqa: F811
    folder = world.write(tmp_path / "dump")
    save({"turns": world.turns()}, folder / "turns" / "c0.pt")
    return folder


def typed(error):
    """The command that an error says to type."""
    return shlex.split(error.split("type persona ")[1].split(" (the verbs")[0].strip())


def test_unknown_verbs_get_a_suggestion(run, dump, tmp_path):  # noqa: F811
    for verb, meant in {"analyse": "analyze", "projct": "project", "Fit": "fit", "inspcet": "inspect"}.items():
        error = refused(run, verb, dump)
        assert f"type persona {meant} {dump}" in error and "the verbs are analyze, inspect" in error
    error = refused(run, "frobnicate", dump)
    assert "there is no verb 'frobnicate'" in error and "the verbs are" in error
    command = typed(refused(run, "analyse", dump, "-o", tmp_path / "out", "--bootstrap", 0))
    read(run, *command)


def test_options_under_other_names_and_in_other_forms(run, dump, tmp_path):  # noqa: F811
    error = refused(run, "fit", dump, "--out", tmp_path / "out")
    assert "there is no option --out" in error and "-o OUT" in error
    for value in ("1-3", "1..3", "1–3"):
        error = refused(run, "fit", dump, "-o", tmp_path / "out", "--layers", value)
        assert f"--layers {value}: layer numbers are wanted" in error and "type --layers 1:4 " in error
    assert "8:24" in refused(run, "fit", dump, "-o", tmp_path / "out", "--layers", "middle")
    read(run, "fit", dump, "-o", tmp_path / "out", "--layers", "1:4", "--bootstrap", 0)
    assert [row["layer"] for row in table(tmp_path / "out/layers.csv")] == ["1", "2", "3"]
    error = refused(run, "cap", tmp_path / "out/space.safetensors", dump, "-o", tmp_path / "c", "--percentile", "25%")
    assert "type --percentile 25" in error
    # Negative layers are numbers.
    read(run, "fit", dump, "-o", tmp_path / "out2", "--row-layers", "-1:3", "--layers", "-1:2", "--bootstrap", 0)


def test_arguments_in_the_other_order(run, dump, tmp_path):  # noqa: F811
    read(run, "fit", dump, "-o", tmp_path / "fit", "--bootstrap", 0)
    space = tmp_path / "fit/space.safetensors"
    error = refused(run, "project", dump, space, "-o", tmp_path / "p")
    assert "the space.safetensors of persona fit is wanted" in error
    assert f"type persona project {space} {dump} -o OUT" in error
    error = refused(run, "drift", dump, "-o", tmp_path / "d")
    assert "the turns.csv of persona project is wanted" in error and f"persona analyze {dump} -o OUT" in error
    read(run, "project", space, dump, "-o", tmp_path / "p")
    error = refused(run, "drift", tmp_path / "p", "-o", tmp_path / "d")
    assert f"type persona drift {tmp_path / 'p'}/turns.csv -o OUT" in error
    read(run, "drift", tmp_path / "p/turns.csv", "-o", tmp_path / "d")


def test_a_role_by_another_spelling(run, dump, tmp_path):  # noqa: F811
    error = refused(run, "fit", dump, "-o", tmp_path / "out", "--default", "pirat")
    # The default of the dump is a role where --default names another.
    assert "did you mean --default pirate?" in error
    read(run, "fit", dump, "-o", tmp_path / "out", "--default", "pirate", "--bootstrap", 0)


@pytest.mark.parametrize(
    ("layers", "found"),
    [(4, "the number 4"), ({"0": {}, "1": {}}, "an object with the keys '0', '1'"), (["a", "b"], "a list of names")],
    ids=str,
)
def test_a_manifest_of_another_tool(run, world, dump, tmp_path, layers, found):  # noqa: F811
    read(run, "fit", dump, "-o", tmp_path / "fit", "--bootstrap", 0)
    manifest = dump / "manifest.json"
    manifest.write_text(json.dumps({"layers": layers, "version": 1}))
    error = refused(run, "fit", dump, "-o", tmp_path / "out")
    assert found in error and "another tool's" in error and "rename it" in error
    # A file that is named by itself goes without it.
    (dump / "turns" / "manifest.json").write_text(manifest.read_text())
    space = tmp_path / "fit/space.safetensors"
    read(run, "project", space, dump / "turns" / "c0.pt", "-o", tmp_path / "p", "--layers", "2")
    found = [float(row["axis_position"]) for row in table(tmp_path / "p/turns.csv")]
    assert np.allclose(found, world.positions(world.turns())[:, 2], atol=1e-6)
    manifest.rename(dump / "theirs.json")
    (dump / "turns" / "manifest.json").unlink()
    read(run, "fit", dump, "-o", tmp_path / "out", "--row-layers", "5:9", "--bootstrap", 0)


@pytest.mark.parametrize("form", ["{}", "layer_{}"])
def test_layers_of_a_manifest_as_texts(run, dump, tmp_path, form):  # noqa: F811
    (dump / "manifest.json").write_text(json.dumps({"layers": [form.format(i) for i in range(16, 20)]}))
    read(run, "fit", dump, "-o", tmp_path / "out", "--bootstrap", 0)
    assert [row["layer"] for row in table(tmp_path / "out/layers.csv")] == ["16", "17", "18", "19"]


def test_layers_counted_from_the_last(run, dump, tmp_path):  # noqa: F811
    (dump / "manifest.json").write_text(json.dumps({"layers": [-4, -3, -2, -1]}))
    error = refused(run, "fit", dump, "-o", tmp_path / "out")
    assert "names a layer -4" in error and "--row-layers" in error
    read(run, "fit", dump, "-o", tmp_path / "out", "--row-layers", "28:32", "--bootstrap", 0)
