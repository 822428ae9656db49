"""What the tests of files of other libraries share: the command, random tensors, and whether two are the same."""

import subprocess
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from safetensors import safe_open

TYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64"]
#: PyTorch writes these otherwise than the others, and not in its old format.
NEWER = [
    "uint16",
    "uint32",
    "uint64",
    "float8_e4m3fn",
    "float8_e5m2",
    "float8_e8m0fnu",
    "float8_e4m3fnuz",
    "float8_e5m2fnuz",
]
NUMPY_TYPES = [name for name in [*TYPES, *NEWER] if name != "bfloat16" and not name.startswith("float8")]
SHAPES = [(), (1,), (5,), (3, 4), (2, 1, 3), (1, 1, 1, 2), (0,), (0, 4), (2, 0, 3), (7, 5, 3)]


@pytest.fixture
def convert(persona, tmp_path):
    """Converts a file, and gives the path of what was written."""

    def convert(source, ending, *options, says="") -> Path:
        target = tmp_path / f"converted{ending}"
        done = subprocess.run(
            [persona, "convert", source, "-o", target, "--force", *options], capture_output=True, text=True
        )
        assert done.returncode == 0 and says in done.stderr, done.stderr
        return target

    return convert


def refusal(persona, *arguments) -> str:
    done = subprocess.run([persona, *arguments], capture_output=True, text=True)
    assert done.returncode == 65, (done.returncode, done.stderr)
    return done.stderr


def draw(seed, shape, name) -> torch.Tensor:
    """Any bits: with numbers that are not finite or not normal; truths are 0 and 1."""
    generator = np.random.default_rng([seed, *shape])
    if name == "bool":
        return torch.from_numpy(generator.integers(0, 2, shape).astype(bool))
    found = torch.empty(shape, dtype=getattr(torch, name))
    if found.numel() > 0:
        raw = found.reshape(-1).view(torch.uint8)
        raw[:] = torch.from_numpy(generator.integers(0, 256, raw.shape, dtype=np.uint8))
    return found


def draw_numpy(seed, shape, name) -> np.ndarray:
    return bits(draw(seed, shape, name)).view(name).reshape(shape)


def bits(value) -> np.ndarray:
    """The bytes of the elements in C order, little-endian."""
    if isinstance(value, torch.Tensor):
        flat = value.detach().contiguous().reshape(-1)
        return flat.view(torch.uint8).numpy() if len(flat) else np.zeros(0, np.uint8)
    return np.frombuffer(value.astype(value.dtype.newbyteorder("<")).tobytes(), np.uint8)


def same(a, b) -> bool:
    """Whether type, shape and every bit of two tensors, or of two arrays in whatever byte order, are the same."""
    types = [value.dtype.newbyteorder("=") if isinstance(value, np.ndarray) else value.dtype for value in (a, b)]
    return types[0] == types[1] and a.shape == b.shape and np.array_equal(bits(a), bits(b))


def read_safetensors(path) -> dict[str, torch.Tensor]:
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}


def check_all(found, expected) -> None:
    assert set(found) == set(expected)
    assert [name for name in expected if not same(found[name], expected[name])] == []


def read_gguf(path) -> tuple[dict[str, np.ndarray], dict]:
    """Tensors, and what the file says beside them."""
    reader = gguf.GGUFReader(path)
    tensors = {entry.name: np.array(entry.data) for entry in reader.tensors}
    return tensors, {key: field.contents() for key, field in reader.fields.items() if not key.startswith("GGUF.")}
