"""Capping token dumps at 20 floors a layer: this toolkit, PyTorch and cat in turn, warm and cold.

    scripts/bench cap

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
PERCENTILES = range(2, 98, 5)

NAMES = {
    "persona": "`persona cap`",
    "torch_cap": f"PyTorch {version('torch')}, `tokens.float() @ v` by layer, all floors at once",
    "cat": "`cat` of the files",
}


def made(*shape: int) -> tuple[Path, list[Path], int]:
    """A dump of tokens of a shape (conversations, turns, tokens a turn, layers, dimensions), and a space of 20 roles."""
    dump = WORK / "dump"
    shutil.rmtree(dump, ignore_errors=True)
    print(f"bench: making tokens: conversations, turns, tokens, layers, dimensions {shape}", file=sys.stderr)
    answer([sys.executable, HERE / "inputs.py", "tokens", dump, *shape])
    answer([sys.executable, HERE / "inputs.py", "vectors", dump, 20, *shape[3:]])
    answer([PERSONA, "fit", dump, "-o", WORK / "space", "-q", "--force", "--bootstrap", 0])
    files = sorted((dump / "turns").iterdir())
    return dump, files, sum(path.stat().st_size for path in files)


def jobs(dump: Path, *peers: str) -> dict[str, list]:
    space = WORK / "space" / "space.safetensors"
    floors = ["--percentile", ",".join(map(str, PERCENTILES))]
    found = {"persona": [PERSONA, "cap", space, dump, "-o", WORK / "out", "-q", "--force", *floors]}
    found |= {peer: [*PEERS, peer, dump, space] for peer in peers}
    return found | {"cat": ["sh", "-c", 'cat "$0"/turns/* >/dev/null', dump]}


def measured(title: str, *shape: int) -> str:
    dump, files, size = made(*shape)
    found = in_turn(jobs(dump, "torch_cap"), ROUNDS)
    ours, reading = found["persona"].median, found["cat"].median
    rows = [
        [NAMES[name], f"{run.median:.2f}", f"{run.median / ours:.1f}", f"{100 * reading / run.median:.0f} %"]
        + [f"{run.megabytes:.0f}"]
        for name, run in found.items()
    ]
    text = f"{title}, {size / 1e9:.1f} GB of `.safetensors`, in the page cache:\n\n"
    text += table(["", "seconds", "ratio", "of the speed of `cat`", "peak, MB"], rows)
    cold = in_turn(jobs(dump), 3, before=lambda: forget(files))
    return (
        f"{text}\n\nThe same, dropped from the page cache before each run: {cold['persona'].median:.2f} s, `cat` "
        f"{cold['cat'].median:.2f} s ({100 * cold['cat'].median / cold['persona'].median:.0f} %).\n"
    )


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    text = measured("20 floors, 12 conversations of 8 turns of some 100 tokens × (32, 4096) bfloat16", 12, 8, 100, 32, 4096)
    shutil.rmtree(WORK)
    print(text)
    put("cap", text, ROOT / "docs" / "performance.md")


if __name__ == "__main__":
    main()
