"""The dump folder: files that are whole or absent, a manifest, and what a rerun may keep."""

import fcntl
import hashlib
import json
import os
import shutil
from collections import Counter
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save

from .faults import CANNOT_CREATE, READ_WRITE, Fault

MADE_BY = "dump_activations"
PARTS = ("activations", "vectors", "responses", "turns", "transcripts", "embeddings", "baseline")


def digest(value) -> str:
    """The SHA-256 of a value's JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def previous_settings(folder: Path) -> dict:
    """What the manifest of an earlier run says; nothing if there is none, or if it cannot be read."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


class DumpFolder:
    """Writes a dump. Each file gets its name when it is complete and on the disk.

    A folder of the same settings is continued: tensor files that say they are of the same inputs are kept. One of other
    settings, or that something else made, is refused.
    """

    def __init__(self, path: Path, settings: dict, *, force: bool, facts: dict | None = None):
        self.path = path
        self._settings = settings
        #: What the manifest says beside the settings, which a rerun need not agree with.
        self._facts = facts or {}
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = open(path / ".lock", "w")
        except OSError as error:
            raise Fault(f"{path}: cannot be created: {error.strerror}", CANNOT_CREATE) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Fault(f"{path}: another run is writing to this folder", CANNOT_CREATE) from None
        try:
            self._take(force)
        except Fault:
            # Nothing is left in a folder that is not this run's.
            (path / ".lock").unlink(missing_ok=True)
            raise
        for rest in [*path.glob(".*.part"), *path.glob("*/.*.part")]:
            rest.unlink()
        self._write_manifest({"complete": False})

    def _take(self, force: bool) -> None:
        manifest = self.path / "manifest.json"
        previous = previous_settings(self.path)
        present = [name for name in PARTS if (self.path / name).exists()]
        if previous.get("made_by") != MADE_BY:
            if present or manifest.exists():
                raise Fault(
                    f"{self.path}: holds {', '.join(present) or 'a manifest'} that this script did not write; give "
                    "another folder",
                    CANNOT_CREATE,
                )
        elif force:
            for name in present:
                shutil.rmtree(self.path / name)
            for name in ("roles.csv", "prompts.csv"):
                (self.path / name).unlink(missing_ok=True)
        elif differing := [
            f"{key} ({_short(previous.get(key))}, now {_short(value)})"
            for key, value in self._settings.items()
            if previous.get(key) != value
        ]:
            raise Fault(
                f"{self.path}: was made with other settings: {'; '.join(differing)}; give --force to begin again, or "
                "another folder",
                CANNOT_CREATE,
            )

    def has(self, name: str, inputs: str) -> bool:
        """Whether the tensor file is there; it must be of the same inputs."""
        record = self.record(name)
        if record is None:
            return False
        if record["inputs"] != inputs:
            raise Fault(
                f"{self.path / name}: was made from other inputs; give --force to begin again, or another folder",
                CANNOT_CREATE,
            )
        return True

    def record(self, name: str) -> dict | None:
        """What was noted beside the tensors of a file; `None` if it is not there."""
        path = self.path / name
        if not path.exists():
            return None
        try:
            with safe_open(path, "pt") as file:
                return json.loads((file.metadata() or {})["record"])
        except Exception as error:
            raise Fault(f"{path}: not a file of this dump: {error}; remove it, or give --force") from error

    def counts(self) -> Counter:
        """What was counted in all roles and conversations that are in the folder."""
        counts: Counter = Counter()
        for part in ("activations", "turns", "baseline"):
            for path in sorted((self.path / part).glob("*.safetensors")):
                counts.update(self.record(f"{part}/{path.name}")["counts"])
                counts["roles"] += part == "activations"
        return counts

    def write_tensors(self, name: str, tensors: dict, record: dict) -> None:
        # One entry of metadata: of several the order, and so the bytes, would not be fixed.
        tensors = {key: tensor.contiguous() for key, tensor in tensors.items()}
        self.write(name, save(tensors, {"record": json.dumps(record, sort_keys=True)}))

    def write_json(self, name: str, value) -> None:
        self.write_text(name, json.dumps(value, indent=1, ensure_ascii=False) + "\n")

    def write_text(self, name: str, text: str) -> None:
        self.write(name, text.encode())

    def write(self, name: str, content: bytes) -> None:
        """Puts a file in its place when all of it is on the disk."""
        path = self.path / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.part")
            with open(part, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
            folder = os.open(path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        except OSError as error:
            raise Fault(f"{path}: cannot be written: {error.strerror}", READ_WRITE) from error

    def finish(self, results: dict) -> None:
        self._write_manifest({"complete": True, **results})
        (self.path / ".lock").unlink(missing_ok=True)

    def _write_manifest(self, results: dict) -> None:
        self.write_json("manifest.json", {**self._settings, **self._facts, "made_by": MADE_BY, **results})


def _short(value) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
