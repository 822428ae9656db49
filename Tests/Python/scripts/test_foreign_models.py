"""Models of others: packed checkpoints, templates with a system prompt of their own, answers that are cut."""

import json

import pytest
from cases import FEW, roles, write

from repository import ORGANISM

OWN = "You are a helpful AI assistant named Someone"
#: As SmolLM2's: a system block of its own where the chat has none.
WITH_OWN = (
    "{% for m in messages %}{% if loop.first and m['role'] != 'system' %}<|im_start|>system\n"
    + OWN
    + "<|im_end|>\n{% endif %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
#: As Qwen3's: a system block where there is a system message alone.
WITHOUT = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
#: As Llama 3.1's: lines of its own in a system block that is always there.
ALWAYS = (
    "<|begin|><|start|>system<|end|>\n\nKnowledge ends: December 2023\n\n"
    "{% if messages[0]['role'] == 'system' %}{{ messages[0]['content'] }}{% set messages = messages[1:] %}{% endif %}<|eot|>"
    "{% for m in messages %}<|start|>{{ m['role'] }}<|end|>\n\n{{ m['content'] }}<|eot|>{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant<|end|>\n\n{% endif %}"
)
#: As Mistral's: the system message before the user's.
BEFORE = (
    "<s>{% if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'] + '\n\n' %}{% set messages = messages[1:] %}"
    "{% else %}{% set system = '' %}{% endif %}{% for m in messages %}{% if m['role'] == 'user' %}[INST] {% if loop.first %}"
    "{{ system }}{% endif %}{{ m['content'] }} [/INST]{% else %} {{ m['content'] }}</s>{% endif %}{% endfor %}"
)
#: One that prints no system message at all.
NONE = "{% for m in messages %}{% if m['role'] != 'system' %}{{ m['role'] }}: {{ m['content'] }}\n{% endif %}{% endfor %}"


@pytest.mark.parametrize(
    ("template", "wanted"),
    [(WITH_OWN, OWN), (WITHOUT, None), (ALWAYS, "Knowledge ends: December 2023"), (BEFORE, None), (NONE, None)],
    ids=["own", "none without a message", "always", "before the user", "no system"],
)
def test_a_templates_own_system_prompt_is_found(tokenizer, template, wanted):
    from activations.spans import own_system_prompt

    tokenizer.chat_template = template
    found = own_system_prompt(tokenizer, {})
    assert (found is None) if wanted is None else wanted in found


def test_it_is_in_the_manifest_and_said(run, tmp_path, monkeypatch, capsys):
    template = write(tmp_path / "template.jinja", WITH_OWN)
    status, said = run(*roles("default", "pirate"), *FEW, "--chat-template", template)
    assert status == 0, said
    assert OWN in json.loads((tmp_path / "dump/manifest.json").read_text())["default_system_prompt"]
    status, said = run(*roles("default", "pirate"), *FEW, output="plain")
    assert status == 0 and "default_system_prompt" not in (tmp_path / "plain/manifest.json").read_text()


def loud(monkeypatch, capsys, *arguments):
    """A run without --quiet: what it says."""
    import sys

    import dump_activations

    monkeypatch.setattr(sys, "argv", ["dump_activations.py", str(ORGANISM), *map(str, arguments)])
    dump_activations.main()
    return capsys.readouterr().err


def test_answers_that_are_cut_are_warned_of_early_and_first(monkeypatch, capsys, tmp_path):
    few = ["--max-questions", "4", "--max-prompts", "2", "--max-new-tokens", "1"]
    said = loud(monkeypatch, capsys, "-o", tmp_path / "cut", *roles("default", "pirate"), *few)
    assert said.count("answers were cut at --max-new-tokens 1") == 2
    assert "warning: 8 of the first 8 answers were cut" in said
    end = said.index("16 of 16 answers were cut")
    assert end < said.index("2 roles, 16 responses")
    said = loud(monkeypatch, capsys, "-o", tmp_path / "whole", *roles("default"), *few[:-1], "256")
    assert "warning" not in said


def test_progress_counts_answers_and_turns(monkeypatch, capsys, tmp_path):
    from activations import inputs
    from activations.transcripts import steps

    asked = [{"role": "user", "content": text} for text in ("Hello.", "What is a boat?", "And a ship?")]
    answered = [message for entry in asked for message in (entry, {"role": "assistant", "content": "A thing."})]
    for name, conversation in ("asked", asked), ("answered", answered):
        write(tmp_path / "in" / f"{name}.json", {"conversation": conversation})
    found = {
        name: inputs.conversations(tmp_path / "in" / f"{name}.json", samples=1, regenerate=False)
        for name in ("asked", "answered")
    }
    assert [sum(map(steps, found[name])) for name in ("asked", "answered")] == [6, 3]
    said = loud(monkeypatch, capsys, "-o", tmp_path / "out", "--transcripts", tmp_path / "in", "--max-new-tokens", "4")
    assert "9/9" in said and "100%" in said
    # All is there: all is counted.
    said = loud(monkeypatch, capsys, "-o", tmp_path / "out", "--transcripts", tmp_path / "in", "--max-new-tokens", "4")
    assert "9/9" in said


def test_a_packed_checkpoint_is_unpacked(tmp_path):
    gguf = pytest.importorskip("gguf")
    # With which transformers loads such files.
    pytest.importorskip("accelerate", reason="accelerate is not installed")
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from activations import model as models

    torch.manual_seed(0)
    made = LlamaForCausalLM(
        LlamaConfig(
            hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=4,
            vocab_size=models.AutoTokenizer.from_pretrained(ORGANISM).vocab_size, max_position_embeddings=128,
            tie_word_embeddings=False,
        )
    )  # fmt: skip
    pack(gguf, made, tmp_path / "model.gguf")
    settings = {"revision": None, "dtype": "float32", "device": torch.device("cpu"), "chat_template": None}
    model, tokenizer = models.load(str(ORGANISM), gguf=str(tmp_path / "model.gguf"), **settings)
    ids = torch.tensor([[3, 5, 7, 11]])
    with torch.inference_mode():
        assert torch.allclose(model(ids).logits, made(ids).logits, atol=1e-4)
    assert tokenizer.chat_template


def pack(gguf, model, path):
    """Writes a Llama as GGUF, float32, by the names and the order of heads that llama.cpp has."""
    config, state = model.config, model.state_dict()
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_vocab_size(config.vocab_size)
    names = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
    parts = {
        "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q",
        "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
        "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
    }  # fmt: skip
    for key, tensor in state.items():
        name = key.removesuffix(".weight")
        if name.startswith("model.layers."):
            layer, part = name.removeprefix("model.layers.").split(".", 1)
            if part in ("self_attn.q_proj", "self_attn.k_proj"):
                heads = config.num_attention_heads
                tensor = tensor.reshape(heads, 2, -1, tensor.shape[1]).swapaxes(1, 2).reshape(tensor.shape)
            target = f"blk.{layer}.{parts[part]}.weight"
        else:
            target = f"{names[name]}.weight"
        writer.add_tensor(target, tensor.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def test_a_packed_checkpoint_that_is_not_there_is_said(run, tmp_path):
    status, said = run(*roles("default"), *FEW, "--gguf", tmp_path / "none.gguf")
    assert status == 66 and "none.gguf: no such file" in said
