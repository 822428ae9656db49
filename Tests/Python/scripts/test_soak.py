"""The long test, for a few rounds of each kind: random inputs that change, kills, limits of memory, numbers against NumPy."""

import pytest
from soaking.__main__ import options, soak
from soaking.kinds import Soak


@pytest.mark.parametrize("kind", sorted(Soak.KINDS))
def test_a_few_rounds_find_nothing(persona, kind):
    said = []
    assert soak(options(["--only", kind, "--rounds", "4", "--seed", "1"]), persona, said.append) == 0, said
    assert said == [f"0 findings; rounds: 4 {kind}"]


def test_what_is_found_is_said_with_what_replays_it(persona, monkeypatch):
    def broken(soak, random):
        raise AssertionError("results of two states")

    monkeypatch.setitem(Soak.KINDS, "kills", broken)
    said = []
    assert soak(options(["--only", "kills", "--rounds", "1", "--from", "7", "--seed", "3"]), persona, said.append) == 1
    assert "scripts/soak --seed 3 --only kills --from 7 --rounds 1" in said[0]
