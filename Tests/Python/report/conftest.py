"""The report of the demo, and a browser without a window to open it in."""

import json
import shutil
from pathlib import Path

import pytest

from reporting import Page, run
from repository import ROOT

# Debian's names first; those of other systems behind.
CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]


@pytest.fixture(scope="session")
def report_of_demo(persona, tmp_path_factory) -> Path:
    """The folder of an analysis of the demo, with single answers, and with its report. Some of its roles stand for traits."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "traits").mkdir()
    names = sorted(path for path in (ROOT / "Data/demo/vectors").iterdir() if path.stem != "default")
    for file in names[::2]:
        shutil.copy(file, folder / "traits")
    out = folder / "out"
    run(
        persona, "analyze", ROOT / "Data/demo", "-o", out, "--quiet", "--bootstrap", "200", "--traits",
        folder / "traits",
    )  # fmt: skip
    run(
        persona, "stability", out, ROOT / "Data/demo", "-o", out, "--each", "--force", "--quiet",
        "--bootstrap", "200",
    )  # fmt: skip
    run(persona, "report", out, "--force", "--quiet")
    return out


@pytest.fixture(scope="session")
def report_of_pair(persona, tmp_path_factory) -> Path:
    """The folder of a comparison with its report: a model whose roles are answers, and the same with some of its roles moved."""
    from planted_pair import write_pair

    folder = tmp_path_factory.mktemp("pair")
    for name in write_pair(folder):
        run(persona, "fit", folder / name, "-o", folder / f"{name}-space", "--quiet", "--min-count", "1", "--score", "all")
    out = folder / "out"
    run(
        persona, "compare", folder / "base-space", folder / "tuned-space", "-o", out, "--quiet", "--names", "base,tuned",
        "--bootstrap", "200",
    )  # fmt: skip
    run(persona, "report", out, "--quiet")
    return out


@pytest.fixture(scope="session")
def driver():
    """A browser. Without one nothing of the page is tested, which is a failure."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    browser = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    service = shutil.which("chromedriver")
    if browser is None or service is None:
        pytest.fail(
            "no chromium or no chromedriver: scripts/test --all installs them (on Debian: apt-get install chromium "
            "chromium-driver libxml2-utils)",
            pytrace=False,
        )
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(service))
    yield driver
    driver.quit()


@pytest.fixture
def open_page(driver):
    pages = []

    def opened(path, **options):
        pages.append(Page(driver, path, **options))
        return pages[-1]

    yield opened
    for page in pages:
        complaints = page.complaints
        assert not complaints, complaints


@pytest.fixture
def folder(tmp_path):
    """Makes the folder of an analysis of tables given as lists of dictionaries."""

    def made(record=None, **tables):
        out = tmp_path / "made"
        out.mkdir(exist_ok=True)
        for name, rows in tables.items():
            header, rows = (list(rows[0]), rows) if isinstance(rows, list) else (rows[0], rows[1])
            quoted = lambda value: '"' + str(value).replace('"', '""') + '"' if isinstance(value, str) else str(value)
            lines = [",".join(header)] + [",".join(quoted(row[key]) for key in header) for row in rows]
            (out / f"{name}.csv").write_text("\n".join(lines) + "\n")
        if record:
            (out / "run.json").write_text(json.dumps(record))
        return out

    return made
