"""What belongs to one run or one model is told from what does not."""

import json

import pytest
from people import read, run, save, table, world  # noqa: F401


@pytest.mark.parametrize(
    ("model", "is_said"), [("other/model-b", True), ("org/Model-A", False), ("model-a", False), (None, False)]
)
def test_activations_of_another_model_than_the_space(run, world, tmp_path, model, is_said):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    save({"turns": world.turns()}, dump / "turns/c.pt")
    manifest = {"layers": [0, 1, 2, 3], "model": "owner/model-a"}
    (dump / "manifest.json").write_text(json.dumps(manifest))
    read(run, "fit", dump, "-o", tmp_path / "fit", "--bootstrap", 0)
    manifest["model"] = model
    (dump / "manifest.json").write_text(json.dumps({key: value for key, value in manifest.items() if value}))
    for verb in ("project", "cap"):
        done = read(run, verb, tmp_path / "fit", dump, "-o", tmp_path / verb)
        assert ("the activations are of the model 'other/model-b', the space of 'owner/model-a'" in done.stderr) == is_said


def test_a_fit_over_an_analysis_leaves_no_table_of_the_other(run, world, tmp_path):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    read(run, "fit", dump, "-o", tmp_path / "plain", "--bootstrap", 0)
    save({"turns": world.turns()}, dump / "turns/c.pt")
    read(run, "analyze", dump, "-o", tmp_path / "out", "--bootstrap", 60)
    assert (tmp_path / "out/turns.csv").exists()
    read(run, "fit", dump, "-o", tmp_path / "out", "--bootstrap", 0, "--force")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {path.name for path in (tmp_path / "plain").iterdir()}


def test_tables_that_were_made_with_another_space_are_named(run, world, tmp_path):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    save({"turns": world.turns()}, tmp_path / "turns/c.pt")
    out = tmp_path / "out"
    assert "earlier run" not in read(run, "fit", dump, "-o", out, "--bootstrap", 0).stderr
    read(run, "project", out, tmp_path / "turns", "-o", out)
    said = read(run, "fit", dump, "-o", out, "--bootstrap", 0, "--force").stderr
    assert "also holds 'turns.csv' of an earlier run: they are not of this space" in said
    assert table(out / "turns.csv")
