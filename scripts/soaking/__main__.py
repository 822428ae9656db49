"""The command line of the long test."""

import argparse
import collections
import itertools
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from soaking.kinds import Soak

PERSONA = Path(__file__).resolve().parents[2] / ".build" / "release" / "persona"


def options(arguments=None):
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--seconds", type=float, help="go on for this long (default: until --rounds are done)")
    parser.add_argument("--rounds", type=int, help="rounds of each kind (default: 10 without --seconds)")
    parser.add_argument("--only", choices=sorted(Soak.KINDS), help="rounds of one kind alone")
    parser.add_argument("--seed", type=int, default=0, help="start random numbers from this number")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first round, to replay one")
    found = parser.parse_args(arguments)
    if found.rounds is None and found.seconds is None:
        found.rounds = 10
    return found


def soak(wanted, persona=PERSONA, say=print) -> int:
    """Runs the rounds; gives the number of findings."""
    kinds = [wanted.only] if wanted.only else sorted(Soak.KINDS)
    began, done, findings = time.monotonic(), collections.Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        rounds = Soak(persona, Path(folder))
        for number in itertools.count(wanted.first):
            for kind in kinds:
                over = wanted.seconds is not None and time.monotonic() - began > wanted.seconds
                if over or (wanted.rounds is not None and number >= wanted.first + wanted.rounds):
                    say(f"{findings} findings; rounds: " + ", ".join(f"{done[kind]} {kind}" for kind in kinds))
                    return findings
                try:
                    Soak.KINDS[kind](rounds, np.random.default_rng([wanted.seed, number, sorted(Soak.KINDS).index(kind)]))
                except AssertionError as error:
                    findings += 1
                    say(f"found: {error}\n  replay: scripts/soak --seed {wanted.seed} --only {kind} --from {number} --rounds 1")
                done[kind] += 1


if __name__ == "__main__":
    sys.exit(1 if soak(options()) else 0)
