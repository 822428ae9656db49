"""The report of the demo, and a browser without a window to open it in."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from repository import ROOT

# Debian's names first; those of other systems behind.
CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]


def run(persona, *arguments, status=0):
    """What the command printed, after it has ended with `status`."""
    done = subprocess.run([persona, *map(str, arguments)], capture_output=True, text=True, timeout=600)
    assert done.returncode == status, done.stderr
    return done.stdout if status == 0 else done.stderr


@pytest.fixture(scope="session")
def report_of_demo(persona, tmp_path_factory) -> Path:
    """The folder of an analysis of the demo, with single answers, and with its report."""
    out = tmp_path_factory.mktemp("demo") / "out"
    run(persona, "analyze", ROOT / "Data/demo", "-o", out, "--quiet", "--bootstrap", "200")
    run(
        persona, "stability", out, ROOT / "Data/demo", "-o", out, "--each", "--force", "--quiet",
        "--bootstrap", "200", "--layers", "3",
    )  # fmt: skip
    run(persona, "report", out, "--force", "--quiet")
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


class Page:
    """A page in the browser."""

    def __init__(self, driver, path, width=1280, height=900, dark=False, script=True):
        self.driver = driver
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        driver.get_log("browser")
        driver.get(Path(path).as_uri())

    def js(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def settled(self):
        """After the work that waits for the next frame."""
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))"
        )
        return self

    def put(self, name, value):
        """Gives the control `name` a value, as a hand would."""
        self.js(
            "const [name, value] = arguments, e = document.getElementById(name); e.value = value;"
            "e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true}))",
            name, value,
        )  # fmt: skip
        return self.settled()

    @property
    def complaints(self):
        return self.driver.get_log("browser")

    def table(self, figure):
        """The rows of a figure's table, as they are shown."""
        return self.js(
            "const d = document.querySelector(`details[data-table=\"${arguments[0]}\"]`); d.open = true;"
            "d.dispatchEvent(new Event('toggle'));"
            "return [...d.querySelectorAll('tbody tr')].map(r => [...r.children].map(c => c.textContent))",
            figure,
        )


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
