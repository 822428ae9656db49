"""Writes Tests/Fixtures: small files by the libraries that write such files in the field, and what these read in them.

    scripts/python scripts/make_fixtures.py           Tests/Fixtures anew, from nothing
    scripts/python scripts/make_fixtures.py -o OUT    elsewhere

Every value comes from a fixed seed or is written here, so that the same versions of the libraries give the same bytes
on every run. expected.json says, of each file, either what must be in the refusal, or of each tensor its element type,
shape, values and bytes, as the library that wrote the file reads them: the values in C order, as Python prints
them; the bytes little-endian, in base64.
"""

import argparse
import json
import platform
import shutil
import sys
import tempfile
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fixtures.gguf_files import write_gguf
from fixtures.legacy_files import write_legacy
from fixtures.numpy_files import write_numpy
from fixtures.safetensors_files import write_safetensors
from fixtures.torch_files import write_torch

ROOT = Path(__file__).resolve().parents[1]
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
