"""Writes Tests/Fixtures: small files by the libraries that write such files in the field, and what these read in them.

    scripts/python scripts/make_fixtures.py           Tests/Fixtures anew, from nothing
    scripts/python scripts/make_fixtures.py -o OUT    elsewhere

Every value comes from a fixed seed or is written here, so that the same versions of the libraries give the same bytes
on every run. expected.json says, of each file, either what must be in the refusal, or of each tensor its element type,
shape, values and bytes, as the library that wrote the file reads them: the values in C order, as Python prints
them; the bytes little-endian, in base64.
"""

import argparse
import base64
import io
import json
import os
import pickle
import platform
import shutil
import sys
import tempfile
import warnings
import zlib
from collections import OrderedDict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import gguf
import ml_dtypes
import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
from numpy.lib import format as npy
from safetensors import safe_open

ROOT = Path(__file__).resolve().parents[1]

#: What torch and NumPy have under one name.
PLAIN = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]
UNSIGNED = ["uint16", "uint32", "uint64"]
FLOAT8 = ["float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu", "float8_e4m3fnuz", "float8_e5m2fnuz"]


# What a library reads, as expected.json has it


def tensor(value: torch.Tensor | np.ndarray) -> dict[str, Any]:
    """Type, shape, values and bytes of a tensor or an array."""
    if isinstance(value, torch.Tensor):
        # A view may be lazily conjugated or negated, and its elements anywhere.
        flat = value.detach().resolve_neg().resolve_conj().contiguous().reshape(-1)
        kind, shape = str(value.dtype).removeprefix("torch."), list(value.shape)
        values = (flat.double() if value.is_floating_point() else flat).tolist()
        data = flat.view(torch.uint8).numpy().tobytes()
    else:
        kind, shape = value.dtype.name, list(value.shape)
        flat = value.reshape(-1)
        values = (flat if value.dtype.kind in "biu" else flat.astype(np.float64)).tolist()
        data = value.astype(value.dtype.newbyteorder("<")).tobytes()
    # Booleans are the numbers 0 and 1; repr has as many digits as a float needs, and says nan and inf.
    text = " ".join(repr(int(x) if isinstance(x, bool) else x) for x in values)
    return {"type": kind, "shape": shape, "values": text, "bytes": base64.b64encode(data).decode()}


def key_text(key: Any) -> str:
    """A dictionary's key as docs/file-formats.md names it."""
    if isinstance(key, tuple):
        return ",".join(map(key_text, key))
    return str(key).lower() if isinstance(key, bool) else str(key)


def flattened(value: Any, path: tuple[str, ...] = ()) -> tuple[dict[str, Any], dict[str, str]]:
    """The tensors of nested containers, by key path, and the texts and numbers beside them."""
    name = ".".join(path)
    if isinstance(value, torch.Tensor | np.ndarray):
        return {name: tensor(value)}, {}
    if isinstance(value, dict | list | tuple):
        tensors, metadata = {}, {}
        for key, element in value.items() if isinstance(value, dict) else enumerate(value):
            inner, texts = flattened(element, (*path, key_text(key)))
            tensors |= inner
            metadata |= texts
        return tensors, metadata
    if isinstance(value, bool | np.bool_):
        return {}, {name: str(bool(value)).lower()}
    if isinstance(value, int | float | str | np.number | torch.dtype | torch.device):
        return {}, {name: str(value)}
    return {}, {}


def content(value: Any) -> dict[str, Any]:
    tensors, metadata = flattened(value)
    return {"tensors": tensors, "metadata": metadata}


def refused(word: str) -> dict[str, Any]:
    return {"refused": word}


# Values


