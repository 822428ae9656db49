"""Parts of persona vectors that make no whole are refused by name, and a part that was killed goes on."""

import os
import signal
import subprocess
import time

import numpy as np
import pytest
from role_parts import answers, dump, joined, parts, save, whole  # noqa: F401
from test_components import run  # noqa: F401
from test_question_adjustment import scored, write


def test_parts_that_make_no_whole(run, dump, tmp_path):  # noqa: F811
    def part(name, number, count=3, *options):
        run("vectors", "dump", "-o", name, "--part", f"{number}/{count}", "--force", *options)

    def refused(*paths, status=65):
        said = run("merge", *paths, "-o", "no", status=status).stderr
        assert not (tmp_path / "no").exists()
        return said

    for number in (1, 2, 3):
        part(f"parts/{number}", number)
    (tmp_path / "empty").mkdir()
    assert "no part-N-of-M.safetensors here" in refused("empty", status=66)
    assert "1 of 3 parts are not here: 2; make them with --part 2/3" in refused("parts/1", "parts/3")
    assert "part 1 of 3 is also in" in refused("parts", "parts/1/part-1-of-3.safetensors")
    part("other", 2, 4)
    assert "parts, and that one of" in refused("parts", "other")
    for option, value, says in [
        ("--layers", "1", "--layers is '1' here, and 'all' there"),
        ("--min-count", "8", "--min-count is '8' here, and '1' there"),
        ("--dtype", "float32", "--dtype is 'float32' here, and 'float64' there"),
        ("--nonfinite", "skip", "--nonfinite is 'skip' here, and 'error' there"),
        ("--no-question-adjustment", None, "--no-question-adjustment is 'true' here, and 'false' there"),
    ]:
        part("parts/2", 2, 3, option, *([value] if value else []))
        said = refused("parts")
        assert "parts/2/part-2-of-3.safetensors: it is of another run than parts/1/part-1-of-3" in said and says in said, said
    part("parts/2", 2)
    np.save(tmp_path / "rows.npy", np.random.default_rng(0).standard_normal((50, 8)))
    run("components", "rows.npy", "-o", "pcs", "--part", "1/1")
    said = refused("parts", "pcs")
    assert "pcs/part-1-of-1.safetensors: it is a part of persona components, and parts/1/part-1-of-3.safetensors one" in said
    said = run("merge", "parts", "-o", "no", "-k", 3, status=64).stderr
    assert "-k: these are parts of vectors" in said and not (tmp_path / "no").exists()
    assert "a part is written to a folder" in run("vectors", "dump", "-o", "v.safetensors", "--part", "1/2", status=64).stderr
    whole(run)
    joined(run, tmp_path)


@pytest.mark.parametrize("role", ["a", "c", "default"])
def test_parts_of_a_dump_that_changed(run, dump, tmp_path, role):  # noqa: F811
    """Also where name, size and time are as they were, as archives and checkouts leave them."""
    parts(run, 3)
    path = next((tmp_path / "dump" / "activations").glob(f"{role}.*"))
    before = path.stat()
    save(path, {key: value + 1 for key, value in dump[role].items()})
    if path.suffix != ".npz":
        assert path.stat().st_size == before.st_size
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    run("vectors", "dump", "-o", "parts/3", "--part", "3/3", "--force")
    said = run("merge", "parts", "-o", "no", status=65).stderr
    assert "parts/3/part-3-of-3.safetensors: it is of another run" in said and path.name in said
    assert "changed in between" in said and "make this one again" in said
    # What it says to do, done.
    parts(run, 3)
    whole(run)
    joined(run, tmp_path)


def test_a_damaged_part(run, tmp_path):  # noqa: F811
    files, scores, _, _, _ = scored(10, noise=1)
    write(tmp_path / "dump", files, scores)
    parts(run, 2, "--min-count", 1)
    path = tmp_path / "parts" / "2" / "part-2-of-2.safetensors"
    good = path.read_bytes()
    header = int.from_bytes(good[:8], "little")
    places = [*np.linspace(8, 8 + header - 1, 25, dtype=int), *np.linspace(8 + header, len(good) - 1, 60, dtype=int)]
    for place in map(int, places):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        said = run("merge", "parts", "-o", "no", status=65).stderr
        assert "part-2-of-2.safetensors" in said, (place, said)
        if place >= 8 + header:
            assert "its content is not what was written: copy it again, or make the part again" in said
        assert not (tmp_path / "no").exists(), place
    path.write_bytes(good[:-50])
    assert "part-2-of-2.safetensors" in run("merge", "parts", "-o", "no", status=65).stderr
    run("vectors", "dump", "-o", "parts/2", "--part", "2/2", "--force", "--min-count", 1)
    assert path.read_bytes() == good
    whole(run, "--min-count", 1)
    joined(run, tmp_path, "--threads", 1)


def test_a_part_that_was_killed_goes_on(persona, run, tmp_path):  # noqa: F811
    for seed in range(40):
        save(tmp_path / "dump" / "activations" / f"r{seed:02}.safetensors", answers(seed, 400))
    whole(run)
    line = [str(word) for word in (persona, "vectors", "dump", "-o", "parts/1", "--part", "1/2", "--threads", 1)]
    kept = tmp_path / "parts" / "1" / "part-1-of-2.safetensors.parts"
    for _ in range(20):
        process = subprocess.Popen(line, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not (kept / "manifest.jsonl").exists():
            time.sleep(0.0005)
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL:
            break
        (tmp_path / "parts" / "1" / "part-1-of-2.safetensors").unlink()
    else:
        pytest.fail("no run could be killed in time")
    assert not (tmp_path / "parts" / "1" / "part-1-of-2.safetensors").exists()
    said = parts(run, 2)[0].stderr
    assert "goes on from an earlier run" in said and not kept.exists()
    joined(run, tmp_path)
