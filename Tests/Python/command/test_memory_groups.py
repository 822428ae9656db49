"""Under the memory limit of a control group a run ends with a message and 74, or is done; the kernel need not end it."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from people import FAST

MEGABYTE = 1 << 20
ROOT = Path("/sys/fs/cgroup")


@pytest.fixture
def group():
    """A folder of a control group of its own, the file of its limit, and that of its processes."""
    # The first version of control groups has a folder of each controller, the second one folder of all.
    first = (ROOT / "memory" / "memory.limit_in_bytes").exists()
    folder = ROOT / ("memory" if first else "") / f"persona-test-{os.getpid()}"
    limit = folder / ("memory.limit_in_bytes" if first else "memory.max")
    try:
        folder.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    if not limit.exists():
        folder.rmdir()
        pytest.skip("control groups have no limit of memory here")
    yield folder, limit
    folder.rmdir()


def test_it_ends_with_a_message(group, persona, tmp_path):
    folder, limit = group
    random = np.random.default_rng(0)
    (tmp_path / "dump" / "vectors").mkdir(parents=True)
    for name in ["default", *(f"role{i:03}" for i in range(200))]:
        where = tmp_path / "dump" if name == "default" else tmp_path / "dump" / "vectors"
        np.save(where / f"{name}.npy", random.normal(size=(4, 2048)).astype(np.float32))
    ended = set()
    for megabytes in [24, 36, 45, 60, 75, 90, 300]:
        limit.write_text(str(megabytes * MEGABYTE))
        arguments = ["fit", tmp_path / "dump", "-o", tmp_path / f"out{megabytes}", *FAST]
        done = subprocess.run(
            [persona, *map(str, arguments)], capture_output=True, text=True,
            preexec_fn=lambda: (folder / "cgroup.procs").write_text(str(os.getpid())), timeout=120,
        )  # fmt: skip
        assert done.returncode in (0, 74), (megabytes, done.returncode, done.stderr)
        if done.returncode == 74:
            assert "container" in done.stderr, done.stderr
            assert not (tmp_path / f"out{megabytes}").exists() or not list((tmp_path / f"out{megabytes}").iterdir())
        ended.add(done.returncode)
    assert ended == {0, 74}
