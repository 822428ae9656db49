"""What persona writes, the libraries read; and what they write at run time, persona reads, bit for bit.

Committed files of these libraries are in Tests/Fixtures; here are random objects, over types, layouts, orders, shapes.
"""

import json
import subprocess
import sys
from pathlib import Path

import gguf
import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
import torch
from numpy.lib import format as npy
from safetensors import safe_open

from repository import DEMO, ROOT, SCRIPTS

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


# GGUF


def read_gguf(path) -> tuple[dict[str, np.ndarray], dict]:
    """Tensors, and what the file says beside them."""
    reader = gguf.GGUFReader(path)
    tensors = {entry.name: np.array(entry.data) for entry in reader.tensors}
    return tensors, {key: field.contents() for key, field in reader.fields.items() if not key.startswith("GGUF.")}


@pytest.mark.parametrize("alignment", [None, 8, 128])
def test_gguf_is_read_bit_for_bit(convert, tmp_path, alignment):
    names = ["int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64"]
    shapes = [(1,), (5,), (3, 4), (2, 1, 3), (2, 3, 1, 2)]
    expected = {f"{name}.{i}": draw(i, shape, name) for name in names for i, shape in enumerate(shapes)}
    writer = gguf.GGUFWriter(tmp_path / "x.gguf", "controlvector")
    if alignment:
        writer.add_custom_alignment(alignment)
    writer.add_string("controlvector.model_hint", "llama “x”")
    writer.add_array("x.list", ["a", "b"])
    writer.add_array("x.nested", [[1, 2], [3]])
    for key, value in expected.items():
        if value.dtype == torch.bfloat16:
            raw = bits(value).reshape(*value.shape[:-1], -1)
            writer.add_tensor(key, raw, raw_dtype=gguf.GGMLQuantizationType.BF16)
        else:
            writer.add_tensor(key, value.numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    written = convert(tmp_path / "x.gguf", ".safetensors")
    check_all(read_safetensors(written), expected)
    with safe_open(written, framework="pt") as file:
        assert file.metadata()["controlvector.model_hint"] == "llama “x”"


@pytest.mark.parametrize("kind", ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "TQ1_0", "TQ2_0"])
def test_quantised_gguf_is_refused_by_name(persona, tmp_path, kind):
    writer = gguf.GGUFWriter(tmp_path / "x.gguf", "controlvector")
    dtype = gguf.GGMLQuantizationType[kind]
    block = np.random.default_rng(0).normal(size=(2, 512)).astype(np.float32)
    writer.add_tensor("direction.1", gguf.quants.quantize(block, dtype), raw_dtype=dtype)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert kind in refusal(persona, "convert", tmp_path / "x.gguf", "-o", tmp_path / "x.safetensors")


@pytest.mark.parametrize(
    ("options", "layers", "model"),
    [
        ([], [None, 1, 2, 3, 4], ""),
        (["--row-layers", "8:13", "--model", "qwen2"], [8, 9, 10, 11, 12], "qwen2"),
        (["--row-layers", "-1:4", "--model", "llama"], [None, None, 1, 2, 3], "llama"),
        (["--row-layers", "2,4,8,16,30"], [2, 4, 8, 16, 30], ""),
    ],
)
@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32", "float64"])
def test_gguf_reads_control_vectors(convert, tmp_path, name, options, layers, model):
    generator = torch.Generator().manual_seed(1)
    value = torch.randn(5, 48, generator=generator, dtype=torch.float64).to(getattr(torch, name))
    safetensors.torch.save_file({"vector": value.T.contiguous().T.contiguous()}, tmp_path / "x.safetensors")
    note = "left out layer" if None in layers else ""
    tensors, fields = read_gguf(convert(tmp_path / "x.safetensors", ".gguf", *options, says=note))
    expected = value.to(torch.float32).numpy()
    wanted = {f"direction.{layer}": expected[row] for row, layer in enumerate(layers) if layer is not None}
    check_all(tensors, wanted)
    assert fields == {
        "general.architecture": "controlvector",
        "controlvector.model_hint": model,
        "controlvector.layer_count": len(wanted),
    }
    # And back.
    found = read_safetensors(convert(tmp_path / "converted.gguf", ".safetensors"))
    check_all(found, {key: torch.from_numpy(array) for key, array in wanted.items()})


