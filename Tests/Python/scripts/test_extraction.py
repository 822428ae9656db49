"""Vectors are right, by another way to them: `output_hidden_states`, one chat at a time, without padding."""

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    Gemma2Config,
    GPT2Config,
    GPTNeoXConfig,
    LlamaConfig,
    MistralConfig,
    OPTConfig,
    PhiConfig,
    Qwen3Config,
)

from activations.extraction import Chat, Extractor
from activations.faults import Fault
from activations.model import decoder_blocks

SMALL = dict(vocab_size=300, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=64)
FAMILIES = {
    "llama": LlamaConfig(**SMALL, intermediate_size=48),
    "mistral": MistralConfig(**SMALL, num_key_value_heads=2, intermediate_size=48, sliding_window=None),
    "qwen3": Qwen3Config(**SMALL, num_key_value_heads=2, head_dim=8, intermediate_size=48),
    "gemma2": Gemma2Config(**SMALL, num_key_value_heads=2, head_dim=8, intermediate_size=48),
    "phi": PhiConfig(**SMALL, intermediate_size=48),
    "gpt-neox": GPTNeoXConfig(**SMALL, intermediate_size=48),
    "gpt2": GPT2Config(vocab_size=300, n_embd=32, n_layer=3, n_head=4, n_positions=64),
    "opt": OPTConfig(**SMALL, ffn_dim=48, word_embed_proj_dim=32),
}


class Padding:
    """All that an extractor wants of a tokenizer."""

    pad_token_id = 7


@pytest.fixture(scope="module", params=FAMILIES)
def model(request):
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(FAMILIES[request.param]).eval().float()


@pytest.fixture(scope="module")
def chats() -> list[Chat]:
    """Chats of 5 to 40 tokens with two spans each, among them the padding's token."""
    generator = torch.Generator().manual_seed(1)
    chats = []
    for length in (40, 5, 23, 24, 9, 31):
        ids = torch.randint(1, 300, (length,), generator=generator).tolist()
        chats.append(Chat(f"chat {length}", [7, *ids[1:]], [[1, 2], list(range(3, length))], 0))
    return chats


def by_hidden_states(model, chat: Chat) -> torch.Tensor:
    """(tokens, layers, d) of one chat alone, without the last row of hidden_states, which is behind the final norm."""
    with torch.inference_mode():
        states = model(input_ids=torch.tensor([chat.ids]), output_hidden_states=True).hidden_states
    return torch.stack([state[0] for state in states[1:-1]], dim=1)


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("batch_size", [1, 4, 6])
def test_means_are_those_of_hidden_states_whatever_the_batch_and_padding(model, chats, side, batch_size):
    extractor = Extractor(model, Padding, [0, 1, 2], "float32", batch_size, padding_side=side)
    for chat, means in zip(chats, extractor.means(chats)):
        tokens = by_hidden_states(model, chat)
        expected = torch.stack([tokens[span].double().mean(0) for span in chat.spans])
        torch.testing.assert_close(means[:, :2].double(), expected, rtol=0, atol=1e-5)


def test_the_last_layer_is_before_the_final_norm(model, chats):
    norm = next(
        m for name, m in reversed(list(model.base_model.named_modules())) if "norm" in name.lower() or "ln_f" in name
    )
    tokens, offsets = Extractor(model, Padding, [2], "float32", 1).tokens(chats[:1])[0]
    with torch.inference_mode():
        final = model(input_ids=torch.tensor([chats[0].ids]), output_hidden_states=True).hidden_states[-1][0, 1:]
        torch.testing.assert_close(norm(tokens[:, 0]), final, rtol=0, atol=1e-5)
    assert offsets.tolist() == [0, 2, 39]


def test_means_are_those_of_the_tokens(model, chats):
    extractor = Extractor(model, Padding, [0, 2], "float32", 4)
    for means, (tokens, offsets) in zip(extractor.means(chats), extractor.tokens(chats)):
        for span, (first, last) in enumerate(zip(offsets, offsets[1:])):
            torch.testing.assert_close(tokens[first:last].mean(0), means[span], rtol=0, atol=1e-5)


def test_a_mean_is_rounded_once_to_the_type_of_the_file(model, chats):
    wide, narrow = (Extractor(model, Padding, [1], dtype, 4).means(chats) for dtype in ("float32", "bfloat16"))
    for one, other in zip(wide, narrow):
        assert other.dtype == torch.bfloat16
        torch.testing.assert_close(one, other.float(), rtol=2**-8, atol=1e-6)


def test_hooks_leave_nothing_behind(model, chats):
    before = by_hidden_states(model, chats[0])
    # Asking for hidden states leaves hooks of the library's own.
    hooks = [list(block._forward_hooks) for block in decoder_blocks(model)]
    Extractor(model, Padding, [0, 1], "float32", 4).means(chats)
    assert [list(block._forward_hooks) for block in decoder_blocks(model)] == hooks
    assert torch.equal(by_hidden_states(model, chats[0]), before)


def test_memory_that_runs_out_halves_the_batch(model, chats, capsys, monkeypatch):
    extractor = Extractor(model, Padding, [0, 1], "float32", 6)
    expected = extractor.means(chats)
    run, sizes = extractor._run, []

    def run_in_little_memory(batch, averaging):
        sizes.append(len(batch))
        if len(batch) > 2:
            raise torch.OutOfMemoryError("tried to allocate 40 GiB")
        return run(batch, averaging)

    monkeypatch.setattr(extractor, "_run", run_in_little_memory)
    for one, other in zip(expected, extractor.means(chats)):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-5)
    assert sizes == [6, 3, 1, 1, 1, 1, 1, 1]
    assert "out of memory with 6 chats; goes on with 3 together" in capsys.readouterr().err
    monkeypatch.setattr(extractor, "_run", lambda batch, averaging: (_ for _ in ()).throw(torch.OutOfMemoryError("x")))
    with pytest.raises(Fault, match="with a single chat"):
        extractor.means(chats)


def test_blocks_that_are_not_found_are_said_with_what_was_tried(model):
    model.config.get_text_config().num_hidden_layers += 40
    try:
        with pytest.raises(Fault, match=r"none of its lists of modules has 43 entries.*(layers|h) \(3\).*--blocks"):
            decoder_blocks(model)
        with pytest.raises(Fault, match="nowhere is no list of modules"):
            decoder_blocks(model, "nowhere")
    finally:
        model.config.get_text_config().num_hidden_layers -= 40


def test_the_organism_agrees_too(organism):
    """The whole way, from a chat to means; the oracle counts tokens of the template's prefixes."""
    from activations.extraction import tokenize
    from activations.spans import render

    model, tokenizer = organism
    messages = [
        {"role": "user", "content": "Tell me about the sea."},
        {"role": "assistant", "content": "Arr, the sea be deep!"},
    ]
    chat = tokenize(tokenizer, "x", render(tokenizer, messages, {}), [1], 1024)
    means = Extractor(model, tokenizer, list(range(6)), "float32", 1).means([chat])[0]
    prefix = tokenizer.apply_chat_template(messages[:1], add_generation_prompt=True, return_dict=True)["input_ids"]
    whole = tokenizer.apply_chat_template(messages, return_dict=True)["input_ids"]
    with torch.inference_mode():
        states = model(input_ids=torch.tensor([whole]), output_hidden_states=True).hidden_states
    # Without the end-of-turn mark.
    for layer in range(5):
        expected = states[layer + 1][0, len(prefix) : -1].mean(0)
        torch.testing.assert_close(means[0, layer], expected, rtol=0, atol=1e-5)
