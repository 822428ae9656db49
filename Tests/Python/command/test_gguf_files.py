"""What gguf writes at run time, persona reads, and what persona writes, gguf reads, bit for bit.

Committed files of these libraries are in Tests/Fixtures; here are random objects, over types, layouts, orders, shapes.
"""

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
