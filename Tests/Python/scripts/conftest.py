"""What the tests of the scripts share: the organism, and runs of the dump script."""

import sys

import pytest

from repository import ORGANISM


@pytest.fixture(scope="session")
def organism():
    """The model organism in float32, and its tokenizer."""
    import torch

    from activations.model import load

    return load(str(ORGANISM), revision=None, dtype="float32", device=torch.device("cpu"), chat_template=None)


@pytest.fixture
def tokenizer(organism):
    """The organism's tokenizer, whose template a test may replace."""
    from copy import deepcopy

    return deepcopy(organism[1])


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Runs the dump script in this process; gives the exit status and what it complained of."""
    import dump_activations

    def run(*arguments, output="dump", model=ORGANISM):
        monkeypatch.setattr(
            sys,
            "argv",
            ["dump_activations.py", str(model), "-o", str(tmp_path / output), "--quiet", *map(str, arguments)],
        )
        try:
            dump_activations.main()
            status = 0
        except SystemExit as stop:
            status = stop.code
        return status, capsys.readouterr().err

    return run
