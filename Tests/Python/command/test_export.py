"""persona export: what other programs read of its files, against the space computed in NumPy."""

import csv
import json
import zipfile

import gguf
import numpy as np
import pytest
import torch
from people import NAMES, read, refused, run, save, table, world  # noqa: F401
from safetensors import safe_open


@pytest.fixture
def space(run, world, tmp_path):  # noqa: F811
    """The planted world fitted, with axes, means and projections as NumPy computes them."""
    read(run, "fit", world.write(tmp_path / "dump"), "-o", tmp_path / "space", "--bootstrap", 0)
    world.unit = world.axis / np.linalg.norm(world.axis, axis=1, keepdims=True)
    world.projections = np.einsum("rld,ld->rl", world.roles.astype(np.float64), world.unit)
    random = np.random.default_rng(5)
    world.tokens = (world.mean + random.uniform(0, 1.2, (40, 1, 1)) * world.axis).astype(np.float32)
    world.tokens += random.normal(size=world.tokens.shape).astype(np.float32)
    save({"tokens": world.tokens, "turn_offsets": np.arange(0, 44, 4)}, tmp_path / "turns/c.pt")
    return tmp_path / "space"


def export(run, space, kind, name, *options):  # noqa: F811
    path = space.parent / name
    done = read(run, "export", space, "--to", kind, "-o", path, *options)
    return path, " ".join(done.stdout.split()), done.stderr


def capped(h, v, tau):
    """h' = h - v min(h.v - tau, 0), in PyTorch."""
    h, v = torch.from_numpy(h).double(), torch.as_tensor(v).double()
    return h - torch.clamp(h @ v - tau, max=0)[:, None] * v


def test_a_capping_configuration_as_published(run, world, space):  # noqa: F811
    """The negated unit axis with the ceiling -tau; the 75th percentile of the axis is the 25th of the negated one."""
    path, said, _ = export(run, space, "pt-capping", "capping_config.pt", "--layers", "1:3", "--percentile", 75, "--verify")
    for options in ({}, {"mmap": True}):
        config = torch.load(path, weights_only=True, **options)
        assert set(config) == {"vectors", "experiments"}
        [experiment] = config["experiments"]
        assert experiment["id"] == "layers_1:3-p0.25" and len(experiment["interventions"]) == 2
        for intervention, layer in zip(experiment["interventions"], (1, 2), strict=True):
            entry = config["vectors"][intervention["vector"]]
            assert entry["layer"] == layer and entry["vector"].shape == (64,) and entry["vector"].dtype == torch.float32
            np.testing.assert_allclose(entry["vector"].numpy(), -world.unit[layer], atol=1e-7)
            tau = np.percentile(world.projections[:, layer], 75)
            assert type(intervention["cap"]) is float and intervention["cap"] == pytest.approx(-tau, rel=1e-9)
            # The ceiling of the published code is the floor of the definition.
            h = world.tokens[:, layer].astype(np.float64)
            u, over = entry["vector"].double().numpy(), None
            over = np.maximum(h @ u - intervention["cap"], 0)
            expected = capped(h, world.unit[layer], tau).numpy()
            np.testing.assert_allclose(h - over[:, None] * u, expected, rtol=0, atol=1e-5)
            assert (over > 0).any() and (over == 0).any()
    assert "Verified: read back" in said and "layers_1:3-p0.25" in said
    # What reads published ones reads it, and the axis lies the right way.
    done = run("cap", "check", path, space, space.parent / "turns", "--json")
    assert done.returncode == 0, done.stderr
    assert [(row["layer"], row["direction"]) for row in json.loads(done.stdout)["layers"]] == [(1, "toward"), (2, "toward")]


def test_the_archive_is_laid_out_as_by_torch(run, space):  # noqa: F811
    path, _, _ = export(run, space, "pt-capping", "c.pt", "--layers", "all", "--tau", -1.5)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names[0] == "archive/data.pkl" and {"archive/byteorder", "archive/version", "archive/data/3"} <= set(names)
        for info in archive.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            length = int.from_bytes(data[info.header_offset + 26 :][:2], "little")
            extra = int.from_bytes(data[info.header_offset + 28 :][:2], "little")
            assert (info.header_offset + 30 + length + extra) % 64 == 0
        # Protocol 2, as torch.save writes.
        assert archive.read("archive/data.pkl")[:2] == b"\x80\x02"
    assert b"PK\x06\x06" in data, "a zip64 end record"
    assert torch.load(path, weights_only=True)["experiments"][0]["id"] == "layers_0:4-tau-1.5"


