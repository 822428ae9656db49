"""scripts/check_imports and scripts/check_sizes refuse what they should, and nothing else, in small made-up trees."""

import subprocess

import pytest

from repository import SCRIPTS

#: A module of each floor, with imports that are allowed.
HOUSE = {
    "persona": "internal import ArgumentParser\ninternal import CMalloc\n@testable import Analyses\nimport Foundation\n",
    "Analyses": "internal import Dumps\nimport struct LinearAlgebra.Matrix\nimport FoundationEssentials\n",
    "Dumps": "public import PersonaSpace\npackage import TensorFiles\ninternal import Files\nimport Dispatch\n",
    "PersonaSpace": "internal import Statistics\npublic import LinearAlgebra\nimport Glibc\n",
    "Statistics": "internal import LinearAlgebra\n",
    "LinearAlgebra": "internal import COpenBLAS; internal import CMoments\nimport Synchronization\n",
    "TensorFiles": "public import Files\ninternal import CZlib\n",
    "Files": "internal import CLibcrypto\ninternal import CXXHash\nimport FoundationEssentials\n",
}


@pytest.fixture
def refused(tmp_path):
    """What a check prints of files, by path; [] where it passes."""

    def refused(check, files) -> list[str]:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        done = subprocess.run([SCRIPTS / check, tmp_path], capture_output=True, text=True)
        found = done.stdout.replace(f"{tmp_path}/", "").splitlines()
        assert done.returncode == (1 if found else 0) and bool(done.stderr) == bool(found), done
        return found

    return refused


def house(**more) -> dict[str, str]:
    """The files of the house, with `more` text in front of that of some modules."""
    return {f"{module}/{module}.swift": more.get(module, "") + text for module, text in HOUSE.items()}


def test_imports_that_go_down_pass(refused):
    assert refused("check_imports", house()) == []


@pytest.mark.parametrize(
    ("module", "line", "what"),
    [
        ("LinearAlgebra", "import Statistics", "LinearAlgebra imports Statistics, which stands above it"),
        ("Files", "internal import TensorFiles", "Files imports TensorFiles, which stands above it"),
        ("TensorFiles", "public import LinearAlgebra", "TensorFiles imports LinearAlgebra, which stands above it"),
        ("PersonaSpace", "@testable import Dumps", "PersonaSpace imports Dumps, which stands above it"),
        ("Dumps", "import struct Analyses.Run", "Dumps imports Analyses, which stands above it"),
        ("Analyses", "package import persona", "Analyses imports persona, which stands above it"),
        ("Statistics", "@_spi(Tests) public import Files", "Statistics imports Files, which the table"),
        ("LinearAlgebra", "import FoundationEssentials", "LinearAlgebra imports FoundationEssentials: it knows no file"),
        ("Statistics", "import func Foundation.exp", "Statistics imports Foundation: it knows no file"),
        ("PersonaSpace", "@preconcurrency import Foundation", "PersonaSpace imports Foundation: it knows no file"),
        ("PersonaSpace", "internal import COpenBLAS", "PersonaSpace imports COpenBLAS, which the table"),
        ("Dumps", "internal import CZlib", "Dumps imports CZlib, which the table"),
        ("Analyses", "internal import ArgumentParser", "Analyses imports ArgumentParser, which the table"),
        ("persona", "import SomethingElse", "persona imports SomethingElse, which the table"),
        ("Files", "  import Glibc ; import `Dumps` // to read", "Files imports Dumps, which stands above it"),
        ("Files", "#if canImport(Dumps)\nimport Dumps\n#endif", "Files imports Dumps, which stands above it"),
        ("Files", "/* a /* nested */ comment */ import Dumps", "Files imports Dumps, which stands above it"),
        ("Files", "import /* why */ class Dumps.Dump", "Files imports Dumps, which stands above it"),
        ("Files", "import\n  Dumps", "Files imports nothing on its line"),
    ],
)
def test_imports_that_are_not_in_the_table_are_refused_with_their_place(refused, module, line, what):
    number = next(i for i, text in enumerate(line.splitlines(), 1) if "import" in text.replace("canImport", ""))
    (found,) = refused("check_imports", house(**{module: f"\n{line}\n"}))
    assert found.startswith(f"{module}/{module}.swift:{number + 1}: {what}")


