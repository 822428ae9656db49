"""Role vectors from responses: this toolkit, PyTorch and cat in turn, warm and cold, growing, and at 70B shapes.

    scripts/bench vectors

Replaces the section of that name in docs/performance.md.
"""

import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from measure import answer, forget, in_turn, put, table

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".build" / "bench"
PERSONA = ROOT / ".build" / "release" / "persona"
HERE = Path(__file__).parent
PEERS = [sys.executable, HERE / "peers.py"]
ROUNDS = 5


def jobs(dump: Path, *peers: str) -> dict[str, list]:
    ours = [PERSONA, "vectors", dump, "-o", WORK / "out" / "vectors.safetensors", "-q", "--force"]
    found = {"persona": ours} | {peer: [*PEERS, peer, dump, WORK / peer] for peer in peers}
    return found | {"cat": ["sh", "-c", 'cat "$0"/activations/* >/dev/null', dump]}


def made(name: str, *shape: int) -> tuple[Path, list[Path], int]:
    shutil.rmtree(WORK / "dump", ignore_errors=True)
    print(f"bench: making {name}: roles, responses, layers, dimensions {shape}", file=sys.stderr)
    answer([sys.executable, HERE / "inputs.py", "responses", WORK / "dump", *shape])
    files = sorted((WORK / "dump" / "activations").iterdir())
    return WORK / "dump", files, sum(path.stat().st_size for path in files)


NAMES = {
    "persona": "`persona vectors`",
    "torch_vectors": f"PyTorch {version('torch')}, as the reference pipeline",
    "torch_vectors_double": "PyTorch, mapped, sums in float64",
    "cat": "`cat` of the files",
}


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    text = []
    dump, files, size = made("the base", 9, 1200, 32, 4096)
    found = in_turn(jobs(dump, "torch_vectors", "torch_vectors_double"), ROUNDS)
    ours, reading = found["persona"].median, found["cat"].median
    text.append(f"9 roles × 1,200 responses × (32, 4096) bfloat16, {size / 1e9:.1f} GB of `.pt`, in the page cache:\n")
    rows = [
        [NAMES[name], f"{run.median:.2f}", f"{run.median / ours:.1f}", f"{100 * reading / run.median:.0f} %"]
        + [f"{run.megabytes:.0f}"]
        for name, run in found.items()
    ]
    text.append(table(["", "seconds", "ratio", "of the speed of `cat`", "peak, MB"], rows))
    error = float(answer([*PEERS, "error", dump, WORK / "out" / "vectors.safetensors"]).split()[-1])
    text.append(f"\nLargest distance of a vector from the mean in float64: {error:.1e} of its norm.\n")

    cold = in_turn(jobs(dump), 3, before=lambda: forget(files))
    text.append(
        f"The same, dropped from the page cache before each run: {cold['persona'].median:.2f} s, `cat` "
        f"{cold['cat'].median:.2f} s ({100 * cold['cat'].median / cold['persona'].median:.0f} %).\n"
    )

    text.append("Growth, from 4 roles × 300 responses × (8, 4096):\n")
    rows = []
    base = (4, 300, 8, 4096)
    for place, what in enumerate(["roles", "responses", "layers"]):
        for factor in (1, 2, 4):
            shape = tuple(value * (factor if place == i else 1) for i, value in enumerate(base))
            dump, _, size = made(f"{factor} × the {what}", *shape)
            found = in_turn(jobs(dump, "torch_vectors"), ROUNDS)
            row = [f"{factor} × {what}", f"{size / 1e6:.0f}"]
            row += [f"{1000 * found[name].median:.0f}" for name in found]
            row += [f"{found['torch_vectors'].median / found['persona'].median:.1f}"]
            rows.append([*row, f"{found['persona'].megabytes:.0f}", f"{found['torch_vectors'].megabytes:.0f}"])
    head = ["", "MB read", "persona, ms", "PyTorch, ms", "`cat`, ms", "ratio", "persona, peak MB", "PyTorch, peak MB"]
    text.append(table(head, rows))

    dump, _, size = made("the shape of a 70B model", 2, 1200, 80, 8192)
    found = in_turn(jobs(dump, "torch_vectors"), 3)
    text.append(
        f"\nAt the shape of a 70B model, 2 roles × 1,200 × (80, 8192), {size / 1e9:.1f} GB: "
        f"{found['persona'].median:.2f} s and {found['persona'].megabytes:.0f} MB; PyTorch "
        f"{found['torch_vectors'].median:.2f} s and {found['torch_vectors'].megabytes:.0f} MB; `cat` "
        f"{found['cat'].median:.2f} s.\n"
    )
    shutil.rmtree(WORK)
    put("vectors", "\n".join(text), ROOT / "docs" / "performance.md")
    print("\n".join(text))


if __name__ == "__main__":
    main()
