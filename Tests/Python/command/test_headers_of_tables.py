"""Headers of tables that people write by hand: read as they are meant, or refused; never passed over."""

import pytest
from drifting import HEADER, drift, rows  # noqa: F401
from people import NAMES, read, refused, run, table, world  # noqa: F401


def test_blanks_after_commas(run, world, tmp_path):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    lines = [f"{name}, g{index % 2}, {index % 3}" for index, name in enumerate(NAMES)]
    (dump / "roles.csv").write_text("role, group, level\n" + "\n".join(lines) + "\n")
    read(run, "fit", dump, "-o", tmp_path / "out", "--bootstrap", 0)
    found = {row["role"]: (row["group"], row["level"]) for row in table(tmp_path / "out/roles.csv")}
    for index, name in enumerate(NAMES):
        assert found[name] == (f"g{index % 2}", f"{index % 3}")


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("role,group,group", "the column 'group' is there twice; rename or remove one of the two"),
        ("role;group;level", "separated by semicolons, and commas are wanted"),
        ("role\tgroup\tlevel", "separated by tabs, and commas are wanted"),
        ("name,group,level", "no column 'role'; there is 'name', 'group', 'level'"),
    ],
)
def test_headers_that_are_refused(run, world, tmp_path, header, says):  # noqa: F811
    dump = world.write(tmp_path / "dump")
    (dump / "roles.csv").write_text(header + "\n")
    assert says in refused(run, "fit", dump, "-o", tmp_path / "out", "--bootstrap", 0)


def test_columns_of_turns_that_are_there_twice(drift):  # noqa: F811
    drift(
        [line + ",x" for line in rows("c", [1.0, 0.5])], header=HEADER + ",domain", status=65,
        says="the column 'domain' is there twice",
    )  # fmt: skip
