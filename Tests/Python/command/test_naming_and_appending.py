"""Names for conversations on the command line, and several tables of turns taken together."""

import json

import pytest
from people import read, refused, run, save, table, world  # noqa: F401


@pytest.fixture
def space(run, world, tmp_path):  # noqa: F811
    read(run, "fit", world.write(tmp_path / "plain"), "-o", tmp_path / "fit", "--bootstrap", 0)
    return tmp_path / "fit"


def names(folder, file="turns.csv"):
    return {(row["conversation"], row["domain"], row["condition"]) for row in table(folder / file)}


@pytest.mark.parametrize("verb", ["project", "cap"])
def test_conversations_are_named_on_the_command_line(run, world, space, tmp_path, verb):  # noqa: F811
    folder = tmp_path / "dump"
    save({"turns": world.turns()}, folder / "turns/c.pt")
    (folder / "transcripts").mkdir()
    conversation = [{"role": role, "content": "x"} for role in ("user", "assistant")] * 5
    said = {"domain": "writing", "condition": "base", "conversation": conversation}
    (folder / "transcripts/c.json").write_text(json.dumps(said))
    file = "turns.csv" if verb == "project" else "cap_turns.csv"
    for options, wanted in (
        ([], ("c", "writing", "base")),
        (["--condition", "steered"], ("c", "writing", "steered")),
        (["--domain", "therapy", "--conversation", "x"], ("x", "therapy", "base")),
    ):
        read(run, verb, space, folder, "-o", tmp_path / "out", "--force", *options)
        assert names(tmp_path / "out", file) == {wanted}


def test_one_name_is_of_one_conversation(run, world, space, tmp_path):  # noqa: F811
    for name in "ab":
        save({"turns": world.turns()}, tmp_path / "dump/turns" / f"{name}.pt")
    arguments = ["project", space, tmp_path / "dump", "-o", tmp_path / "out", "--conversation", "x"]
    assert "2 conversations, which --conversation x cannot name" in refused(run, *arguments)


def test_files_of_a_vector_each_are_joined_as_before(run, world, space, tmp_path):  # noqa: F811
    files = [tmp_path / f"t{i}.pt" for i in range(3)]
    for file, turn in zip(files, world.turns(3), strict=True):
        save(turn, file)
    read(run, "project", space, *files, "-o", tmp_path / "out", "--conversation", "x", "--condition", "y")
    assert names(tmp_path / "out") == {("x", "", "y")} and len(table(tmp_path / "out/turns.csv")) == 12


def test_several_tables_are_taken_together(run, world, space, tmp_path):  # noqa: F811
    tables = []
    for condition in "base", "steered":
        folder = tmp_path / condition
        for name in "ab":
            save({"turns": world.turns()}, folder / "turns" / f"{name}.pt")
        read(run, "project", space, folder, "-o", folder / "out", "--condition", condition)
        tables.append(folder / "out/turns.csv")
    read(run, "drift", *tables, "-o", tmp_path / "drift", "--bootstrap", 0, "--compare", "base,steered")
    found = {(row["conversation"], row["condition"]) for row in table(tmp_path / "drift/conversations.csv")}
    assert found == {(name, condition) for name in "ab" for condition in ("base", "steered")}


def test_a_conversation_in_two_tables_is_an_error_and_the_advice_works(run, world, space, tmp_path):  # noqa: F811
    tables = []
    for part in "one", "two":
        save({"turns": world.turns()}, tmp_path / part / "turns/c.pt")
        read(run, "project", space, tmp_path / part, "-o", tmp_path / part / "out", "--condition", "k")
        tables.append(tmp_path / part / "out/turns.csv")
    said = refused(run, "drift", *tables, "-o", tmp_path / "drift")
    assert f"two/out/turns.csv: the conversation 'c' under the condition 'k' is also in {tables[0]}" in said
    read(run, "project", space, tmp_path / "two", "-o", tmp_path / "two/out", "--force", "--conversation", "c2")
    read(run, "drift", *tables, "-o", tmp_path / "drift", "--bootstrap", 0)
    assert "one/out/turns.csv" in refused(run, "drift", tables[0], tables[0], "-o", tmp_path / "again")


def test_cap_says_how_far_off_the_axis_turns_lie(run, world, space, tmp_path):  # noqa: F811
    save(world.turns(), tmp_path / "c.pt")
    read(run, "project", space, tmp_path / "c.pt", "-o", tmp_path / "turns")
    read(run, "cap", space, tmp_path / "c.pt", "-o", tmp_path / "caps", "--percentile", 25)
    wanted = {(row["turn"], row["layer"]): row["off_axis_ratio"] for row in table(tmp_path / "turns/turns.csv")}
    found = {(row["turn"], row["layer"]): row["off_axis_ratio"] for row in table(tmp_path / "caps/cap_turns.csv")}
    assert found == wanted and all(found.values())
