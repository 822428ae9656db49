"""What gguf writes at run time, persona reads, and what persona writes, gguf reads, bit for bit.

Committed files of these libraries are in Tests/Fixtures; here are random objects, over types, layouts, orders, shapes.
"""

import json
import subprocess

import gguf
import numpy as np
import pytest
import safetensors.torch
import torch
from converting import bits, check_all, convert, draw, read_gguf, read_safetensors, refusal
from safetensors import safe_open


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
        (["--row-layers", "0:5"], [None, 1, 2, 3, 4], ""),
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


def vectors_dump(folder, layers, **manifest):
    """A dump of 12 roles and a default with a row for each of `layers`."""
    generator = torch.Generator().manual_seed(2)
    (folder / "vectors").mkdir(parents=True)
    for role in ["default", *(f"role{n}" for n in range(12))]:
        vector = torch.randn(len(layers), 24, generator=generator) + (3 if role == "default" else 0)
        safetensors.torch.save_file({"vector": vector}, folder / "vectors" / f"{role}.safetensors")
    (folder / "manifest.json").write_text(json.dumps({"layers": layers, **manifest}))


@pytest.mark.parametrize(
    ("layers", "manifest", "wanted"),
    [
        ([16, 17, 18, 19], {}, [16, 17, 18, 19]),
        ([0, 1, 2, 3], {"layer_convention": "hidden_states"}, [1, 2]),
    ],
)
def test_the_axis_of_a_space_keeps_its_layers(convert, persona, tmp_path, layers, manifest, wanted):
    vectors_dump(tmp_path / "dump", layers, **manifest)
    subprocess.run([persona, "fit", tmp_path / "dump", "-o", tmp_path / "fit", "-q", "--bootstrap", "0"], check=True)
    space = tmp_path / "fit" / "space.safetensors"
    tensors, _ = read_gguf(convert(space, ".gguf", "--tensor", "axis"))
    axis = safetensors.torch.load_file(space)["axis"].to(torch.float32).numpy()
    assert sorted(tensors) == sorted(f"direction.{layer}" for layer in wanted)
    for layer in wanted:
        row = layers.index(layer + (1 if manifest else 0))
        np.testing.assert_array_equal(tensors[f"direction.{layer}"], axis[row])


def test_a_vector_of_the_dump_goes_by_its_manifest(convert, tmp_path):
    vectors_dump(tmp_path / "dump", [8, 12])
    tensors, _ = read_gguf(convert(tmp_path / "dump" / "vectors" / "role3.safetensors", ".gguf"))
    assert sorted(tensors) == ["direction.12", "direction.8"]


def test_a_module_like_name_says_the_layer(convert, tmp_path):
    safetensors.torch.save_file({"model.layers.21": torch.ones(16)}, tmp_path / "x.safetensors")
    tensors, _ = read_gguf(convert(tmp_path / "x.safetensors", ".gguf"))
    assert list(tensors) == ["direction.21"]


def test_rows_that_nothing_numbers_are_no_control_vector(persona, tmp_path):
    safetensors.torch.save_file({"vector": torch.ones(5, 16)}, tmp_path / "x.safetensors")
    words = refusal(persona, "convert", tmp_path / "x.safetensors", "-o", tmp_path / "x.gguf")
    assert "nothing says which layers they are" in words and "--row-layers" in words
    assert not (tmp_path / "x.gguf").exists()


def test_a_single_direction_is_a_control_vector_of_its_layer(convert, tmp_path):
    config = {"vectors": {"layer_46/contrast": {"vector": draw(3, (8,), "bfloat16").nan_to_num(), "layer": 46}}}
    torch.save(config, tmp_path / "x.pt")
    name = "vectors.layer_46/contrast.vector"
    written = convert(tmp_path / "x.pt", ".gguf", "--tensor", name, "--row-layers", "46")
    vector = config["vectors"]["layer_46/contrast"]["vector"].float().numpy()
    tensors, fields = read_gguf(written)
    check_all(tensors, {"direction.46": vector})
    assert fields["controlvector.layer_count"] == 1
