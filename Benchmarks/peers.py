"""The jobs of this toolkit as they are written by hand, in PyTorch, NumPy and scikit-learn:   peers.py JOB INPUT OUTPUT

Each prints the seconds that the job itself took, and those of the processor, without the imports.
"""

import glob
import sys
import time
from pathlib import Path


def torch_vectors(source: str, output: str) -> None:
    """What the reference pipeline does: load a file whole, stack, average in its own type, save."""
    for path in sorted(glob.glob(f"{source}/activations/*.pt")):
        activations = torch.load(path, map_location="cpu", weights_only=True)
        vector = torch.stack(list(activations.values())).mean(dim=0)
        torch.save({"vector": vector, "role": Path(path).stem}, f"{output}/{Path(path).stem}.pt")


def torch_vectors_double(source: str, output: str) -> None:
    """The same with mapped files and sums in float64, response by response."""
    for path in sorted(glob.glob(f"{source}/activations/*.pt")):
        activations = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        total = 0
        for tensor in activations.values():
            total = total + tensor.double()
        torch.save({"vector": total / len(activations)}, f"{output}/{Path(path).stem}.pt")


def torch_project(source: str, space: str) -> None:
    """Tokens on the unit axis, centred, layer by layer, and the mean of each turn."""
    with safe_open(space, "pt") as file:
        mean, axis = file.get_tensor("mean").float(), file.get_tensor("axis").float()
    v = axis / axis.norm(dim=1, keepdim=True)
    for path in sorted(glob.glob(f"{source}/turns/*")):
        with safe_open(path, "pt") as file:
            tokens, offsets = file.get_tensor("tokens"), file.get_tensor("turn_offsets")
        projections = torch.stack([(tokens[:, i].float() - mean[i]) @ v[i] for i in range(len(v))], 1)
        for start, end in zip(offsets[:-1], offsets[1:]):
            projections[start:end].mean(0)


def torch_cap(source: str, space: str) -> None:
    """Tokens on the unit axis, and what 20 floors, percentiles of the roles, make of each turn, layer by layer: in float32."""
    with safe_open(space, "pt") as file:
        axis, roles = file.get_tensor("axis").float(), file.get_tensor("role_vectors").float()
    v = axis / axis.norm(dim=1, keepdim=True)
    floors = torch.quantile((roles * v).sum(-1), torch.arange(2, 98, 5) / 100, dim=0)
    for path in sorted(glob.glob(f"{source}/turns/*")):
        with safe_open(path, "pt") as file:
            tokens, offsets = file.get_tensor("tokens"), file.get_tensor("turn_offsets")
        turn = torch.repeat_interleave(torch.arange(len(offsets) - 1), offsets.diff())
        # A product: `index_add_` takes many times as long.
        average = (turn == torch.arange(len(offsets) - 1)[:, None]).float() / offsets.diff()[:, None]
        for layer in range(len(v)):
            rows = tokens[:, layer].float()
            pull = (floors[:, layer] - (rows @ v[layer])[:, None]).clamp(min=0)
            average @ torch.cat([pull, (pull > 0).float(), pull / rows.norm(dim=1, keepdim=True)], 1)


def torch_cap_tables(source: str, space: str) -> None:
    """What `persona cap` writes: floors against every token in float64, tables, and intervals."""
    capping.torch_cap_tables(source, space)


def load_vectors(source: str):
    paths = sorted(glob.glob(f"{source}/vectors/*.pt"))
    vectors = {Path(path).stem: torch.load(path, weights_only=True).double().numpy() for path in paths}
    default = vectors.pop("default")
    return np.stack(list(vectors.values())), default


def numpy_fit(source: str, output: str) -> None:
    """Components of each layer by singular values, as the definitions have them, and the axis."""
    roles, default = load_vectors(source)
    for layer in range(roles.shape[1]):
        rows = roles[:, layer]
        centred = rows - rows.mean(0)
        _, values, directions = np.linalg.svd(centred, full_matrices=False)
        axis = default[layer] - rows.mean(0)
        np.savez(f"{output}/{layer}.npz", variance=values**2 / (len(rows) - 1), components=directions[:10], axis=axis)


def sklearn_fit(source: str, output: str) -> None:
    """The same with scikit-learn, which picks its solver itself."""
    roles, default = load_vectors(source)
    for layer in range(roles.shape[1]):
        rows = roles[:, layer]
        fit = PCA().fit(rows)
        axis = default[layer] - fit.mean_
        np.savez(f"{output}/{layer}.npz", variance=fit.explained_variance_, components=fit.components_[:10], axis=axis)


def syrk(source: str, output: str) -> None:
    """The products R × d × R of all layers alone: what no fit can go below."""
    roles, _ = load_vectors(source)
    layers = [np.asfortranarray(roles[:, layer].T) for layer in range(roles.shape[1])]
    begin = time.perf_counter()
    for columns in layers:
        scipy.linalg.blas.dsyrk(1.0, columns, trans=1)
    print("seconds", time.perf_counter() - begin)
    sys.exit()


def sklearn_ridge(source: str, output: str) -> None:
    """Each fold of five of positions from embeddings, with a penalty of 17 chosen by leaving out row after row."""
    lines = list(csv.DictReader(open(f"{source}/turns.csv")))
    x = np.concatenate([np.load(path) for path in sorted(glob.glob(f"{source}/embeddings/*.npy"))]).astype(float)
    y = np.array([float(line["axis_position"]) for line in lines])
    groups = np.unique([line["conversation"] for line in lines], return_inverse=True)[1]
    predicted = np.empty_like(y)
    for fold in range(5):
        train = groups % 5 != fold
        model = make_pipeline(StandardScaler(), RidgeCV(alphas=train.sum() * 10 ** (np.arange(-8, 9) / 2)))
        model.fit(x[train], y[train])
        predicted[~train] = model.predict(x[~train])
    print("r2", 1 - ((y - predicted) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def error(source: str, output: str) -> None:
    """Prints the largest relative distance of a vector from the mean in float64, over the layers of two roles."""
    worst = 0.0
    with safe_open(output, "numpy") as file:
        found = {"default": file.get_tensor("default"), "role001": file.get_tensor("role_vectors")[0]}
    for role, vectors in found.items():
        activations = torch.load(f"{source}/activations/{role}.pt", weights_only=True, mmap=True)
        mean = sum(tensor.double() for tensor in activations.values()).numpy() / len(activations)
        worst = max(worst, (np.linalg.norm(vectors - mean, axis=1) / np.linalg.norm(mean, axis=1)).max())
    print("error", worst)


if __name__ == "__main__":
    name, source, output = sys.argv[1:]
    import numpy as np
    import torch

    if name == "error":
        from safetensors import safe_open

        error(source, output)
        sys.exit()
    if name == "syrk":
        import scipy.linalg
    if name == "sklearn_fit":
        from sklearn.decomposition import PCA
    if name == "sklearn_ridge":
        import csv

        from sklearn.linear_model import RidgeCV
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
    if name == "torch_cap_tables":
        import capping
    elif name in ("torch_project", "torch_cap"):
        from safetensors import safe_open
    else:
        Path(output).mkdir(parents=True, exist_ok=True)
    start, busy = time.perf_counter(), time.process_time()
    globals()[name](source, output)
    print("seconds", time.perf_counter() - start)
    print("processor", time.process_time() - busy)
