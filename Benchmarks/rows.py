"""Rows for principal components: a matrix in .npy, its components in double precision, and the same by hand:   rows.py JOB INPUT OUTPUT

Peers print the seconds that the job itself took, and those of the processor, without the imports.
"""

import sys
import time

import numpy as np

COMPONENTS = 10
#: Rows that are drawn, or multiplied in double precision, at a time.
BLOCK = 4000


def make(shape: str, output: str) -> None:
    """`shape` is rows x dimensions: normal rows whose spread falls as that of hidden states does, about a mean far from 0."""
    count, d = map(int, shape.split("x"))
    random = np.random.default_rng(5)
    spread = (10 * np.arange(1, d + 1) ** -0.8).astype(np.float32)
    turned = np.linalg.qr(random.standard_normal((d, d)))[0].astype(np.float32)
    middle = 3 * np.sin(np.arange(d, dtype=np.float32))
    rows = np.lib.format.open_memmap(output, mode="w+", dtype=np.float32, shape=(count, d))
    for start in range(0, count, BLOCK):
        own = min(BLOCK, count - start)
        rows[start : start + own] = (random.standard_normal((own, d), dtype=np.float32) * spread) @ turned + middle
    rows.flush()


def reference(source: str, output: str) -> None:
    """The leading variances, in double precision from two passes."""
    from scipy.sparse.linalg import eigsh

    rows = np.load(source, mmap_mode="r")
    blocks = [slice(start, start + BLOCK) for start in range(0, len(rows), BLOCK)]
    mean = sum(rows[block].sum(0, dtype=np.float64) for block in blocks) / len(rows)
    covariance = np.zeros((rows.shape[1],) * 2)
    for block in blocks:
        centred = rows[block] - mean
        covariance += centred.T @ centred
    np.save(output, eigsh(covariance / (len(rows) - 1), COMPONENTS)[0][::-1])


def covariance_eigh(source: str, output: str) -> None:
    np.save(output, PCA(COMPONENTS, svd_solver="covariance_eigh").fit(np.load(source)).explained_variance_)


def randomized(source: str, output: str) -> None:
    np.save(output, PCA(COMPONENTS, svd_solver="randomized", random_state=0).fit(np.load(source)).explained_variance_)


def lowrank(source: str, output: str) -> None:
    rows = torch.from_numpy(np.load(source))
    torch.manual_seed(0)
    np.save(output, (torch.pca_lowrank(rows, COMPONENTS)[1] ** 2 / (len(rows) - 1)).numpy())


def syrk(source: str, output: str) -> None:
    """The products of the covariance matrix alone, in single precision, by all cores."""
    rows = np.load(source, mmap_mode="r")
    block = np.asfortranarray(np.array(rows[:4096]).T)
    product = np.zeros((len(block),) * 2, np.float32, order="F")
    start = time.perf_counter()
    for _ in range(len(rows) // 4096):
        product = blas.ssyrk(1, block, beta=1, c=product, overwrite_c=True)
    print("rate", len(rows) // 4096 * 4096 * len(block) ** 2 / (time.perf_counter() - start) / 1e9)


if __name__ == "__main__":
    name, source, output = sys.argv[1:]
    if name == "syrk":
        from scipy.linalg import blas
    if name in ("covariance_eigh", "randomized"):
        from sklearn.decomposition import PCA
    if name == "lowrank":
        import torch
    start, busy = time.perf_counter(), time.process_time()
    globals()[name](source, output)
    print("seconds", time.perf_counter() - start)
    print("processor", time.process_time() - busy)
