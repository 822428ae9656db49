"""What is wrong with an input, a model or a folder is said, with the exit status of its kind."""

import shutil

import pytest
import torch
from transformers import AutoModelForCausalLM

from cases import FEW, contents, roles, write
from repository import ORGANISM

#: What is dumped where the input is not what is wrong.
ONE_TURN = {"conversation": [{"role": "assistant", "content": "a"}]}


@pytest.mark.parametrize(
    ("name", "value", "options", "status", "words"),
    [
        ("x.json", "{", ["--transcripts"], 65, "not JSON"),
        ("x.json", {"conversation": []}, ["--transcripts"], 65, "the conversation is empty"),
        (
            "x.json",
            {"conversation": [{"role": "user", "content": None}]},
            ["--transcripts"],
            65,
            "expected a role and a content",
        ),
        (
            "x.json",
            {"conversation": [{"role": "assistant", "content": ""}]},
            ["--transcripts"],
            65,
            "message 0 has no tokens: its text is empty",
        ),
        ("x.json", {"turns": 3}, ["--transcripts"], 65, '"conversation"'),
        ("x.json", {"instruction": "Be x."}, ["--roles"], 65, "instruction"),
        ("x.json", {"instruction": [{"pos": "Be x."}]}, ["--roles"], 65, "give --questions"),
        ("x.json", {"instruction": [{"pos": "{model_name}"}], "questions": ["?"]}, ["--roles"], 65, "--model-name"),
        ("x.jsonl", '{"conversation": 1}', ["--responses"], 65, "no list"),
        ("x.jsonl", '{"question": "a"}', ["--responses"], 65, "message 1"),
        (
            "x.jsonl",
            '{"question": "a", "response": ""}',
            ["--responses"],
            65,
            "x pos_p0_q0: message 1 has no tokens: its text is empty",
        ),
        ("x.jsonl", "\n{]", ["--responses"], 65, "line 2"),
        ("x.jsonl", "", ["--responses"], 65, "no response"),
        ("x.jsonl", '{"question": "\\ud800", "response": "a"}', ["--responses"], 65, "half of a surrogate pair"),
        ("x.jsonl", '{"key": 3, "question": "a", "response": "b"}', ["--responses"], 65, "cannot name a tensor"),
        (
            "x.jsonl",
            '{"key": "__metadata__", "question": "a", "response": "b"}',
            ["--responses"],
            65,
            "cannot name a tensor",
        ),
        (
            "x.json",
            '{"t": NaN, "conversation": [{"role": "assistant", "content": "a"}]}',
            ["--transcripts"],
            65,
            "NaN is no number of JSON",
        ),
        (
            "x.json",
            '{"t": "\\udc00", "conversation": [{"role": "assistant", "content": "a"}]}',
            ["--transcripts"],
            65,
            "half of a surrogate pair",
        ),
        ("x.json", ONE_TURN, ["--max-length", "5000", "--transcripts"], 64, "at most 1024 tokens"),
        ("x.json", ONE_TURN, ["--tokens-of", "y*", "--transcripts"], 64, "no conversation of that name; one is x"),
        ("x.json", ONE_TURN, ["--device", "gpu", "--transcripts"], 64, "--device gpu"),
        ("x.json", ONE_TURN, ["--chat-template", "none.jinja", "--transcripts"], 66, "none.jinja: no such file"),
        (
            "x.json",
            {"conversation": [{"role": "assistant", "content": "a b c d"}]},
            ["--max-length", "2", "--transcripts"],
            65,
            "beyond --max-length 2",
        ),
        ("x.json", ONE_TURN, ["--keep-layers", "6", "--transcripts"], 64, "0 to 5"),
    ],
)
def test_what_is_wrong_with_an_input_is_said(run, tmp_path, name, value, options, status, words):
    path = write(tmp_path / name, value)
    found, complaint = run(*options, path)
    assert (found, words in complaint) == (status, True), complaint
    assert "Traceback" not in complaint
    written = contents(tmp_path / "dump") if (tmp_path / "dump").exists() else {}
    assert not [name for name in written if "activations" in name or "turns" in name]


