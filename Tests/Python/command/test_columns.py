"""What `persona columns` says of the tables holds in the tables."""

import csv
import json
import shutil
import subprocess

import pytest
from repository import DEMO, ROOT

#: Columns of which there are as many as the data have, and the one that is declared for all of them.
MANY = {"roles.csv": ("pc", "pc1"), "role_traits.csv": ("cos_", "cos_TRAIT")}

#: The folder here with what `persona components` writes, whose table has the name of one of `persona fit`.
COMPONENTS = "components"

#: The least and the largest value of a column, by the range that is printed. Rounding may pass an end by this much.
RANGES = {
    "0, 1, …": (0, None),
    "1, 2, …": (1, None),
    "−1, 0, 1, …": (-1, None),
    "≥ 0": (0, None),
    "−1 to 1": (-1, 1),
    "0 to 1": (0, 1),
    "0 to 100": (0, 100),
    "0 to 180": (0, 180),
    "any": (None, None),
    "any; mean role 0, default 1": (None, None),
}
ROUNDING = 1e-9


def columns(persona, *arguments):
    result = subprocess.run([persona, "columns", *arguments], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def declared(persona):
    """By file, its columns: name → what is declared of it."""
    return {
        (f"{COMPONENTS}/{name}" if table["verb"] == COMPONENTS else name): {
            column["name"]: column for column in table["columns"]
        }
        for table in json.loads(columns(persona, "--json"))
        for name in table["files"]
    }


def key(path):
    """Under what the columns of the table at `path` are declared."""
    return f"{COMPONENTS}/{path.name}" if path.parent.name == COMPONENTS else path.name


def declaration(declared, table, name):
    """What is declared of the column `name` of a table; None if nothing is."""
    start, one = MANY.get(table, ("", ""))
    return declared[table].get(name) or (declared[table][one] if start and name.startswith(start) else None)


@pytest.fixture(scope="module")
def tables(persona, tmp_path_factory):
    """The tables of the demo, of every verb that has one."""
    out = tmp_path_factory.mktemp("columns")

    def run(*arguments):
        subprocess.run([persona, *arguments, "-q", "--bootstrap", "60"], check=True, timeout=300)

    run("analyze", DEMO, "-o", out / "all", "--layers", "2:4")
    run("fit", DEMO, "-o", out / "vectors", "--layers", "2:4")
    run("fit", DEMO, "-o", out / "answers", "--layers", "2:4", "--score", "all", "--split-half")
    run("stability", out / "vectors", DEMO, "-o", out / "each", "--layers", "3", "--each")
    run("compare", out / "vectors", out / "answers", "-o", out / "pair")
    run("plan", out / "all" / "turns.csv", "--drift", "0.3", "-o", out / "plan")
    run("components", DEMO, "-o", out / COMPONENTS)
    run("vectors", DEMO, "-o", out / "averages" / "vectors.safetensors")
    # The demo has no traits: some of its roles stand for them.
    (out / "traits").mkdir()
    for name in ("wolf", "doctor", "poet", "engineer"):
        shutil.copy(DEMO / "vectors" / f"{name}.safetensors", out / "traits")
    run("fit", DEMO, "-o", out / "traited", "--layers", "2:4", "--traits", out / "traits")
    found = [path for path in out.rglob("*.csv")]
    assert len({path.name for path in found}) > 20
    return found


def test_every_column_of_the_tables_is_explained(tables, declared):
    for path in tables:
        with path.open() as file:
            names = next(csv.reader(file))
        known = [declaration(declared, key(path), name) for name in names]
        assert None not in known, (path.name, names[known.index(None)])
        one = MANY.get(path.name, ("", ""))[1]
        assert set(declared[key(path)]) - {one} <= set(names), path.name
        assert all(column["meaning"] for column in known)


def test_cells_are_empty_only_where_it_is_said_and_lie_in_their_range(tables, declared):
    for path in tables:
        with path.open() as file:
            rows = list(csv.DictReader(file))
        for name in rows[0] if rows else []:
            column = declaration(declared, key(path), name)
            cells = [row[name] for row in rows]
            if not column["empty"]:
                assert "" not in cells, (path.name, name)
            if column["unit"] in ("text", "word"):
                continue
            low, high = RANGES[column["range"]]
            for cell in filter(None, cells):
                value = float(cell)
                assert low is None or value >= low - ROUNDING, (path.name, name, cell)
                assert high is None or value <= high + ROUNDING, (path.name, name, cell)
                assert column["unit"] != "whole number" or value == int(value), (path.name, name, cell)


def test_the_page_of_columns_is_what_the_tables_declare(persona):
    page = (ROOT / "docs" / "columns.md").read_text()
    assert page.endswith("\n\n" + columns(persona, "--markdown")), (
        "docs/columns.md is not what the tables declare; type   scripts/columns"
    )


def test_one_table_is_explained_and_a_name_that_is_none_is_refused(persona):
    text = columns(persona, "out/tether.csv")
    assert text.startswith("tether.csv: a row is a group in a layer") and "half_life" in text
    assert max(map(len, text.splitlines())) <= 100
    result = subprocess.run([persona, "columns", "nothing.csv"], capture_output=True, text=True, timeout=60)
    assert result.returncode == 64 and "layers.csv" in result.stderr


def test_keys_of_summaries_are_columns(persona, tables, tmp_path, declared):
    """Numbers that a summary has beside those of tables are named here."""
    beside = {
        "layer", "roles", "hidden_size", "recommended_layer", "threshold", "conversations", "cutoffs", "movers_layer_a",
        "movers_layer_b", "massive_dimensions", "resistance", "instability", "ratio", "layers", "superposition_trend",
        "superposition_trend_low", "superposition_trend_high",
    }
    known = beside | {name for table in declared.values() for name in table}
    run = ["analyze", DEMO, "-o", tmp_path / "out", "--layers", "3", "--bootstrap", "60", "--json"]
    summary = json.loads(subprocess.run([persona, *run], capture_output=True, text=True, timeout=300).stdout)

    def keys(value, name=""):
        if isinstance(value, dict):
            for key, inner in value.items():
                if key != "shares":
                    yield from keys(inner, key)
        elif isinstance(value, list):
            for inner in value:
                yield from keys(inner, name)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield name

    assert not set(keys(summary)) - known
