"""Persona-prompted conversations: read from transcripts, kept apart from others, never pooled."""

import csv
import json
import subprocess

import numpy as np
import pytest
from drifting import HEADER, close, drift, number, rows, switches
from safetensors.numpy import save_file


def prompted(random, persona, conversations, come_back=0.1, level=0.0, domain="chat"):
    lines, x = [], []
    for index in range(conversations):
        x.append(level + switches(random, 8, 0.3, come_back, (1, 0.1), (-0.2, 0.2), start_home=0.3)[0])
        lines += rows(f"{domain}-{index}", x[-1], domain, persona=persona)
    return lines, np.array(x)


def test_personas_are_groups_of_their_own(drift):
    """The same names of conversations, unprompted and under two personas."""
    random = np.random.default_rng(1)
    made = {persona: prompted(random, persona, 24, 0.1 + 0.2 * n) for n, persona in enumerate(("", "pirate", "oracle"))}
    tables, printed = drift([line for lines, _ in made.values() for line in lines], "--bootstrap", 200)
    for table in ("tether", "drift"):
        assert [(row["domain"], row["persona"]) for row in tables[table]] == [("chat", persona) for persona in made]
    for row in tables["tether"]:
        assert row["model"] == "two_states" and row["conversations"] == "24" and row["steps"] == "168"
    for row in tables["curves"]:
        close(number(row, "mean"), made[row["persona"]][1][:, int(row["turn"])].mean())
        assert row["conversations"] == "24"
    for row in tables["conversations"]:
        x = made[row["persona"]][1][int(row["conversation"].split("-")[1])]
        close(number(row, "mean"), x.mean())
    assert list(tables["conversations"][0])[-6] == list(tables["curves"][0])[-1] == "persona"
    assert "chat, pirate" in printed and "domain, persona" in printed


def test_conditions_are_compared_within_a_persona(drift):
    random = np.random.default_rng(2)
    lines, falls = [], {}
    for persona in ("", "pirate"):
        for condition, drop in (("plain", 1.0), ("kept", 0.4)):
            for index in range(20):
                x = np.linspace(1, 1 - drop * (2 if persona else 1), 5) + 0.05 * random.standard_normal(5)
                lines += rows(f"c{index}", x, "chat", condition, persona=persona)
                falls.setdefault((persona, condition), []).append(x[0] - x[-1])
    tables, _ = drift(lines, "--compare", "plain,kept", "--bootstrap", 100)
    found = [row for row in tables["conditions"] if row["measure"] == "fall"]
    assert [row["persona"] for row in found] == ["", "pirate"]
    for row in found:
        close(number(row, "value_a"), np.mean(falls[row["persona"], "plain"]))
        close(number(row, "value_b"), np.mean(falls[row["persona"], "kept"]))


def test_a_personas_domains_are_pooled_where_they_lie_at_one_level(drift):
    """Halves of one group are one in all but a tenth of the cases; domains at other levels are not; unprompted ones never."""
    random = np.random.default_rng(3)
    lines = []
    for persona in range(40):
        for domain in ("one", "two"):
            lines += prompted(random, f"same{persona}", 10, domain=domain)[0]
    for persona in range(20):
        for domain in ("one", "two"):
            level = 0.8 * (domain == "two")
            lines += prompted(random, f"other{persona}", 10, level=level, domain=domain)[0]
    for domain in ("one", "two"):
        lines += prompted(random, "", 10, domain=domain)[0] + prompted(random, "few", 3, domain=domain)[0]
    found = {row["persona"]: row for row in drift(lines, "--bootstrap", 100)[0]["tether"] if row["domain"] == "(all)"}
    assert len(found) == 62 and all(found[p]["conversations"] == "20" for p in found if p != "few")
    pooled = {p for p, row in found.items() if row["model"] != "neither"}
    # At one in ten, more than 9 of 40 are not pooled once in a hundred times.
    assert len([p for p in pooled if p.startswith("same")]) >= 31
    assert not any(p.startswith("other") for p in pooled) and not pooled & {"", "few"}
    for persona, row in found.items():
        note = row["note"]
        if persona in pooled:
            assert "no difference of level between domains is shown (p = " in note and row["leave"]
        elif persona == "few":
            assert "too few conversations tell whether the domains rest at one point" in note and not row["leave"]
        else:
            assert "not fitted as one" in note and not row["leave"] and not row["advantage"]


def test_a_table_without_personas_reads_as_before(drift):
    random = np.random.default_rng(4)
    lines, _ = prompted(random, "", 12)
    new, _ = drift(lines, "--bootstrap", 100)
    old = [line.removesuffix(",,,") for line in lines]
    assert new == drift(old, "--bootstrap", 100, header=HEADER.removesuffix(",persona,reading_error,persona_note"))[0]


