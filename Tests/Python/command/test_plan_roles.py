"""persona plan over the responses of a dump, against NumPy: what questions, prompts and roles give, and dumps that have none."""

import json

import numpy as np
import pytest
from drifting import number, rows
from test_plan import freedom_of, holds, of, plan  # noqa: F401

QUESTIONS, PROMPTS, ROLES, DIMENSIONS = 9, 3, 14, 20


@pytest.fixture
def dump(tmp_path):
    """A dump with responses in two layers; gives them by role, shape (prompts, questions, layers, d)."""
    random = np.random.default_rng(11)
    shared = random.standard_normal((QUESTIONS, 2, DIMENSIONS))
    found = {}
    (tmp_path / "dump" / "activations").mkdir(parents=True)
    for index, role in enumerate(["default", *[f"r{i:02}" for i in range(ROLES)]]):
        centre = 3 * random.standard_normal((2, DIMENSIONS)) + (4 if index == 0 else 0)
        own = random.standard_normal((1, QUESTIONS, 2, DIMENSIONS))
        prompts = random.standard_normal((PROMPTS, 1, 2, DIMENSIONS))
        h = centre + 2 * shared + own + prompts + random.standard_normal((PROMPTS, QUESTIONS, 2, DIMENSIONS))
        found[role] = h
        content = {f"pos_p{p}_q{q}": h[p, q] for p in range(PROMPTS) for q in range(QUESTIONS)}
        np.savez(tmp_path / "dump" / "activations" / f"{role}.npz", **content)
    (tmp_path / "dump" / "manifest.json").write_text(json.dumps({"layers": [4, 8]}))
    return found


def places(dump, layer=1):
    """Positions less the default's mean to the same question; shape (roles, prompts, questions)."""
    means = {role: h[:, :, layer].mean((0, 1)) for role, h in dump.items()}
    centre = np.mean([mean for role, mean in means.items() if role != "default"], axis=0)
    axis = means["default"] - centre
    position = {role: (h[:, :, layer] - centre) @ axis / (axis @ axis) for role, h in dump.items()}
    base = position["default"].mean(0)
    return np.array([position[role] - base for role in sorted(position) if role != "default"])


def within(x):
    """The variance between answers to a question, the prompts' effects taken off; shape (prompts, questions)."""
    free = x - x.mean(1, keepdims=True) - x.mean(0) + x.mean()
    return (free**2).sum() / (QUESTIONS * PROMPTS - QUESTIONS - PROMPTS + 1)


def wishart(table, count):
    """The degrees of freedom of a sum of variances of columns, shape (questions, roles), that are not independent."""
    nu = len(table) - 1
    covariance = table.T @ table / nu
    trace, squares = np.trace(covariance), (covariance**2).sum()
    unbiased = nu**2 / ((nu - 1) * (nu + 2)) * (squares - trace**2 / nu)
    return trace, min(max(nu * trace**2 / unbiased, nu), nu * count)


def test_questions(plan, dump):  # noqa: F811
    table, text = plan()
    x = places(dump)
    means = x.mean(1).T
    free = means - means.mean(0)
    repeated = np.array([within(own) for own in x])
    for row in of(table, "role"):
        own = x[int(row["persona"][1:])]
        variance, freedom = own.mean(0).var(ddof=1), freedom_of(own.mean(0))
        added = within(own) * (1 / int(row["samples"]) - 1 / PROMPTS)
        total = variance + added
        degrees = (QUESTIONS - 1) * (PROMPTS - 1)
        holds(row, total, total**2 / (variance**2 / freedom + added**2 / degrees))
        prompts = max(0, own.mean(1).var(ddof=1) - within(own) / QUESTIONS)
        assert number(row, "sd_prompt") == pytest.approx(np.sqrt(prompts), abs=1e-9)
        assert number(row, "sd_within") == pytest.approx(np.sqrt(within(own)), rel=1e-9)
    apart = free - free.mean(1, keepdims=True)
    for subject, own, count, sides in [("typical_role", free, ROLES, 1), ("roles", apart, ROLES - 1, 2)]:
        trace, freedom = wishart(own, count)
        found = of(table, subject)
        assert len(found) == 2 * sides
        for row in found:
            variance = sides * trace / count
            added = sides * repeated.mean() * (1 / int(row["samples"]) - 1 / PROMPTS)
            total, degrees = variance + added, ROLES * (QUESTIONS - 1) * (PROMPTS - 1)
            holds(row, total, total**2 / (variance**2 / freedom + added**2 / degrees))
            assert row["pilot"] == str(QUESTIONS) and row["layer"] == "8"
    assert len(text.splitlines()) <= 25 and "two roles apart" in text and "no Assistant axis is shown at layer 8" in text


