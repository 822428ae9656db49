"""Tensors, transcripts and files as other programs write them; and scores that say nothing of these responses."""

import json

import numpy as np
import pytest
import torch
from people import NAMES, read, refused, run, save, table, world  # noqa: F401
from safetensors.numpy import load_file


@pytest.mark.parametrize("kind", ["attribute", "parameter"])
def test_tensors_with_attributes_are_tensors(run, world, tmp_path, kind):  # noqa: F811
    def tagged(vector):
        tensor = torch.from_numpy(vector)
        if kind == "parameter":
            tensor = torch.nn.Parameter(tensor)
        tensor.layer = 16
        return tensor

    dump = tmp_path / "dump"
    for name, vector in zip(NAMES, world.roles, strict=True):
        save(tagged(vector), dump / "vectors" / f"{name}.pt")
    save(tagged(world.default), dump / "default.pt")
    read(run, "fit", dump, "-o", tmp_path / "out", "--bootstrap", 0)
    found = load_file(tmp_path / "out/space.safetensors")["role_vectors"]
    assert np.array_equal(found, world.roles[np.argsort(NAMES)])


USER, ASSISTANT = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
TRANSCRIPTS = {
    "messages": {"messages": [USER, ASSISTANT, USER, ASSISTANT], "domain": "writing"},
    "list": [USER, ASSISTANT, USER, ASSISTANT],
    "parts": {"conversation": [USER, {"role": "assistant", "content": [{"type": "text", "text": "b"}]}, USER, ASSISTANT]},
    "model": {"conversation": [USER, {"role": "model", "content": "b"}] * 2},
    "sharegpt": {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}] * 2},
    "tool": {"conversation": [USER, {"role": "assistant", "content": None}, {"role": "tool", "content": "1"}, ASSISTANT]},
}


@pytest.fixture
def space(run, world, tmp_path):  # noqa: F811
    read(run, "fit", world.write(tmp_path / "plain"), "-o", tmp_path / "fit", "--bootstrap", 0)
    return tmp_path / "fit/space.safetensors"


@pytest.mark.parametrize("form", TRANSCRIPTS)
def test_transcripts_of_other_forms_have_two_turns(run, world, space, tmp_path, form):  # noqa: F811
    for turns in (2, 3):
        dump = tmp_path / f"{turns}"
        save({"turns": world.turns(turns)}, dump / "turns" / "c.pt")
        (dump / "transcripts").mkdir()
        (dump / "transcripts/c.json").write_text(json.dumps(TRANSCRIPTS[form]))
    read(run, "project", space, tmp_path / "2", "-o", tmp_path / "out")
    rows = table(tmp_path / "out/turns.csv")
    assert len(rows) == 8 and {row["domain"] for row in rows} == {"writing" if form == "messages" else ""}
    assert "has 2 assistant turns" in refused(run, "project", space, tmp_path / "3", "-o", tmp_path / "out3")


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"), (b"PAR1", "a Parquet file"), (b"ARROW1\0\0", "an Arrow file"),
        (b"MATLAB 5.0 MAT-file", "a MATLAB file"), (b"\x28\xb5\x2f\xfd", "a Zstandard file"), (b"\x1f\x8b", "a gzip file"),
        (b"# xet version 0\n", "a Xet pointer"), (b"/annex/objects/SHA", "a git-annex pointer"),
        (b'{"error":"not found"}', "an error message in JSON"),
    ],
)  # fmt: skip
def test_files_of_other_formats_are_named(run, tmp_path, start, words):  # noqa: F811
    (tmp_path / "x.pt").write_bytes(start + bytes(64))
    assert words in refused(run, "inspect", tmp_path / "x.pt")


def test_one_stack_alone_in_its_folder(run, world, space, tmp_path):  # noqa: F811
    stack = np.concatenate([world.roles, world.default[None]])
    save({"roles": [*NAMES, "default"], "vectors": stack}, tmp_path / "stack" / "role_vectors.pt")
    read(run, "fit", tmp_path / "stack", "-o", tmp_path / "out", "--bootstrap", 0)
    found, expected = load_file(tmp_path / "out/space.safetensors"), load_file(space)
    assert all(np.array_equal(found[name], expected[name]) for name in expected)


@pytest.fixture
def scored(world, tmp_path):  # noqa: F811
    def scored(scores):
        for name, vector in [*zip(NAMES[:4], world.roles, strict=False), ("default", world.default)]:
            save({f"pos_p0_q{i}": vector + i for i in range(4)}, tmp_path / "dump/activations" / f"{name}.pt")
            (tmp_path / "dump/scores").mkdir(exist_ok=True)
            if name != "default":
                (tmp_path / "dump/scores" / f"{name}.json").write_text(json.dumps(scores))
        return tmp_path / "dump"

    return scored


def test_scores_of_no_response_say_both_forms_of_key(run, scored, tmp_path):  # noqa: F811
    dump = scored({f"q{i}": 3 for i in range(4)})
    error = refused(run, "vectors", dump, "-o", tmp_path / "v.safetensors", "--min-count", 1)
    assert "'q0'" in error and "'pos_p0_q0'" in error


def test_scores_of_another_scale_say_what_was_found(run, scored, tmp_path):  # noqa: F811
    command = ["vectors", tmp_path / "dump", "-o", tmp_path / "v.safetensors", "--min-count", 1]
    scored({"pos_p0_q0": 9, "pos_p0_q1": 3, "pos_p0_q2": 10, "pos_p0_q3": 1})
    error = refused(run, *command)
    assert "there are 1, 3, 9, 10" in error and "--score 10" in error
    read(run, *command, "--score", "9,10")
    scored({"pos_p0_q0": 0.5, "pos_p0_q1": 1, "pos_p0_q2": 0, "pos_p0_q3": 0.25})
    error = refused(run, *command, "--force")
    assert "there are 0, 0.25, 0.5, 1" in error
    read(run, *command, "--force", "--score", "1")
