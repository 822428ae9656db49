"""persona compare of spaces whose roles are means of answers: what measurement alone makes of two models, against NumPy and planted truth."""

import csv
import subprocess

import numpy as np
import pytest
from printed import phrases
from repository import SHARED
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from scipy import stats

ROLES, QUESTIONS, DIMENSIONS = 40, 24, 24
REAL = SHARED / "real" / "responses" / "smollm2-135m"


def answers(seed, layers=1, noise=1.5, roles=ROLES, questions=QUESTIONS):
    """Answers (R + 1, Q, L, d), the default's last: questions move all, roles scatter with heavy tails, each at a width of its own."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((roles + 1, layers, DIMENSIONS)) * np.r_[4, 2, np.ones(DIMENSIONS - 2)]
    centres[-1] = np.r_[9, 3, np.zeros(DIMENSIONS - 2)]
    widths = noise * random.uniform(0.3, 1.7, (roles + 1, 1, 1, 1))
    shared = noise * random.standard_normal((questions, layers, DIMENSIONS))
    scatter = random.standard_t(5, (roles + 1, questions, layers, DIMENSIONS))
    return centres[:, None] + shared + widths * scatter, random


@pytest.fixture
def fit(persona, tmp_path):
    def fit(name, own, questions, roles=None, *options):
        folder = tmp_path / f"{name}-dump" / "activations"
        folder.mkdir(parents=True)
        for index in range(len(own)):
            role = "default" if index == len(own) - 1 else f"r{index:02}" if roles is None else roles[index]
            kept = questions[index] if isinstance(questions, dict) and index in questions else questions
            kept = kept[None] if isinstance(kept, dict) else kept
            content = {f"pos_p0_q{q}": np.ascontiguousarray(own[index, q]) for q in kept}
            save_file(content, folder / f"{role}.safetensors")
        command = [persona, "fit", folder.parent, "-o", tmp_path / name, "-q", "--bootstrap", 40, *options]
        subprocess.run([*map(str, command)], check=True)
        return tmp_path / name

    return fit


@pytest.fixture
def compare(persona, tmp_path):
    def compare(*arguments):
        command = [persona, "compare", *arguments, "-o", tmp_path / "out", "--force", "--bootstrap", 60]
        done = subprocess.run([*map(str, command)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        tables = [list(csv.DictReader((tmp_path / "out" / f"{name}.csv").open())) for name in ("comparison", "movers")]
        return *tables, done.stdout

    return compare


def measured(own):
    """Of answers (R + 1, Q, d) of one layer: positions without bias, the steps of positions by question, and those of vectors."""
    count, questions = len(own) - 1, own.shape[1]
    vectors = own.mean(1)
    parts = (own - vectors[:, None]) / np.sqrt(questions * (questions - 1))

    def products(moved):
        axis = moved[-1] - moved[:-1].mean(0)
        return (moved[:-1] - moved[:-1].mean(0)) @ axis, axis @ axis

    along, square = products(vectors)
    # What errors add on average: that of each question by itself, as products are of the second degree in them.
    for g in range(questions):
        extra = products(parts[:, g])
        along, square = along - extra[0], square - extra[1]
    positions = along / square
    steps = np.zeros((count, questions))
    for g in range(questions):
        (up, longer), (down, shorter) = products(vectors + 0.5 * parts[:, g]), products(vectors - 0.5 * parts[:, g])
        steps[:, g] = (up - down - positions * (longer - shorter)) / square
    return positions, steps, parts, vectors, square


def told(a, b, shares):
    """Change, error and p of each role by a t test of the questions: paired, or Welch's."""
    (pa, sa, *_), (pb, sb, *_) = a, b
    if shares:
        error, freedom = np.sqrt(((sb - sa) ** 2).sum(1)), sa.shape[1] - 1.0
    else:
        va, vb = (sa**2).sum(1), (sb**2).sum(1)
        error = np.sqrt(va + vb)
        freedom = (va + vb) ** 2 / (va**2 / (sa.shape[1] - 1) + vb**2 / (sb.shape[1] - 1))
    return pb - pa, error, 2 * stats.t.sf(np.abs(pb - pa) / error, freedom)