def normal(seed: int, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Normal numbers to 1/32, which prints short; what needs a type's every bit is in `extremes` and `every_code`."""
    values = np.random.Generator(np.random.PCG64(seed)).standard_normal(shape)
    return torch.from_numpy(np.round(values * 32) / 32).to(dtype)


def extremes(name: str) -> np.ndarray:
    """Values of the NumPy type `name` (or of bfloat16) at the ends of its range, and a few between."""
    if name == "bool":
        return np.array([True, False, True])
    dtype = np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return np.array([info.min, 0, 1, 42, info.max - 1, info.max], dtype)
    info = ml_dtypes.finfo(dtype)
    values = [0.0, -0.0, 1 / 3, -2.5, float("inf"), float("-inf"), float("nan")]
    return np.array([*values, info.max, info.min, info.tiny, info.smallest_subnormal], dtype)


def as_torch(array: np.ndarray) -> torch.Tensor:
    if array.dtype == ml_dtypes.bfloat16:
        return torch.from_numpy(array.view(np.int16).copy()).view(torch.bfloat16)
    return torch.from_numpy(array.copy())


def every_code(name: str) -> torch.Tensor:
    """All 256 numbers of an eight-bit floating-point type."""
    return torch.arange(256, dtype=torch.uint8).view(getattr(torch, name)).reshape(16, 16)


# PyTorch: objects as they occur in the field


def responses() -> dict[str, Any]:
    """Activations of single responses; one row is not finite, and one key is no response."""
    found: dict[str, Any] = {
        f"pos_p{p}_q{q}": normal(10 * p + q, 3, 8, dtype=torch.bfloat16) for p in (0, 1) for q in (0, 3)
    }
    found["pos_p1_q3"][1] = float("nan")
    found["metadata"] = {"model": "organism", "n": 4}
    return found


def capping_config() -> dict[str, Any]:
    return {
        "vectors": {f"layer_{layer}/contrast": {"vector": normal(layer, 8), "layer": layer} for layer in (46, 47)},
        "experiments": [
            {
                "id": "layers_46:48-p0.25",
                "interventions": [
                    {"vector": "layer_46/contrast", "cap": -3.25},
                    {"vector": "layer_47/contrast"},
                ],
            }
        ],
    }


def trait() -> dict[str, Any]:
    return {
        "trait": "curious, “very” = ≠ naïve",
        "direction": normal(5, 4, 8),
        "threshold": 0.125,
        "tiny": 1e-07,
        "steps": -3,
        "normalised": True,
        "centred": False,
        "note": None,
        "by_layer": {0: normal(6, 8), 12: normal(7, 8), -1: 2.5},
    }


def conversation() -> dict[str, Any]:
    steps = [{"turn": turn, "tokens": 7 + turn, "score": turn / 4, "capped": turn == 1} for turn in range(3)]
    return {"activations": normal(8, 3, 2, 8), "step_metadata": steps}


def shared_views() -> dict[str, torch.Tensor]:
    """Views that share two storages, none of which is saved whole but by the first."""
    base, other = torch.arange(24, dtype=torch.float32).reshape(4, 6), torch.arange(8, dtype=torch.float64) / 8
    return {
        "base": base,
        "offset": base[2:],
        "column": base[:, 3],
        "transposed": base.T,
        "strided": base[1::2, ::3],
        "block": base[1:3, 2:5].T,
        "expanded": base[:, 4:5].expand(4, 3),
        "one": other[5].expand(2, 2),
        "scalar": other[7],
        "tail": other[3:],
    }


def plain_types() -> dict[str, torch.Tensor]:
    return {name: as_torch(extremes(name)) for name in [*PLAIN, "bfloat16"]}


def numpy_beside_tensors() -> dict[str, Any]:
    matrix = normal(9, 3, 8).numpy()
    return {
        "mean": matrix,
        "fortran": np.asfortranarray(matrix.astype(np.float64)),
        "big_endian": matrix.astype(">f4"),
        "half": matrix.astype(np.float16),
        "mask": matrix > 0,
        "counts": np.array([1, -2, 3]),
        "scalar": np.array(2.5),
        "norm": np.float64(1.5),
        "norm32": np.float32(0.25),
        "n": np.int64(3),
        "ok": np.bool_(True),
        "tensor": normal(10, 2),
    }


def state_dict() -> OrderedDict[str, torch.Tensor]:
    """Of a module: an OrderedDict that has an attribute."""
    module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.LayerNorm(3))
    with torch.no_grad():
        for seed, parameter in enumerate(module.parameters()):
            parameter.copy_(normal(20 + seed, *parameter.shape))
    return module.state_dict()


