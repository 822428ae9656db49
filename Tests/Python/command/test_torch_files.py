"""What torch.save writes at run time, persona reads, bit for bit.

Committed files of these libraries are in Tests/Fixtures; here are random objects, over types, layouts, orders, shapes.
"""

import subprocess

import numpy as np
import pytest
import torch
from converting import NEWER, SHAPES, TYPES, check_all, convert, draw, read_safetensors, same
from safetensors import safe_open


def layouts(name) -> dict[str, torch.Tensor]:
    """Tensors of every shape, and views of every kind on storages of their own and on one."""
    tensors = {f"shape {'x'.join(map(str, shape))}": draw(i, shape, name) for i, shape in enumerate(SHAPES)}
    base = draw(100, (6, 8, 5), name)
    views = {
        "base": base,
        "offset": base[2:4],
        "transposed": base.permute(2, 0, 1),
        "strided": base[1::2, ::3, 4],
        "block": base[2:5, 1:4, 2:3].transpose(0, 1),
        "expanded": base[3, 2, 1:3].expand(3, 2),
        "one": base[5, 7, 4].expand(4, 1, 2),
        "scalar": base[1, 2, 3],
        "none": base[:, 3:3],
    }
    return tensors | views


@pytest.mark.parametrize(
    ("name", "is_zip"), [*((n, True) for n in [*TYPES, *NEWER]), *((n, False) for n in TYPES)], ids=str
)
def test_torch_files_are_read_bit_for_bit(convert, tmp_path, name, is_zip):
    expected = layouts(name)
    torch.save(expected, tmp_path / "x.pt", _use_new_zipfile_serialization=is_zip)
    check_all(read_safetensors(convert(tmp_path / "x.pt", ".safetensors")), expected)


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
def test_nested_objects_of_torch_are_named_by_key_path(convert, tmp_path, is_zip):
    tensors = [draw(i, (3, 4), "bfloat16") for i in range(5)]
    nested = {
        "vectors": {"layer_46/contrast": {"vector": tensors[0], "layer": 46}},
        3: [tensors[1], (tensors[2], "text")],
        (4, "mlp"): torch.nn.Parameter(draw(9, (4,), "float32").nan_to_num()),
        "module": torch.nn.Linear(2, 3).state_dict(),
        "array": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "type": "pos_3",
        "score": 0.1,
        "ok": True,
    }
    torch.save(nested, tmp_path / "x.pt", _use_new_zipfile_serialization=is_zip)
    expected = {
        "vectors.layer_46/contrast.vector": tensors[0],
        "3.0": tensors[1],
        "3.1.0": tensors[2],
        "4,mlp": nested[4, "mlp"],
        "module.weight": nested["module"]["weight"],
        "module.bias": nested["module"]["bias"],
        "array": torch.from_numpy(nested["array"]),
    }
    written = convert(tmp_path / "x.pt", ".safetensors")
    check_all(read_safetensors(written), expected)
    with safe_open(written, framework="np") as file:
        assert file.metadata() == {
            "vectors.layer_46/contrast.layer": "46",
            "3.1.1": "text",
            "type": "pos_3",
            "score": "0.1",
            "ok": "true",
        }
    one = convert(tmp_path / "x.pt", ".npy", "--tensor", "vectors.layer_46/contrast.vector")
    assert same(np.load(one), tensors[0].float().numpy())


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
def test_what_a_view_negates_is_negated_or_refused(persona, tmp_path, is_zip):
    """The imaginary part of a conjugate is marked as negated, and its storage has the other sign."""
    imaginary = torch.imag(torch.tensor([1 + 2j, 3 - 4j]).conj())
    assert imaginary.is_neg()
    torch.save({"x": imaginary}, tmp_path / "x.pt", _use_new_zipfile_serialization=is_zip)
    target = tmp_path / "x.npy"
    done = subprocess.run([persona, "convert", tmp_path / "x.pt", "-o", target], capture_output=True, text=True)
    assert done.returncode in (0, 65), done.stderr
    if done.returncode == 0:
        assert np.load(target).tolist() == [-2, 4]
