"""Stacks of roles whose axes could be in several orders: decided by what is known, or said with what to type; never silently."""

import json

import numpy as np
import pytest
from people import FAST, NAMES, read, refused, run, save, table, world  # noqa: F401

def square(world):  # noqa: F811
    """Twelve roles and the default in thirteen layers, (roles, layers, d), each layer with a base of its own."""
    random = np.random.default_rng(1)
    base = random.normal(size=(13, 64)) * 3
    return (np.concatenate([world.roles, world.default[None]])[:, :1] + base).astype("float32")


def stacked(path, stack, **beside):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, vectors=stack, roles=np.array([*NAMES, "default"]), **beside)
    return path


def cosines(folder):
    return [float(row["cos_axis_pc1"]) for row in table(folder / "layers.csv")]


def true_cosines(stack):
    """|cos(axis, PC1)| by layer of (roles, layers, d), the default last, by the definition."""
    found = []
    for layer in np.moveaxis(stack.astype("float64"), 1, 0):
        mean = layer[:-1].mean(0)
        axis = layer[-1] - mean
        first = np.linalg.svd(layer[:-1] - mean, full_matrices=False)[2][0]
        found.append(abs(first @ axis) / np.linalg.norm(axis))
    return found


def test_a_stack_of_as_many_layers_as_roles_is_refused_where_it_varies_as_layers_do(run, world, tmp_path):  # noqa: F811
    stack = square(world)
    path = stacked(tmp_path / "s/roles.npz", stack.transpose(1, 0, 2))
    said = refused(run, "fit", path, "-o", tmp_path / "out", *FAST)
    assert "[13, 13, 64]" in said and "(roles, layers, d)" in said and "--axes layers,roles,d" in said
    assert "--axes layers,roles,d" in read(run, "inspect", path).stdout
    read(run, "fit", path, "-o", tmp_path / "out", *FAST, "--axes", "layers,roles,d")
    assert np.allclose(cosines(tmp_path / "out"), true_cosines(stack), atol=1e-6)


def test_a_stack_of_as_many_layers_as_roles_in_the_usual_order_is_read_and_said(run, world, tmp_path):  # noqa: F811
    stack = square(world)
    path = stacked(tmp_path / "s/roles.npz", stack)
    done = read(run, "fit", path, "-o", tmp_path / "out", *FAST)
    assert "[13, 13, 64] is taken as (roles, layers, d), and could be (layers, roles, d) as well" in done.stderr
    assert "times as much along the second axis" in done.stderr
    assert np.allclose(cosines(tmp_path / "out"), true_cosines(stack), atol=1e-6)
    shown = read(run, "inspect", path).stdout
    assert "(roles, layers, d)" in shown and "turns" not in shown


def test_a_stack_that_varies_alike_both_ways_is_read_as_usual_and_said(run, tmp_path):
    stack = np.random.default_rng(2).normal(size=(13, 13, 64)).astype("float32")
    done = read(run, "fit", stacked(tmp_path / "s/roles.npz", stack), "-o", tmp_path / "out", *FAST)
    assert "could be (layers, roles, d) as well: --axes layers,roles,d" in done.stderr


@pytest.mark.parametrize("form", ["npy", "pt", "folder"])
def test_names_beside_a_square_stack_change_nothing_in_that(run, world, tmp_path, form):  # noqa: F811
    stack = square(world).transpose(1, 0, 2)
    folder = tmp_path / "s"
    folder.mkdir()
    path = folder / ("roles.pt" if form == "pt" else "roles.npy")
    np.save(path, stack) if form != "pt" else save(stack, path)
    (folder / "names.json").write_text(json.dumps([*NAMES, "default"]))
    said = refused(run, "fit", folder if form == "folder" else path, "-o", tmp_path / "out", *FAST)
    assert "--axes layers,roles,d" in said


@pytest.mark.parametrize("layers_first", [False, True])
def test_a_manifest_tells_the_order_of_an_unnamed_stack(run, world, tmp_path, layers_first):  # noqa: F811
    stack = np.concatenate([world.roles, world.default[None]])
    (tmp_path / "s").mkdir()
    np.save(tmp_path / "s/roles.npy", stack.transpose(1, 0, 2) if layers_first else stack)
    (tmp_path / "s/manifest.json").write_text(json.dumps({"layers": [4, 5, 6, 7]}))
    done = read(run, "fit", tmp_path / "s/roles.npy", "-o", tmp_path / "out", *FAST, "--default", "row_12")
    assert ("(layers, roles, d)" in done.stderr) == layers_first
    assert [row["layer"] for row in table(tmp_path / "out/layers.csv")] == list("4567")
    assert np.allclose(cosines(tmp_path / "out"), true_cosines(stack), atol=1e-6)


def test_an_unnamed_stack_with_its_layers_first_is_refused(run, world, tmp_path):  # noqa: F811
    np.save(tmp_path / "roles.npy", world.roles.transpose(1, 0, 2))
    said = refused(run, "fit", tmp_path / "roles.npy", "-o", tmp_path / "out", *FAST, "--components-only")
    assert "[4, 12, 64]" in said and "--axes layers,roles,d" in said
    read(run, "fit", tmp_path / "roles.npy", "-o", tmp_path / "out", *FAST, "--components-only", "--axes", "layers,roles,d")
    assert len(table(tmp_path / "out/layers.csv")) == 4


def test_names_of_the_second_axis_tell_the_order(run, world, tmp_path):  # noqa: F811
    stack = np.concatenate([world.roles, world.default[None]])
    done = read(run, "fit", stacked(tmp_path / "s/roles.npz", stack.transpose(1, 0, 2)), "-o", tmp_path / "out", *FAST)
    assert "(layers, roles, d)" in done.stderr
    assert np.allclose(cosines(tmp_path / "out"), true_cosines(stack), atol=1e-6)


