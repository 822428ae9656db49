"""The options of dump_activations.py."""

import argparse
import json
import math
import sys
from pathlib import Path

from .faults import USAGE


class Parser(argparse.ArgumentParser):
    def error(self, message: str):
        print(f"dump_activations: {message}\nSee dump_activations.py --help.", file=sys.stderr)
        sys.exit(USAGE)


def read_options(description: str) -> argparse.Namespace:
    """What was typed, checked as far as it can be without reading a file."""
    parser = Parser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a folder, or the name of a model on a hub")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DUMP")
    parser.add_argument("--force", action="store_true", help="begin a dump of this script again")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    what = parser.add_argument_group("what to dump (one or more of them)")
    what.add_argument(
        "--roles",
        type=Path,
        nargs="+",
        metavar="PATH",
        help='files {"instruction": [{"pos"}, …]}, or folders of them; "default" is the Assistant',
    )
    what.add_argument(
        "--questions", type=Path, help='lines of {"question"}, asked of every role; else those of the role files'
    )
    what.add_argument(
        "--responses",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="<role>.jsonl with responses that are there, or folders of them",
    )
    what.add_argument(
        "--transcripts",
        type=Path,
        nargs="+",
        metavar="PATH",
        help='files {"conversation": [{"role", "content"}]}, or folders; without assistant messages they are answered',
    )
    what.add_argument(
        "--baseline",
        action="store_true",
        help="also baseline/: the default's answer to the opening message of each conversation, without history",
    )
    what.add_argument("--role-table", type=Path, help="roles.csv (role,group,level) to copy into the dump")
    what.add_argument("--prompt-table", type=Path, help="prompts.csv (role,prompt,dose) to copy into the dump")
    what.add_argument("--max-prompts", type=positive, help="only the first so many prompts of each role")
    what.add_argument("--max-questions", type=positive, help="only the first so many questions")

    how = parser.add_argument_group("answers")
    how.add_argument(
        "--runs", type=positive, default=1, help="answers of a role to each question under each prompt (default 1)"
    )
    how.add_argument("--samples", type=positive, help="regenerations of each conversation (default: --runs)")
    how.add_argument("--regenerate", action="store_true", help="answer anew where transcripts have assistant messages")
    how.add_argument("--temperature", type=temperature, default=1.0, help="0 takes the likeliest token (default 1)")
    how.add_argument("--top-p", type=probability, default=1.0, help="default 1: no token is left out")
    how.add_argument("--max-new-tokens", type=positive, default=512)
    how.add_argument("--seed", type=int, default=0)

    chat = parser.add_argument_group("chat template")
    chat.add_argument("--chat-template", type=Path, help="a Jinja file in place of the tokenizer's template")
    chat.add_argument(
        "--template-options",
        type=json_object,
        default={},
        metavar="JSON",
        help="handed to the template, as '{\"enable_thinking\": false}'",
    )
    chat.add_argument(
        "--merge-consecutive",
        action="store_true",
        help="join messages of one role in a row, for templates that want them to alternate",
    )
    chat.add_argument("--model-name", help="what {model_name} in a prompt stands for")

    activations = parser.add_argument_group("activations")
    activations.add_argument(
        "--pool",
        choices=("mean", "tokens"),
        default="mean",
        help="turns of transcripts as means over their tokens, or token by token (default mean)",
    )
    activations.add_argument(
        "--tokens-of",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only conversations of these names token by token, as 'therapy-*'",
    )
    activations.add_argument("--embeddings", action="store_true", help="also the mean over each user's message")
    activations.add_argument(
        "--embeddings-of",
        action="append",
        default=[],
        metavar="PATTERN",
        help="the same, only in conversations of these names",
    )
    activations.add_argument(
        "--keep-layers", default="all", metavar="LAYERS", help="layers to write: 16, 8:24 (half-open) or all (default)"
    )
    activations.add_argument(
        "--dtype", choices=("bfloat16", "float16", "float32"), default="bfloat16", help="of the file (default bfloat16)"
    )
    activations.add_argument(
        "--max-length",
        type=positive,
        help="the most tokens of a chat; the rest is cut off, and counted (default: what the model takes)",
    )

    cap = parser.add_argument_group("capping, in the forward pass of generation and extraction")
    cap.add_argument(
        "--cap",
        type=Path,
        metavar="FILE",
        help="space.safetensors of persona fit; or where all is said: cap.json of persona export, capping_config.pt",
    )
    cap.add_argument("--experiment", metavar="ID", help="of a capping_config.pt that has several")
    cap.add_argument("--layers", help="layers to cap")
    cap.add_argument("--tau", type=finite, help="the floor, in units of axis projection")
    cap.add_argument("--percentile", type=percent, help="the floor as a percentile of the role vectors' projections")

    machine = parser.add_argument_group("machine")
    machine.add_argument("--device", default="auto", help="auto (default), cpu, cuda, cuda:1, mps")
    machine.add_argument("--device-map", metavar="MAP", help="spread the model over devices: auto; needs accelerate")
    machine.add_argument(
        "--model-dtype",
        choices=("auto", "float32", "bfloat16", "float16"),
        default="auto",
        help="of the computation; auto: the checkpoint's own, float32 on a CPU",
    )
    machine.add_argument("--batch-size", type=positive, default=16)
    machine.add_argument(
        "--blocks",
        metavar="PATH",
        help="where the decoder's blocks are in the model, as model.layers, if they are not found",
    )
    machine.add_argument("--revision", help="of the model on the hub")
    machine.add_argument(
        "--gguf",
        metavar="FILE",
        help="a packed checkpoint, of MODEL's folder or by its path: its weights are unpacked; needs gguf and accelerate",
    )
    parsed = parser.parse_args()
    if not (parsed.roles or parsed.responses or parsed.transcripts):
        parser.error("nothing to dump: give --roles, --responses or --transcripts")
    if parsed.cap is None and (parsed.layers or parsed.tau is not None or parsed.percentile is not None):
        parser.error(
            "--layers, --tau and --percentile say where to cap, with --cap SPACE; the layers written are --keep-layers"
        )
    if parsed.cap is not None and parsed.cap.suffix in (".json", ".pt"):
        if parsed.layers or parsed.tau is not None or parsed.percentile is not None:
            parser.error(f"{parsed.cap} says where to cap; leave --layers, --tau and --percentile out")
    elif parsed.experiment is not None:
        parser.error("--experiment is of a capping_config.pt, given with --cap")
    if parsed.pool == "tokens" and not parsed.tokens_of:
        parsed.tokens_of = ["*"]
    if parsed.embeddings:
        parsed.embeddings_of = ["*"]
    if parsed.temperature == 0 and max(parsed.runs, parsed.samples or 1) > 1:
        parser.error("--temperature 0 gives the same answer every time; leave out --runs and --samples")
    if parsed.baseline and not parsed.transcripts:
        parser.error("--baseline answers the opening messages of --transcripts; give these, too")
    if not parsed.transcripts and (parsed.tokens_of or parsed.embeddings_of):
        parser.error(
            "--pool tokens, --tokens-of, --embeddings and --embeddings-of are for --transcripts; responses are kept as means"
        )
    return parsed


def number(kind, accepts, wanted: str):
    def parse(text: str):
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and accepts(value)):
            raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")
        return value

    return parse


positive = number(int, lambda value: value > 0, "a whole number above 0")
finite = number(float, lambda value: True, "a finite number")
# Below a thousandth, logits divided by it overflow.
temperature = number(float, lambda value: value == 0 or value >= 1e-3, "0, or a number of at least 0.001")
probability = number(float, lambda value: 0 < value <= 1, "a number above 0 and at most 1")
percent = number(float, lambda value: 0 <= value <= 100, "a number from 0 to 100")


def json_object(text: str) -> dict:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError("not a JSON object")
    return value