def test_one_file_for_inference_engines(run, world, space):  # noqa: F811
    path, said, _ = export(run, space, "cap-json", "cap.json", "--layers", "1,3", "--percentile", 40, "--verify")
    found = json.loads(path.read_text())
    assert found["format"] == "persona cap 1" and found["operation"] == "projection_cap" and found["hidden_size"] == 64
    assert found["hook_point"] == "post_block" and found["id"] == "layers_1:2,3:4-p0.6"
    assert [(row["layer"], row["hook"]) for row in found["layers"]] == [
        (1, "blocks.1.hook_resid_post"),
        (3, "blocks.3.hook_resid_post"),
    ]
    for row in found["layers"]:
        layer = row["layer"]
        tau = np.percentile(world.projections[:, layer], 40)
        assert np.linalg.norm(row["vector"]) == pytest.approx(1, abs=1e-12) and "max" not in row
        np.testing.assert_allclose(row["vector"], world.unit[layer], atol=1e-9)
        assert row["min"] == pytest.approx(tau, rel=1e-9)
        position = (tau - world.mean[layer] @ world.unit[layer]) / np.linalg.norm(world.axis[layer])
        assert row["min_position"] == pytest.approx(position, rel=1e-6, abs=1e-9)
        # As an engine does it, in float32: clamp the projection.
        h, v = torch.from_numpy(world.tokens[:, layer].copy()), torch.tensor(row["vector"], dtype=torch.float32)
        moved = h + ((h @ v).clamp(min=row["min"]) - h @ v)[:, None] * v
        expected = capped(world.tokens[:, layer].astype(np.float64), world.unit[layer], tau)
        torch.testing.assert_close(moved.double(), expected, rtol=0, atol=1e-5)
    import hashlib

    digest = hashlib.sha256((space / "space.safetensors").read_bytes()).hexdigest()
    assert found["provenance"]["space_sha256"] == digest and "Verified" in said
    # It is read where a capping_config.pt is.
    done = run("cap", "check", path, space, space.parent / "turns")
    assert done.returncode == 0 and "it pulls toward the Assistant" in done.stdout, done.stderr


def test_a_readout_reads_axis_position(run, world, space):  # noqa: F811
    path, _, _ = export(run, space, "readout", "monitor.safetensors", "--verify")
    with safe_open(path, "np") as file:
        direction, mean = file.get_tensor("direction"), file.get_tensor("mean")
    notes = json.loads(path.with_suffix(".json").read_text())
    assert notes["layers"] == [0, 1, 2, 3] and notes["tensors"] == path.name
    read_out = np.einsum("tld,ld->tl", world.tokens.astype(np.float64) - mean, direction)
    np.testing.assert_allclose(read_out, world.positions(world.tokens), atol=1e-6)
    np.testing.assert_allclose(np.einsum("ld,ld->l", world.default - mean, direction), 1, atol=1e-6)
    for row, layer in enumerate(notes["layers"]):
        own = world.positions(world.roles)[:, layer]
        np.testing.assert_allclose(notes["role_quantiles"][row], np.percentile(own, notes["percentiles"]), atol=1e-6)