def corrected(a, b, shares):
    """cos_axis and the two shifts off the axis, by double sums over the questions."""
    vectors, parts, squares = [a[3], b[3]], [a[2], b[2]], [a[4], b[4]]
    axes = [v[-1] - v[:-1].mean(0) for v in vectors]
    turned = [p[-1] - p[:-1].mean(0) for p in parts]
    shared = sum(turned[0][g] @ turned[1][g] for g in range(len(turned[0]))) if shares else 0
    found = {"cos_axis": min((axes[0] @ axes[1] - shared) / np.sqrt(squares[0] * squares[1]), 1)}
    off = np.eye(DIMENSIONS) - np.outer(axes[0], axes[0]) / (axes[0] @ axes[0])
    for name, take in [("default", lambda x: x[-1]), ("mean", lambda x: x[:-1].mean(0))]:
        shift = take(vectors[1]) - take(vectors[0])
        along = shift @ axes[0] / (axes[0] @ axes[0])
        mine = -take(parts[0]) - along * turned[0]
        both = [mine + take(parts[1])] if shares else [mine, take(parts[1])]
        noise = sum(((steps @ off) ** 2).sum() for steps in both)
        found[f"{name}_shift_off_axis"] = np.sqrt(max(((off @ shift) ** 2).sum() - noise, 0) / squares[0])
    return found


@pytest.mark.parametrize("shares", [True, False])
def test_movers_and_corrected_values_are_those_of_numpy(fit, compare, shares):
    own, random = answers(1)
    other = own + 0.3 * random.standard_normal(own.shape)
    halves = (range(QUESTIONS), range(QUESTIONS)) if shares else (range(10), range(10, 24))
    spaces = [fit(name, mine, half) for name, mine, half in zip("ab", (own, other), halves, strict=True)]
    rows, movers, text = compare(*spaces)
    a, b = (measured(mine[:, list(half), 0]) for mine, half in zip((own, other), halves, strict=True))
    kept = load_file(spaces[0] / "space.safetensors")
    assert kept["corrected_positions"][:, 0] == pytest.approx(a[0], rel=1e-9, abs=1e-11)
    assert kept["position_steps"][0] == pytest.approx(a[1], rel=1e-5, abs=1e-7)
    change, error, p = told(a, b, shares)
    q = stats.false_discovery_control(p)
    for row in movers:
        role = int(row["role"][1:])
        assert float(row["change_corrected"]) == pytest.approx(change[role], rel=1e-9, abs=1e-11)
        # Steps are kept in float.
        assert float(row["measurement_error"]) == pytest.approx(error[role], rel=1e-5)
        assert float(row["p"]) == pytest.approx(p[role], rel=1e-4)
        assert float(row["q"]) == pytest.approx(q[role], rel=1e-4)
        assert row["moved"] == ("yes" if q[role] <= 0.05 else "no") and row["note"] == ""
    found = {row["measure"]: row for row in rows}
    for name, value in corrected(a, b, shares).items():
        assert float(found[name]["corrected"]) == pytest.approx(value, rel=1e-5, abs=1e-6)
    assert all(row["ceiling"] and row["ceiling_95"] and not row["note"] for row in rows)
    assert ("compared question by question" if shares else "taken for independent") in text