def test_an_unknown_order_is_a_usage_error(run, tmp_path):
    assert "--axes" in refused(run, "fit", tmp_path, "-o", tmp_path / "out", "--axes", "roles,d,d")


def test_lists_of_names_that_differ_are_refused(run, world, tmp_path):  # noqa: F811
    np.save(tmp_path / "roles.npy", np.concatenate([world.roles, world.default[None]]))
    (tmp_path / "names.json").write_text(json.dumps([*NAMES, "default"]))
    (tmp_path / "names.txt").write_text("\n".join([*NAMES, "default"]))
    read(run, "fit", tmp_path / "roles.npy", "-o", tmp_path / "out", *FAST)
    (tmp_path / "names.txt").write_text("\n".join([*NAMES[::-1], "default"]))
    said = refused(run, "fit", tmp_path / "roles.npy", "-o", tmp_path / "out", *FAST, "--force")
    assert "names.json" in said and "names.txt" in said and "in another order" in said


def test_a_list_of_names_of_another_length_is_named(run, world, tmp_path):  # noqa: F811
    np.save(tmp_path / "roles.npy", np.concatenate([world.roles, world.default[None]]))
    (tmp_path / "names.json").write_text(json.dumps([*NAMES, "default"]))
    (tmp_path / "names.txt").write_text("\n".join(NAMES))
    done = read(run, "fit", tmp_path / "roles.npy", "-o", tmp_path / "out", *FAST)
    assert "names.txt names another number of rows, and is not used" in done.stderr


def test_names_in_the_file_and_beside_it_that_differ_are_refused(run, world, tmp_path):  # noqa: F811
    path = stacked(tmp_path / "s/roles.npz", np.concatenate([world.roles, world.default[None]]))
    (tmp_path / "s/names.json").write_text(json.dumps([*NAMES[1:], NAMES[0], "default"]))
    said = refused(run, "fit", path, "-o", tmp_path / "out", *FAST)
    assert "roles.npz" in said and "names.json" in said


def test_layers_under_bare_numbers_are_no_roles(run, world, tmp_path):  # noqa: F811
    stack = np.concatenate([world.roles, world.default[None]])
    save({layer: stack[:, row] for row, layer in enumerate((16, 17, 20, 24))}, tmp_path / "hooks.pt")
    said = refused(run, "fit", tmp_path / "hooks.pt", "-o", tmp_path / "out", *FAST, "--components-only")
    assert "its keys name layers" in said and "docs/your-own-arrays.md" in said
    save(dict(enumerate(stack)), tmp_path / "roles.pt")
    done = read(run, "fit", tmp_path / "roles.pt", "-o", tmp_path / "out", *FAST, "--default", 12)
    assert "taken as 13 roles of 4 layers; if the numbers are layers" in done.stderr
    assert np.allclose(cosines(tmp_path / "out"), true_cosines(stack), atol=1e-6)


@pytest.mark.parametrize("order", ["roles,d,layers", "layers,d,roles", "d,layers,roles"])
def test_axes_say_any_order_of_a_stack(run, world, tmp_path, order):  # noqa: F811
    stack = np.concatenate([world.roles, world.default[None]])
    places = [["roles", "layers", "d"].index(name) for name in order.split(",")]
    read(run, "fit", stacked(tmp_path / "s/roles.npz", stack.transpose(places)), "-o", tmp_path / "out", *FAST, "--axes", order)
    assert np.allclose(cosines(tmp_path / "out"), true_cosines(stack), atol=1e-6)


def test_vectors_of_as_many_layers_as_dimensions_are_said(run, world, tmp_path):  # noqa: F811
    random = np.random.default_rng(4)
    for name in [*NAMES, "default"]:
        save(random.normal(size=(64, 64)).astype("float32"), tmp_path / f"dump/vectors/{name}.pt")
    done = read(run, "fit", tmp_path / "dump", "-o", tmp_path / "out", *FAST)
    assert "[64, 64] are taken as (layers, d), and could be (d, layers) as well" in done.stderr
    assert "could be" not in read(run, "fit", tmp_path / "dump", "-o", tmp_path / "o", *FAST, "--axes", "d,layers").stderr


def test_a_default_beside_a_stack(run, world, tmp_path):  # noqa: F811
    """In the same file, in the same folder, and beside vectors/ with one file in it."""
    expected = None
    for kind in ("file", "folder", "dump"):
        place = tmp_path / kind
        if kind == "file":
            save({"role_vectors": world.roles, "default": world.default, "roles": list(NAMES)}, place / "all.pt")
        else:
            save(world.roles, place / ("vectors" if kind == "dump" else ".") / "stack.pt")
            save(world.default, place / "default.pt")
        read(run, "fit", place / "all.pt" if kind == "file" else place, "-o", tmp_path / f"{kind}-out", "--bootstrap", 0)
        rows = table(tmp_path / f"{kind}-out/layers.csv")
        found = [(row["roles"], float(row["cos_axis_pc1"])) for row in rows]
        for layer, (count, cosine) in enumerate(found):
            _, _, components = np.linalg.svd(world.roles[:, layer].astype(np.float64) - world.mean[layer], full_matrices=False)
            wanted = abs(components[0] @ world.axis[layer]) / np.linalg.norm(world.axis[layer])
            assert count == str(len(NAMES)) and abs(cosine) == pytest.approx(wanted, rel=1e-5)
        expected = expected or found
        assert [row[1] for row in found] == pytest.approx([row[1] for row in expected])
    said = refused(run, "fit", tmp_path / "folder/stack.pt", "-o", tmp_path / "x")
    assert "default lies beside it: give the folder" in said