def test_axes_as_tensors_arrays_and_tables(run, world, space):  # noqa: F811
    axis = torch.load(export(run, space, "pt-axis", "axis.pt", "--verify")[0], weights_only=True)
    assert axis.dtype == torch.float32
    np.testing.assert_allclose(axis.numpy(), world.axis, atol=1e-6)
    # A part of the layers says which: its rows are no layer numbers.
    some = torch.load(export(run, space, "pt-axis", "some.pt", "--layers", "2:4", "--verify")[0], weights_only=True)
    assert some["metadata"]["layers"] == [2, 3]
    np.testing.assert_allclose(some["axis"].numpy(), world.axis[2:], atol=1e-6)
    array = np.load(export(run, space, "npy", "axis.npy", "--layers", "2:4", "--verify")[0])
    assert array.dtype == np.float64
    np.testing.assert_allclose(array, world.axis[2:], rtol=1e-9, atol=1e-9)
    path, _, _ = export(run, space, "csv", "axis.csv", "--verify")
    with path.open() as file:
        header, *rows = list(csv.reader(file))
    assert header[:3] == ["layer", "axis_norm", "x0"] and len(header) == 66
    values = np.array(rows, dtype=float)
    np.testing.assert_allclose(values[:, 2:], world.axis, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(values[:, 1], np.linalg.norm(world.axis, axis=1), rtol=1e-9)


def test_an_exported_axis_is_a_space(run, world, space):  # noqa: F811
    """The rows of a part are the layers that the file says, not 0 and 1."""
    path, _, _ = export(run, space, "pt-axis", "some.pt", "--layers", "2:4")
    out = space.parent / "out"
    read(run, "project", path, space.parent / "turns", "-o", out, "--row-layers", "0:4")
    rows = [row for row in table(out / "turns.csv") if row["turn"] == "0"]
    assert [row["layer"] for row in rows] == ["2", "3"]
    for row in rows:
        layer = int(row["layer"])
        expected = world.tokens[:4, layer].astype(np.float64).mean(0) @ world.unit[layer]
        assert float(row["axis_projection"]) == pytest.approx(expected, rel=1e-6)


def test_a_control_vector_by_llama_cpps_numbering(run, world, space):  # noqa: F811
    """direction.l is added behind block l, counted from 0, and layer 0 has none: read with the gguf package."""
    path, _, said = export(run, space, "gguf", "axis.gguf", "--model", "llama", "--verify")
    reader = gguf.GGUFReader(path)
    assert reader.fields["general.architecture"].contents() == "controlvector"
    assert reader.fields["controlvector.model_hint"].contents() == "llama"
    assert [tensor.name for tensor in reader.tensors] == ["direction.1", "direction.2", "direction.3"]
    for tensor in reader.tensors:
        layer = int(tensor.name.removeprefix("direction."))
        np.testing.assert_allclose(tensor.data, world.axis[layer], atol=1e-6)
    assert "left out layer 0" in said


def test_floors_of_what_cap_wrote(run, world, space):  # noqa: F811
    turns, out = space.parent / "turns", space.parent / "capped"
    read(run, "cap", space, turns, "-o", out, "--percentile", "25,75", "--bootstrap", 0)
    options = ("--caps", out, "--percentile", 25, "--layers", 2)
    found = json.loads(export(run, space, "cap-json", "a.json", *options)[0].read_text())
    [row] = [row for row in table(out / "caps.csv") if row["layer"] == "2" and row["percentile"] == "25.0"]
    assert found["layers"][0]["min"] == float(row["tau"]) and found["id"] == "layers_2:3-p0.75"
    says = refused(run, "export", space, "--to", "cap-json", "-o", space.parent / "b.json", "--caps", out)
    assert "it recommends no cap; say which of its percentiles to take with --percentile: 25, 75" in says
    # A recommended one is taken, and one of another space is not.
    lines = (out / "caps.csv").read_text().splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("2,75.0"))
    lines[place] = lines[place].replace(",false,floor,", ",true,floor,")
    (out / "caps.csv").write_text("\n".join(lines) + "\n")
    path, said, _ = export(run, space, "pt-capping", "b.pt", "--caps", out, "--verify")
    tau = np.percentile(world.projections[:, 2], 75)
    [intervention] = torch.load(path, weights_only=True)["experiments"][0]["interventions"]
    assert intervention["cap"] == pytest.approx(-tau, rel=1e-9) and "layers_2:3-p0.25" in said
    world.default += 1
    read(run, "fit", world.write(space.parent / "other"), "-o", space.parent / "moved", "--bootstrap", 0)
    says = refused(run, "export", space.parent / "moved", "--to", "cap-json", "-o", space.parent / "x.json", "--caps", out)
    assert "it was made with another space" in says


def test_percentiles_of_turns_and_of_the_defaults_answers(run, world, space):  # noqa: F811
    turns = space.parent / "turns"
    options = ("--percentile", 30, "--calibrate", turns, "--layers", 1)
    found = json.loads(export(run, space, "cap-json", "a.json", *options)[0].read_text())
    h = world.tokens[:, 1].astype(np.float64) @ world.unit[1]
    assert found["layers"][0]["min"] == pytest.approx(np.percentile(h, 30), rel=1e-6)
    random = np.random.default_rng(2)
    answers = world.default + random.normal(size=(20, *world.default.shape)).astype(np.float32)
    save({f"default_p0_q{q}": answer for q, answer in enumerate(answers)}, space.parent / "dump/activations/default.pt")
    path = space.parent / "b.json"
    read(run, "export", space, space.parent / "dump", "--to", "cap-json", "-o", path, "--percentile", 5, "--calibrate", "default", "--layers", 1)
    [row] = json.loads(path.read_text())["layers"]
    assert row["min"] == pytest.approx(np.percentile(answers[:, 1].astype(np.float64) @ world.unit[1], 5), rel=1e-6)