def test_usage_is_checked_before_a_model_is_loaded(run, tmp_path):
    for arguments, words in {
        (): "nothing to dump",
        ("--transcripts", "no.json", "--layers", "3"): "with --cap SPACE",
        ("--transcripts", "no.json", "--runs", "2", "--temperature", "0"): "the same answer every time",
        (*roles("pirate"), "--pool", "tokens"): "are for --transcripts",
        ("--transcripts", "no.json", "--runs", "0"): "a whole number above 0",
        ("--transcripts", "no.json", "--temperature", "nan"): "a number of at least 0.001",
        ("--transcripts", "no.json", "--cap", "x", "--tau", "inf"): "a finite number",
    }.items():
        status, complaint = run(*arguments)
        assert status == 64 and words in complaint
    status, complaint = run("--transcripts", tmp_path / "no.json")
    assert status == 66 and "no such file" in complaint
    assert not (tmp_path / "dump").exists()


def test_a_model_that_is_not_there_or_not_whole_is_said(run, tmp_path):
    talk = write(tmp_path / "x.json", ONE_TURN)

    def complaint(model):
        status, complaint = run("--transcripts", talk, model=model)
        assert status == 66 and "Traceback" not in complaint and not (tmp_path / "dump").exists()
        return complaint

    assert "no such folder or model" in complaint(tmp_path / "none")
    copy = tmp_path / "copy"
    shutil.copytree(ORGANISM, copy, ignore=shutil.ignore_patterns("inputs"))
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100_000])
    assert "not a causal language model that transformers can load" in complaint(copy)
    weights.unlink()
    assert "model.safetensors" in complaint(copy)
    (copy / "config.json").write_text('{"model_type": "never_heard_of"}')
    assert "never_heard_of" in complaint(copy)


def test_a_dump_of_another_model_is_refused(run, tmp_path):
    talk = write(tmp_path / "x.json", ONE_TURN)
    assert run("--transcripts", talk) == (0, "")
    other = tmp_path / "other"
    shutil.copytree(ORGANISM, other, ignore=shutil.ignore_patterns("inputs"))
    status, complaint = run("--transcripts", talk, model=other)
    assert status == 73 and "other settings: model" in complaint
    # And so are other weights in the place of these.
    assert run("--transcripts", talk, model=other, output="new") == (0, "")
    model = AutoModelForCausalLM.from_pretrained(other)
    with torch.no_grad():
        model.model.layers[3].mlp.up_proj.weight += 0.01
    model.save_pretrained(other)
    status, complaint = run("--transcripts", talk, model=other, output="new")
    assert status == 73 and "other settings: weights" in complaint


def test_a_template_without_a_generation_prompt_is_said_before_anything_is_asked(run, tmp_path):
    template = write(
        tmp_path / "template.jinja", "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}\n{% endfor %}"
    )
    status, complaint = run(*roles("pirate"), *FEW, "--chat-template", template)
    assert status == 65 and "no generation prompt" in complaint and not (tmp_path / "dump").exists()


def test_a_second_run_does_not_write_into_the_same_folder(run, tmp_path):
    import fcntl

    (tmp_path / "dump").mkdir()
    with open(tmp_path / "dump" / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, complaint = run(*roles("pirate"), *FEW)
    assert status == 73 and "another run is writing" in complaint


def test_other_settings_inputs_and_makers_are_refused(run, tmp_path):
    assert run(*roles("pirate"), *FEW)[0] == 0
    before = contents(tmp_path / "dump")
    status, complaint = run(*roles("pirate"), *FEW, "--temperature", "0.5")
    assert status == 73 and "other settings: sampling" in complaint and "--force" in complaint
    status, complaint = run(*roles("pirate"), *FEW[2:])
    assert status == 73 and "pirate.safetensors: was made from other inputs" in complaint
    assert {n: c for n, c in contents(tmp_path / "dump").items() if n not in (".lock", "manifest.json")} == {
        n: c for n, c in before.items() if n != "manifest.json"
    }
    assert run(*roles("poet"), *FEW, "--force")[0] == 0
    assert "activations/pirate.safetensors" not in contents(tmp_path / "dump")
    write(tmp_path / "theirs" / "activations" / "x.safetensors", "x")
    status, complaint = run(*roles("poet"), *FEW, "--force", output="theirs")
    assert status == 73 and "did not write" in complaint
    assert contents(tmp_path / "theirs") == {"activations/x.safetensors": b"x"}
    # What is read is never written to, nor removed.
    kept = contents(tmp_path / "dump")
    status, complaint = run("--responses", tmp_path / "dump" / "responses", "--force")
    assert status == 64 and "is in the folder to write" in complaint and contents(tmp_path / "dump") == kept
