"""persona components against an eigendecomposition in NumPy, in double precision, of rows in every form that they come in."""

import csv
import json
import subprocess

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

N, D, LAYERS, K = 700, 48, 3, 5
PCS = ("-k", K, "--tolerance", "1e-9")


def rows(count=N, width=D, seed=0, layers=None):
    """Heavy-tailed rows about a few directions, far from the origin, of other spread in each layer."""
    random = np.random.default_rng(seed)
    shape = (count, layers or 1, width)
    spread = 6 * np.arange(1, width + 1) ** -0.8
    turned = np.linalg.qr(random.standard_normal((width, width)))[0]
    x = (random.standard_t(6, shape) * spread) @ turned + 20 * np.sin(np.arange(width))
    x = x * (1 + np.arange(shape[1]))[None, :, None]
    return x if layers else x[:, 0]


@pytest.fixture
def run(persona, tmp_path):
    def run(*arguments, status=0):
        command = [str(word) for word in (persona, *arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == status, done.stderr + done.stdout
        return done

    return run


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def agrees(out, x, layer=0, k=K, tolerance=1e-6, residual=1e-6):
    """The components in `out` are those of the rows x, by their variances and their residuals."""
    found = load_file(out / "components.safetensors")
    layers = json.loads(metadata(out)["layers"])
    place = layers.index(layer)
    x = x.astype(np.float64)
    centred = x - x.mean(0)
    covariance = centred.T @ centred / (len(x) - 1)
    values = np.linalg.eigvalsh(covariance)[::-1][:k]
    variance, vectors = found["variance"][place], found["components"][place]
    assert np.allclose(variance, values, rtol=tolerance, atol=0)
    assert np.allclose(vectors @ vectors.T, np.eye(k), atol=1e-7)
    residuals = np.linalg.norm(vectors @ covariance - variance[:, None] * vectors, axis=1) / variance
    assert residuals.max() < residual
    # What is said of each is not less than it is, but for chance.
    assert (residuals < 1e-9 + 3 * found["residual"][place]).all()
    assert np.allclose(found["total_variance"][place], np.trace(covariance), rtol=1e-9)
    assert np.allclose(found["mean"][place], x.mean(0), rtol=1e-9, atol=1e-9)
    largest = np.take_along_axis(vectors, abs(vectors).argmax(1)[:, None], 1)
    assert (largest > 0).all()
    lines = [row for row in table(out / "components.csv") if int(row["layer"]) == layer]
    assert [float(row["variance"]) for row in lines] == variance.tolist()
    ratios = np.array([float(row["variance_ratio"]) for row in lines])
    assert np.allclose(ratios, values / np.trace(covariance), rtol=tolerance)
    assert np.allclose([float(row["cumulative_ratio"]) for row in lines], np.cumsum(ratios))
    assert {int(row["rows"]) for row in lines} == {len(x)}
    return lines


def metadata(out):
    with (out / "components.safetensors").open("rb") as file:
        return json.loads(file.read(int.from_bytes(file.read(8), "little")))["__metadata__"]


@pytest.mark.parametrize("solver", ["covariance", "randomized", "auto"])
def test_matrix(run, tmp_path, solver):
    x = rows().astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    done = run("components", "x.npy", "-o", "o", *PCS, "--solver", solver, "--row-layers", 16)
    lines = agrees(tmp_path / "o", x, layer=16, residual=1e-5)
    assert max(float(row["residual"]) for row in lines) <= (1e-5 if solver == "covariance" else 1e-9)
    assert f"Components of {N} rows of {D} dimensions at layer 16" in done.stdout


@pytest.mark.parametrize("solver", ["covariance", "randomized"])
def test_massive_dimension(run, tmp_path, solver):
    """One dimension has a thousand times the spread of the rest, about a mean that is larger still: sums of products about the origin, in
    single precision, lose all others."""
    x = rows(3000, seed=1) - 20 * np.sin(np.arange(D))
    random = np.random.default_rng(2)
    x[:, 7] = 1000 * x[:, 7].std() * random.standard_normal(len(x)) + 1e5
    x = x.astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    run("components", "x.npy", "-o", "o", *PCS, "--solver", solver)
    # Products in single precision are off by 6e-8 of what they are of, and directions by as much of what they are beside.
    agrees(tmp_path / "o", x, residual={"covariance": 1e-5, "randomized": 1e-6}[solver])
    naive = x.T @ x / len(x) - np.outer(x.mean(0), x.mean(0))
    true = np.linalg.eigvalsh(np.cov(x.astype(np.float64).T))[::-1][:K]
    assert not np.allclose(np.linalg.eigvalsh(naive.astype(np.float64))[::-1][:K], true, rtol=1e-3)


@pytest.mark.parametrize("count", [6, 20, D])
def test_fewer_rows_than_dimensions(run, tmp_path, count):
    x = rows(count, seed=3)
    np.save(tmp_path / "x.npy", x)
    run("components", "x.npy", "-o", "o", *PCS)
    lines = agrees(tmp_path / "o", x)
    assert {row["solver"] for row in lines} == {"dual"}
    run("components", "x.npy", "-o", "c", *PCS, "--solver", "covariance")
    agrees(tmp_path / "c", x, residual=1e-4)


def in_form(folder, x, form):
    """Saves rows (n, d) of one layer."""
    if form in ("float16", "float32", "float64", "bfloat16"):
        torch.save(torch.tensor(x).to(getattr(torch, form)), folder / "x.pt")
        return folder / "x.pt", torch.tensor(x).to(getattr(torch, form)).double().numpy()
    if form == "big-endian":
        np.save(folder / "x.npy", x.astype(">f4"))
    elif form == "fortran":
        np.save(folder / "x.npy", np.asfortranarray(x.astype(np.float32)))
    elif form == "float8":
        eight = torch.tensor(x).to(torch.float8_e4m3fn)
        torch.save(eight, folder / "x.pt")
        return folder / "x.pt", eight.double().numpy()
    elif form == "deflated":
        np.savez_compressed(folder / "x.npz", x=x.astype(np.float32))
        return folder / "x.npz", x.astype(np.float32)
    elif form == "transposed":
        np.save(folder / "x.npy", x.T.astype(np.float32).copy())
    return folder / "x.npy", x.astype(np.float32)


FORMS = ["float16", "float32", "float64", "bfloat16", "big-endian", "fortran", "float8", "deflated", "transposed"]


@pytest.mark.parametrize("form", FORMS)
def test_forms(run, tmp_path, form):
    path, x = in_form(tmp_path, rows(), form)
    axes = ("--axes", "d,n") if form == "transposed" else ()
    run("components", path, "-o", "o", *PCS, *axes)
    agrees(tmp_path / "o", x)


def dump(folder, kind, x):
    """A dump whose rows are the rows of x (n, layers, d), and the options that take them."""
    (folder / "dump").mkdir()
    text = {"layers": [8, 12, 20], "hidden_size": D, "pooling": "response_mean"}
    (folder / "dump" / "manifest.json").write_text(json.dumps(text))
    places = np.array_split(np.arange(len(x)), 7)
    (folder / "dump" / {"responses": "activations", "vectors": "vectors"}.get(kind, "turns")).mkdir()
    for number, own in enumerate(places):
        if kind == "responses":
            content = {f"pos_p0_q{q}": torch.tensor(x[i]).float() for q, i in enumerate(own)}
            torch.save(content, folder / "dump" / "activations" / f"role{number}.pt")
        elif kind == "vectors":
            for i in own:
                torch.save(torch.tensor(x[i]).float(), folder / "dump" / "vectors" / f"role{i:03}.pt")
        else:
            content = {kind: x[own].astype(np.float32)}
            if kind == "tokens":
                content["turn_offsets"] = np.array([0, 3, len(own)])
                content["turns"] = x[own[:2]].astype(np.float32) + 100
            save_file(content, folder / "dump" / "turns" / f"talk{number}.safetensors")
    return folder / "dump"


@pytest.mark.parametrize("kind", ["responses", "tokens", "turns", "vectors"])
def test_dumps(run, tmp_path, kind):
    x = rows(layers=LAYERS, seed=4)
    path = dump(tmp_path, kind, x)
    run("components", path, "-o", "o", *PCS)
    for place, layer in enumerate([8, 12, 20]):
        agrees(tmp_path / "o", x[:, place].astype(np.float32), layer)
    run("components", path, "-o", "one", *PCS, "--layers", 12)
    agrees(tmp_path / "one", x[:, 1].astype(np.float32), 12)


def test_rows_that_could_be_layers(run, tmp_path):
    """(a, d) can be a rows of one layer, or one row of a layers: what nothing tells is asked for."""
    x = rows(60, layers=LAYERS, seed=11)
    path = dump(tmp_path, "vectors", x)
    run("components", path / "vectors", "-o", "o", *PCS)
    agrees(tmp_path / "o", x[:, 0].astype(np.float32), 8)
    files = sorted((path / "vectors").iterdir())
    done = run("components", files[0], "-o", "p", status=65)
    assert "shape [3, 48] could be 3 rows of one layer, or one row of 3 layers, of which manifest.json lists so many" in done.stderr
    (tmp_path / "plain").mkdir()
    for file in files:
        file.rename(tmp_path / "plain" / file.name)
    done = run("components", "plain", "-o", "p", status=65)
    assert "as each of 60 files, could be 3 rows of one layer, or one row of 3 layers" in done.stderr
    run("components", "plain", "-o", "v", *PCS, "--rows", "vectors", "--row-layers", "8,12,20")
    agrees(tmp_path / "v", x[:, 2].astype(np.float32), 20)
    run("components", "plain", "-o", "m", *PCS, "--rows", "matrices")
    agrees(tmp_path / "m", x.reshape(-1, D).astype(np.float32))


def test_several_kinds_in_a_dump(run, tmp_path):
    x = rows(layers=LAYERS, seed=5)
    path = dump(tmp_path, "responses", x)
    y = rows(60, layers=LAYERS, seed=6).astype(np.float32)
    (path / "turns").mkdir()
    save_file({"turns": y}, path / "turns" / "a.safetensors")
    done = run("components", path, "-o", "o", *PCS)
    agrees(tmp_path / "o", x[:, 0].astype(np.float32), 8)
    assert "rows are its responses; --rows tokens or turns takes others" in done.stderr
    run("components", path, "-o", "t", *PCS, "--rows", "turns")
    agrees(tmp_path / "t", y[:, 0], 8)


def test_scores(run, tmp_path):
    x = rows(layers=LAYERS, seed=7).astype(np.float32)
    x[11, 1, 4] = np.nan
    np.save(tmp_path / "x.npy", x)
    run("components", "x.npy", "-o", "o", *PCS, "--scores", "--nonfinite", "skip")
    scores = load_file(tmp_path / "o" / "scores.safetensors")["scores"]
    found = load_file(tmp_path / "o" / "components.safetensors")
    assert scores.shape == (N, LAYERS, K)
    wanted = np.einsum("nld,lkd->nlk", x.astype(np.float64) - found["mean"], found["components"])
    assert np.isnan(scores[11, 1]).all() and np.isfinite(np.delete(scores, 11, 0)).all()
    wanted[11, 1] = np.nan
    assert np.allclose(scores, wanted, rtol=1e-5, atol=1e-4, equal_nan=True)


def test_rows_that_are_of_no_use(run, tmp_path):
    x = rows(seed=8).astype(np.float32)
    x[300, 9] = np.inf
    x[500] = 0
    np.save(tmp_path / "x.npy", x)
    done = run("components", "x.npy", "-o", "o", *PCS, status=65)
    assert "x.npy: infinity at row 300, layer 0, dimension 9" in done.stderr and "--nonfinite skip" in done.stderr
    for solver in ("covariance", "randomized"):
        run("components", "x.npy", "-o", "o", *PCS, "--nonfinite", "skip", "--solver", solver, "--force")
        lines = agrees(tmp_path / "o", np.delete(x, [300, 500], 0), residual=1e-5)
        assert {row["rows_left_out"] for row in lines} == {"2"}


def test_what_has_no_components(run, tmp_path):
    np.save(tmp_path / "few.npy", rows(4))
    done = run("components", "few.npy", "-o", "o", status=65)
    assert "at most 3 components, and 10 are wanted; give -k 3 or less" in done.stderr
    run("components", "few.npy", "-o", "o", "-k", 3)
    np.save(tmp_path / "same.npy", np.tile(rows(1), (50, 1)))
    assert "all 50 rows are the same at layer 0" in run("components", "same.npy", "-o", "s", status=65).stderr
    np.save(tmp_path / "wide.npy", rows(50, D + 1))
    done = run("components", "few.npy", "wide.npy", "-o", "s", status=65)
    assert "rows of 1 layers of 49 dimensions" in done.stderr and "few.npy has 1 of 48" in done.stderr
    save_file({"a": rows(20), "b": rows(30)}, tmp_path / "two.safetensors")
    done = run("components", "two.safetensors", "-o", "s", status=65)
    assert "--rows matrices" in done.stderr and "--tensor NAME" in done.stderr
    run("components", "two.safetensors", "-o", "s", "--rows", "matrices", *PCS)
    agrees(tmp_path / "s", np.concatenate([rows(20), rows(30)]))
    run("components", "two.safetensors", "-o", "t", "--tensor", "b", *PCS)
    agrees(tmp_path / "t", rows(30))
    assert "--solver dual holds all rows" in run(
        "components", "wide.npy", "-o", "d", "--solver", "dual", "-k", 3, status=65).stderr  # fmt: skip
    huge = rows(2000)
    huge[40, 3] = 1e39
    np.save(tmp_path / "huge.npy", huge)
    assert "beyond 3.4e38" in run("components", "huge.npy", "-o", "h", "--solver", "covariance", status=65).stderr
    assert "it has no tokens, but" in run("components", "few.npy", "-o", "n", "--rows", "tokens", status=65).stderr


def test_rank_below_what_is_wanted(run, tmp_path):
    random = np.random.default_rng(9)
    x = random.standard_normal((400, 3)) @ random.standard_normal((3, D)) + 5
    np.save(tmp_path / "x.npy", x)
    done = run("components", "x.npy", "-o", "o", "-k", 6)
    assert "only 3 components of 6 have variance beyond rounding" in done.stdout
    agrees(tmp_path / "o", x, k=3)
    done = run("components", "x.npy", "-o", "c", "-k", 6, "--solver", "covariance")
    assert "only 3 components of 6 have variance beyond rounding" in done.stdout
    agrees(tmp_path / "c", x, k=3, residual=1e-5)


def test_a_search_that_is_stopped_says_so(run, tmp_path):
    x = np.random.default_rng(10).standard_normal((900, 300)).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    done = run("components", "x.npy", "-o", "o", "--solver", "randomized", "--passes", 2)
    assert "residuals are above --tolerance 1e-6 at layer 0" in done.stderr
    assert "--passes allows more than 2" in done.stderr and "--solver covariance" not in done.stderr
    assert "after 2 passes a component larger than the last one is not excluded" in done.stderr
    lines = table(tmp_path / "o" / "components.csv")
    assert max(float(row["residual"]) for row in lines) > 1e-6