class Command:
    """What pickles run when they are loaded by Python."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, ("true",)


def legacy_bytes(value: Any) -> bytes:
    """What torch.save(..., _use_new_zipfile_serialization=False) writes, with other names for the storages.

    It names them by their addresses in memory, and sorts their contents by these names. They get names of the same form
    here, in falling order, so that the contents follow in another order than the tensors.
    """
    names: dict[int, str] = {}

    def name(address: int) -> str:
        return names.setdefault(address, str(94_371_840_004_096 - 64 * len(names)))

    buffer = io.BytesIO()
    torch.serialization.str = name
    try:
        torch.serialization._legacy_save(value, buffer, pickle, pickle_protocol=2)
    finally:
        del torch.serialization.str
    return buffer.getvalue()


def write_torch(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def save(name: str, value: Any, expected: dict[str, Any] | None = None, **options: Any) -> None:
        torch.save(value, folder / name, **options)
        found[name] = expected or content(torch.load(folder / name, weights_only=False))

    vector = {"vector": normal(1, 3, 8, dtype=torch.bfloat16), "type": "pos_3", "role": 'a/b, "c"\n=d'}
    save("responses-bf16.pt", responses())
    save("role-vector.pt", vector)
    save("raw-layers.pt", normal(2, 4, 8))
    save("raw-vector.pt", normal(3, 8, dtype=torch.float16))
    save("axis.pt", {"axis": normal(4, 3, 8), "metadata": {"roles": 275, "model": "organism", "explained": 0.4375}})
    save("capping-config.pt", capping_config())
    save("trait.pt", trait())
    save("conversation.pt", conversation())
    save("parameter.pt", {"steer": torch.nn.Parameter(normal(11, 2, 8)), "frozen": normal(12, 2).requires_grad_()})
    save("shared-views.pt", shared_views())
    save("dtypes.pt", plain_types())
    save("unsigned.pt", {name: as_torch(extremes(name)) for name in UNSIGNED})
    save(
        "float8.pt",
        {name: every_code(name)[7::8].clone() for name in FLOAT8} | {"view": every_code("float8_e5m2").T[3:5, 12:]},
    )
    save("numpy-arrays.pt", numpy_beside_tensors())
    save("numpy-empty.pt", {"empty": np.zeros((0, 4), np.float32), "role": "poet"})
    save("keys.pt", {(4, 7): normal(13, 2), (4, "mlp"): normal(14, 2), 12: normal(15, 2), "a.b": {True: normal(16, 2)}})
    save("state-dict.pt", state_dict())
    names = {"dtype": torch.float16, "device": torch.device("cpu")}
    save("sequences.pt", [normal(17, 2), (normal(18, 2), [normal(19, 2)], None), torch.Size([2, 3]), names, "end"])
    save(
        "scalars-and-empty.pt", {"scalar": torch.tensor(1.5), "none": torch.zeros(0, 4), "middle": torch.ones(2, 0, 3)}
    )
    # The imaginary part of a conjugate shares its storage, whose numbers have the other sign.
    negated = torch.imag(torch.tensor([1 + 2j, 3 - 4j]).conj())
    save("negated-view.pt", {"imaginary": negated, "plain": normal(30, 2)}, refused("resolve_neg"))
    save("protocol-5.pt", vector, pickle_protocol=5)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Quantised tensors are deprecated, sparse ones in beta; files have them.
        save(
            "quantised.pt",
            {"q": torch.quantize_per_tensor(normal(31, 8), 0.1, 2, torch.qint8)},
            refused("_rebuild_qtensor"),
        )
        save("sparse.pt", {"s": torch.eye(3).to_sparse()}, refused("_rebuild_sparse_tensor"))
        save("sparse-rows.pt", {"s": torch.eye(3).to_sparse_csr()}, refused("_rebuild_sparse_tensor"))
    save("complex.pt", {"z": torch.tensor([1 + 2j])}, refused("ComplexFloatStorage"))
    module = torch.nn.Linear(2, 2)
    torch.nn.init.zeros_(module.weight)
    torch.nn.init.zeros_(module.bias)
    save("module.pt", module, refused("torch.nn.modules.linear.Linear"))
    save("command.pt", {"vector": normal(32, 2), "x": Command()}, refused("posix.system"))
    (folder / "bare-pickle.pkl").write_bytes(pickle.dumps({"vector": normal(33, 2).numpy()}, protocol=4))
    found["bare-pickle.pkl"] = refused("bare pickle")
    return found


def write_legacy(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def save(name: str, value: Any, expected: dict[str, Any] | None = None) -> None:
        (folder / name).write_bytes(legacy_bytes(value))
        found[name] = expected or content(torch.load(folder / name, weights_only=False))

    save("responses-bf16.pt", responses())
    save("role-vector.pt", {"vector": normal(1, 3, 8, dtype=torch.bfloat16), "type": "pos_3", "role": "poet"})
    save("raw-layers.pt", normal(2, 4, 8))
    save("capping-config.pt", capping_config())
    save("parameter.pt", {"steer": torch.nn.Parameter(normal(11, 2, 8))})
    save("shared-views.pt", shared_views())
    save("dtypes.pt", plain_types())
    save("numpy-arrays.pt", numpy_beside_tensors())
    save("numpy-empty.pt", {"empty": np.zeros((0, 4), np.float32), "role": "poet"})
    save("state-dict.pt", state_dict())
    save("scalars-and-empty.pt", {"scalar": torch.tensor(1.5), "none": torch.zeros(0, 4), "last": torch.ones(2)})
    save("no-tensors.pt", {"role": "poet", "n": 3})
    save("command.pt", {"vector": normal(32, 2), "x": Command()}, refused("posix.system"))
    save("complex.pt", {"z": torch.tensor([1 + 2j])}, refused("ComplexFloatStorage"))
    return found


# safetensors


def write_safetensors(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def save(name: str, tensors: dict[str, Any], metadata: dict[str, str] | None = None) -> None:
        library = safetensors.torch if isinstance(next(iter(tensors.values())), torch.Tensor) else safetensors.numpy
        library.save_file(tensors, folder / name, metadata)
        with safe_open(folder / name, framework="pt") as file:
            read = {key: file.get_tensor(key) for key in file.keys()}
            found[name] = {
                "tensors": {key: tensor(value) for key, value in read.items()},
                "metadata": file.metadata() or {},
            }

    unsigned = {name: as_torch(extremes(name)) for name in UNSIGNED}
    # The library orders several metadata differently on every run.
    save("dtypes.safetensors", plain_types() | unsigned, {"ro\nle": '“poet” \\ "x"\n=1 \u00e9 \U0001f600'})
    save("float8.safetensors", {name: every_code(name) for name in FLOAT8})
    save("activations.safetensors", {"activations": normal(40, 3, 8, dtype=torch.bfloat16)})
    save(
        "names-and-shapes.safetensors",
        {
            "a/b.c d": normal(41, 2, 1, 3),
            "naïve": normal(42, 1, dtype=torch.float16),
            "": normal(43, 2),
            "scalar": torch.tensor(2.5, dtype=torch.float64),
            "none": torch.zeros(0, 4),
            "odd": torch.tensor([7, 8, 9], dtype=torch.uint8),
        },
    )
    save("by-numpy.safetensors", {"f8": normal(44, 2, 3).double().numpy(), "i2": extremes("int16")}, {"by": "NumPy"})
    safetensors.numpy.save_file({"z": np.array([1 + 2j], np.complex64)}, folder / "complex.safetensors")
    found["complex.safetensors"] = refused("C64")
    return found


# NumPy


def write_numpy(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    matrix = normal(50, 3, 4).numpy()
    half_matrix = matrix.astype(ml_dtypes.bfloat16)

    def arrays(value: Any) -> dict[str, Any]:
        named = {"": value} if isinstance(value, np.ndarray) else dict(value.items())
        return {"tensors": {name: tensor(array) for name, array in named.items()}, "metadata": {}}

    def save(name: str, array: np.ndarray, major: int | None = None, expected: dict[str, Any] | None = None) -> None:
        with open(folder / name, "wb") as file:
            npy.write_array(file, array, (major, 0) if major else None, allow_pickle=True)
        found[name] = expected or arrays(np.load(folder / name))

    for major in (1, 2, 3):
        save(f"v{major}-c.npy", matrix, major)
        save(f"v{major}-fortran.npy", np.asfortranarray(matrix), major)
    save("fortran-3d.npy", np.asfortranarray(normal(51, 2, 3, 4).double().numpy()))
    save("big-endian-f4.npy", matrix.astype(">f4"))
    save("big-endian-fortran-i8.npy", np.asfortranarray(np.arange(6, dtype=">i8").reshape(2, 3) - 3))
    save("not-contiguous.npy", normal(52, 4, 6).numpy()[::2, 1::2])
    save("scalar.npy", np.array(-0.0, np.float16))
    save("empty.npy", np.zeros((2, 0, 3), np.float32))

    def void(name: str) -> None:
        # As NumPy reads it with ml_dtypes, which is what defines bfloat16 for it.
        read = np.load(folder / name)
        named = {"": read} if isinstance(read, np.ndarray) else dict(read.items())
        read = {key: array.view(ml_dtypes.bfloat16) for key, array in named.items()}
        found[name] = refused("V2") | {"void": "bfloat16"} | arrays(read)

    for name, array in {
        "bf16-by-ml-dtypes.npy": half_matrix,  # '<V2'
        "bf16-void.npy": half_matrix.view("V2"),  # '|V2'
        "bf16-void-fortran.npy": np.asfortranarray(half_matrix.view("V2")),
        "bf16-extremes.npy": extremes("bfloat16"),
    }.items():
        save(name, array, expected=refused("V2"))
        void(name)
    np.savez(folder / "bf16.npz", L0=half_matrix, L1=half_matrix.view("V2"))
    void("bf16.npz")
    np.savez_compressed(folder / "bf16-compressed.npz", L0=half_matrix[:2])
    void("bf16-compressed.npz")

    every = {name: extremes(name) for name in [*PLAIN, *UNSIGNED]}
    np.savez(folder / "dtypes.npz", **every)
    turns = {f"L{layer}": normal(60 + layer, 2, 8).numpy() for layer in (0, 16, 32)}
    turns |= {"fortran": np.asfortranarray(matrix), "scalar": np.array(3), "empty": np.zeros((0, 8), np.float32)}
    np.savez_compressed(folder / "turns-compressed.npz", **turns)
    for name in ("dtypes.npz", "turns-compressed.npz"):
        found[name] = arrays(np.load(folder / name))

    save("structured.npy", np.zeros(2, [("role", "<i4"), ("score", "<f4")]), expected=refused("structured"))
    save("objects.npy", np.array(["poet", 3], object), expected=refused("|O"))
    save("text.npy", np.array(["poet", "a"]), expected=refused("<U4"))
    save("complex.npy", np.array([1 + 2j], np.complex64), expected=refused("<c8"))
    save("dates.npy", np.array(["2026-01-01"], "datetime64[D]"), expected=refused("<M8[D]"))
    save("long-double.npy", np.zeros(2, np.longdouble), expected=refused("f16"))
    save("float8-by-ml-dtypes.npy", matrix.astype(ml_dtypes.float8_e4m3fn), expected=refused("V1"))
    np.savez(folder / "objects.npz", role=np.array(["poet", 3], object), vector=matrix)
    found["objects.npz"] = refused("|O")
    return found


# GGUF


def write_gguf(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def save(
        name: str,
        tensors: dict[str, tuple[np.ndarray, gguf.GGMLQuantizationType | None]],
        keys: dict[str, str | int | float | bool],
        alignment: int | None = None,
        expected: dict[str, Any] | None = None,
    ) -> None:
        """As repeng does it: the architecture by the writer, the keys beside it one by one."""
        writer = gguf.GGUFWriter(folder / name, "controlvector")
        if alignment:
            writer.add_custom_alignment(alignment)
        for key, value in keys.items():
            add = {str: writer.add_string, int: writer.add_uint32, float: writer.add_float64, bool: writer.add_bool}
            add[type(value)](key, value)
        for key, (array, kind) in tensors.items():
            writer.add_tensor(key, array, raw_dtype=kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        found[name] = expected or gguf_content(folder / name)

    hint = {"controlvector.model_hint": "organism", "controlvector.layer_count": 3}
    plain = {f"direction.{layer}": (normal(70 + layer, 8).numpy(), None) for layer in (1, 2, 3)}
    bf16 = normal(81, 8).numpy().astype(ml_dtypes.bfloat16)
    save("control-vector.gguf", plain, hint)
    save("aligned.gguf", plain, hint, alignment=64)
    save("gaps.gguf", {f"direction.{layer}": (normal(layer, 5).numpy(), None) for layer in (3, 11)}, {})
    save(
        "dtypes.gguf",
        {
            "direction.1": (normal(80, 8).numpy().astype(np.float16), None),
            "direction.2": (bf16.view(np.uint8), gguf.GGMLQuantizationType.BF16),
            "direction.3": (normal(82, 8).double().numpy(), None),
            **{name: (extremes(name), None) for name in ("int8", "int16", "int32", "int64", "float32")},
            "matrix": (normal(83, 2, 3, 4).numpy(), None),
        },
        {"general.name": "naïve “x”", "x.scale": 0.375, "x.flag": True},
    )
    quantised = gguf.quants.quantize(normal(84, 64).numpy(), gguf.GGMLQuantizationType.Q8_0)
    save(
        "quantised.gguf",
        plain | {"direction.4": (quantised, gguf.GGMLQuantizationType.Q8_0)},
        hint,
        expected=refused("Q8_0"),
    )
    return found


def gguf_content(path: Path) -> dict[str, Any]:
    reader = gguf.GGUFReader(path)
    tensors = {}
    for entry in reader.tensors:
        array = np.array(entry.data)
        if entry.tensor_type == gguf.GGMLQuantizationType.BF16:
            array = array.view(ml_dtypes.bfloat16)
        tensors[entry.name] = tensor(array)
    fields = {key: field.contents() for key, field in reader.fields.items() if not key.startswith("GGUF.")}
    metadata = {key: key_text(value) for key, value in fields.items()}
    return {"tensors": tensors, "metadata": metadata}


# All of it

WRITERS = {
    "torch": write_torch,
    "legacy": write_legacy,
    "safetensors": write_safetensors,
    "numpy": write_numpy,
    "gguf": write_gguf,
}

README = """# Fixtures

