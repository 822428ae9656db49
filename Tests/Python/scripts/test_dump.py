"""The dump folder as its readers find it, and what happens when a run is stopped or misled."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import torch
from safetensors.torch import load_file

from cases import FEW, INPUTS, contents, roles, write
from repository import ORGANISM, SCRIPTS


def test_roles_are_dumped_under_the_keys_of_the_pipeline(run, tmp_path):
    tables = ["--role-table", INPUTS / "roles.csv", "--prompt-table", INPUTS / "prompts.csv"]
    assert run(*roles("default", "pirate"), *FEW, "--runs", "2", *tables) == (0, "")
    dump = tmp_path / "dump"
    assert (dump / "prompts.csv").read_bytes() == (INPUTS / "prompts.csv").read_bytes()
    assert sorted(contents(dump)) == [
        "activations/default.safetensors",
        "activations/pirate.safetensors",
        "manifest.json",
        "prompts.csv",
        "responses/default.jsonl",
        "responses/pirate.jsonl",
        "roles.csv",
        "vectors/default.safetensors",
        "vectors/pirate.safetensors",
    ]
    activations = load_file(dump / "activations" / "pirate.safetensors")
    assert set(activations) == {f"pos_p{p}_q{q}_r{r}" for p in (0, 1) for q in (0, 1) for r in (0, 1)}
    assert all(a.shape == (6, 160) and a.dtype == torch.bfloat16 for a in activations.values())
    assert set(load_file(dump / "activations" / "default.safetensors")) == {
        key.replace("pos", "default") for key in activations
    }
    vector = load_file(dump / "vectors" / "pirate.safetensors")["vector"]
    mean = np.mean([a.double().numpy() for a in activations.values()], axis=0)
    np.testing.assert_allclose(vector.numpy(), mean, rtol=1e-6, atol=1e-7)
    manifest = json.loads((dump / "manifest.json").read_text())
    assert (manifest["layers"], manifest["hidden_size"], manifest["layer_convention"]) == (
        [0, 1, 2, 3, 4, 5],
        160,
        "block_output",
    )
    assert manifest["complete"] and manifest["counts"]["responses"] == 16 and manifest["dtype"] == "bfloat16"
    # The empty prompt of the default is no system message.
    lines = [json.loads(line) for line in (dump / "responses" / "default.jsonl").read_text().splitlines()]
    assert [m["role"] for m in lines[0]["conversation"]] == ["user", "assistant"]
    assert [m["role"] for m in lines[2]["conversation"]] == ["system", "user", "assistant"]
    runs = {line["conversation"][-1]["content"] for line in lines}
    assert len(runs) > len(lines) / 2, "regenerations differ"


def test_responses_that_are_there_give_what_their_generation_gave(run, tmp_path):
    assert run(*roles("pirate"), *FEW)[0] == 0
    assert run("--responses", tmp_path / "dump" / "responses", output="again") == (0, "")
    one, other = (load_file(tmp_path / name / "activations" / "pirate.safetensors") for name in ("dump", "again"))
    assert one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def test_transcripts_are_read_as_they_stand_by_role_not_by_place(run, tmp_path):
    talk = [
        ("system", "Be brief."),
        ("assistant", "Hello."),
        ("user", "a"),
        ("user", "b"),
        ("assistant", "Yes, sure."),
        ("user", "c"),
    ]
    transcript = {"domain": "x", "topic": "kept", "conversation": [{"role": r, "content": c} for r, c in talk]}
    write(tmp_path / "talks" / "one.json.json", transcript)
    assert run("--transcripts", tmp_path / "talks", "--embeddings", "--keep-layers", "1:3", "--dtype", "float32") == (
        0,
        "",
    )
    turns = load_file(tmp_path / "dump" / "turns" / "one.safetensors")["turns"]
    assert turns.shape == (2, 2, 160) and turns.dtype == torch.float32
    assert load_file(tmp_path / "dump" / "embeddings" / "one.safetensors")["embeddings"].shape == (3, 2, 160)
    assert json.loads((tmp_path / "dump" / "transcripts" / "one.json").read_text()) == transcript
    assert json.loads((tmp_path / "dump" / "manifest.json").read_text())["layers"] == [1, 2]
    assert run("--transcripts", tmp_path / "talks", "--pool", "tokens", "--dtype", "float32", output="tokens") == (
        0,
        "",
    )
    tokens = load_file(tmp_path / "tokens" / "turns" / "one.safetensors")
    offsets = tokens["turn_offsets"].tolist()
    assert offsets[0] == 0 and offsets[-1] == len(tokens["tokens"]) and tokens["turn_offsets"].dtype == torch.int64
    for turn in range(2):
        mean = tokens["tokens"][offsets[turn] : offsets[turn + 1], 1:3].mean(0)
        torch.testing.assert_close(mean, turns[turn], rtol=0, atol=1e-5)


def test_users_turns_are_answered_in_each_regeneration(run, tmp_path):
    asked = [{"role": "user", "content": text} for text in ("Do you dream of death?", "What is a self to you?")]
    write(tmp_path / "talks" / "philosophy.json", {"domain": "philosophy", "conversation": asked})
    options = ["--transcripts", tmp_path / "talks", "--samples", "2", "--max-new-tokens", "60", "--tokens-of", "*_s1"]
    assert run(*options) == (0, "")
    dump = tmp_path / "dump"
    talks = [json.loads((dump / "transcripts" / f"philosophy_s{r}.json").read_text()) for r in (0, 1)]
    assert [(t["conversation_id"], t["sample"]) for t in talks] == [("philosophy", 0), ("philosophy", 1)]
    assert all([m["role"] for m in t["conversation"]] == ["user", "assistant"] * 2 for t in talks)
    assert talks[0]["conversation"] != talks[1]["conversation"]
    assert [set(load_file(dump / "turns" / f"philosophy_s{r}.safetensors")) for r in (0, 1)] == [
        {"turns"},
        {"tokens", "turn_offsets"},
    ]
    # Answers anew where there are answers, and the same seed says the same.
    again = ["--transcripts", dump / "transcripts" / "philosophy_s0.json", "--regenerate", "--max-new-tokens", "60"]
    assert run(*again, output="one") == (0, "") and run(*again, output="two") == (0, "")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_transcript_has_its_own_samples_and_embeddings_go_by_name(run, tmp_path):
    asked = [{"role": "system", "content": "You are a wolf."}, {"role": "user", "content": "How does sleep work?"}]
    write(tmp_path / "talks" / "other.json", {"domain": "coding", "conversation": asked[1:]})
    talk = {"domain": "persona", "persona": "wolf", "samples": 1, "conversation": asked}
    write(tmp_path / "talks" / "wolf.json", talk)
    options = ["--transcripts", tmp_path / "talks", "--samples", "2", "--max-new-tokens", "40"]
    assert run(*options, "--embeddings-of", "*_s0", "--embeddings-of", "nothing*")[0] == 64
    assert run(*options, "--embeddings-of", "*_s0") == (0, "")
    dump = tmp_path / "dump"
    names = {part: sorted(path.stem for path in (dump / part).iterdir()) for part in ("transcripts", "embeddings")}
    assert names == {"transcripts": ["other_s0", "other_s1", "wolf"], "embeddings": ["other_s0"]}
    said = json.loads((dump / "transcripts" / "wolf.json").read_text())
    assert (said["persona"], said.keys() & {"samples", "sample", "conversation_id"}) == ("wolf", set())
    assert json.loads((dump / "manifest.json").read_text())["embeddings"] == ["*_s0"]
    write(tmp_path / "talks" / "wolf.json", {**talk, "samples": 0})
    status, complaint = run(*options, output="none")
    assert status == 65 and "samples is 0; expected a whole number above 0" in complaint


def test_a_run_that_is_killed_goes_on_and_ends_with_the_same_bytes(tmp_path):
    command = [
        sys.executable,
        SCRIPTS / "dump_activations.py",
        ORGANISM,
        *roles("default", "pirate", "poet"),
        *FEW,
        "--transcripts",
        INPUTS / "conversations" / "therapy-00.json",
        "--batch-size",
        "2",
        "--quiet",
        "-o",
    ]
    command = [str(part) for part in command]
    subprocess.run([*command, str(tmp_path / "whole")], check=True)
    whole = contents(tmp_path / "whole")
    watched = [("responses", 1), ("activations", 1), ("activations", 2), ("transcripts", 1)]
    kills = 0
    for part, count in watched:
        process = subprocess.Popen([*command, str(tmp_path / "killed")])
        folder = tmp_path / "killed" / part
        while process.poll() is None and not (folder.exists() and len(os.listdir(folder)) >= count):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
        for name in contents(tmp_path / "killed"):
            if "/." not in name and name not in ("manifest.json", ".lock"):
                assert contents(tmp_path / "killed")[name] == whole[name], f"{name} is whole where it is there"
    assert kills >= 2
    subprocess.run([*command, str(tmp_path / "killed")], check=True)
    assert contents(tmp_path / "killed") == whole


def test_conversations_that_are_there_are_kept_when_others_are_missing(run, tmp_path):
    options = [
        "--transcripts",
        *sorted((INPUTS / "conversations").glob("coding-0[0-3].json")),
        "--max-new-tokens",
        "24",
    ]
    assert run(*options)[0] == 0
    whole, times = contents(tmp_path / "dump"), {}
    for name in ("coding-01", "coding-02"):
        (tmp_path / "dump" / "turns" / f"{name}.safetensors").unlink()
    for path in (tmp_path / "dump" / "turns").iterdir():
        times[path] = path.stat().st_mtime_ns
    assert run(*options)[0] == 0
    assert contents(tmp_path / "dump") == whole
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())
    # Another conversation among them would be another draw of all.
    status, complaint = run(options[0], INPUTS / "conversations" / "therapy-00.json", *options[1:])
    assert status == 73 and "other settings: sampled_conversations" in complaint


def test_texts_with_any_separator_go_round(run, tmp_path):
    said = "One\u2028two\u2029three\u0085four \U0001f3f4"
    write(tmp_path / "pirate.jsonl", json.dumps({"question": "a", "response": said}, ensure_ascii=False) + "\n")
    assert run("--responses", tmp_path / "pirate.jsonl") == (0, "")
    write(tmp_path / "x.json", {"conversation": [{"role": "assistant", "content": said}]})
    assert run("--transcripts", tmp_path / "x.json", output="turns") == (0, "")
    assert json.loads((tmp_path / "turns" / "transcripts" / "x.json").read_text())["conversation"][0]["content"] == said


def test_a_template_that_prints_the_date_prints_that_of_the_dumps_beginning(run, tmp_path):
    template = write(
        tmp_path / "dated.jinja",
        "{{ strftime_now('%Y-%m-%d') }}{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}",
    )
    write(tmp_path / "x.json", {"conversation": [{"role": "assistant", "content": "a"}]})
    options = ["--transcripts", tmp_path / "x.json", "--chat-template", template]
    assert run(*options) == (0, "")
    manifest = tmp_path / "dump" / "manifest.json"
    write(manifest, manifest.read_text().replace(json.loads(manifest.read_text())["template_date"], "2024-02-29"))
    before = load_file(tmp_path / "dump" / "turns" / "x.safetensors")["turns"]
    (tmp_path / "dump" / "turns" / "x.safetensors").unlink()
    assert run(*options) == (0, "")
    assert json.loads(manifest.read_text())["template_date"] == "2024-02-29"
    assert not torch.equal(before, load_file(tmp_path / "dump" / "turns" / "x.safetensors")["turns"])


def test_answers_get_the_room_there_is_and_a_thought_its_beginning(organism):
    from activations.generation import Sampler, Sampling

    model, tokenizer = organism
    before = model.generation_config
    try:
        prompts = ["<|user|>Tell me about the sea.<|end|><|assistant|>", "<|user|>" + "the sea " * 30 + "<|assistant|>"]
        longest = len(tokenizer(prompts[1], add_special_tokens=False)["input_ids"])
        answers = Sampler(model, tokenizer, Sampling(1.0, 1.0, 30, 0), longest).answers(prompts, "x")
        assert answers[0].text and (answers[1].text, answers[1].is_finished) == ("", False)
        alone = Sampler(model, tokenizer, Sampling(1.0, 1.0, 30, 0), longest + 2).answers(prompts[1:], "x")
        assert len(tokenizer(alone[0].text)["input_ids"]) <= 2
        thinking = Sampler(model, tokenizer, Sampling(1.0, 1.0, 30, 0), 500).answers([prompts[0] + "<think>\n"], "x")
        assert thinking[0].text.startswith("<think>\n")
        assert model.generation_config.max_new_tokens == 30 and model.generation_config.top_p == 1.0
    finally:
        model.generation_config = before


def test_what_is_there_counts_and_transcripts_that_are_read_shift_no_draw(run, tmp_path):
    asked = ["--transcripts", *sorted((INPUTS / "conversations").glob("coding-0[0-2].json"))]
    options = ["--max-new-tokens", "24", "--batch-size", "2"]
    assert run(*asked, *options)[0] == 0 and run(*asked, *options, output="more")[0] == 0
    write(tmp_path / "a.json", {"conversation": [{"role": "assistant", "content": "a"}]})
    (tmp_path / "more" / "turns" / "coding-02.safetensors").unlink()
    assert run(*asked, tmp_path / "a.json", *options, output="more")[0] == 0
    dump, more = contents(tmp_path / "dump"), contents(tmp_path / "more")
    assert all(more[name] == content for name, content in dump.items() if name != "manifest.json")
    counts = [json.loads(found["manifest.json"])["counts"]["conversations"] for found in (dump, more)]
    assert counts == [3, 4]


def test_an_empty_system_message_is_none_and_users_beyond_the_end_are_left_out(run, tmp_path):
    talk = [("system", " "), ("user", "hi"), ("assistant", "Yes, sure."), ("user", "and " * 40)]
    write(tmp_path / "x.json", {"conversation": [{"role": role, "content": content} for role, content in talk]})
    template = write(
        tmp_path / "t.jinja",
        "{% for m in messages %}{% if m['role'] != 'system' %}<{{ m['content'] }}>{% endif %}{% endfor %}",
    )
    options = ["--transcripts", tmp_path / "x.json", "--embeddings", "--max-length", "9", "--chat-template", template]
    assert run(*options) == (0, "")
    embeddings = load_file(tmp_path / "dump" / "embeddings" / "x.safetensors")
    assert embeddings["messages"].tolist() == [0] and embeddings["embeddings"].shape == (1, 6, 160)