def test_verified_over_turns(run, world, space):  # noqa: F811
    path = space.parent / "a.json"
    done = read(run, "export", space, space.parent / "turns", "--to", "cap-json", "-o", path, "--tau", 1, "--layers", "1:3", "--verify", "--json")
    found = json.loads(done.stdout)["verification"]
    assert found["count"] == 80 and found["largest_difference"] < 1e-12 and found["compared"] == "capped projection"


def test_a_file_that_does_not_hold_the_numbers_fails(run, world, tmp_path):  # noqa: F811
    """float32 has no more than a digit or two of values near 1e-44."""
    tiny = lambda values: values.astype(np.float64) * 1e-44  # noqa: E731
    dump = world.write(tmp_path / "dump", roles=tiny(world.roles), default=tiny(world.default))
    read(run, "fit", dump, "-o", tmp_path / "space", "--bootstrap", 0)
    done = run("export", tmp_path / "space", "--to", "pt-axis", "-o", tmp_path / "axis.pt", "--verify")
    assert done.returncode == 1 and "NOT VERIFIED" in done.stdout, done.stdout + done.stderr
    assert run("export", tmp_path / "space", "--to", "npy", "-o", tmp_path / "a.npy", "--verify").returncode == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--to", "cap-json", "-o", "x.json"), "type --percentile 75 (of the roles' projections), --tau X, or --caps OUT"),
        (("--to", "cap-json", "-o", "x.json", "--tau", 1), "type --layers 8:12 (half-open), or --layers all"),
        (("--to", "cap-json", "-o", "x.pt", "--tau", 1, "--layers", 1), "end it with .json"),
        (("--to", "cap-json", "-o", "x.json", "--tau", 1, "--layers", 7), "no layer 7"),
        (("--to", "cap-json", "-o", "x.json", "--percentile", 101, "--layers", 1), "a number from 0 to 100"),
        (("--to", "cap-json", "-o", "x.json", "--tau", 1, "--percentile", 2, "--layers", 1), "leave --percentile"),
        (("--to", "npy", "-o", "x.npy", "--tau", 1), "holds no floor"),
        (("--to", "gguf", "-o", "x.gguf", "--layers", 0), "no layer from 1 on"),
        (("--to", "pt", "-o", "x.pt"), "pt-axis"),
        (("--to", "npy", "-o", "space/space.npy/x.npy"), "space.npy"),
    ],
)
def test_what_is_refused(run, space, options, says):  # noqa: F811
    options = [str(space.parent / item) if item in ("x.json", "x.pt", "x.npy", "x.gguf") else item for item in options]
    done = run("export", space, *options)
    assert done.returncode in (64, 65, 73) and says in " ".join(done.stderr.split()), done.stderr


def test_notes_on_doubtful_axes_and_floors(run, world, space):  # noqa: F811
    _, _, said = export(run, space, "cap-json", "a.json", "--tau", 1e6, "--layers", 1)
    assert "above the default itself (1)" in said
    _, _, said = export(run, space, "cap-json", "b.json", "--percentile", 0.25, "--layers", 1)
    assert "--percentile 0.25 is 0.25 %; 25.0 for the share 0.25?" in said
    layers = (space / "layers.csv").read_text()
    (space / "layers.csv").write_text(layers.replace(",found,", ",weak,"))
    _, _, said = export(run, space, "cap-json", "c.json", "--percentile", 25, "--layers", 1)
    assert "the axis was not found at layer 1 (weak" in said


def test_an_axis_that_points_away_gets_no_floor(run, world, space):  # noqa: F811
    folder = world.write(space.parent / "released")
    (folder / "vectors/x").mkdir()
    torch.save(torch.from_numpy(-world.axis), folder / "axis.pt")
    says = refused(run, "export", folder / "axis.pt", "--to", "cap-json", "-o", folder.parent / "x.json", "--tau", 1, "--layers", 1)
    assert "points away from the default" in says
    assert len(NAMES) == 12