Files by the libraries whose files the toolkit reads, and `expected.json`, what these libraries read in them. Nothing
here is by hand: `scripts/python scripts/make_fixtures.py` writes the folder, and the same bytes every time with these
versions, on Python {python}.

| folder | written by | with |
|---|---|---|
| `torch/` | `torch.save`; `bare-pickle.pkl`: `pickle.dumps` | PyTorch {torch}, NumPy {numpy} |
| `legacy/` | `torch.save` with `_use_new_zipfile_serialization=False` | PyTorch {torch}, NumPy {numpy} |
| `safetensors/` | `save_file` of `safetensors.torch` and `safetensors.numpy` | safetensors {safetensors} |
| `numpy/` | `numpy.lib.format`, `savez`, `savez_compressed` | NumPy {numpy}, ml_dtypes {ml_dtypes}, zlib {zlib} |
| `gguf/` | `gguf.GGUFWriter` | gguf {gguf} |

Numbers are NumPy's PCG64 with the seeds in the script, the ends of each type's range, or all codes of an eight-bit one.
In `legacy/` the names of storages, which PyTorch takes from addresses in memory, are numbered instead. `expected.json`
has of each file either `refused`, what must be in the message, or its `tensors` by key path, with values as Python
prints them and bytes in base64, and its `metadata`. Where `void` stands, the file is refused unless it is said
what its raw two-byte type stands for.

