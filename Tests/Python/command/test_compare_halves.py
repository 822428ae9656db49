"""persona compare of two halves of one dump, between which no role moved, and of a role that did."""

import numpy as np
import pytest
from comparing import compare, fit
from responding import number
from safetensors.torch import load_file
from scipy import stats

from repository import SMOLLM2

NOISE = "Changes hold measurement noise"


def expected(changes):
    """The p of each change, off the median in median absolute deviations, and its adjusted value."""
    distances = np.abs(changes - np.median(changes))
    spread = 1.4826 * np.median(distances)
    p = 2 * stats.t.sf(distances / spread, 0.37 * (len(changes) - 1))
    return p, stats.false_discovery_control(p)


@pytest.mark.parametrize("seed", range(3))
def test_two_halves_have_no_movers(fit, compare, seed):
    """Answers that are parted by lot: 80 roles of 40 answers each, whose scatter is as large as the roles'."""
    random = np.random.default_rng(seed)
    roles, axis = random.standard_normal((80, 1, 30)) * 2, np.r_[12, np.zeros(29)]
    answers = roles[:, None] + 4 * random.standard_normal((80, 40, 1, 30))
    own = axis + 4 * random.standard_normal((40, 1, 30))
    lot = random.permutation(40)
    a, b = (
        fit(name, answers[:, half].mean(1), own[half].mean(0)) for name, half in (("a", lot[:20]), ("b", lot[20:]))
    )
    _, movers, done = compare(a, b, "--bootstrap", 200)
    changes = np.array([number(row["change"]) for row in movers])
    p, q = expected(changes)
    assert np.allclose([number(row["p"]) for row in movers], p, rtol=1e-9)
    assert np.allclose([number(row["q"]) for row in movers], q, rtol=1e-9)
    assert q.min() > 0.05 and NOISE in done.stdout and "moved most" not in done.stdout


def test_a_role_that_moves_farther_than_the_others_is_told(fit, compare):
    random = np.random.default_rng(3)
    roles, axis = random.standard_normal((60, 1, 30)) * 2, np.r_[[12, *np.zeros(29)]][None]
    other = roles + 0.3 * random.standard_normal(roles.shape)
    other[7, 0, 0] += 6
    _, movers, _ = compare(fit("a", roles, axis), fit("b", other, axis), "--bootstrap", 50)
    assert movers[0]["role"] == "r07" and number(movers[0]["q"]) < 0.001 < 0.05 < number(movers[1]["q"])


def test_the_halves_of_a_real_model(fit, compare):
    """Its 60 answers a role, parted by lot, at one layer."""
    random = np.random.default_rng(0)
    lot = random.permutation(60)
    halves = ([], [])
    names = sorted(path.stem for path in (SMOLLM2 / "activations").iterdir())
    for name in names:
        file = load_file(SMOLLM2 / "activations" / f"{name}.safetensors")
        rows = np.stack([file[key][3].double().numpy() for key in sorted(file)])
        for half, own in zip(halves, (lot[:30], lot[30:]), strict=True):
            half.append(rows[own].mean(0)[None])
    roles = [name for name in names if name != "default"]
    spaces = [
        fit(label, np.stack([v for v, n in zip(half, names, strict=True) if n != "default"]), half[names.index("default")], roles)
        for label, half in zip("ab", halves, strict=True)
    ]
    _, movers, done = compare(*spaces, "--bootstrap", 200)
    assert len(movers) == 16 and min(number(row["q"]) for row in movers) > 0.05 and NOISE in done.stdout