def test_what_only_looks_like_an_import_passes(refused):
    text = '''
    // import Dumps
    /* import Dumps
       /* import Dumps */
    import Dumps */
    let a = "import Dumps", b = "/*", c = #"a " /* \\"#
    let d = """
      \\(f("}", g { "\\(h)" }))
      import Dumps
      """
    let e = ##"""
      """
      import Dumps
      """##
    important()
    '''
    assert refused("check_imports", house(Files=text)) == []


def test_files_in_folders_of_a_module_belong_to_it(refused):
    (found,) = refused("check_imports", house() | {"Files/Lock/Folder Lock.swift": "import Dumps\n"})
    assert found.startswith("Files/Lock/Folder Lock.swift:1: Files imports Dumps")


def test_a_module_without_a_line_in_the_table_is_refused(refused):
    (found,) = refused("check_imports", house() | {"Utilities/Pair.swift": "import Glibc\n"})
    assert found == "Utilities: a module without a line in the table of scripts/check_imports"


def function(lines: int, head: str = "func long() {") -> str:
    return f"  {head}\n" + "    f()\n" * (lines - 2) + "  }\n"


def test_long_files_are_refused(refused):
    line = "x = 1\n"
    files = {
        "Sources/A/Fits.swift": line * 300,
        "Sources/A/Long.swift": line * 301,
        "Tests/Python/test_long.py": line * 400,
        "scripts/long.py": line * 301,
        "Fuzzing/Long.swift": line * 301,
        "Benchmarks/long.py": line * 301,
        "Benchmarks/.build/of_others.swift": line * 301,
        "Tests/table.csv": line * 301,
        "docs/long.py": line * 301,
    }
    assert refused("check_sizes", files) == [
        "Benchmarks/long.py: 301 lines; a file has 300 at most",
        "Fuzzing/Long.swift: 301 lines; a file has 300 at most",
        "Sources/A/Long.swift: 301 lines; a file has 300 at most",
        "Tests/Python/test_long.py: 400 lines; a file has 300 at most",
        "scripts/long.py: 301 lines; a file has 300 at most",
    ]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("func long() {", "long"),
        ("public static func < (a: Self, b: Self) -> Bool {", "<"),
        ("func long<T>(_ x: [T] = [], then: () -> Void = { }) rethrows -> T where T: Equatable {", "long"),
        ("public init?(_ x: Int) throws(Fault) {", "init"),
        ('func long(_ x: String = "{ \\(f("{"))") {', "long"),
    ],
)
def test_long_functions_are_refused(refused, head, name):
    assert refused("check_sizes", {"Sources/A/A.swift": f"struct A {{\n{function(60, head)}}}\n"}) == []
    (found,) = refused("check_sizes", {"Sources/A/A.swift": f"struct A {{\n{function(61, head)}}}\n"})
    assert found == f"Sources/A/A.swift:2: {name} has 61 lines; a function has 60 at most"


def test_what_is_no_long_function_passes(refused):
    """A requirement of a protocol is not measured to the next brace, nor is a call, nor what is in texts and comments."""
    text = 'protocol P {\n  func f(_ x: Int) -> Int\n  var y: Int { get }\n  init(x: Int)\n  func g()\n}\n'
    text += "extension P {\n" + "  var z: Int { 1 }\n" * 30 + function(50) + "}\n"
    text += "let all = [\n" + "  A.init(x: 1) { $0 },\n" * 70 + "]\n"
    text += '// func f() {\nlet t = """\n  func f() {\n' + "\n" * 70 + '  """\n'
    assert refused("check_sizes", {"Sources/A/A.swift": text}) == []


def test_functions_in_functions_are_measured_each(refused):
    text = "func outer() {\n" + function(61, "func inner() {") + "}\n"
    assert [line.split(" lines")[0] for line in refused("check_sizes", {"Sources/A/A.swift": text})] == [
        "Sources/A/A.swift:2: inner has 61",
        "Sources/A/A.swift:1: outer has 63",
    ]
    assert refused("check_sizes", {"Sources/A/A.swift": "", "Tests/ATests/A.swift": text}) == []