`command.pt` would run `true` if Python loaded it.
"""


def write(folder: Path) -> None:
    expected: dict[str, Any] = {}
    for name, writer in WRITERS.items():
        (folder / name).mkdir(parents=True)
        for file, entry in sorted(writer(folder / name).items()):
            expected[f"{name}/{file}"] = entry
    lines = [f"{json.dumps(name)}: {entry_json(entry)}" for name, entry in expected.items()]
    (folder / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    versions = {name: version(name).split("+")[0] for name in ("torch", "safetensors", "numpy", "ml_dtypes", "gguf")}
    text = README.format(python=platform.python_version(), zlib=zlib.ZLIB_RUNTIME_VERSION, **versions)
    (folder / "README.md").write_text(text, encoding="utf-8")


def entry_json(entry: dict[str, Any]) -> str:
    """A tensor a line."""
    parts = []
    for key, value in entry.items():
        if key == "tensors" and value:
            lines = [
                f"    {json.dumps(name)}: {json.dumps(tensor, ensure_ascii=False)}" for name, tensor in value.items()
            ]
            parts.append('  "tensors": {\n' + ",\n".join(lines) + "\n  }")
        else:
            parts.append(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "Tests" / "Fixtures", metavar="OUT")
    output = parser.parse_args().output
    if sys.byteorder != "little":
        sys.exit("make_fixtures.py: error: the fixtures are made on a little-endian machine")
    # Made beside the old ones, which stay until these are complete.
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".fixtures-") as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        write(made)
        if output.exists():
            if any(output.iterdir()) and not (output / "expected.json").exists():
                sys.exit(f"make_fixtures.py: error: {output}: has other things than fixtures in it")
            shutil.rmtree(output)
        made.rename(output)


if __name__ == "__main__":
    main()
