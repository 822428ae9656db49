"""Names of files that are too long to be kept under, or that are no text."""

import os

import numpy as np
import pytest
from people import FAST, NAMES, read, run, world  # noqa: F401


def answers(folder, names):
    """Six responses of each role, by names in bytes."""
    random = np.random.default_rng(0)
    (folder / "activations").mkdir(parents=True)
    for name in names:
        keys = {f"pos_p{p}_q{q}": random.normal(size=(2, 8)).astype(np.float32) for p in range(2) for q in range(3)}
        np.savez(os.fsdecode(os.fsencode(folder / "activations") + b"/" + name + b".npz"), **keys)
    return folder


ROLES = [name.encode() for name in NAMES] + [b"default"]


def test_a_role_whose_mean_cannot_be_kept_is_refused_before_any_is_averaged(run, tmp_path):  # noqa: F811
    """A mean is kept as <role>.safetensors, and file systems take names of 255 bytes: 243 of a role are the most."""
    for count, status in ((243, 0), (244, 65), (250, 65)):
        dump = answers(tmp_path / f"dump{count}", [*ROLES, b"x" * count])
        out = tmp_path / f"out{count}"
        done = run("fit", dump, "-o", out, "--min-count", 1, *FAST)
        assert done.returncode == (73 if status else 0), done.stderr
        if status:
            assert "x" * count in done.stderr and f"{count} bytes" in done.stderr and "243" in done.stderr
            assert "goes on" not in done.stderr and not (out / "vectors.safetensors.parts").exists()
            # The advice is followed: the file gets a shorter name.
            (dump / "activations" / ("x" * count + ".npz")).rename(dump / "activations" / ("x" * 243 + ".npz"))
            read(run, "fit", dump, "-o", out, "--min-count", 1, *FAST)


def test_a_name_of_letters_of_many_bytes_is_measured_in_bytes(run, tmp_path):  # noqa: F811
    dump = answers(tmp_path / "dump", [*ROLES, "é".encode() * 122])
    done = run("vectors", dump, "-o", tmp_path / "vectors.safetensors", "--min-count", 1)
    assert done.returncode == 73 and "244 bytes" in done.stderr


def test_an_output_of_too_long_a_name_is_refused_before_the_work(run, tmp_path):  # noqa: F811
    dump = answers(tmp_path / "responses", ROLES)
    done = run("vectors", dump, "-o", tmp_path / ("z" * 240 + ".safetensors"), "--min-count", 1)
    assert done.returncode == 73 and "252 bytes" in done.stderr and "249" in done.stderr
    read(run, "vectors", dump, "-o", tmp_path / ("z" * 237 + ".safetensors"), "--min-count", 1)


@pytest.mark.parametrize("verb", ["fit", "inspect"])
def test_a_vector_whose_name_is_not_utf8_is_named_in_an_error(run, world, tmp_path, verb):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    folder = os.fsencode(dump / "vectors")
    os.rename(folder + b"/bard.pt", folder + b"/bard\xe9.pt")
    done = run(verb, dump, *(["-o", tmp_path / "out", *FAST] if verb == "fit" else []))
    assert done.returncode == 66 and "bard\ufffd.pt" in done.stderr and "not UTF-8" in done.stderr
    os.rename(folder + b"/bard\xe9.pt", folder + "/bardé.pt".encode())
    read(run, "fit", dump, "-o", tmp_path / "renamed", *FAST)
    assert "bardé" in (tmp_path / "renamed" / "roles.csv").read_text()


def test_responses_and_turns_whose_names_are_not_utf8_are_named_in_an_error(run, world, tmp_path):  # noqa: F811
    dump = answers(tmp_path / "dump", [*ROLES, b"caf\xe9"])
    done = run("fit", dump, "-o", tmp_path / "out", "--min-count", 1, *FAST)
    assert done.returncode == 66 and "caf\ufffd.npz" in done.stderr and "not UTF-8" in done.stderr
    read(run, "fit", world.write(tmp_path / "world"), "-o", tmp_path / "space", *FAST)
    turns = tmp_path / "talks" / "turns"
    turns.mkdir(parents=True)
    for name in (b"one", b"tw\xf6"):
        np.save(os.fsdecode(os.fsencode(turns) + b"/" + name + b".npy"), world.turns())
    for verb in ("project", "cap"):
        done = run(verb, tmp_path / "space" / "space.safetensors", tmp_path / "talks", "-o", tmp_path / verb)
        assert done.returncode == 66 and "tw\ufffd.npy" in done.stderr and "not UTF-8" in done.stderr


@pytest.mark.parametrize("count", [256, 300])
def test_a_file_of_too_long_a_name_is_not_taken_for_a_special_one(run, tmp_path, count):  # noqa: F811
    np.save(tmp_path / "a.npy", np.ones((2, 8), np.float32))
    name = "z" * (count - len(".safetensors")) + ".safetensors"
    done = run("convert", tmp_path / "a.npy", "-o", tmp_path / name)
    assert done.returncode == 73 and f"a name of {count} bytes; at most 255" in done.stderr, done.stderr
    # The advice is followed.
    read(run, "convert", tmp_path / "a.npy", "-o", tmp_path / ("z" * (255 - len(".safetensors")) + ".safetensors"))


@pytest.mark.parametrize("verb", ["fit", "analyze", "inspect", "report", "plan", "vectors"])
def test_a_folder_whose_name_is_not_utf8_is_said_to_be_that(run, world, tmp_path, verb):  # noqa: F811
    folder = os.fsencode(world.write(tmp_path / "dump"))
    os.rename(folder, folder + b"\xe9")
    rest = {"inspect": [], "report": [], "plan": ["--drift", "0.3"], "vectors": ["-o", tmp_path / "v.safetensors"]}
    done = run(verb, os.fsdecode(folder + b"\xe9"), *rest.get(verb, ["-o", tmp_path / "out", *FAST]))
    assert done.returncode == 66 and "dump\ufffd" in done.stderr and "not UTF-8" in done.stderr, done.stderr
    assert "no such file" not in done.stderr


def test_a_name_that_is_not_there_is_said_to_be_missing(run, tmp_path):  # noqa: F811
    done = run("fit", tmp_path / "nothing", "-o", tmp_path / "out")
    assert done.returncode == 66 and "no such file or folder" in done.stderr
