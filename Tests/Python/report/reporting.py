"""What tests of reports share: the command, the data of a page, tables made by hand, and a page in a browser."""

import json
import re
import subprocess
from pathlib import Path


def run(persona, *arguments, status=0):
    """What the command printed, after it has ended with `status`."""
    done = subprocess.run([persona, *map(str, arguments)], capture_output=True, text=True, timeout=600)
    assert done.returncode == status, done.stderr
    return done.stdout if status == 0 else done.stderr


def data_of(page):
    """What the page's script works on."""
    text = page.read_text()
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S).group(1))


def column(figure, layer, name):
    """A column of a figure's table at a layer."""
    place = [names for _, names, _ in figure["columns"]].index(name)
    own = figure["layers"][str(layer)]["c"][place]
    found = figure["same"][place] if own is None else own
    return [figure["texts"][number] for number in found["t"]] if isinstance(found, dict) else found


def layer(table, number):
    return table[table.layer == number].reset_index(drop=True)


def roles(count, layers=(0,), name="role {}"):
    rows = []
    for number in layers:
        for index in range(count):
            place = 1 - 2 * index / max(count - 1, 1)
            rows.append({
                "layer": number, "role": name.format(index), "group": "", "rank": index + 1, "pc1": place * 3,
                "pc2": place**2, "axis_position": place, "axis_position_low": place - 0.1, "axis_position_high": place + 0.1,
            })  # fmt: skip
        rows.append({
            "layer": number, "role": "default", "group": "", "rank": "", "pc1": 3, "pc2": 0, "axis_position": 1,
            "axis_position_low": "", "axis_position_high": "",
        })  # fmt: skip
    return rows


def space_layer(number, verdict="found", **more):
    return {
        "layer": number, "roles": 12, "cos_axis_pc1": 0.9, "cos_axis_pc1_low": 0.8, "cos_axis_pc1_high": 0.95,
        "pc1_variance_ratio": 0.4, "random_null_95": 0.2, "verdict": verdict, "recommended": "",
        "components_above_chance": 1, "massive_carries": "",
    } | more  # fmt: skip


#: Texts of figures that run out of them or into one another, by the boxes that the browser draws.
COLLIDING = """
const faults = [];
  for (const svg of document.querySelectorAll("svg[data-fig]")) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map((t) => [t.textContent, t.getBoundingClientRect()]);
    texts.forEach(([text, box], k) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
        faults.push([svg.dataset.fig, "outside", text]);
      for (const [other, its] of texts.slice(k + 1)) {
        const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        // Boxes are of lines, which are higher than their letters.
        if (across > 1 && down > 0.35 * Math.min(box.height, its.height)) faults.push([svg.dataset.fig, text, other]);
      }
    });
  }
  return faults;
"""


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
        """After the work that waits for the next frame, or for the slider to rest."""
        self.driver.execute_async_script(
            "const done = arguments[0], look = () => document.documentElement.dataset.busy ? setTimeout(look, 20) : done();"
            "requestAnimationFrame(() => requestAnimationFrame(look))"
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
    def colliding(self):
        return self.js(COLLIDING)

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
