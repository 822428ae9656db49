"""A table of turns is a set of rows: their order changes nothing but that of the tables."""

import random

import numpy as np
from drifting import drift, rows, walk  # noqa: F401


def test_intervals_do_not_depend_on_the_order_of_rows(drift):  # noqa: F811
    source = np.random.default_rng(3)
    lines = []
    for domain, resting in (("calm", 0.9), ("deep", 0.1)):
        for index in range(14):
            for condition in ("plain", "capped"):
                for sample in ("0", "1"):
                    x = walk(source, 7, 0.3, resting, 0.1)
                    lines += rows(f"{domain}-{index}", x, domain, condition, sample)
    options = "--bootstrap", 200, "--compare", "plain,capped"
    found = []
    for seed in (None, 1, 2):
        shuffled = list(lines)
        if seed is not None:
            random.Random(seed).shuffle(shuffled)
        tables, _ = drift(shuffled, *options)
        found.append({name: sorted(map(str, table)) for name, table in tables.items()})
    assert {"conversations", "drift", "tether", "curves", "superposition", "conditions"} <= set(found[0])
    for name, table in found[0].items():
        assert found[1][name] == table and found[2][name] == table, name


def test_a_domain_called_as_all_of_them_is_told_from_them(drift):  # noqa: F811
    lines = [line for index, domain in enumerate(["(all)", "(all)", "plain"]) for line in rows(f"c{index}", [1.0, 0.8, 0.5], domain)]
    tables, text = drift(lines, "--bootstrap", 0)
    for name in ("drift", "tether"):
        scopes = [(row["domain"], row["scope"], row["conversations"]) for row in tables[name]]
        assert scopes == [("(all)", "domain", "2"), ("plain", "domain", "1"), ("(all)", "all", "3")]
    assert "'(all)'  2" in text