def test_halves_of_one_model_have_no_movers_and_no_shift(fit, compare):
    """Twelve models, each a layer of one dump, whose answers scatter half as far as roles do."""
    layers = 12
    own, _ = answers(2, layers, noise=2)
    a, b = fit("a", own, range(0, QUESTIONS, 2)), fit("b", own, range(1, QUESTIONS, 2))
    p, called, outside = [], 0, []
    for layer in range(layers):
        rows, movers, text = compare(a, b, "--layer", layer)
        p += [float(row["p"]) for row in movers]
        called += sum(row["moved"] == "yes" for row in movers)
        outside += [not float(row["low"]) <= 0 <= float(row["high"]) for row in movers]
    assert "moved farther than measurement alone makes a role" in text
    assert called <= 0.05 * len(p) and np.mean(np.array(p) <= 0.05) <= 0.07 and np.mean(outside) <= 0.07
    found = {}
    for row in rows:
        found.setdefault(row["measure"], []).append([float(row[x] or "nan") for x in ("value", "corrected", "ceiling")])
    found = {name: np.array(values) for name, values in found.items()}
    shifts = found["default_shift_off_axis"]
    assert shifts[:, 0].mean() > 0.25 and np.sqrt((shifts[:, 1] ** 2).mean()) < 0.5 * shifts[:, 0].mean()
    assert found["cos_axis"][:, 1].mean() == pytest.approx(1, abs=0.01) and found["cos_axis"][:, 0].mean() < 0.98
    # Two halves are what a ceiling stands for.
    for name, tolerance in [("cos_axis", 0.01), ("cka_debiased", 0.03), ("position_spearman", 0.02),
                            ("rsa_spearman", 0.04), ("procrustes_cosine", 0.02), ("default_shift_off_axis", 0.04),
                            ("identity_residual", 0.05)]:  # fmt: skip
        assert found[name][:, 2].mean() == pytest.approx(found[name][:, 0].mean(), abs=tolerance), name


def test_a_role_that_moves_is_called(fit, compare):
    own, _ = answers(9)
    other = own + 0.0
    other[4, :, :, 0] += 12
    _, movers, text = compare(fit("a", own, range(12)), fit("b", other, range(12, 24)))
    assert [row["role"] for row in movers if row["moved"] == "yes"] == ["r04"]
    assert f"1 of {ROLES} roles: r04" in text


def test_a_default_that_moves_is_beyond_what_measurement_shows(fit, compare):
    own, _ = answers(10)
    other = own + 0.0
    other[-1, :, :, 2] += 8
    rows, _, text = compare(fit("a", own, range(12)), fit("b", other, range(12, 24)))
    row = next(row for row in rows if row["measure"] == "default_shift_off_axis")
    assert float(row["corrected"]) > float(row["ceiling_95"])
    line = phrases(text).split("farther apart than 95 % of two measurements of one model:")[1]
    assert "default_shift_off_axis" in line.split("Both models")[0].split("The models answered")[0]


def test_unequal_errors_do_not_make_movers(fit, compare):
    """A half of few questions has a longer axis by its error, and shorter positions, which is taken off."""
    own, _ = answers(11, 1, noise=3, questions=44)
    _, movers, _ = compare(fit("a", own, range(6)), fit("b", own, range(6, 44)))
    positions = np.array([float(row["position_b"]) for row in movers])
    raw, free = (np.array([float(row[name]) for row in movers]) for name in ("change", "change_corrected"))
    assert abs(np.polyfit(positions, free, 1)[0]) < abs(np.polyfit(positions, raw, 1)[0])
    assert sum(row["moved"] == "yes" for row in movers) == 0


def test_nearly_the_same_roles_are_told_and_others_are_not(fit, compare, tmp_path):
    own, _ = answers(12)
    a = fit("a", own, range(12))
    fewer = np.delete(own, [0, 5], 0)
    names = [f"r{index:02}" for index in range(ROLES) if index not in (0, 5)]
    _, movers, _ = compare(a, fit("b", fewer, range(12, 24), names))
    common = [index for index in range(ROLES + 1) if index not in (0, 5)]
    change, error, _ = told(measured(own[common][:, :12, 0]), measured(own[common][:, 12:, 0]), False)
    for row in movers:
        place = names.index(row["role"])
        # To first order in how little the axis turns.
        assert float(row["change_corrected"]) == pytest.approx(change[place], abs=0.02)
        assert float(row["measurement_error"]) == pytest.approx(error[place], rel=0.1)
    half = own[list(range(20)) + [ROLES]]
    rows, movers, text = compare(a, fit("c", half, range(12, 24)))
    assert {row["moved"] for row in movers} == {""} and "20 are in common" in movers[0]["note"]
    assert "Whether a role moved is not tested" in phrases(text) and {row["corrected"] for row in rows} == {""}


