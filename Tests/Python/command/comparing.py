"""What the tests of compare share: planted models, the commands, and the measures in NumPy and SciPy."""

import csv
import subprocess

import numpy as np
import pytest
from safetensors.numpy import save_file
from scipy import linalg, optimize, stats

TRAITS = np.array([4, 3, 2, 1.5, 1])
SHARED_DIMENSIONS = ("cos_axis", "principal", "procrustes", "identity", "default_shift", "mean_shift")


def models(seed, roles, *sizes, noise=0.3, layers=1):
    """Role vectors (R, L, d) and defaults (L, d) of models of the hidden `sizes`, which share their roles' traits."""
    random = np.random.default_rng(seed)
    traits = random.standard_normal((roles, layers, 5)) * TRAITS
    found = []
    for size in sizes:
        directions = random.standard_normal((5, size))
        centre = 5 * random.standard_normal(size)
        vectors = centre + traits @ directions + noise * random.standard_normal((roles, layers, size))
        default = centre + np.array([9, 2, 1, 0, 0]) @ directions + noise * random.standard_normal((layers, size))
        found.append((vectors, default))
    return found


@pytest.fixture
def fit(persona, tmp_path):
    """Fits role vectors (R, L, d) under names; gives the folder."""

    def fit(name, vectors, default, roles=None, *options):
        dump = tmp_path / f"{name}-dump"
        (dump / "vectors").mkdir(parents=True)
        roles = roles or [f"r{index:02}" for index in range(len(vectors))]
        for role, vector in zip(roles, vectors, strict=True):
            save_file({"vector": np.ascontiguousarray(vector)}, dump / "vectors" / f"{role}.safetensors")
        save_file({"vector": default}, dump / "vectors" / "default.safetensors")
        command = [persona, "fit", dump, "-o", tmp_path / name, "-q", "--bootstrap", 0, *options]
        subprocess.run([*map(str, command)], check=True)
        return tmp_path / name

    return fit


@pytest.fixture
def compare(persona, tmp_path):
    """Compares spaces; gives the rows of the two tables and what was printed."""

    def compare(*arguments, status=0, says=""):
        command = [persona, "compare", *arguments, "-o", tmp_path / "out", "--force"]
        done = subprocess.run([*map(str, command)], capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        assert says in done.stderr, done.stderr
        if status:
            assert not (tmp_path / "out").exists()
            return None
        tables = [list(csv.DictReader((tmp_path / "out" / f"{name}.csv").open())) for name in ("comparison", "movers")]
        return *tables, done

    return compare


def values(rows, column="value"):
    return {row["measure"]: float(row[column] or "nan") for row in rows}


def space(vectors, default):
    mean = vectors.mean(0)
    centred, axis = vectors - mean, default - mean
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[: len(vectors) - 1]
    directions = directions * np.where(directions @ axis < 0, -1, 1)[:, None]
    loadings = centred @ directions[:5].T / np.linalg.norm(centred, axis=1)[:, None]
    return dict(mean=mean, centred=centred, axis=axis, directions=directions, loadings=loadings,
                positions=centred @ axis / (axis @ axis))  # fmt: skip


def debiased_alignment(a, b):
    """By U-centred kernels (Székely & Rizzo 2014), another form of the estimate of Song et al. 2012."""

    def centred(kernel):
        n = len(kernel)
        kernel = kernel - np.diag(np.diag(kernel))
        sums = kernel.sum(0)
        kernel = kernel - sums[:, None] / (n - 2) - sums / (n - 2) + sums.sum() / (n - 1) / (n - 2)
        return kernel - np.diag(np.diag(kernel))

    a, b = centred(a), centred(b)
    return (a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())


def measures(vectors_a, default_a, vectors_b, default_b, pairs=True):
    """Every measure, without `pairs` but those of pairs of roles, and the partners of the components."""
    a, b = space(vectors_a, default_a), space(vectors_b, default_b)
    kernel_a, kernel_b = a["centred"] @ a["centred"].T, b["centred"] @ b["centred"].T
    count = a["loadings"].shape[1]
    correlations = np.corrcoef(a["loadings"].T, b["loadings"].T)[:count, count:]
    _, partners = optimize.linear_sum_assignment(-np.abs(correlations))
    found = {
        "position_spearman": stats.spearmanr(a["positions"], b["positions"])[0],
        **{f"loading_pearson_{i + 1}": correlations[i, i] for i in range(3)},
        **{f"matched_loading_pearson_{i + 1}": correlations[i, j] for i, j in enumerate(partners)},
        "cka": (kernel_a * kernel_b).sum() / np.sqrt((kernel_a**2).sum() * (kernel_b**2).sum()),
    }
    if pairs:
        upper = np.triu_indices(len(vectors_a), 1)
        cosines = [(k / np.sqrt(np.outer(np.diag(k), np.diag(k))))[upper] for k in (kernel_a, kernel_b)]
        found["cka_debiased"] = debiased_alignment(kernel_a, kernel_b)
        found["rsa_spearman"] = stats.spearmanr(*cosines)[0]
    if vectors_a.shape == vectors_b.shape:
        unit = a["axis"] / np.linalg.norm(a["axis"])
        length, size = np.linalg.norm(a["axis"]), np.linalg.norm(b["centred"])
        angles = linalg.subspace_angles(a["directions"][:5].T, b["directions"][:5].T)[::-1]
        rotation, total = linalg.orthogonal_procrustes(a["centred"], b["centred"])
        found |= {
            "cos_axis": unit @ b["axis"] / np.linalg.norm(b["axis"]),
            **{f"principal_cosine_{i + 1}": np.cos(angle) for i, angle in enumerate(angles)},
            "procrustes_cosine": total / np.linalg.norm(a["centred"]) / size,
            "procrustes_residual": np.linalg.norm(a["centred"] @ rotation - b["centred"]) / size,
            "identity_residual": np.linalg.norm(a["centred"] - b["centred"]) / size,
        }
        for name, shift in [("default", default_b - default_a), ("mean", b["mean"] - a["mean"])]:
            found[f"{name}_shift_along"] = shift @ unit / length
            found[f"{name}_shift_off_axis"] = np.linalg.norm(shift - (shift @ unit) * unit) / length
    return found, [int(j) + 1 for j in partners]


def agrees(rows, wanted, partners):
    found = values(rows)
    assert list(found) == list(wanted)
    for name, value in wanted.items():
        assert abs(found[name] - value) <= 1e-9 * max(abs(value), 1), name
    matched = [int(row["component_b"]) for row in rows if row["measure"].startswith("matched")]
    assert matched == partners
    assert all(row["component_b"] == "" for row in rows if not row["measure"].startswith("matched"))
