"""Responses that could be taken for what they are not: (d, layers), other labels, scores in other forms, files without scores."""

import json

import numpy as np
import pytest
import torch
from answers import KEYS, answers, fitted
from people import FAST, NAMES, read, refused, run, save, table, world  # noqa: F401
from safetensors.numpy import load_file

@pytest.mark.parametrize("manifest", [{"hidden_size": 64}, {"layers": [16, 17, 18, 19]}])
def test_a_manifest_tells_d_layers_from_layers_d_of_responses(run, world, tmp_path, manifest):  # noqa: F811
    dump = answers(world, tmp_path / "dump", lambda x: x.T, manifest=manifest)
    done = read(run, "fit", dump, "-o", tmp_path / "out", *FAST)
    assert "responses of shape [64, 4] are taken as (d, layers)" in done.stderr
    assert np.allclose(fitted(tmp_path / "out"), world.roles, atol=1e-5)
    assert "are taken as (d, layers)" in read(run, "inspect", dump).stdout
    said = read(run, "stability", tmp_path / "out", dump, "-o", tmp_path / "stability", *FAST).stderr
    assert "are taken as (d, layers)" in said


@pytest.mark.parametrize("form", ["a file each", "npz", "one array"])
def test_other_files_of_d_layers_are_read_so_too(run, world, tmp_path, form):  # noqa: F811
    dump = answers(world, tmp_path / "dump", lambda x: x.T, manifest={"hidden_size": 64})
    for path in list((dump / "activations").iterdir()):
        content = torch.load(path)
        path.unlink()
        if form == "a file each":
            for key, x in content.items():
                save(x, dump / "activations" / path.stem / f"{key}.pt")
        elif form == "npz":
            np.savez(path.with_suffix(".npz"), **{key: x.numpy() for key, x in content.items()})
        else:
            save(torch.stack(list(content.values())), path)
    done = read(run, "fit", dump, "-o", tmp_path / "out", *FAST)
    assert "(d, layers)" in done.stderr
    assert np.allclose(fitted(tmp_path / "out"), world.roles, atol=1e-5)


def test_row_layers_and_axes_tell_it_too(run, world, tmp_path):  # noqa: F811
    dump = answers(world, tmp_path / "dump", lambda x: x.T)
    for option in ("--row-layers", "8:12"), ("--axes", "d,layers"):
        read(run, "fit", dump, "-o", tmp_path / "out", *FAST, *option, "--force")
        assert np.allclose(fitted(tmp_path / "out"), world.roles, atol=1e-5)


def test_axes_are_an_option_of_all_verbs_of_responses(run, world, tmp_path):  # noqa: F811
    dump = answers(world, tmp_path / "dump", lambda x: x.T)
    read(run, "vectors", dump, "-o", tmp_path / "v.safetensors", "--axes", "d,layers")
    assert load_file(tmp_path / "v.safetensors")["role_vectors"].shape == (12, 4, 64)
    read(run, "fit", tmp_path / "v.safetensors", "-o", tmp_path / "out", *FAST)
    read(run, "stability", tmp_path / "out", dump, "-o", tmp_path / "s", *FAST, "--axes", "d,layers")


def test_more_rows_than_dimensions_of_responses_are_said(run, world, tmp_path):  # noqa: F811
    dump = answers(world, tmp_path / "dump", lambda x: x.T)
    done = read(run, "vectors", dump, "-o", tmp_path / "v.safetensors")
    assert "responses of shape [64, 4] have more rows than dimensions" in done.stderr
    assert '"hidden_size": 64 in manifest.json' in done.stderr


