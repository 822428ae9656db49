"""Jobs on arrays in memory, as they are written by hand:   memory_peers.py JOB ROLES LAYERS DIMENSIONS KEPT ROUNDS

Prints the seconds of each round.
"""

import sys
import time

import numpy as np


def numpy_gram(layers: list[np.ndarray], kept: int) -> None:
    """Components by way of the products among rows."""
    for rows in layers:
        centred = rows - rows.mean(0)
        values, vectors = np.linalg.eigh(centred @ centred.T)
        directions = vectors[:, ::-1][:, :kept].T @ centred
        directions /= np.sqrt(values[::-1][:kept, None])
        _ = centred @ directions.T


def sklearn_components(layers: list[np.ndarray], kept: int) -> None:
    """All of them, with the solver that it picks itself."""
    for rows in layers:
        PCA().fit_transform(rows)


def refit(layers: list[np.ndarray], fitted) -> None:
    draw = np.random.default_rng(0)
    fitted(layers[0][draw.integers(len(layers[0]), size=len(layers[0]))])


def sklearn_refit(layers: list[np.ndarray], kept: int) -> None:
    """One bootstrap sample of one layer."""
    refit(layers, lambda rows: PCA(kept).fit(rows))


def numpy_refit(layers: list[np.ndarray], kept: int) -> None:
    """The same by singular values."""
    refit(layers, lambda rows: np.linalg.svd(rows - rows.mean(0), full_matrices=False))


if __name__ == "__main__":
    job = sys.argv[1]
    roles, layers, dimensions, kept, rounds = map(int, sys.argv[2:])
    if job.startswith("sklearn"):
        from sklearn.decomposition import PCA
    draw = np.random.default_rng(1)
    matrices = [draw.uniform(-1, 1, (roles, dimensions)) for _ in range(1 if job.endswith("refit") else layers)]
    globals()[job](matrices[:1], kept)
    for _ in range(rounds):
        start = time.perf_counter()
        globals()[job](matrices, kept)
        print(time.perf_counter() - start)