def test_what_is_not_recorded_is_said(fit, compare, persona, tmp_path):
    own, _ = answers(13)
    a = fit("a", own, range(12))
    command = [persona, "fit", a / "vectors.safetensors", "-o", tmp_path / "alone", "-q", "--bootstrap", "40"]
    subprocess.run(command, check=True)
    rows, movers, text = compare(a, tmp_path / "alone")
    assert {row["moved"] for row in movers} == {""} and {row["ceiling"] for row in rows} == {""}
    assert "no error of measurement is recorded of alone" in rows[0]["note"] and "recorded of alone" in text


def test_a_role_with_answers_to_one_question_is_not_told(fit, compare):
    own, _ = answers(14)
    a = fit("a", own, {None: range(12), 3: [5]})
    _, movers, text = compare(a, fit("b", own, range(12, 24)))
    lone = next(row for row in movers if row["role"] == "r03")
    assert lone["moved"] == "" and lone["q"] == "" and "one question" in lone["note"]
    assert sum(row["moved"] != "" for row in movers) == ROLES - 1 and "Of 1 role" in phrases(text)


def test_a_space_and_itself_have_no_movers(fit, compare):
    own, _ = answers(16)
    a = fit("a", own, range(12))
    _, movers, text = compare(a, a, "--names", "one,two")
    assert {row["moved"] for row in movers} == {"no"} and {float(row["p"]) for row in movers} == {1.0}
    assert f"none of {ROLES} roles" in text


def test_steps_that_are_not_finite_are_refused(fit, persona, tmp_path):
    own, _ = answers(17)
    a = fit("a", own, range(12))
    with safe_open(a / "space.safetensors", "numpy") as file:
        content, metadata = {name: file.get_tensor(name) for name in file.keys()}, file.metadata()
    content["position_steps"][0, 3, 2] = np.nan
    save_file(content, tmp_path / "broken.safetensors", metadata=metadata)
    command = [persona, "compare", a, tmp_path / "broken.safetensors", "-o", tmp_path / "out"]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    assert done.returncode == 65 and "NaN or infinite" in done.stderr


def test_an_axis_in_the_noise_tells_nothing(fit, compare):
    own = np.random.default_rng(15).standard_normal((ROLES + 1, QUESTIONS, 1, DIMENSIONS))
    rows, movers, text = compare(fit("a", own, range(12)), fit("b", own, range(12, 24)))
    if "not longer than the error" in text:
        assert {row["moved"] for row in movers} == {""}
    assert sum(row["moved"] == "yes" for row in movers) == 0


@pytest.mark.skipif(not REAL.exists(), reason="no real dumps beside the repository")
def test_halves_of_a_real_model_by_question(persona, compare, tmp_path):
    for half in range(2):
        folder = tmp_path / f"h{half}" / "activations"
        folder.mkdir(parents=True)
        for path in sorted((REAL / "activations").iterdir()):
            from safetensors.torch import load_file as load
            from safetensors.torch import save_file as save

            content = {k: v for k, v in load(path).items() if int(k.split("_q")[1].split("_")[0]) % 2 == half}
            save(content, folder / path.name)
        command = [persona, "fit", folder.parent, "-o", tmp_path / f"f{half}", "-q", "--bootstrap", "40"]
        subprocess.run([*map(str, command)], check=True)
    _, movers, _ = compare(tmp_path / "f0", tmp_path / "f1")
    assert len(movers) == 16 and sum(row["moved"] == "yes" for row in movers) == 0