def test_a_single_direction_is_a_control_vector_of_its_layer(convert, tmp_path):
    config = {"vectors": {"layer_46/contrast": {"vector": draw(3, (8,), "bfloat16").nan_to_num(), "layer": 46}}}
    torch.save(config, tmp_path / "x.pt")
    name = "vectors.layer_46/contrast.vector"
    written = convert(tmp_path / "x.pt", ".gguf", "--tensor", name, "--row-layers", "46")
    vector = config["vectors"]["layer_46/contrast"]["vector"].float().numpy()
    tensors, fields = read_gguf(written)
    check_all(tensors, {"direction.46": vector})
    assert fields["controlvector.layer_count"] == 1


# What fit writes


def test_the_space_of_the_demo_is_read_by_the_libraries(persona, convert, tmp_path):
    done = subprocess.run([persona, "fit", DEMO, "-o", tmp_path / "fit", "-q"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "fit" / "space.safetensors"
    space = safetensors.numpy.load_file(path)
    check_all({key: value.numpy() for key, value in safetensors.torch.load_file(path).items()}, space)
    with safe_open(path, framework="np") as file:
        metadata = file.metadata()
    roles, layers = json.loads(metadata["roles"]), json.loads(metadata["layers"])
    assert len(roles) == 45 and "default" not in roles and layers == list(range(6))

    def vector(role) -> np.ndarray:
        (found,) = read_safetensors(DEMO / "vectors" / f"{role}.safetensors").values()
        return found.float().numpy()

    assert same(space["role_vectors"], np.stack([vector(role) for role in roles]))
    assert same(space["default"], vector("default").astype(np.float64))
    exact = {"rtol": 1e-12, "atol": 1e-13}
    mean = space["role_vectors"].astype(np.float64).mean(axis=0)
    np.testing.assert_allclose(space["mean"], mean, **exact)
    np.testing.assert_allclose(space["axis"], space["default"] - mean, **exact)
    for layer, directions in enumerate(space["components"]):
        # Against the singular values of the centred roles; directions up to sign, which the default orients.
        centred = space["role_vectors"][:, layer].astype(np.float64) - mean[layer]
        singular, right = np.linalg.svd(centred, full_matrices=False)[1:]
        np.testing.assert_allclose(np.abs((directions * right[:10]).sum(axis=1)), 1, atol=1e-9)
        np.testing.assert_allclose(
            space["variance"][layer] / space["variance"][layer][0], (singular / singular[0])[:10] ** 2, rtol=1e-9
        )
    # As NumPy and llama.cpp take it on.
    assert same(np.load(convert(path, ".npy", "--tensor", "role_vectors")), space["role_vectors"])
    assert same(np.load(convert(path, ".npy", "--tensor", "axis")), space["axis"])
    tensors, _ = read_gguf(convert(path, ".gguf", "--tensor", "axis"))
    check_all(tensors, {f"direction.{layer}": space["axis"][layer].astype(np.float32) for layer in layers if layer})


# The committed files


def test_the_fixtures_are_what_the_libraries_write_and_read(tmp_path):
    made, kept = tmp_path / "made", ROOT / "Tests" / "Fixtures"
    subprocess.run([sys.executable, SCRIPTS / "make_fixtures.py", "-o", made], check=True)

    def contents(folder) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    new, old = contents(made), contents(kept)
    assert set(new) == set(old)
    assert json.loads(new["expected.json"]) == json.loads(old["expected.json"])
    # The README names the versions: with the same ones, the bytes are the same, too.
    if new["README.md"] == old["README.md"]:
        assert [name for name in old if new[name] != old[name]] == []
