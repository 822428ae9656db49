"""Capping in the forward pass against its simulation, which is the definition: h' = h − v min(h·v − τ, 0)."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from activations.capping import Capping
from activations.extraction import Chat, Extractor
from activations.faults import Fault
from activations.model import decoder_blocks
from repository import DEMO, ORGANISM, SCRIPTS

LAYERS = [0, 2, 3, 5]


@pytest.fixture
def space(tmp_path):
    """A space in the layout of persona fit, of random directions in the organism's six layers."""
    draw = np.random.default_rng(0)
    path = tmp_path / "space.safetensors"
    tensors = {"axis": draw.normal(size=(6, 160)), "role_vectors": draw.normal(size=(44, 6, 160)).astype(np.float32)}
    save_file(tensors, path, {"layers": json.dumps(list(range(6)))})
    return path


@pytest.fixture(scope="module")
def chats() -> list[Chat]:
    generator = torch.Generator().manual_seed(3)
    return [
        Chat("x", torch.randint(5, 1500, (n,), generator=generator).tolist(), [list(range(n))], 0) for n in (60, 33)
    ]


def projections(organism, chats, capping, layers) -> list[np.ndarray]:
    """Token projections (layers, tokens) on the capping's axes, of every chat."""
    model, tokenizer = organism
    extractor = Extractor(model, tokenizer, layers, "float32", 2)
    results = extractor.tokens(chats)
    return [
        np.stack([tokens[:, row].double().numpy() @ capping.axes[layer] for row, layer in enumerate(layers)])
        for tokens, _ in results
    ]


def test_the_capped_layer_is_as_simulated_and_later_ones_are_not(organism, space, chats):
    everywhere = Capping.read(space, "all", None, 60)
    capping = Capping.read(space, "2", None, 60)
    plain = projections(organism, chats, everywhere, LAYERS)
    with capping.applied(decoder_blocks(organism[0])):
        capped = projections(organism, chats, everywhere, LAYERS)
    touched = 0
    for before, after in zip(plain, capped):
        simulated = np.maximum(before, np.array([[everywhere.floors[layer]] for layer in LAYERS]))
        assert np.array_equal(before[0], after[0]), "a layer before the cap does not change"
        np.testing.assert_allclose(after[1], simulated[1], rtol=0, atol=1e-4)
        touched += (before[1] < capping.floors[2]).sum()
        for later in (2, 3):
            assert np.abs(after[later] - before[later]).max() > 1e-2, "the cap propagates"
            assert np.abs(after[later] - simulated[later]).max() > 1e-2, "which a simulation there does not show"
    assert touched > 10
    assert all(np.array_equal(a, b) for a, b in zip(plain, projections(organism, chats, everywhere, LAYERS)))


def test_capping_several_layers_holds_every_one(organism, space, chats):
    capping = Capping.read(space, "2:4", None, 60)
    with capping.applied(decoder_blocks(organism[0])):
        for after in projections(organism, chats, capping, [2, 3]):
            assert (after[0] > capping.floors[2] - 1e-4).all() and (after[1] > capping.floors[3] - 1e-4).all()


def test_the_floor_is_the_percentile_of_the_role_vectors(space):
    tensors = load_file(space)
    axis = tensors["axis"][4] / np.linalg.norm(tensors["axis"][4])
    capping = Capping.read(space, "4", None, 25)
    assert capping.floors == {
        4: pytest.approx(np.percentile(tensors["role_vectors"][:, 4].astype(float) @ axis, 25), rel=1e-12)
    }
    assert Capping.read(space, "4", -1.5, None).floors == {4: -1.5}


def test_what_is_missing_or_does_not_fit_is_said(organism, space, tmp_path):
    blocks = decoder_blocks(organism[0])
    for arguments, words in {
        (None, 1.0, None): "--cap needs --layers",
        ("2", None, None): "one of --tau",
        ("2", 1.0, 25.0): "one of --tau",
        ("6", 1.0, None): "the layers are 0 to 5",
        ("2-4", 1.0, None): "half-open range",
    }.items():
        with pytest.raises(Fault, match=words):
            Capping.read(space, *arguments)
    with pytest.raises(Fault, match="no such file"):
        Capping.read(tmp_path / "no", "2", 1.0, None)
    with pytest.raises(Fault, match="160 dimensions, the model 64"):
        Capping.read(space, "2", 1.0, None).check(blocks, 64)
    with pytest.raises(Fault, match="no block 5; its blocks are 0 to 2"):
        Capping.read(space, "5", 1.0, None).check(blocks[:3], 160)


