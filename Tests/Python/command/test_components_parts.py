"""persona components by parts, threads and runs that are killed: the same bits as of one run."""

import os
import shutil
import signal
import subprocess
import time

import numpy as np
import pytest
from test_components import agrees, run  # noqa: F401

WIDTH = 24


@pytest.fixture
def matrix(tmp_path):
    """Rows of three shards and two layers, in two files."""
    random = np.random.default_rng(0)
    x = random.standard_t(5, (34_000, 2, WIDTH)) * np.arange(1, WIDTH + 1) ** -0.5 + 3
    np.save(tmp_path / "a.npy", x[:20_000].astype(np.float32))
    np.save(tmp_path / "b.npy", x[20_000:].astype(np.float32))
    return x.astype(np.float32)


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("solver", ["covariance", "randomized"])
def test_threads(run, matrix, tmp_path, solver):  # noqa: F811
    for threads in (1, 2, 5):
        run("components", "a.npy", "b.npy", "-o", f"o{threads}", "-k", 5, "--solver", solver, "--threads", threads)
    assert content(tmp_path / "o1") == content(tmp_path / "o2") == content(tmp_path / "o5")
    agrees(tmp_path / "o1", matrix[:, 1], layer=1)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 9])
def test_parts(run, matrix, tmp_path, count):  # noqa: F811
    run("components", "a.npy", "b.npy", "-o", "whole", "-k", 5, "--solver", "covariance", "--seed", 3)
    for part in range(1, count + 1):
        run("components", "a.npy", "b.npy", "-o", f"parts/{part}", "--part", f"{part}/{count}")
    run("merge", "parts", "-o", "merged", "-k", 5, "--seed", 3)
    assert content(tmp_path / "merged") == content(tmp_path / "whole")


def test_parts_that_make_no_whole(run, matrix, tmp_path):  # noqa: F811
    def part(name, number, count=3, *options):
        run("components", "a.npy", "b.npy", "-o", name, "--part", f"{number}/{count}", "--force", *options)

    for number in (1, 2, 3):
        part(f"parts/{number}", number)
    (tmp_path / "empty").mkdir()
    assert "no part-N-of-M.safetensors here" in run("merge", "empty", "-o", "no", status=66).stderr
    done = run("merge", "parts/1", "parts/3", "-o", "no", status=65)
    assert "1 of 3 parts are not here: 2; make them with --part 2/3" in done.stderr
    done = run("merge", "parts", "parts/1/part-1-of-3.safetensors", "-o", "no", status=65)
    assert "part 1 of 3 is also in" in done.stderr
    part("other", 2, 4)
    assert "parts, and that one of" in run("merge", "parts", "other", "-o", "no", status=65).stderr
    part("parts/2", 2, 3, "--layers", "1")
    done = run("merge", "parts", "-o", "no", status=65)
    assert "parts/2/part-2-of-3.safetensors: it is of another run than" in done.stderr and "layers" in done.stderr
    part("parts/2", 2)
    run("merge", "parts", "-o", "yes", "-k", 5)
    damaged = tmp_path / "parts" / "2" / "part-2-of-3.safetensors"
    whole = bytearray(damaged.read_bytes())
    whole[-100] ^= 4
    damaged.write_bytes(whole)
    assert "its content is not what was written" in run("merge", "parts", "-o", "no", status=65).stderr
    changed = matrix[20_000:].copy()
    changed[100] += 1
    np.save(tmp_path / "b.npy", changed)
    part("parts/2", 2)
    done = run("merge", "parts", "-o", "no", status=65)
    assert "b.npy was" in done.stderr and "changed in between" in done.stderr
    part("parts/1", 1)
    done = run("merge", "parts", "-o", "no", status=65)
    assert "parts/3/part-3-of-3.safetensors: it is of another run" in done.stderr  # the majority is not accused
    assert "no part" in run("merge", "a.npy", "-o", "no", status=65).stderr
    assert not (tmp_path / "no").exists()


def killed(persona, folder, *options):
    """A run that is killed once it has kept something; whether it was killed in time."""
    command = [str(word) for word in (persona, "components", "a.npy", "b.npy", "-o", "o", "--checkpoint", 0, *options)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    parts = folder / "o" / "components.parts"
    while process.poll() is None and not (parts.exists() and any(parts.glob("layer-*"))):
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def leave_behind(persona, folder, *options):
    """Leaves what a run kept that was killed; fails if none of several could be killed in time."""
    for _ in range(20):
        if killed(persona, folder, *options):
            return
        shutil.rmtree(folder / "o")
    pytest.fail("no run could be killed in time")


@pytest.mark.parametrize("solver", ["covariance", "randomized"])
def test_a_run_that_was_killed_goes_on(persona, run, matrix, tmp_path, solver):  # noqa: F811
    options = ("-k", 5, "--solver", solver)
    run("components", "a.npy", "b.npy", "-o", "whole", *options)
    leave_behind(persona, tmp_path, *options)
    done = run("components", "a.npy", "b.npy", "-o", "o", *options, "--threads", 1)
    assert "goes on from an earlier run" in done.stderr
    assert content(tmp_path / "o") == content(tmp_path / "whole")


def test_a_file_that_changed_between_runs(persona, run, matrix, tmp_path):  # noqa: F811
    options = ("-k", 5, "--solver", "covariance")
    leave_behind(persona, tmp_path, *options)
    changed = matrix[20_000:].copy()
    changed[100] += 1
    np.save(tmp_path / "b.npy", changed)
    done = run("components", "a.npy", "b.npy", "-o", "o", *options)
    assert "goes on" not in done.stderr
    run("components", "a.npy", "b.npy", "-o", "fresh", *options)
    assert content(tmp_path / "o") == content(tmp_path / "fresh")
    assert os.listdir(tmp_path / "o") and not (tmp_path / "o" / "components.parts").exists()
