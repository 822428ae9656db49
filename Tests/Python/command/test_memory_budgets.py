"""What a run must hold is known from headers: under a limit below it, it ends at the start and says so."""

import resource
import subprocess

import numpy as np
import pytest
from people import FAST, read, run  # noqa: F401

MEGABYTE = 1 << 20


@pytest.fixture
def limited(persona):
    """The command with so many megabytes of address space."""

    def limited(megabytes, *arguments):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE,) * 2)

        return subprocess.run(
            [persona, *map(str, arguments)], capture_output=True, text=True, preexec_fn=limit, timeout=120
        )

    return limited


def vectors(folder, roles, dimensions, seed):
    random = np.random.default_rng(seed)
    (folder / "vectors").mkdir(parents=True)
    # One file for all: names are those of rows.
    values = {f"role{i}": random.normal(size=(1, dimensions)).astype(np.float32) for i in range(roles)}
    for name, value in values.items():
        np.save(folder / "vectors" / f"{name}.npy", value)
    np.save(folder / "default.npy", random.normal(size=(1, dimensions)).astype(np.float32) + 1)
    return folder


def test_fit_says_what_a_layer_takes(limited, run, tmp_path):  # noqa: F811
    dump = vectors(tmp_path / "dump", 1500, 9000, 0)
    # 2 · 1500 · (1500 + 9000) · 8 bytes are 240 MB.
    done = limited(400, "fit", dump, "-o", tmp_path / "out", *FAST)
    assert done.returncode == 74, done.stderr
    assert "1,500 roles of 9,000 dimensions" in done.stderr.replace("1500", "1,500").replace("9000", "9,000")
    assert "240 MB" in done.stderr and "ulimit -v" in done.stderr
    assert not (tmp_path / "out" / "layers.csv").exists()


def test_predict_says_what_its_rows_take(limited, run, tmp_path):  # noqa: F811
    random = np.random.default_rng(0)
    (tmp_path / "embeddings").mkdir()
    rows = ["conversation,domain,condition,sample,turn,speaker,layer,tokens,axis_projection,axis_position"]
    for c in range(60):
        np.save(tmp_path / "embeddings" / f"c{c}.npy", random.normal(size=(50, 2000)).astype(np.float32))
        rows += [f"c{c},,,,{t},assistant,0,,,{random.normal()}" for t in range(50)]
    (tmp_path / "turns.csv").write_text("\n".join(rows) + "\n")
    # 3000 rows of 2000 singles, five products of 2000 · 2001 / 2 · 8 bytes, twice, and 3/2 · 2000² · 8.
    done = limited(420, "predict", tmp_path / "turns.csv", tmp_path / "embeddings", "-o", tmp_path / "out", *FAST)
    assert done.returncode == 74, done.stderr
    assert "3000 messages of 2000 dimensions" in done.stderr and "--folds" in done.stderr, done.stderr
    # With more it is done, in as much as it said and what a process takes in any case.
    read(run, "predict", tmp_path / "turns.csv", tmp_path / "embeddings", "-o", tmp_path / "out", *FAST)


def test_fit_asks_before_it_averages(limited, tmp_path):
    """What the vectors of responses will take is known from the names of files and one header."""
    (tmp_path / "dump" / "activations").mkdir(parents=True)
    values = {"pos_p0_q0": np.ones((1, 9000), np.float32)}
    for name in ["default", *(f"role{i}" for i in range(1500))]:
        np.savez(tmp_path / "dump" / "activations" / f"{name}.npz", **values)
    done = limited(400, "fit", tmp_path / "dump", "-o", tmp_path / "out", *FAST)
    assert done.returncode == 74, done.stderr
    assert "240 MB" in done.stderr and "ulimit -v" in done.stderr, done.stderr
    assert not list(tmp_path.glob("**/*.parts"))


def test_fit_says_what_roles_along_traits_take(limited, tmp_path):
    dump = tmp_path / "dump"
    (dump / "traits").mkdir(parents=True)
    random = np.random.default_rng(0)
    np.save(dump / "default.npy", np.ones((40, 4), np.float32))
    (dump / "vectors").mkdir()
    for i in range(300):
        np.save(dump / "vectors" / f"role{i}.npy", random.normal(size=(40, 4)).astype(np.float32))
    for i in range(3000):
        np.save(dump / "traits" / f"trait{i}.npy", random.normal(size=(40, 4)).astype(np.float32))
    # 40 · 301 · 3000 · 8 bytes are 275 MB, and one layer 2 · 300 · 304 · 8.
    done = limited(400, "fit", dump, "-o", tmp_path / "out", *FAST)
    assert done.returncode == 74, done.stderr
    assert "300 roles along 3000 traits in 40 layers" in done.stderr.replace("3,000", "3000"), done.stderr
    assert "276 MB" in done.stderr and "--layers" in done.stderr, done.stderr


def test_without_a_limit_nothing_is_said(run, tmp_path):  # noqa: F811
    read(run, "fit", vectors(tmp_path / "dump", 12, 40, 1), "-o", tmp_path / "out", *FAST)