def test_roles_for_the_cosine(plan, dump):  # noqa: F811
    """The half-width falls as one over the root of the roles on the scale of the angle, from what a bootstrap in NumPy has. As a pilot of 14
    roles hardly knows its standard deviation, more are asked for than by that alone, within an interval that holds it."""
    table, text = plan()
    row = of(table, "cos_axis_pc1")[0]
    assert "extrapolated from 14 roles" in row["note"]
    means = {role: h[:, :, 1].mean((0, 1)) for role, h in dump.items()}
    roles = np.array([means[role] for role in sorted(means) if role != "default"])
    random = np.random.default_rng(0)

    def cosine(chosen):
        mu = chosen.mean(0)
        axis = means["default"] - mu
        first = np.linalg.svd(chosen - mu, full_matrices=False)[2][0]
        return abs(axis @ first) / np.linalg.norm(axis)

    found = np.arcsin(cosine(roles))
    angles = np.array([np.arcsin(cosine(roles[random.integers(14, size=14)])) for _ in range(2000)])
    number = int(row["needed"])

    def half(count):
        share = 14 / count
        reach = np.sqrt(count / (count - 1)) * 1.96 * angles.std(ddof=1) * np.sqrt(share)
        middle = found - (angles - found).mean() * share / 2
        low, high = np.sin(np.clip([middle - reach, middle + reach], 0, np.pi / 2))
        return (high - low) / 2

    naive = next(count for count in range(10, 2000) if half(count) <= 0.15)
    assert int(row["needed_low"]) < naive < number < int(row["needed_high"]) and number < 3 * naive
    assert "Roles for cos(axis, PC1) ± 0.15" in text


def test_conversations_of_a_dump(plan, dump, tmp_path):  # noqa: F811
    random = np.random.default_rng(12)
    (tmp_path / "dump" / "turns").mkdir()
    changes = []
    means = {role: h[:, :, 1].mean((0, 1)) for role, h in dump.items()}
    centre = np.mean([mean for role, mean in means.items() if role != "default"], axis=0)
    axis = means["default"] - centre
    for index in range(9):
        turns = random.standard_normal((4, 2, DIMENSIONS))
        np.savez(tmp_path / "dump" / "turns" / f"c{index}.npz", turns=turns)
        changes.append((turns[3, 1] - turns[0, 1]) @ axis / (axis @ axis))
    changes = np.array(changes)
    table, _ = plan()
    for row in of(table, "change"):
        holds(row, changes.var(ddof=1), freedom_of(changes))
    assert len(of(table, "change")) == 2 and of(table, "roles")


def test_dumps_without_a_pilot(plan, dump, tmp_path):  # noqa: F811
    activations = tmp_path / "dump" / "activations"
    (tmp_path / "dump" / "turns").mkdir()
    np.savez(tmp_path / "dump" / "turns" / "only.npz", turns=np.ones((3, 2, DIMENSIONS)) + np.arange(3)[:, None, None])
    _, text = plan()
    assert "no number of conversations: a single conversation" in text.replace("\n    ", " ")
    for path in activations.iterdir():
        path.unlink()
    plan(status=65, says="read them in a space of the same model")
    (tmp_path / "dump" / "turns" / "only.npz").unlink()
    plan(status=65, says="no pilot here")


def test_a_value_that_is_not_finite(plan, dump, tmp_path):  # noqa: F811
    path = tmp_path / "dump" / "activations" / "r03.npz"
    content = dict(np.load(path))
    content["pos_p1_q2"][1, 3] = np.nan
    np.savez(path, **content)
    plan(status=65, says="pos_p1_q2")
    table, _ = plan(None, "--drift", 0.3, "--nonfinite", "skip")
    assert of(table, "roles")


def test_without_the_default_s_answers(plan, dump, tmp_path):  # noqa: F811
    path = tmp_path / "dump" / "activations" / "default.npz"
    content = dict(np.load(path))
    np.savez(path, **{key: value for key, value in content.items() if not key.endswith("q0")})
    _, text = plan()
    assert "'default' did not answer the questions of the roles" in text.replace("\n    ", " ")


def test_raw_elements_are_what_void_says(plan, dump, tmp_path):  # noqa: F811
    """bfloat16 as NumPy saves it, in two raw bytes, against the same numbers as float32."""

    def write(convert):
        for role, h in dump.items():
            halves = (h.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
            content = {f"pos_p{p}_q{q}": convert(halves[p, q]) for p in range(PROMPTS) for q in range(QUESTIONS)}
            np.savez(tmp_path / "dump" / "activations" / f"{role}.npz", **content)

    write(lambda halves: (halves.astype(np.uint32) << 16).view(np.float32))
    wanted, _ = plan(None, "--drift", 0.3)
    write(lambda halves: halves.view("V2"))
    plan(None, "--drift", 0.3, status=65, says="--void bfloat16")
    found, _ = plan(None, "--drift", 0.3, "--void", "bfloat16")
    assert found == wanted