def test_persona_simulates_what_the_model_does_at_that_layer(persona, tmp_path):
    """The whole way: dump, fit, cap in simulation; dump the same text with true capping, and project it."""
    transcripts = sorted((DEMO / "transcripts").glob("therapy-0[01]_s0.json"))
    assert len(transcripts) == 2

    def run(*command):
        subprocess.run([*map(str, command)], check=True, capture_output=True, text=True)

    def dump(name, *options):
        script = [sys.executable, SCRIPTS / "dump_activations.py", ORGANISM, "-o", tmp_path / name, "--quiet"]
        run(*script, "--transcripts", *transcripts, "--pool", "tokens", "--dtype", "float32", *options)

    run(persona, "fit", DEMO, "-o", tmp_path / "fit", "-q")
    space = tmp_path / "fit" / "space.safetensors"
    dump("plain")
    dump("capped", "--cap", space, "--layers", "3", "--percentile", "75")
    run(persona, "cap", space, tmp_path / "plain", "-o", tmp_path / "simulated", "--percentile", "75", "-q")
    run(persona, "project", space, tmp_path / "capped", "-o", tmp_path / "true", "-q")

    def column(path, name):
        header, *rows = path.read_text().splitlines()
        rows = [dict(zip(header.split(","), row.split(","))) for row in rows]
        return {(row["conversation"], row["sample"], row["turn"], row["layer"]): float(row[name]) for row in rows}

    simulated = column(tmp_path / "simulated" / "cap_turns.csv", "after")
    before = column(tmp_path / "simulated" / "cap_turns.csv", "before")
    true = column(tmp_path / "true" / "turns.csv", "axis_projection")
    turns = [key for key in simulated if key[3] == "3"]
    assert len(turns) == 12
    assert max(abs(simulated[key] - true[key]) for key in turns) < 1e-4
    assert max(abs(simulated[key] - before[key]) for key in turns) > 0.01, "something was capped"
    later = [key for key in simulated if key[3] in "45"]
    assert max(abs(simulated[key] - true[key]) for key in later) > 1e-2


def caps(organism_size: int, layers, seed=4):
    """Directions and floors in the middle of what random activations project to."""
    draw = np.random.default_rng(seed)
    return {layer: (draw.normal(size=organism_size), float(draw.normal())) for layer in layers}


def write_json(path, given):
    layers = [
        {"layer": layer, "hook": f"blocks.{layer}.hook_resid_post", "vector": list(v / np.linalg.norm(v)), "min": floor}
        for layer, (v, floor) in given.items()
    ]
    content = {"format": "persona cap 1", "id": "x", "hidden_size": len(layers[0]["vector"]), "layers": layers}
    path.write_text(json.dumps(content))
    return path


def write_configuration(path, given):
    """As published: the negated direction, here of another length, with the ceiling −τ."""
    vectors = {f"v{layer}": {"vector": torch.from_numpy(-3 * v).float(), "layer": layer} for layer, (v, _) in given.items()}
    interventions = [{"vector": f"v{layer}", "cap": -floor} for layer, (_, floor) in given.items()]
    other = {"id": "none", "interventions": [{"vector": "v2"}]}
    torch.save({"vectors": vectors, "experiments": [{"id": "layers_2:4-p0.25", "interventions": interventions}, other]}, path)
    return path


