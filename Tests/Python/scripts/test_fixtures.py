"""Tests/Fixtures are what the libraries write today, and what they read in it."""

import json
import subprocess
import sys

from repository import ROOT, SCRIPTS


def test_the_fixtures_are_what_the_libraries_write_and_read(tmp_path):
    made, kept = tmp_path / "made", ROOT / "Tests" / "Fixtures"
    subprocess.run([sys.executable, SCRIPTS / "make_fixtures.py", "-o", made], check=True)

    def contents(folder) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    new, old = contents(made), contents(kept)
    assert set(new) == set(old)
    assert json.loads(new["expected.json"]) == json.loads(old["expected.json"])
    # The README names the versions: with the same ones, the bytes are the same, too.
    if new["README.md"] == old["README.md"]:
        assert [name for name in old if new[name] != old[name]] == []
