"""Two models whose roles are answers: in the second some of the roles have moved along the axis, and the others only measure otherwise."""

import numpy as np
from safetensors.numpy import save_file

ROLES, QUESTIONS, LAYERS, DIMENSIONS = 24, 24, 2, 24
#: By how many axis lengths roles move, and which.
MOVED = {"r03": -0.8, "r10": 0.7, "r17": -0.6}


def write_pair(folder):
    """Writes the dumps `base` and `tuned` into `folder`; their names."""
    random = np.random.default_rng(5)
    centres = random.standard_normal((ROLES + 1, LAYERS, DIMENSIONS)) * np.r_[4, 2, np.ones(DIMENSIONS - 2)]
    centres[-1] = np.r_[9, 3, np.zeros(DIMENSIONS - 2)]
    axis = centres[-1] - centres[:-1].mean(0)
    moved = centres.copy()
    for name, by in MOVED.items():
        moved[int(name[1:])] += by * axis
    for dump, own in [("base", centres), ("tuned", moved)]:
        (folder / dump / "activations").mkdir(parents=True)
        for index, centre in enumerate(own):
            name = "default" if index == ROLES else f"r{index:02}"
            answers = {f"pos_p0_q{q}": centre + 0.6 * random.standard_normal(centre.shape) for q in range(QUESTIONS)}
            save_file(answers, folder / dump / "activations" / f"{name}.safetensors")
    return "base", "tuned"
