"""Baum-Welch of two states in NumPy, written out: what tests compare the command's two states with."""

import numpy as np
from scipy.stats import norm


def passes(x, chain):
    """The probabilities of the states (0 away, 1 home) at each turn, the expected moves, and the log-likelihood."""
    step = np.array([[1 - chain["come_back"], chain["come_back"]], [chain["leave"], 1 - chain["leave"]]])
    start = np.array([1 - chain["start"], chain["start"]])
    density = norm.pdf(x[:, None], [chain["away_mean"], chain["home_mean"]], [chain["away_sd"], chain["home_sd"]])
    density += 1e-300
    forward, scale, backward = np.zeros_like(density), np.zeros(len(x)), np.ones_like(density)
    for t in range(len(x)):
        forward[t] = (start if t == 0 else forward[t - 1] @ step) * density[t]
        scale[t] = forward[t].sum()
        forward[t] /= scale[t]
    for t in range(len(x) - 2, -1, -1):
        backward[t] = step @ (density[t + 1] * backward[t + 1]) / scale[t + 1]
    moves = sum(
        forward[t][:, None] * step * (density[t + 1] * backward[t + 1])[None] / scale[t + 1] for t in range(len(x) - 1)
    )
    return forward * backward, moves, np.log(scale).sum()


def fitted(conversations, iterations=500):
    """The chain of maximum likelihood, from the quantiles of all positions."""
    x = np.concatenate(conversations)
    low, high = np.percentile(x, (15, 85))
    chain = {"leave": 0.2, "come_back": 0.2, "start": 0.9, "home_mean": high, "away_mean": low, "home_sd": x.std() / 2}
    chain["away_sd"] = x.std() / 2
    for _ in range(iterations):
        found = [passes(c, chain) for c in conversations]
        weights = np.concatenate([states for states, _, _ in found])
        moves = sum(moves for _, moves, _ in found)
        chain["leave"], chain["come_back"] = moves[1, 0] / moves[1].sum(), moves[0, 1] / moves[0].sum()
        chain["start"] = np.mean([states[0, 1] for states, _, _ in found])
        for state, name in enumerate(("away", "home")):
            w = weights[:, state]
            chain[f"{name}_mean"] = (w * x).sum() / w.sum()
            chain[f"{name}_sd"] = np.sqrt((w * (x - chain[f"{name}_mean"]) ** 2).sum() / w.sum())
    chain["away_share"] = weights[:, 0].mean()
    return chain
