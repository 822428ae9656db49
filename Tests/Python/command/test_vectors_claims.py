"""What persona vectors and persona fit must not do without a word: leave questions in, lose a layer's number, or lose values to a type."""

import numpy as np
import pytest
from safetensors.numpy import save_file
from test_components import run, table  # noqa: F401

ROLES, QUESTIONS, D = 12, 8, 24


def dump(folder, key, scale=1.0):
    """Roles that keep answers to other questions each, beside a default that has all; `key` names an answer of a role."""
    random = np.random.default_rng(0)
    effects = 3 * random.standard_normal((QUESTIONS, D))
    (folder / "activations").mkdir(parents=True)
    for role in ["default", *(f"role{place:02}" for place in range(ROLES))]:
        asked = range(QUESTIONS) if role == "default" else sorted(random.choice(QUESTIONS, 5, replace=False))
        centre = random.standard_normal(D)
        answers = {
            key(role, question): ((centre + effects[question])[None] * scale).astype(np.float64) for question in asked
        }
        save_file(answers, folder / "activations" / f"{role}.safetensors")


@pytest.mark.parametrize("odd", ["role02", "default"])
def test_a_file_whose_keys_name_no_question_is_said(run, tmp_path, odd):  # noqa: F811
    dump(tmp_path / "all", lambda role, question: f"pos_p0_q{question}")
    assert "Question-adjusted: the kept answers" in run("vectors", "all", "-o", "a.safetensors", "--min-count", 1).stdout
    dump(tmp_path / "one", lambda role, question: f"pos_p0_{'question' if role == odd else 'q'}{question}")
    said = run("vectors", "one", "-o", "out-one/b.safetensors", "--min-count", 1, "--force").stdout
    assert "Not question-adjusted: keys of 1 file of responses name no question" in " ".join(said.split())
    dump(tmp_path / "none", lambda role, question: f"{role} answer {question}")
    assert "uestion-adjusted" not in run("vectors", "none", "-o", "out-none/c.safetensors", "--min-count", 1).stdout


@pytest.mark.parametrize(("scale", "dtype"), [(1e50, "float32"), (1e-60, "float32"), (1e50, "bfloat16")])
def test_means_that_a_type_does_not_hold(run, tmp_path, scale, dtype):  # noqa: F811
    dump(tmp_path / "dump", lambda role, question: f"pos_p0_q{question}", scale)
    said = run("vectors", "dump", "-o", "a.safetensors", "--min-count", 1, "--dtype", dtype, status=65).stderr
    assert f"is beyond what {dtype} holds; leave --dtype out" in said
    assert not (tmp_path / "a.safetensors").exists()
    run("vectors", "dump", "-o", "a.safetensors", "--min-count", 1)


def test_the_layer_of_a_tensor_that_is_chosen(run, tmp_path):  # noqa: F811
    random = np.random.default_rng(1)
    (tmp_path / "vectors").mkdir()
    for role in ["default", *(f"r{place}" for place in range(8))]:
        tensors = {f"layer_{layer}": random.standard_normal(D) for layer in (3, 8)} | {"embed": random.standard_normal(D)}
        save_file(tensors, tmp_path / "vectors" / f"{role}.safetensors")
    assert "say which with --tensor NAME" in run("fit", "vectors", "-o", "o", "--bootstrap", 0, status=65).stderr
    run("fit", "vectors", "-o", "o", "--bootstrap", 0, "--tensor", "layer_8")
    assert {row["layer"] for row in table(tmp_path / "o" / "layers.csv")} == {"8"}


def test_names_behind_a_byte_order_mark(run, tmp_path):  # noqa: F811
    np.save(tmp_path / "stack.npy", np.random.default_rng(2).standard_normal((9, 2, D)))
    names = ["default", *(f"r{place}" for place in range(8))]
    (tmp_path / "names.txt").write_bytes(b"\xef\xbb\xbf" + "\r\n".join(names).encode())
    run("fit", "stack.npy", "-o", "o", "--bootstrap", 0)
    assert {row["role"] for row in table(tmp_path / "o" / "roles.csv")} == set(names)


def test_roles_beside_a_massive_dimension_are_not_taken_for_the_axis(run, tmp_path):  # noqa: F811
    random = np.random.default_rng(3)
    (tmp_path / "vectors").mkdir()
    for role in ["default", *(f"r{place}" for place in range(20))]:
        vector = random.standard_normal((1, 64))
        vector[0, 5] = 3300 if role == "default" else 3000
        save_file({"vector": vector}, tmp_path / "vectors" / f"{role}.safetensors")
    assert "is it the axis?" not in run("fit", "vectors", "-o", "o", "--bootstrap", 0).stderr
