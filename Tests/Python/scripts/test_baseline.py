"""baseline/ of a dump: the default's answers to opening messages, without history."""

import json

import torch
from safetensors.torch import load_file

from cases import contents, write


def talk(*messages, **fields):
    return {**fields, "conversation": [{"role": role, "content": content} for role, content in messages]}


def test_openings_are_answered_by_the_default_without_history(run, tmp_path):
    talks = tmp_path / "talks"
    long = [("system", "Be brief."), ("user", "Hello there."), ("assistant", "Yes."), ("user", "What is rain?")]
    write(talks / "long.json", talk(*long, ("assistant", "It is water."), domain="x"))
    write(talks / "pirate.json", talk(("system", "You are a pirate."), ("user", "Hello there."), persona="pirate"))
    options = ["--transcripts", talks, "--dtype", "float32", "--max-new-tokens", "12", "--temperature", "0"]
    assert run(*options) == (0, "")
    before = contents(tmp_path / "dump")
    # It is added to a dump that is there, and everything else stays as it is.
    assert run(*options, "--baseline") == (0, "")
    after = contents(tmp_path / "dump")
    added = {f"baseline/{name}.{end}" for name in ("long", "pirate") for end in ("json", "safetensors")}
    assert set(after) - set(before) == added
    assert all(after[name] == content for name, content in before.items() if name != "manifest.json")
    spoken = {name: json.loads(after[f"baseline/{name}.json"])["conversation"] for name in ("long", "pirate")}
    assert [m["content"] for m in spoken["long"][:-1]] == ["Be brief.", "Hello there."]
    assert [(m["role"], m["content"]) for m in spoken["pirate"][:-1]] == [("user", "Hello there.")]
    manifest = json.loads(after["manifest.json"])
    assert manifest["counts"]["baselines"] == 2 and manifest["counts"]["conversations"] == 2
    # The activation is that of the same text read as a transcript.
    for name, messages in spoken.items():
        write(tmp_path / "again" / f"{name}.json", {"conversation": messages})
    assert run("--transcripts", tmp_path / "again", "--dtype", "float32", output="read") == (0, "")
    for name in spoken:
        one = load_file(tmp_path / "dump" / "baseline" / f"{name}.safetensors")["turns"]
        other = load_file(tmp_path / "read" / "turns" / f"{name}.safetensors")["turns"]
        assert one.shape == (1, 6, 160) and torch.allclose(one, other, atol=1e-5)


def test_a_second_run_draws_nothing_anew(run, tmp_path):
    write(tmp_path / "talks" / "a.json", talk(("user", "Hello there.")))
    options = ["--transcripts", tmp_path / "talks", "--max-new-tokens", "8", "--samples", "2", "--baseline"]
    assert run(*options) == (0, "")
    first = contents(tmp_path / "dump")
    assert {name for name in first if name.startswith("baseline/")} == {
        f"baseline/a_s{sample}.{end}" for sample in (0, 1) for end in ("json", "safetensors")
    }
    assert run(*options) == (0, "") and contents(tmp_path / "dump") == first


def test_what_has_no_opening(run, tmp_path):
    write(tmp_path / "talks" / "a.json", talk(("assistant", "Hello.")))
    status, says = run("--transcripts", tmp_path / "talks", "--baseline")
    assert status == 65 and "no message of the user in it" in says
    status, says = run("--roles", tmp_path / "none", "--baseline")
    assert status == 64 and "--baseline answers the opening messages of --transcripts" in says
