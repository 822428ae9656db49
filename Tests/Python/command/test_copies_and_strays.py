"""Vectors that are the same, and files that are not read, are named; the numbers stay."""

import gzip
import shutil

from people import read, run, save, table, world  # noqa: F401


def test_identical_roles_are_named_and_the_numbers_stay(run, world, tmp_path):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    for name in ("copy1", "copy2"):
        save(world.roles[0], dump / "vectors" / f"{name}.pt")
    save(world.default, dump / "vectors" / "assistant.pt")
    # The same in all layers but one is no copy.
    near = world.roles[3].copy()
    near[2, -1] += 1e-3
    save(near, dump / "vectors" / "near.pt")
    fitted = read(run, "fit", dump, "-o", tmp_path / "out").stderr
    for text in (fitted, read(run, "inspect", dump).stdout):
        assert "3 roles have identical vectors" in text and "'copy1', 'copy2', 'pirate'" in text
        assert "identical to the default 'default'" in text and "'assistant'" in text
        assert "near" not in text
    assert len(table(tmp_path / "out/roles.csv")) > 0


def test_no_copies_no_notes(run, world, tmp_path):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    assert "identical" not in read(run, "fit", dump, "-o", tmp_path / "out").stderr
    assert "identical" not in read(run, "inspect", dump).stdout


def test_files_that_are_not_read_are_named(run, world, tmp_path):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    pirate = dump / "vectors" / "pirate.pt"
    with gzip.open(f"{pirate}.gz", "wb") as packed:
        packed.write(pirate.read_bytes())
    pirate.unlink()
    (dump / "vectors" / "README.md").write_text("text is no vector")
    for text in (read(run, "fit", dump, "-o", tmp_path / "out").stderr, read(run, "inspect", dump).stdout):
        assert "not read" in text and "vectors/pirate.pt.gz" in text and "README" not in text
    # The folder of the vectors by itself, and a folder of responses.
    flat = shutil.copytree(dump / "vectors", tmp_path / "flat")
    shutil.copy(dump / "default.pt", flat)
    assert "flat/pirate.pt.gz" in read(run, "fit", flat, "-o", tmp_path / "out2").stderr
    for name, vector in (("a", world.roles[0]), ("b", world.roles[1]), ("default", world.default)):
        save({"pos_p0_q0": vector, "pos_p0_q1": vector + 1}, tmp_path / "r/activations" / f"{name}.pt")
    (tmp_path / "r/activations/c.pt.zst").write_bytes(b"(\xb5/\xfd")
    averaged = read(run, "vectors", tmp_path / "r", "-o", tmp_path / "v.safetensors")
    assert "activations/c.pt.zst" in averaged.stderr
