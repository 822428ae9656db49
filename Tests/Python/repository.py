"""Where things are in the repository, and beside it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
DEMO = ROOT / "Data" / "demo"
ORGANISM = ROOT / "Data" / "organism"
SMOLLM2 = ROOT / "Data" / "smollm2"
#: The real activations, which are not everywhere.
SHARED = ROOT.parent / "shared"
#: The command, as scripts/test builds it.
PERSONA = ROOT / ".build" / "release" / "persona"
