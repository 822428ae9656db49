"""The examples that `--help` of each verb shows work as they are typed, one after the other."""

import subprocess

import pytest
from repository import DEMO

#: What the examples begin with, besides what earlier ones wrote.
BEFORE = (
    ("synth", "-o", "BASE-DUMP", "--seed", "1"),
    ("synth", "-o", "TUNED-DUMP", "--seed", "2"),
    ("fit", "BASE-DUMP", "-o", "BASE"),
    ("fit", "TUNED-DUMP", "-o", "TUNED"),
    ("project", "BASE", "BASE-DUMP", "-o", "PLAIN", "--condition", "plain"),
    ("project", "BASE", "BASE-DUMP", "-o", "WARM", "--condition", "warm"),
)


def run(persona, folder, *arguments):
    return subprocess.run([persona, *arguments], cwd=folder, capture_output=True, text=True, timeout=300)


def examples(persona, folder, verb):
    text = run(persona, folder, *verb.split(), "--help").stdout
    assert "EXAMPLES:" in text, f"{verb} --help has no examples"
    lines = text.split("EXAMPLES:")[1].split("USAGE:")[0].strip().splitlines()
    assert len(lines) >= 2 and all(line.strip().startswith("persona ") for line in lines), lines
    return [line.split()[1:] for line in lines]


@pytest.fixture(scope="module")
def folder(persona, tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    (folder / "DUMP").symlink_to(DEMO)
    for arguments in BEFORE:
        assert run(persona, folder, *arguments, "-q", "--bootstrap", "40").returncode == 0, arguments
    return folder


def test_examples_of_help_work(persona, folder):
    main = run(persona, folder, "--help").stdout.split("SUBCOMMANDS:")[1].split("\n\n")[0]
    verbs = [line.split()[0] for line in main.splitlines() if line.startswith("  ") and line[2:3].strip()]
    assert {"analyze", "fit", "cap", "stability"} <= set(verbs)
    # analyze writes to the same folder as the steps do, and comes last.
    order = ("vectors", "fit", "project", "drift", "stability", "predict", "export", "report")
    verbs.sort(key=lambda verb: (verb == "analyze", order.index(verb) if verb in order else len(order)))
    for verb in [*verbs, "cap check"]:
        if verb == "analyze":
            (folder / "OUT").rename(folder / "STEPS")
        for example in examples(persona, folder, verb):
            result = run(persona, folder, *example)
            assert result.returncode == 0, (example, result.stderr)
