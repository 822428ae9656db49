"""Tables of cap whose rows several tasks make."""

import numpy as np
import pytest
from people import run  # noqa: F401
from test_cap import Talks, cap, table  # noqa: F401


def test_a_table_of_many_rows_has_each_of_them_once_in_order(cap, tmp_path):  # noqa: F811
    """Several tasks make them, some thousands each, which begin within conversations and layers."""
    talks, percentiles = Talks(tmp_path / "dump"), list(range(2, 98, 5))
    texts = []
    for threads in (1, 2, 3):
        cap(talks, "--percentile", ",".join(map(str, percentiles)), "--bootstrap", 0, "--threads", threads)
        texts.append((tmp_path / "out/cap_turns.csv").read_bytes())
    assert texts[0] == texts[1] == texts[2]
    rows = table(tmp_path / "out/cap_turns.csv")
    found = [(row["conversation"], int(row["layer"]), float(row["percentile"]), int(row["turn"])) for row in rows]
    names = list(dict.fromkeys(row["conversation"] for row in rows))
    assert set(names) == set(talks.tokens) | set(talks.means)
    assert found == [(name, layer, p, turn) for name in names for layer in range(4) for p in percentiles for turn in range(5)]
    assert len(found) > 5 * 2048
    for row in rows[::97]:
        h = (talks.tokens if row["granularity"] == "token" else talks.means)[row["conversation"]][int(row["turn"])]
        v, tau = talks.unit[int(row["layer"])], float(row["tau"])
        projection = h[:, int(row["layer"])].astype(np.float64) @ v
        assert float(row["capped_share"]) == pytest.approx((projection < tau).mean(), abs=1e-12)
        assert float(row["pullback"]) == pytest.approx(np.maximum(tau - projection, 0).mean(), rel=1e-9, abs=1e-12)
        assert float(row["before"]) == pytest.approx(projection.mean(), rel=1e-9)