def test_a_persona_that_is_no_role_gets_no_tether(drift):
    random = np.random.default_rng(6)
    lines, x = [], []
    for index in range(12):
        x.append(switches(random, 8, 0.3, 0.2, (1, 0.1), (-0.2, 0.2))[0])
        lines += rows(f"c{index}", x[-1], "chat", persona="wizard", note="no role of the space")
        lines += rows(f"c{index}", switches(random, 8, 0.3, 0.2, (1, 0.1), (-0.2, 0.2))[0], "chat")
    tables, printed = drift(lines, "--bootstrap", 100)
    row, other = tables["tether"]
    assert (row["persona"], row["model"], row["conversations"], row["steps"]) == ("wizard", "neither", "12", "84")
    assert "the persona is no role of the space" in row["note"] and other["model"] == "two_states"
    filled = [
        c for c in row if row[c] and c not in ("domain", "persona", "layer", "conversations", "steps", "clusters")
    ]
    assert filled == ["model", "note", "scope"] and "chat, wizard: neither: the persona is no role" in printed
    curve = [number(row, "mean") for row in tables["curves"] if row["persona"] == "wizard"]
    close(curve, np.mean(x, 0))


GRADUATE = "You are a graduate student. You use language models late at night."


@pytest.fixture
def dump(tmp_path):
    """A dump of 12 roles of which conversations are prompted to be some, one that is none of them, or none."""
    random = np.random.default_rng(5)
    folder = tmp_path / "dump"
    for name in ("vectors", "turns", "transcripts"):
        (folder / name).mkdir(parents=True)
    for role in range(12):
        np.save(folder / "vectors" / f"role{role}.npy", random.standard_normal((2, 16)))
    np.save(folder / "default.npy", 3 + random.standard_normal((2, 16)))
    spoken = ["user", "assistant", "user", "assistant"]
    for index, persona in enumerate(["role1", "wizard", None, "", 7, "default", GRADUATE, "a wizard"]):
        # The same conversation under each; of the last, a message of the system may have asked for it.
        speakers = (["system"] if persona == "a wizard" else []) + spoken
        transcript = {
            "conversation": [{"role": role, "content": "x"} for role in speakers],
            "domain": "chat",
            "conversation_id": "talk",
            "sample": {"": 1, GRADUATE: 2}.get(persona, 0),
            "persona": persona,
        }
        (folder / "transcripts" / f"t{index}.json").write_text(json.dumps(transcript))
        save_file({"turns": random.standard_normal((2, 2, 16))}, folder / "turns" / f"t{index}.safetensors")
    return folder


def tables(folder, name):
    with (folder / name).open() as file:
        return list(csv.DictReader(file))


def test_personas_of_transcripts(persona, dump, tmp_path):
    done = subprocess.run([persona, "analyze", dump, "-o", tmp_path / "out"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "the space has no role '7', 'a wizard', 'wizard', the persona of 3 transcripts" in done.stderr
    assert "Name the persona as a role of the space ('role0'" in done.stderr
    assert "t6.json: 'persona' is no role of the space, and no message of the system asks" in done.stderr
    turns = tables(tmp_path / "out", "turns.csv")
    assert list(turns[0])[13:17] == ["persona", "reading_error", "persona_note", "off_axis_ratio"]
    known = {("role1", "0"), ("", "0"), ("", "1"), ("", "2"), ("default", "0")}
    strange = {("wizard", "0"), ("7", "0"), ("a wizard", "0")}
    for note, wanted in (("", known), ("no role of the space", strange)):
        assert {(row["persona"], row["sample"]) for row in turns if row["persona_note"] == note} == wanted
    capped = tables(tmp_path / "out", "cap_turns.csv")
    assert list(capped[0])[:5] == ["conversation", "domain", "condition", "persona", "sample"]
    assert {row["persona"] for row in capped} == {row["persona"] for row in turns}
    tether = {row["persona"]: row for row in tables(tmp_path / "out", "tether.csv") if row["layer"] == "0"}
    assert {name: row["conversations"] for name, row in tether.items()} == {
        "role1": "1", "wizard": "1", "": "3", "7": "1", "default": "1", "a wizard": "1",
    }  # fmt: skip
    for name, row in tether.items():
        strangers = ("wizard", "7", "a wizard")
        says = "the persona is no role of the space" if name in strangers else "at least 5 are needed"
        assert row["model"] == "neither" and says in row["note"]


def test_a_persona_that_is_no_text_is_refused(persona, dump, tmp_path):
    path = dump / "transcripts" / "t0.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"persona": {"name": "role1"}}))
    done = subprocess.run([persona, "analyze", dump, "-o", tmp_path / "out"], capture_output=True, text=True)
    assert done.returncode == 65 and "t0.json" in done.stderr and "persona" in done.stderr, done.stderr
