"""What safetensors writes at run time, persona reads, and what persona writes, safetensors reads, bit for bit.

Committed files of these libraries are in Tests/Fixtures; here are random objects, over types, layouts, orders, shapes.
"""

import pytest
import safetensors.numpy
import safetensors.torch
from converting import NEWER, SHAPES, TYPES, check_all, convert, draw, read_safetensors
from safetensors import safe_open


@pytest.mark.parametrize("name", [*TYPES, *NEWER])
def test_safetensors_are_read_and_written_bit_for_bit(convert, tmp_path, name):
    expected = {f"a/b.{i} ü": draw(i, shape, name) for i, shape in enumerate(SHAPES)}
    metadata = {"role": '“a"\\\n\t\x01', "n": "1", "": "\U0001f600"}
    safetensors.torch.save_file(expected, tmp_path / "x.safetensors", metadata)
    written = convert(tmp_path / "x.safetensors", ".safetensors")
    check_all(read_safetensors(written), expected)
    with safe_open(written, framework="pt") as file:
        assert file.metadata() == metadata
    if not name.startswith("float8") and name != "bfloat16":
        arrays = safetensors.numpy.load_file(written)
        check_all(arrays, {key: value.numpy() for key, value in expected.items()})
        safetensors.numpy.save_file(arrays, tmp_path / "y.safetensors")
        check_all(read_safetensors(convert(tmp_path / "y.safetensors", ".safetensors")), expected)
