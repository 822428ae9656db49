"""A bare axis in the place of a space: projections alone, positions where roles and a default lie beside it."""

import json

import numpy as np
import pytest
from people import NAMES, read, refused, run, save, table, tensors, world  # noqa: F401
from safetensors.numpy import save_file


def projections(world, turns):  # noqa: F811
    """h · v by the definition, shape (turns, layers)."""
    unit = world.axis / np.linalg.norm(world.axis, axis=-1, keepdims=True)
    return (turns.astype("float64") * unit).sum(-1)


def control_vector(path, directions, first):
    gguf = pytest.importorskip("gguf")
    writer = gguf.GGUFWriter(path, "controlvector")
    writer.add_string("controlvector.model_hint", "llama")
    for layer, direction in enumerate(directions.astype("float32")):
        writer.add_tensor(f"direction.{first + layer}", direction.copy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def written(world, folder, kind):  # noqa: F811
    axis, name = world.axis.astype("float32"), folder / kind
    folder.mkdir()
    if kind == "axis.pt":
        save(axis, name)
    elif kind == "dictionary.pt":
        save({"axis": axis, "metadata": {"model": "m"}}, name)
    elif kind == "axis.npy":
        np.save(name, axis)
    elif kind == "several.safetensors":
        save_file({"one": axis, "other": axis[::-1].copy()}, name)
    else:
        control_vector(name, axis[1:], 1)
    return name


@pytest.mark.parametrize("kind", ["axis.pt", "dictionary.pt", "axis.npy", "several.safetensors", "axis.gguf"])
def test_a_bare_axis_projects_and_has_no_positions(run, world, tmp_path, kind):  # noqa: F811
    turns = world.turns()
    save(turns, tmp_path / "c.pt")
    path = written(world, tmp_path / "axis", kind)
    options = ["--axis", "one"] if kind.startswith("several") else []
    options += ["--row-layers", "0:4"] if kind == "axis.gguf" else []
    if kind.startswith("several"):
        said = refused(run, "project", path, tmp_path / "c.pt", "-o", tmp_path / "out")
        assert "several tensors ('one', 'other') could be an axis; say which with --axis NAME" in said
    done = read(run, "project", path, tmp_path / "c.pt", "-o", tmp_path / "out", *options)
    assert "projections alone, no positions" in done.stderr
    rows = table(tmp_path / "out/turns.csv")
    assert len(rows) == 5 * (3 if kind == "axis.gguf" else 4)
    for row in rows:
        wanted = projections(world, turns)[int(row["turn"]), int(row["layer"])]
        assert float(row["axis_projection"]) == pytest.approx(wanted, rel=1e-6)
        empty = "axis_position", "axis_distance", "off_axis_distance", "cosine", "off_axis_ratio"
        assert {row[name] for name in empty} == {""}


def test_an_axis_among_roles_has_positions(run, world, tmp_path):  # noqa: F811
    folder = world.write(tmp_path / "published")
    (folder / "vectors").rename(folder / "role_vectors")
    (folder / "default.pt").rename(folder / "default_vector.pt")
    save(world.axis.astype("float32"), folder / "assistant_axis.pt")
    save(world.turns(), tmp_path / "c.pt")
    done = read(run, "project", folder / "assistant_axis.pt", tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "positions are by the 12 roles and the default beside it" in done.stderr
    wanted = world.positions(world.turns())
    for row in table(tmp_path / "out/turns.csv"):
        assert float(row["axis_position"]) == pytest.approx(wanted[int(row["turn"]), int(row["layer"])], abs=1e-5)
        assert float(row["off_axis_ratio"]) > 0


def test_an_axis_that_points_away_is_said_to(run, world, tmp_path):  # noqa: F811
    folder = world.write(tmp_path / "dump")
    save(-world.axis.astype("float32"), folder / "axis.pt")
    save(world.turns(), tmp_path / "c.pt")
    done = read(run, "project", folder / "axis.pt", tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "points away from the default" in done.stderr
    row = table(tmp_path / "out/turns.csv")[0]
    assert float(row["axis_position"]) == pytest.approx(world.positions(world.turns())[0, 0], abs=1e-5)
    assert float(row["axis_projection"]) == pytest.approx(-projections(world, world.turns())[0, 0], rel=1e-6)
    assert "at every layer" in done.stderr
    said = refused(run, "cap", folder / "axis.pt", tmp_path / "c.pt", "-o", tmp_path / "caps")
    assert "a floor along it would push away from the Assistant; multiply it by -1" in said
    some = world.axis.astype("float32")
    some[2] *= -1
    save(some, folder / "axis.pt")
    said = refused(run, "cap", folder / "axis.pt", tmp_path / "c.pt", "-o", tmp_path / "caps")
    assert "layer 2" in said and "multiply these layers by -1" in said
    some[2] *= -1
    save(some, folder / "axis.pt")
    read(run, "cap", folder / "axis.pt", tmp_path / "c.pt", "-o", tmp_path / "caps")


def test_one_vector_needs_its_layer_and_the_advice_works(run, world, tmp_path):  # noqa: F811
    save(world.axis[2].astype("float32"), tmp_path / "axis.pt")
    save(world.turns(), tmp_path / "c.pt")
    arguments = ["project", tmp_path / "axis.pt", tmp_path / "c.pt", "-o", tmp_path / "out"]
    assert "--axis-layers LAYER" in refused(run, *arguments)
    read(run, *arguments, "--axis-layers", "2", "--row-layers", "0:4")
    rows = table(tmp_path / "out/turns.csv")
    assert {row["layer"] for row in rows} == {"2"}
    assert float(rows[0]["axis_projection"]) == pytest.approx(projections(world, world.turns())[0, 2], rel=1e-6)


def test_a_manifest_beside_numbers_its_rows(run, world, tmp_path):  # noqa: F811
    save(world.axis.astype("float32"), tmp_path / "axis.pt")
    (tmp_path / "manifest.json").write_text(json.dumps({"layers": [16, 17, 18, 19]}))
    save(world.turns(), tmp_path / "c.pt")
    read(run, "project", tmp_path / "axis.pt", tmp_path / "c.pt", "-o", tmp_path / "out")
    assert {row["layer"] for row in table(tmp_path / "out/turns.csv")} == {"16", "17", "18", "19"}


def test_zeros_and_no_tensors_are_no_axis(run, world, tmp_path):  # noqa: F811
    save(world.turns(), tmp_path / "c.pt")
    axis = world.axis.astype("float32")
    axis[1] = 0
    save(axis, tmp_path / "axis.pt")
    said = refused(run, "project", tmp_path / "axis.pt", tmp_path / "c.pt", "-o", tmp_path / "out")
    assert "nothing but zeros at layer 1" in said
    save({"ids": np.arange(3)}, tmp_path / "none.pt")
    assert "not a space.safetensors" in refused(run, "project", tmp_path / "none.pt", tmp_path / "c.pt", "-o", tmp_path / "out")


def test_cap_takes_floors_or_turns_but_no_roles_of_a_bare_axis(run, world, tmp_path):  # noqa: F811
    turns = world.turns()
    save(world.axis.astype("float32"), tmp_path / "axis.pt")
    save(turns, tmp_path / "c.pt")
    arguments = ["cap", tmp_path / "axis.pt", tmp_path / "c.pt", "-o", tmp_path / "out"]
    said = refused(run, *arguments)
    assert "--tau X" in said and "--calibrate PATH" in said
    assert "--tau X" in refused(run, *arguments, "--calibrate", "default")
    floor = float(np.median(projections(world, turns)[:, 1]))
    read(run, *arguments, "--tau", floor)
    row = next(row for row in table(tmp_path / "out/cap_turns.csv") if row["layer"] == "1" and row["turn"] == "4")
    assert float(row["after"]) == pytest.approx(floor, rel=1e-6)
    assert row["before_position"] == row["after_position"] == row["off_axis_ratio"] == ""
    read(run, *arguments, "--calibrate", tmp_path / "c.pt", "--percentile", 50, "--force")
    row = next(row for row in table(tmp_path / "out/caps.csv") if row["layer"] == "1")
    assert float(row["tau"]) == pytest.approx(floor, rel=1e-6)


def test_a_folder_that_fit_wrote_is_a_space(run, world, tmp_path):  # noqa: F811
    folder = world.write(tmp_path / "dump")
    for index, name in enumerate([*NAMES, "default"]):
        vector = world.default if name == "default" else world.roles[index]
        noise = np.random.default_rng(index).normal(size=(8, *vector.shape)).astype("float32")
        keys = [f"pos_p{i % 2}_q{i // 2}" for i in range(8)]
        save(dict(zip(keys, vector + noise, strict=True)), folder / "activations" / f"{name}.pt")
    save(world.turns(), tmp_path / "c.pt")
    read(run, "fit", folder, "-o", tmp_path / "fit", "--bootstrap", 0)
    for space in tmp_path / "fit", tmp_path / "fit/space.safetensors", f"{tmp_path}/fit/":
        read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "turns", "--force")
        read(run, "cap", space, tmp_path / "c.pt", "-o", tmp_path / "caps", "--force")
        read(run, "stability", space, folder, "-o", tmp_path / "stable", "--bootstrap", 0, "--force")
        read(run, "compare", space, space, "-o", tmp_path / "compared", "--bootstrap", 0, "--force")
    read(run, "project", tmp_path / "fit", tmp_path / "c.pt", "-o", tmp_path / "fit")
    assert "persona fit" in refused(run, "project", folder, tmp_path / "c.pt", "-o", tmp_path / "none")
