"""What NumPy writes at run time, persona reads, and what persona writes, NumPy reads, bit for bit.

Committed files of these libraries are in Tests/Fixtures; here are random objects, over types, layouts, orders, shapes.
"""

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
import torch
from converting import (
    NEWER,
    NUMPY_TYPES,
    SHAPES,
    TYPES,
    check_all,
    convert,
    draw,
    draw_numpy,
    read_safetensors,
    refusal,
    same,
)
from numpy.lib import format as npy


@pytest.mark.parametrize("name", [*TYPES, *NEWER])
def test_numpy_reads_what_is_written(convert, tmp_path, name):
    """Every type that NumPy has as it is, the others as float32, which holds each of their numbers."""
    for i, shape in enumerate(SHAPES):
        value = draw(i, shape, name)
        safetensors.torch.save_file({"x": value}, tmp_path / "x.safetensors")
        found = np.load(convert(tmp_path / "x.safetensors", ".npy"))
        if name in NUMPY_TYPES:
            assert same(found, value.numpy())
        else:
            expected = value.float().numpy()
            assert found.dtype == np.float32 and found.shape == shape
            assert np.array_equal(found, expected, equal_nan=True)
            assert np.array_equal(np.signbit(found[found == 0]), np.signbit(expected[expected == 0]))


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("endianness", "<>")
@pytest.mark.parametrize("name", NUMPY_TYPES)
def test_npy_is_read_bit_for_bit(convert, tmp_path, name, endianness, order):
    for i, shape in enumerate(SHAPES):
        native = draw_numpy(i, shape, name)
        array = np.asarray(native.astype(native.dtype.newbyteorder(endianness)), order=order)
        with open(tmp_path / "x.npy", "wb") as file:
            npy.write_array(file, array, (1 + i % 3, 0))
        assert same(np.load(convert(tmp_path / "x.npy", ".npy")), native)
        found = safetensors.numpy.load_file(convert(tmp_path / "x.npy", ".safetensors"))
        check_all(found, {"x": native})


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_is_read_bit_for_bit(convert, tmp_path, save):
    arrays = {f"{name} {i}": draw_numpy(i, shape, name) for name in NUMPY_TYPES for i, shape in enumerate(SHAPES)}
    arrays["fortran"] = np.asfortranarray(draw_numpy(0, (4, 5, 6), "float32"))
    arrays["big"] = draw_numpy(1, (4, 5), "float64").astype(">f8")
    save(tmp_path / "x.npz", **arrays)
    check_all(safetensors.numpy.load_file(convert(tmp_path / "x.npz", ".safetensors")), arrays)


@pytest.mark.parametrize("is_typed", [True, False], ids=["by ml_dtypes", "void"])
@pytest.mark.parametrize("order", "CF")
def test_bfloat16_in_numpy_files_is_read_where_it_is_said(persona, convert, tmp_path, order, is_typed):
    expected = {f"L{i}": draw(i, shape, "bfloat16") for i, shape in enumerate(SHAPES)}
    arrays = {
        key: np.asarray(value.view(torch.int16).numpy().view(ml_dtypes.bfloat16 if is_typed else "V2"), order=order)
        for key, value in expected.items()
    }
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "x.npz", **arrays)
        assert "V2" in refusal(persona, "convert", tmp_path / "x.npz", "-o", tmp_path / "no.safetensors")
        check_all(
            read_safetensors(convert(tmp_path / "x.npz", ".safetensors", "--void", "bfloat16")),
            expected,
        )
    for key, array in arrays.items():
        np.save(tmp_path / "x.npy", array)
        assert "V2" in refusal(persona, "convert", tmp_path / "x.npy", "-o", tmp_path / "no.npy")
        found = read_safetensors(convert(tmp_path / "x.npy", ".safetensors", "--void", "bfloat16"))
        check_all(found, {"x": expected[key]})
    assert not list(tmp_path.glob("no.*"))
