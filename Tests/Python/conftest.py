"""What all Python tests share: the scripts on the path, and the persona command."""

import os
import sys
from pathlib import Path

import pytest

from repository import PERSONA, SCRIPTS

sys.path.insert(0, str(SCRIPTS))
os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def persona() -> Path:
    """The command. Without it nothing of it is tested, which is a failure."""
    if not PERSONA.exists():
        pytest.fail(
            f"no {PERSONA}: the persona command is not built; type   swift build -c release --product persona   "
            "(scripts/test --all builds it and then runs these tests)",
            pytrace=False,
        )
    return PERSONA
