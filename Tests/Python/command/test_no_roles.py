"""What pipelines write beside role vectors: left out where its name and its numbers say what it is; a role otherwise."""

import numpy as np
import torch
from people import FAST, NAMES, read, run, save, table, world  # noqa: F401
from printed import phrases
from safetensors.numpy import load_file

DERIVED = {
    "axis": lambda w: w.default - w.mean,
    "assistant_axis": lambda w: -(w.default - w.mean),
    "mean": lambda w: w.mean,
    "mean_vector": lambda w: np.concatenate([w.roles, w.default[None]]).mean(0),
    "default_vector": lambda w: w.default,
    "contrast": lambda w: (w.default - w.mean) / np.linalg.norm(w.default - w.mean, axis=1, keepdims=True),
}


def test_what_pipelines_write_beside_roles_is_no_role(run, world, tmp_path):  # noqa: F811
    read(run, "fit", world.write(tmp_path / "plain"), "-o", tmp_path / "plain_out", *FAST)
    wanted = (tmp_path / "plain_out/layers.csv").read_bytes()
    for names in [[name] for name in DERIVED] + [["axis", "mean"], list(DERIVED)]:
        folder = world.write(tmp_path / "-".join(names))
        for name in names:
            save(torch.tensor(DERIVED[name](world)).bfloat16(), folder / "vectors" / f"{name}.pt")
        done = read(run, "fit", folder, "-o", folder / "out", *FAST)
        assert done.stderr.count("no role: left out") == len(names), done.stderr
        assert all(f"vectors/{name}.pt is " in done.stderr for name in names)
        assert (folder / "out/layers.csv").read_bytes() == wanted
        shown = phrases(read(run, "inspect", folder).stdout)
        assert shown.count("no role: left out") == len(names)
        assert "13 roles" in shown


def test_in_one_file_too_and_without_a_default_wanted(run, world, tmp_path):  # noqa: F811
    content = dict(zip(NAMES, world.roles, strict=True)) | {"default": world.default}
    content |= {"axis": DERIVED["axis"](world), "mean": world.mean.astype("float32")}
    np.savez(tmp_path / "roles.npz", **content)
    for options in (), ("--components-only",):
        done = read(run, "fit", tmp_path / "roles.npz", "-o", tmp_path / "out", *FAST, *options, "--force")
        assert done.stderr.count("no role: left out") == 2, done.stderr
        assert {row["roles"] for row in table(tmp_path / "out/layers.csv")} == {"12"}


def test_a_role_that_is_called_axis_or_mean_is_one(run, world, tmp_path):  # noqa: F811
    folder = world.write(tmp_path / "dump")
    for old, new in ("spy", "mean"), ("clerk", "axis"):
        (folder / f"vectors/{old}.pt").rename(folder / f"vectors/{new}.pt")
    done = read(run, "fit", folder, "-o", tmp_path / "out", *FAST)
    assert done.stderr.count("is taken as a role: it is called as pipelines call") == 2
    assert {row["roles"] for row in table(tmp_path / "out/layers.csv")} == {"12"}
    save(DERIVED["axis"](world), folder / "vectors/assistant_axis.pt")
    done = read(run, "fit", folder, "-o", tmp_path / "out", *FAST, "--force")
    assert "vectors/assistant_axis.pt is the axis" in done.stderr
    assert {row["roles"] for row in table(tmp_path / "out/layers.csv")} == {"12"}


def test_an_axis_of_another_name_is_said(run, world, tmp_path):  # noqa: F811
    folder = world.write(tmp_path / "dump")
    save(DERIVED["axis"](world), folder / "vectors/steering.pt")
    done = read(run, "fit", folder, "-o", tmp_path / "out", *FAST)
    assert "vectors/steering.pt is taken as a role, and is the default minus the mean of the others" in done.stderr


def test_a_default_vector_among_the_roles_is_the_default(run, world, tmp_path):  # noqa: F811
    folder = world.write(tmp_path / "dump")
    (folder / "default.pt").rename(folder / "vectors/default_vector.pt")
    done = read(run, "fit", folder, "-o", tmp_path / "out", *FAST)
    assert "default_vector.pt is taken as the default" in done.stderr
    assert np.array_equal(load_file(tmp_path / "out/space.safetensors")["default"], world.default)


def test_so_too_in_a_folder_of_roles_alone(run, world, tmp_path):  # noqa: F811
    for name, vector in [*zip(NAMES, world.roles, strict=True), ("default", world.default)]:
        save(vector, tmp_path / f"dump/{'axis' if name == 'spy' else name}.pt")
    done = read(run, "fit", tmp_path / "dump", "-o", tmp_path / "out", *FAST)
    assert "dump/axis.pt is taken as a role" in done.stderr
    assert {row["roles"] for row in table(tmp_path / "out/layers.csv")} == {"12"}
    save(DERIVED["axis"](world), tmp_path / "dump/assistant_axis.pt")
    save(world.mean.astype("float32"), tmp_path / "dump/role_mean.pt")
    done = read(run, "fit", tmp_path / "dump", "-o", tmp_path / "out", *FAST, "--force")
    assert done.stderr.count("no role: left out") == 2
    assert {row["roles"] for row in table(tmp_path / "out/layers.csv")} == {"12"}