def test_both_files_cap_the_model_as_defined(organism, chats, tmp_path):
    """Behind block 2, whose input no cap has touched, every token is h − v min(h·v − τ, 0); block 3 holds its own floor."""
    given = caps(160, (2, 3))
    from_json = Capping.load(write_json(tmp_path / "cap.json", given))
    from_pt = Capping.load(write_configuration(tmp_path / "config.pt", given), "layers_2:4-p0.25")
    model, tokenizer = organism
    extractor = Extractor(model, tokenizer, [2, 3], "float32", 2)
    plain = [tokens for tokens, _ in extractor.tokens(chats)]
    for capping in (from_json, from_pt):
        with capping.on(model):
            capped = [tokens for tokens, _ in extractor.tokens(chats)]
        for before, after in zip(plain, capped):
            v, tau = given[2][0] / np.linalg.norm(given[2][0]), given[2][1]
            h = before[:, 0].double().numpy()
            expected = h - np.minimum(h @ v - tau, 0)[:, None] * v
            np.testing.assert_allclose(after[:, 0].double().numpy(), expected, rtol=0, atol=1e-5)
            assert (h @ v < tau).any() and (h @ v > tau).any()
            v, tau = given[3][0] / np.linalg.norm(given[3][0]), given[3][1]
            assert (after[:, 1].double().numpy() @ v > tau - 1e-4).all()
    assert all(torch.equal(a, b) for a, b in zip(plain, [tokens for tokens, _ in extractor.tokens(chats)]))


def test_generation_is_capped_too(organism, tmp_path):
    """With the floor of one direction out of reach of anything else, what is said is other than without."""
    model, tokenizer = organism
    given = {layer: (v, 200.0) for layer, (v, _) in caps(160, (3,)).items()}
    inputs = torch.arange(5, 25)[None]
    plain = model.generate(inputs, max_new_tokens=8, do_sample=False)
    with Capping.load(write_json(tmp_path / "cap.json", given)).on(model):
        capped = model.generate(inputs, max_new_tokens=8, do_sample=False)
    assert not torch.equal(plain, capped)
    assert torch.equal(plain, model.generate(inputs, max_new_tokens=8, do_sample=False))


def test_files_that_do_not_say_where_to_cap(organism, tmp_path):
    config = write_configuration(tmp_path / "config.pt", caps(160, (2, 3)))
    with pytest.raises(Fault, match="several experiments; there is 'layers_2:4-p0.25', 'none'"):
        Capping.load(config)
    with pytest.raises(Fault, match="no cap for the vector 'v2'"):
        Capping.load(config, "none")
    with pytest.raises(Fault, match="no such file; persona export --to cap-json"):
        Capping.load(tmp_path / "no.json")
    path = write_json(tmp_path / "cap.json", {2: (np.zeros(160) + 1, 1.0)})
    path.write_text(path.read_text().replace("persona cap 1", "persona cap 9"))
    with pytest.raises(Fault, match="its format is 'persona cap 9'"):
        Capping.load(path)
    with pytest.raises(Fault, match="axes have 64 dimensions, the model 160"):
        with Capping.load(write_json(tmp_path / "small.json", caps(64, (2,)))).on(organism[0]):
            pass
    zero = write_configuration(tmp_path / "zero.pt", {2: (np.zeros(160), 1.0)})
    with pytest.raises(Fault, match="vector of layer 2 has length 0"):
        Capping.load(zero, "layers_2:4-p0.25")


def test_a_dump_is_capped_by_an_exported_file(persona, tmp_path):
    """The same transcripts through the space, the cap.json and the capping_config.pt: one dump, but for what the manifest says."""
    transcripts = sorted((DEMO / "transcripts").glob("therapy-00_s0.json"))

    def run(*command):
        return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True)

    def dump(name, *options):
        script = [sys.executable, SCRIPTS / "dump_activations.py", ORGANISM, "-o", tmp_path / name, "--quiet"]
        run(*script, "--transcripts", *transcripts, "--pool", "tokens", "--dtype", "float32", *options)
        [file] = (tmp_path / name / "turns").iterdir()
        return load_file(file)["tokens"], json.loads((tmp_path / name / "manifest.json").read_text())

    run(persona, "fit", DEMO, "-o", tmp_path / "fit", "-q", "--bootstrap", 0)
    space = tmp_path / "fit" / "space.safetensors"
    for kind, name in (("cap-json", "cap.json"), ("pt-capping", "config.pt")):
        run(persona, "export", space, "--to", kind, "-o", tmp_path / name, "--layers", "3", "--percentile", "75", "-q")
    by_space, _ = dump("a", "--cap", space, "--layers", "3", "--percentile", "75")
    for name in ("cap.json", "config.pt"):
        tokens, manifest = dump(name.split(".")[0], "--cap", tmp_path / name)
        np.testing.assert_allclose(tokens, by_space, rtol=0, atol=1e-4)
        assert manifest["capping"]["id"] == "layers_3:4-p0.25" and manifest["capping"]["layers"] == [3]