def test_all_responses_in_one_array_with_the_layers_first(run, world, tmp_path):  # noqa: F811
    dump = answers(world, tmp_path / "dump")
    for path in (dump / "activations").iterdir():
        save(torch.stack(list(torch.load(path).values()), 1), path)
    said = refused(run, "vectors", dump, "-o", tmp_path / "v.safetensors")
    assert '[4, 12, 64]' in said and '"layers" in manifest.json' in said
    read(run, "fit", dump, "-o", tmp_path / "out", *FAST, "--axes", "layers,responses,d")
    assert np.allclose(fitted(tmp_path / "out"), world.roles, atol=1e-5)
    (dump / "manifest.json").write_text('{"layers": [0, 1, 2, 3]}')
    read(run, "fit", dump, "-o", tmp_path / "out", *FAST, "--force")
    assert np.allclose(fitted(tmp_path / "out"), world.roles, atol=1e-5)


@pytest.mark.parametrize("opposite", ["neg", "negative", "default"])
def test_responses_asked_for_the_opposite_are_left_out_and_named(run, world, tmp_path, opposite):  # noqa: F811
    keys = ["positive" + key[3:] for key in KEYS] if opposite == "negative" else KEYS
    dump = tmp_path / "dump"
    answers(world, dump, opposite=opposite)
    if opposite == "negative":
        for path in (dump / "activations").iterdir():
            content = torch.load(path)
            save({key.replace("pos_", "positive_"): x for key, x in content.items()}, path)
    done = read(run, "fit", dump, "-o", tmp_path / "out", *FAST)
    label = keys[0].split("_")[0]
    assert f"(and 11 more files): responses under the label '{label}' (12) are taken, those under '{opposite}' (12) left out" in done.stderr
    assert np.allclose(fitted(tmp_path / "out"), world.roles, atol=1e-5)
    assert f"'{opposite}' (12)" in read(run, "inspect", dump).stdout
    done = read(run, "stability", tmp_path / "out", dump, "-o", tmp_path / "stability", *FAST)
    assert f"'{opposite}' (12) left out" in done.stderr
    assert {row["count"] for row in table(tmp_path / "stability/personas.csv")} == {"12"}


def test_a_label_may_end_in_what_it_is(run, world, tmp_path):  # noqa: F811
    dump = answers(world, tmp_path / "dump", opposite="neg")
    for path in (dump / "activations").iterdir():
        save({f"{path.stem}_{key}": x for key, x in torch.load(path).items()}, path)
    done = read(run, "fit", dump, "-o", tmp_path / "out", *FAST)
    assert "'pirate_neg' (12) left out" in done.stderr
    assert np.allclose(fitted(tmp_path / "out"), world.roles, atol=1e-5)


def test_one_role_alone_may_have_another_label(run, world, tmp_path):  # noqa: F811
    dump = answers(world, tmp_path / "dump")
    content = torch.load(dump / "activations/pirate.pt")
    save(content | {key.replace("pos", "neg"): x + 5 for key, x in content.items()}, dump / "activations/pirate.pt")
    done = read(run, "fit", dump, "-o", tmp_path / "out", *FAST)
    assert "pirate.pt: responses under the label 'pos' (12) are taken" in done.stderr
    assert np.allclose(fitted(tmp_path / "out"), world.roles, atol=1e-5)
    assert "pirate.pt: responses under the label" in read(run, "plan", dump, "--drift", 0.3, "-o", tmp_path / "p").stderr


def test_the_advice_for_two_labels_of_the_default_works(run, world, tmp_path):  # noqa: F811
    dump = answers(world, tmp_path / "dump")
    content = torch.load(dump / "activations/default.pt")
    save(content | {key.replace("default", "alt"): x + 1 for key, x in content.items()}, dump / "activations/default.pt")
    assert "'alt' (12), 'default' (12)" in read(run, "fit", dump, "-o", tmp_path / "out", *FAST).stderr
    read(run, "fit", dump, "-o", tmp_path / "out", *FAST, "--label", "pos,default", "--force")
    found = load_file(tmp_path / "out/space.safetensors")["default"]
    assert np.allclose(found, world.default, atol=1e-5)


