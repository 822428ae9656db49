"""From chats to vectors: one forward pass a batch, and what the blocks put out over the tokens of each message."""

from dataclasses import dataclass
from itertools import accumulate

import torch

from .faults import Fault
from .model import DTYPES, BatchLimit, decoder_blocks, forward, on_block_outputs
from .spans import Rendered, token_span


@dataclass(frozen=True)
class Chat:
    """A rendered chat as tokens, and the tokens of each span that is wanted."""

    name: str
    ids: list[int]
    #: The tokens of each span, those beyond the longest length left out.
    spans: list[list[int]]
    #: How many spans lost tokens to the longest length.
    cut: int
    #: The message of each span.
    messages: tuple[int, ...] = ()


def tokenize(
    tokenizer, name: str, rendered: Rendered, wanted: list[int], longest: int, *, leaving_out_what_is_cut: bool = False
) -> Chat:
    """The tokens of a chat, at most `longest`, and of the spans of the messages `wanted`.

    A span without tokens is an error: nothing would be averaged, and nobody would notice. One that begins beyond
    `longest` is, too, unless such are to be left out.
    """
    # The template prints the special tokens itself.
    encoded = tokenizer(rendered.text, add_special_tokens=False, return_offsets_mapping=True)
    ids, offsets = encoded["input_ids"], encoded["offset_mapping"]
    spans, messages, cut = [], [], 0
    for message in wanted:
        places = token_span(offsets, rendered.spans[message])
        kept = [place for place in places if place < longest]
        if not places:
            raise Fault(f"{name}: message {message} has no tokens: its text is empty")
        if not kept and leaving_out_what_is_cut:
            continue
        if not kept:
            raise Fault(
                f"{name}: message {message} begins at token {places[0]}, beyond --max-length {longest} (by default all "
                "that the model takes); raise it if the model allows, or leave this conversation out"
            )
        spans.append(kept)
        messages.append(message)
        cut += len(kept) < len(places)
    return Chat(name, ids[:longest], spans, cut, tuple(messages))


class Extractor:
    """Takes activations from a model's blocks.

    Vectors are (layers, d), the residual stream after each block of `layers`; means over a span's tokens are taken in
    float64 (float32 where the device has none) and rounded once, to `dtype`.
    """

    def __init__(
        self,
        model,
        tokenizer,
        layers: list[int],
        dtype: str,
        batch_size: int,
        *,
        blocks=None,
        padding_side: str = "right",
    ):
        self.model, self.tokenizer, self.layers = model, tokenizer, layers
        self.dtype, self.batch_size, self.padding_side = DTYPES[dtype], batch_size, padding_side
        self.blocks = decoder_blocks(model) if blocks is None else blocks
        self._limit = BatchLimit(batch_size)
        self.hidden_size = model.config.get_text_config().hidden_size

    def means(self, chats: list[Chat], after_batch=lambda size: None) -> list[torch.Tensor]:
        """The mean over each span of each chat: a tensor (spans, layers, d) a chat."""
        return self._over_batches(chats, after_batch, averaging=True)

    def tokens(self, chats: list[Chat]) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Every token of each chat's spans, (tokens, layers, d), and the offsets (spans + 1) at which spans begin."""
        vectors = self._over_batches(chats, lambda size: None, averaging=False)
        return [(tokens, torch.tensor([0, *accumulate(map(len, chat.spans))])) for tokens, chat in zip(vectors, chats)]

    def _over_batches(self, chats: list[Chat], after_batch, *, averaging: bool) -> list[torch.Tensor]:
        """Batches of similar length, so that little is padding; the results in the order of `chats`."""
        order = sorted(range(len(chats)), key=lambda index: (len(chats[index].ids), index))
        results: dict[int, torch.Tensor] = {}
        for start in range(0, len(order), self.batch_size):
            indices = order[start : start + self.batch_size]
            batch = [chats[index] for index in indices]
            results.update(zip(indices, self._limit.run(batch, lambda part, _: self._run(part, averaging))))
            after_batch(len(batch))
        return [results[index] for index in range(len(chats))]

    def _run(self, batch: list[Chat], averaging: bool) -> list[torch.Tensor]:
        """The rows (rows, layers, d) of each chat of a batch, on the CPU, in the type of the file."""
        ids, mask, shifts = self._padded(batch)
        width = ids.shape[1]
        places, lengths = [], []
        for row, (chat, shift) in enumerate(zip(batch, shifts)):
            places += [row * width + shift + place for span in chat.spans for place in span]
            lengths += map(len, chat.spans)
        place, length = torch.tensor(places), torch.tensor(lengths)
        segment = torch.repeat_interleave(torch.arange(len(lengths)), length)
        rows: dict[int, torch.Tensor] = {}

        def take(layer: int, hidden: torch.Tensor) -> None:
            # Taken, pooled and moved at once: a batch's stream at all layers need not fit beside the model. The blocks
            # of a model that is spread over devices put out on their own.
            device = hidden.device
            selected = hidden.reshape(-1, hidden.shape[-1])[place.to(device)]
            if averaging:
                precision = torch.float32 if device.type == "mps" else torch.float64
                sums = torch.zeros(len(lengths), hidden.shape[-1], dtype=precision, device=device)
                sums.index_add_(0, segment.to(device), selected.to(precision))
                selected = sums / length.to(device).unsqueeze(-1)
            rows[layer] = selected.to(self.dtype).cpu()

        with on_block_outputs(self.blocks, self.layers, take):
            forward(self.model, ids.to(self.model.device), mask.to(self.model.device))
        result = torch.stack([rows[layer] for layer in self.layers], dim=1)
        self._check(result, batch)
        sizes = [len(chat.spans) if averaging else sum(map(len, chat.spans)) for chat in batch]
        return list(result.split(sizes))

    def _padded(self, batch: list[Chat]) -> tuple[torch.Tensor, torch.Tensor, list[int]]:
        width = max(len(chat.ids) for chat in batch)
        ids = torch.full((len(batch), width), self.tokenizer.pad_token_id or 0)
        mask = torch.zeros(len(batch), width, dtype=torch.int64)
        shifts = []
        for row, chat in enumerate(batch):
            shift = width - len(chat.ids) if self.padding_side == "left" else 0
            ids[row, shift : shift + len(chat.ids)] = torch.tensor(chat.ids)
            mask[row, shift : shift + len(chat.ids)] = 1
            shifts.append(shift)
        return ids, mask, shifts

    def _check(self, result: torch.Tensor, batch: list[Chat]) -> None:
        if torch.isfinite(result).all():
            return
        layer = next(layer for row, layer in enumerate(self.layers) if not torch.isfinite(result[:, row]).all())
        raise Fault(
            f"activations of {batch[0].name} or one of the {len(batch) - 1} chats beside it are not finite at layer "
            f"{layer}; if the model or the file is in float16, give --model-dtype or --dtype bfloat16"
        )
