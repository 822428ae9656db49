#!/usr/bin/env python3
"""Makes Data/smollm2 of a folder that holds the activations of SmolLM2-135M-Instruct, its answers and their scores.

    scripts/python scripts/make_smollm2.py ../shared/real -o Data/smollm2

The folder has `responses/smollm2-135m` (activations, responses, scores, manifest) and `turns/smollm2-135m` (turns,
transcripts, manifest). Activations and scores are copied but for one layer; of the answers only their lengths are kept,
of the transcripts only who spoke in turn. Vectors are the means of all answers. The same input gives the same bytes.
"""

import argparse
import csv
import hashlib
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

#: All six would be 8.3 MB. Layer 20 lies between 15 and 24 and reads like them; layer 3 does not, and stays.
LEFT_OUT = 20
NAME = "smollm2-135m"
#: What is kept of a transcript besides the order of its speakers: labels, not text.
LABELS = ("domain", "conversation_id", "sample")
README = "README.md"


class Source:
    """A folder that is read, and the digest of each file that was."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.digests: dict[str, str] = {}

    def files(self, folder: str, suffix: str) -> list[Path]:
        """The files of a folder in order of their names, which are noted as read."""
        paths = sorted((self.root / folder).glob(f"*{suffix}"))
        if not paths:
            raise FileNotFoundError(f"{self.root / folder}: no {suffix} files")
        for path in paths:
            self.note(path)
        return paths

    def note(self, path: Path) -> Path:
        self.digests[path.relative_to(self.root).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
        return path

    def manifest(self, folder: str) -> dict:
        return json.loads(self.note(self.root / folder / "manifest.json").read_text(encoding="utf-8"))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def kept_rows(manifest: dict) -> list[int]:
    return [row for row, layer in enumerate(manifest["layers"]) if layer != LEFT_OUT]


def copy_activations(source: Source, out: Path) -> int:
    """The answers' means, the mean of these of each role, and their scores; the number of answers."""
    folder = f"responses/{NAME}"
    rows, count = kept_rows(source.manifest(folder)), 0
    (out / "activations").mkdir(parents=True)
    (out / "vectors").mkdir()
    for path in source.files(f"{folder}/activations", ".safetensors"):
        answers = {key: tensor[rows].contiguous() for key, tensor in load_file(path).items()}
        save_file(answers, out / "activations" / path.name)
        mean = torch.stack([answers[key].double() for key in sorted(answers)]).mean(0)
        save_file({"vector": mean.float()}, out / "vectors" / path.name)
        count += len(answers)
    for path in source.files(f"{folder}/scores", ".json"):
        scores = json.loads(path.read_text(encoding="utf-8"))
        write(out / "scores" / path.name, json.dumps(scores, indent=1) + "\n")
    return count


def write_lengths(source: Source, out: Path) -> None:
    """How long each answer is, for what of a result is length, and whether the model ended it by itself."""
    with (out / "lengths.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["role", "key", "characters", "finished"])
        for path in source.files(f"responses/{NAME}/responses", ".jsonl"):
            for line in path.read_text(encoding="utf-8").splitlines():
                answer = json.loads(line)
                text = answer["conversation"][-1]["content"]
                table.writerow([path.stem, answer["key"], len(text), int(answer["finished"])])


def copy_turns(source: Source, out: Path) -> int:
    """The means of the conversations' turns, and transcripts without their text; the number of turns."""
    folder = f"turns/{NAME}"
    rows, count = kept_rows(source.manifest(folder)), 0
    (out / "turns").mkdir()
    for path in source.files(f"{folder}/turns", ".safetensors"):
        turns = load_file(path)["turns"][:, rows].contiguous()
        save_file({"turns": turns}, out / "turns" / path.name)
        count += len(turns)
    for path in source.files(f"{folder}/transcripts", ".json"):
        whole = json.loads(path.read_text(encoding="utf-8"))
        speakers = [{"role": message["role"]} for message in whole["conversation"]]
        write(
            out / "transcripts" / path.name,
            json.dumps({label: whole[label] for label in LABELS} | {"conversation": speakers}) + "\n",
        )
    return count


def make(root: Path, out: Path) -> None:
    source = Source(root)
    answers = copy_activations(source, out)
    write_lengths(source, out)
    turns = copy_turns(source, out)
    manifest = source.manifest(f"responses/{NAME}")
    manifest["layers"] = [layer for layer in manifest["layers"] if layer != LEFT_OUT]
    manifest["turn_pooling"] = source.manifest(f"turns/{NAME}")["pooling"]
    manifest["counts"] = {"responses": answers, "turns": turns}
    write(out / "manifest.json", json.dumps(manifest, indent=1) + "\n")
    # As sha256sum writes it, so that `sha256sum -c` in the source folder says whether it is the one.
    lines = [f"{digest}  {path}\n" for path, digest in sorted(source.digests.items())]
    write(out / "sources.sha256", "".join(lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("source", type=Path, help="the folder with responses/ and turns/ of smollm2-135m")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, help="a folder with nothing in it but its README.md"
    )
    options = parser.parse_args()
    if options.output.exists() and any(path.name != README for path in options.output.iterdir()):
        sys.exit(f"{options.output}: it is there already; remove all but its {README} to make it anew")
    try:
        make(options.source, options.output)
    except (OSError, KeyError, ValueError) as error:
        sys.exit(f"make_smollm2: {error}")


if __name__ == "__main__":
    main()
