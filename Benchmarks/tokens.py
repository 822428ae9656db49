"""Token dumps, and verbs over them: this toolkit, PyTorch and cat in turn, warm and cold."""

import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from measure import answer, forget, in_turn, table

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".build" / "bench"
PERSONA = ROOT / ".build" / "release" / "persona"
HERE = Path(__file__).parent
PEERS = [sys.executable, HERE / "peers.py"]


@dataclass(frozen=True)
class Verb:
    """A verb that reads turns, with its options, and jobs in PyTorch with what each of them does."""

    name: str
    peers: dict[str, str]
    options: tuple[str, ...] = ()
    rounds: int = 9

    def jobs(self, dump: Path, *, peers: bool) -> dict[str, list]:
        space = WORK / "space" / "space.safetensors"
        found = {"persona": [PERSONA, self.name, space, dump, "-o", WORK / "out", "-q", "--force", *self.options]}
        if peers:
            found |= {peer: [*PEERS, peer, dump, space] for peer in self.peers}
        return found | {"cat": ["sh", "-c", 'cat "$0"/turns/* >/dev/null', dump]}

    @property
    def names(self) -> dict[str, str]:
        torch = {peer: f"PyTorch {version('torch')}, {what}" for peer, what in self.peers.items()}
        return {"persona": f"`persona {self.name}`"} | torch | {"cat": "`cat` of the files"}


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


def measured(verb: Verb, title: str, *shape: int) -> str:
    """The section of a verb over a dump of this shape, in Markdown."""
    dump, files, size = made(*shape)
    found = in_turn(verb.jobs(dump, peers=True), verb.rounds)
    ours, reading = found["persona"].median, found["cat"].median
    rows = [
        [verb.names[name], f"{run.median:.2f}", f"{run.processor:.2f}", f"{run.median / ours:.1f}"]
        + [f"{100 * reading / run.median:.0f} %", f"{run.megabytes:.0f}"]
        for name, run in found.items()
    ]
    text = f"{title}, {size / 1e9:.1f} GB of `.safetensors`, in the page cache:\n\n"
    text += table(["", "seconds", "of the processor", "ratio", "of the speed of `cat`", "peak, MB"], rows)
    cold = in_turn(verb.jobs(dump, peers=False), 3, before=lambda: forget(files))
    return (
        f"{text}\n\nThe same, dropped from the page cache before each run: {cold['persona'].median:.2f} s, `cat` "
        f"{cold['cat'].median:.2f} s ({100 * cold['cat'].median / cold['persona'].median:.0f} %).\n"
    )
