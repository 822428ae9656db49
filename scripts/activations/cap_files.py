"""What says where to cap: a space, one file of `persona export`, a published configuration."""

import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open

from .faults import NOT_FOUND, USAGE, Fault
from .layers import parse_layers

#: What `persona export --to cap-json` writes.
CAP_JSON = "persona cap 1"


def is_space(path: Path) -> bool:
    """Whether the file is to be read as a space: neither JSON nor an archive of PyTorch."""
    return path.suffix not in (".json", ".pt")


def read_caps(path: Path, experiment: str | None) -> tuple[dict[int, np.ndarray], dict[int, float], dict]:
    """Unit axes toward the Assistant and floors, by layer, and what a manifest says of them."""
    if not path.is_file():
        raise Fault(f"{path}: no such file; persona export --to cap-json writes one", NOT_FOUND)
    name, entries = _of_json(path) if path.suffix == ".json" else _of_configuration(path, experiment)
    if experiment is not None and experiment != name:
        raise Fault(f"{path}: no experiment {experiment!r}; there is {name!r}", USAGE)
    axes, floors = {}, {}
    for layer, vector, floor in entries:
        if layer in axes:
            raise Fault(f"{path}: {name!r} caps layer {layer} twice; one cap a layer is read")
        length = np.linalg.norm(vector)
        if not np.isfinite(length) or length == 0:
            raise Fault(f"{path}: the vector of layer {layer} has length {length}")
        axes[layer], floors[layer] = vector / length, float(floor)
    if not axes:
        raise Fault(f"{path}: {name!r} caps nothing")
    layers = sorted(axes)
    record = {
        "file_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "id": name,
        "layers": layers,
        "tau": [floors[layer] for layer in layers],
    }
    return {layer: axes[layer] for layer in layers}, floors, record


def _of_json(path: Path):
    try:
        content = json.loads(path.read_text())
        known = content.get("format")
    except (ValueError, AttributeError) as error:
        raise Fault(f"{path}: not a cap-json file of persona export: {error}") from error
    if known != CAP_JSON:
        raise Fault(f"{path}: its format is {known!r}; {CAP_JSON!r} is read, which persona export --to cap-json writes")
    entries = []
    for entry in content["layers"]:
        if entry.get("min") is None or entry.get("max") is not None:
            raise Fault(f"{path}: layer {entry['layer']}: a 'min' and no 'max' are wanted")
        entries.append((int(entry["layer"]), np.array(entry["vector"], dtype=np.float64), entry["min"]))
    return content["id"], entries


def _of_configuration(path: Path, experiment: str | None):
    """A ceiling c on the vector u at unit length is the floor −c on −u."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        experiments = {item["id"]: item["interventions"] for item in content["experiments"]}
        vectors = content["vectors"]
    except Exception as error:
        raise Fault(f"{path}: not a capping_config.pt: {error}") from error
    if experiment is None and len(experiments) == 1:
        experiment = next(iter(experiments))
    if experiment not in experiments:
        which = "several experiments" if experiment is None else f"no experiment {experiment!r}"
        raise Fault(f"{path}: {which}; there is {', '.join(map(repr, experiments))}: say which", USAGE)
    entries = []
    for item in experiments[experiment]:
        if item.get("cap") is None:
            raise Fault(f"{path}: {experiment!r}: no cap for the vector {item.get('vector')!r}, so nothing says where it caps")
        if item["vector"] not in vectors:
            raise Fault(f"{path}: {experiment!r}: there is no vector {item['vector']!r}")
        entry = vectors[item["vector"]]
        entries.append((int(entry["layer"]), -entry["vector"].double().numpy(), -float(item["cap"])))
    return experiment, entries


def read_space_caps(path: Path, layers: str | None, tau: float | None, percentile: float | None):
    """The same from the `space.safetensors` of `persona fit`, with τ as given or as a percentile of its role vectors."""
    if not path.exists():
        raise Fault(f"{path}: no such file; --cap takes the space.safetensors that persona fit writes", NOT_FOUND)
    try:
        with safe_open(path, "np") as file:
            metadata = file.metadata() or {}
            axis, roles = file.get_tensor("axis"), file.get_tensor("role_vectors")
            fitted = json.loads(metadata["layers"])
    except Exception as error:
        raise Fault(f"{path}: not a space of persona fit: {error}") from error
    if layers is None:
        raise Fault(f"--cap needs --layers: which of the layers {fitted} to cap", USAGE)
    chosen = parse_layers(layers, fitted, "--layers")
    if (tau is None) == (percentile is None):
        raise Fault("--cap needs one of --tau (in units of axis projection) and --percentile", USAGE)
    axes, floors = {}, {}
    for layer in chosen:
        row = fitted.index(layer)
        direction = axis[row].astype(np.float64)
        length = np.linalg.norm(direction)
        if not np.isfinite(length) or length == 0:
            raise Fault(f"{path}: the axis of layer {layer} has length {length}")
        axes[layer] = direction / length
        projections = roles[:, row].astype(np.float64) @ axes[layer]
        floors[layer] = float(tau if tau is not None else np.percentile(projections, percentile))
    record = {
        "space_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "layers": chosen,
        "tau": [floors[layer] for layer in chosen],
        "percentile": percentile,
    }
    return axes, floors, record