def test_label_takes_what_it_names(run, world, tmp_path):  # noqa: F811
    dump = answers(world, tmp_path / "dump", opposite="neg")
    read(run, "fit", dump, "-o", tmp_path / "out", *FAST, "--label", "neg")
    assert np.allclose(fitted(tmp_path / "out"), 2 * world.mean - world.roles, atol=1e-5)
    said = refused(run, "fit", dump, "-o", tmp_path / "out2", *FAST, "--label", "negative")
    assert "no response under the label 'negative'" in said and "'pos'" in said


def test_labels_of_no_known_meaning_are_named(run, world, tmp_path):  # noqa: F811
    dump = answers(world, tmp_path / "dump", opposite="other")
    for path in (dump / "activations").iterdir():
        save({key.replace("pos_", "some_"): x for key, x in torch.load(path).items()}, path)
    done = read(run, "fit", dump, "-o", tmp_path / "out", *FAST)
    assert "under 2 labels are taken together: 'other' (12), 'some' (12); --label other" in done.stderr


@pytest.mark.parametrize("kind", ["vectors", "activations"])
def test_names_that_differ_in_capitals_are_named(run, world, tmp_path, kind):  # noqa: F811
    folder = world.write(tmp_path / "dump") if kind == "vectors" else answers(world, tmp_path / "dump")
    for name in "Pirate", "Default":
        (folder / kind / f"{name}.pt").write_bytes((folder / kind / "judge.pt").read_bytes())
    done = read(run, "fit", folder, "-o", tmp_path / "out", *FAST)
    assert "'Pirate' and 'pirate'" in done.stderr and "'Default'" in done.stderr
    assert "'Pirate' and 'pirate'" in read(run, "inspect", folder).stdout


def scored(world, folder, change):  # noqa: F811
    answers(world, folder)
    (folder / "scores").mkdir()
    for name in NAMES:
        (folder / f"scores/{name}.json").write_text(json.dumps({key: change(3) for key in KEYS}))
    return folder


@pytest.mark.parametrize("form", [str, lambda x: {"score": x}, lambda x: {"score": str(x), "why": "."}, float])
def test_plain_scores_in_other_forms_are_read(run, world, tmp_path, form):  # noqa: F811
    read(run, "fit", scored(world, tmp_path / "dump", form), "-o", tmp_path / "out", *FAST, "--min-count", 12)
    assert np.allclose(fitted(tmp_path / "out"), world.roles, atol=1e-5)


@pytest.mark.parametrize("form", [lambda _: True, lambda _: [3], lambda _: {"value": 3}, lambda _: "fully"])
def test_other_scores_are_refused_with_what_is_wanted(run, world, tmp_path, form):  # noqa: F811
    said = refused(run, "fit", scored(world, tmp_path / "dump", form), "-o", tmp_path / "out", *FAST)
    assert "a score is wanted, a number such as 3" in said and ".json" in said
    assert ("write 3 for true" in said) == (form(3) is True)


def test_missing_and_misnamed_scores_are_named(run, world, tmp_path):  # noqa: F811
    folder = scored(world, tmp_path / "dump", int)
    (folder / "scores/pirate.json").rename(folder / "scores/pirates.json")
    (folder / "scores/default.json").write_text(json.dumps({key: 0 for key in KEYS}))
    for verb in "vectors", "fit":
        out = ["-o", tmp_path / ("v.safetensors" if verb == "vectors" else "out")]
        done = read(run, verb, folder, *out, "--min-count", 12)
        assert "there is no" in done.stderr and "scores/pirate.json" in done.stderr and "is it pirates.json?" in done.stderr
        assert "scores/default.json is not used" in done.stderr
    assert "is it pirates.json?" in read(run, "inspect", folder).stdout
    for name in NAMES:
        (folder / f"scores/{name}.json").unlink(missing_ok=True)
    said = refused(run, "fit", folder, "-o", tmp_path / "none", *FAST)
    assert "scores/bard.json" in said
