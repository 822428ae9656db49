"""A causal language model, the blocks of its decoder, and hooks on what they put out."""

import hashlib
import inspect
import sys
from contextlib import contextmanager
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from .faults import NO_MEMORY, NOT_FOUND, USAGE, Fault

#: Types of the computation and of the file, by the names the command takes.
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def choose_device(name: str) -> torch.device:
    """The named device; `auto` is CUDA, MPS or the CPU, the first that is there."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        # What cannot hold a number cannot hold a model.
        torch.zeros(1, device=name)
        return torch.device(name)
    except (RuntimeError, AssertionError) as error:
        raise Fault(f"--device {name}: {str(error).splitlines()[0]}", USAGE) from error


def load(
    name: str,
    *,
    revision: str | None,
    dtype: str,
    device: torch.device,
    chat_template: str | None,
    device_map: str | None = None,
    gguf: str | None = None,
):
    """The model, in evaluation mode, and its tokenizer, from a local folder or a hub.

    `dtype` "auto" is the type of the checkpoint on an accelerator and float32 on a CPU, where half types are slow.
    `device_map` spreads the model over devices, as the library does it. Code that comes with a checkpoint is never run.
    Of a `gguf` file the weights are unpacked; the tokenizer is that of the folder, where it has one, or else the file's.
    """
    name, packed, tokenizes = _packed(name, gguf)
    if dtype == "auto":
        dtype = "float32" if device.type == "cpu" and device_map is None else "auto"
    options = {"revision": revision, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(tokenizes or name, **options, **({} if tokenizes else packed))
        model = AutoModelForCausalLM.from_pretrained(
            name, dtype=DTYPES.get(dtype, "auto"), device_map=device_map, **options, **packed
        )
        if device_map is None:
            model = model.to(device)
    except Exception as error:  # The library raises OSError, ValueError, KeyError, and those of its parsers.
        if isinstance(error, RuntimeError) and is_out_of_memory(error):
            raise Fault(f"{name}: does not fit on {device}; give --device-map auto to spread it", NO_MEMORY) from error
        known = Path(name).exists()
        what = "not a causal language model that transformers can load" if known else "no such folder or model"
        raise Fault(f"{name}: {what}: {str(error).strip() or repr(error)}", NOT_FOUND) from error
    if not tokenizer.is_fast:
        raise Fault(
            f"{name}: its tokenizer gives no character offsets (it is not a fast one), so no spans can be found"
        )
    # One of several that a checkpoint names, as it chooses itself where none is asked for.
    if chat_template or tokenizer.chat_template:
        tokenizer.chat_template = chat_template or tokenizer.get_chat_template()
    if tokenizer.pad_token_id is None:
        # Padding is masked, so which token it is does not matter.
        tokenizer.pad_token = tokenizer.eos_token
    return model.eval(), tokenizer


def _packed(name: str, gguf: str | None) -> tuple[str, dict, str | None]:
    """Where a packed checkpoint is, the option that names its file, and the folder of a tokenizer beside it, if there is one."""
    if gguf is None and name.endswith(".gguf") and Path(name).is_file():
        name, gguf = str(Path(name).parent), name
    if gguf is None:
        return name, {}, None
    folder, file = Path(name), Path(gguf)
    if not file.is_file() and (folder / gguf).is_file():
        file = folder / gguf
    if not file.is_file() and (folder.is_dir() or len(file.parts) > 2):
        raise Fault(f"{gguf}: no such file, here or in {name}", NOT_FOUND)
    tokenizes = name if (folder / "tokenizer_config.json").is_file() else None
    source = str(file.parent) if file.is_file() else name
    return source, {"gguf_file": file.name if file.is_file() else gguf}, tokenizes


def decoder_blocks(model, path: str | None = None) -> torch.nn.ModuleList:
    """The list of the decoder's blocks: the module at `path`, or the outermost list as long as the model has layers."""
    count = model.config.get_text_config().num_hidden_layers
    lists = {name: module for name, module in model.named_modules() if isinstance(module, torch.nn.ModuleList)}
    if path is not None:
        if path in lists:
            return lists[path]
        tried = f"{path} is no list of modules in it"
    else:
        fitting = [name for name, module in lists.items() if len(module) == count and "vision" not in name]
        if fitting:
            return lists[min(fitting, key=lambda name: name.count("."))]
        tried = f"none of its lists of modules has {count} entries, one a layer"
    # The lists inside a block repeat in every block.
    found = ", ".join(f"{name} ({len(module)})" for name, module in lists.items() if not any(map(str.isdigit, name)))
    raise Fault(f"{type(model).__name__}: {tried}; there are {found or 'none'}; name the blocks with --blocks PATH")


def hidden_states(output):
    """The residual stream in what a block puts out: some give it alone, some first of several."""
    return output[0] if isinstance(output, tuple) else output


@contextmanager
def on_block_outputs(blocks: torch.nn.ModuleList, layers, action):
    """Calls `action(layer, hidden)` with the output (batch, tokens, d) of each of the blocks `layers`.

    What it returns, unless `None`, takes the place of the output. Hooks added earlier see it first.
    """

    def hook(layer: int):
        def run(_module, _inputs, output):
            changed = action(layer, hidden_states(output))
            if changed is None:
                return None
            return (changed, *output[1:]) if isinstance(output, tuple) else changed

        return run

    handles = [blocks[layer].register_forward_hook(hook(layer)) for layer in layers]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def forward(model, ids: torch.Tensor, mask: torch.Tensor) -> None:
    """Runs the decoder for what its hooks see; positions count only what is not masked."""
    decoder = model.base_model
    inputs = {"input_ids": ids, "attention_mask": mask}
    accepted = inspect.signature(decoder.forward).parameters
    if "position_ids" in accepted:
        inputs["position_ids"] = (mask.cumsum(-1) - 1).clamp(min=0)
    if "use_cache" in accepted:
        inputs["use_cache"] = False
    with torch.inference_mode():
        decoder(**inputs)


def fingerprint(model) -> str:
    """A digest of some of every parameter's values, by which another checkpoint under the same name is noticed."""
    digest = hashlib.sha256()
    for name, parameter in sorted(model.named_parameters()):
        values = parameter.detach().flatten()
        sample = values[:: max(1, len(values) // 64)].float().cpu()
        digest.update(name.encode() + sample.numpy().tobytes())
    return digest.hexdigest()


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether memory ran out, on an accelerator or, as its allocator words it, on the CPU."""
    return (
        isinstance(error, torch.OutOfMemoryError)
        or "DefaultCPUAllocator" in str(error)
        or "out of memory" in str(error)
    )


class BatchLimit:
    """The most chats that fit a device together, found by halving whenever memory runs out."""

    def __init__(self, most: int):
        self.most = most

    def run(self, batch: list, action) -> list:
        """`action(part, first)`, a list as long as the part, over the batch in parts that memory allows, joined."""
        results: list = []
        while len(results) < len(batch):
            first = len(results)
            part = batch[first : first + self.most]
            try:
                results += action(part, first)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                if len(part) == 1:
                    message = f"out of memory with a single chat: {error}; give --max-length, or another --device"
                    raise Fault(message, NO_MEMORY) from error
                self.most = len(part) // 2
                print(
                    f"\nnote: out of memory with {len(part)} chats; goes on with {self.most} together. Answers sampled "
                    f"from here on are others than they would have been",
                    file=sys.stderr,
                )
                if torch.cuda.is_available():
                    torch.cuda.empty_cache()
        return results
