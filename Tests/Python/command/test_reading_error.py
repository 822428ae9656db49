"""The reading error of turns that are dumped token by token: means of blocks in NumPy, in any layout and for any threads."""

import numpy as np
import pytest
import safetensors
import torch
from test_project import LAYERS, TYPES, project, save, space, tokens  # noqa: F401

#: Around squares, and where there are fewer than four blocks.
LENGTHS = [1, 3, 4, 8, 9, 11, 12, 15, 16, 17, 24, 25, 130, 1000]


def error(positions):
    """The standard deviation of the means of blocks of ⌊√n⌋ tokens, over the root of their number."""
    length = int(np.floor(np.sqrt(len(positions))))
    count = len(positions) // length
    if count < 4:
        return None
    means = positions[: count * length].reshape(count, length).mean(1)
    return means.std(ddof=1) / np.sqrt(count)


def check_all(rows, content, offsets, space):
    _, default, mean = space
    some = 0
    for turn in range(len(LENGTHS)):
        own = content[offsets[turn] : offsets[turn + 1]].to(torch.float64).numpy()
        for layer in range(LAYERS):
            axis = default[layer] - mean[layer]
            wanted = error((own[:, layer] - mean[layer]) @ axis / (axis @ axis))
            found = rows["talk", "assistant", turn, layer]["reading_error"]
            assert (found == "") == (wanted is None), LENGTHS[turn]
            if wanted is not None:
                assert float(found) == pytest.approx(wanted, rel=1e-9)
                some += 1
    assert some == LAYERS * 9


@pytest.mark.parametrize("dtype", TYPES)
def test_against_numpy(project, tmp_path, space, dtype):  # noqa: F811
    content, offsets = tokens(LENGTHS, TYPES[dtype])
    save(tmp_path, "talk.safetensors", {"tokens": content, "turn_offsets": offsets})
    check_all(project(), content, offsets, space)


def test_tokens_that_do_not_lie_one_after_the_other(project, tmp_path, space):  # noqa: F811
    content, offsets = tokens(LENGTHS, torch.float32)
    turned = content.transpose(0, 2).contiguous().transpose(0, 2)
    save(tmp_path, "talk.pt", {"tokens": turned, "turn_offsets": offsets})
    check_all(project(), content, offsets, space)


def test_layers_and_threads_change_no_bit(project, tmp_path):  # noqa: F811
    content, offsets = tokens(LENGTHS)
    save(tmp_path, "talk.safetensors", {"tokens": content, "turn_offsets": offsets})
    every = project("--threads", 1)
    assert every == project("--threads", 5)
    assert project("--layers", "1,3:5") == {key: row for key, row in every.items() if key[3] in (1, 3, 4)}


def test_means_of_turns_have_none(project, tmp_path):  # noqa: F811
    turns, _ = tokens([3], torch.float32)
    save(tmp_path, "talk.safetensors", {"turns": turns})
    assert {row["reading_error"] for row in project().values()} == {""}


def test_autocorrelated_tokens_are_not_taken_for_many(project, tmp_path, space):  # noqa: F811
    """Of turns of tokens each of which has .8 of the last, the error is that of the turns' means, not of tokens by themselves."""
    random, length = np.random.default_rng(3), 400
    x = random.standard_normal((400, length))
    for token in range(1, length):
        x[:, token] = 0.8 * x[:, token - 1] + 0.6 * x[:, token]
    _, default, mean = space
    axis = default - mean
    content = torch.from_numpy(mean + x.reshape(-1, 1, 1) * axis)
    save(tmp_path, "talk.safetensors", {"tokens": content, "turn_offsets": torch.arange(0, x.size + 1, length)})
    found = np.array([float(row["reading_error"]) for row in project("--layers", "2").values()])
    true, plain = x.mean(1).std(), 1 / np.sqrt(length)
    # Blocks of 20 tokens, of which neighbours still have a little in common: a tenth too small.
    assert 0.8 * true < np.sqrt((found**2).mean()) < 1.05 * true and true > 2.5 * plain
    with safetensors.safe_open(space[0], "np") as file:
        assert file.get_tensor("axis").shape == axis.shape
