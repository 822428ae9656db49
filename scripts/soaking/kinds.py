"""The kinds of rounds. Each raises `AssertionError` with what it found."""

import csv
import shutil
import signal
import time
from pathlib import Path

import numpy as np

from soaking import dumps
from soaking.runs import PATIENCE, finish, run, start


class Soak:
    """Rounds over dumps in `folder` with the command `persona`."""

    def __init__(self, persona, folder):
        self.persona, self.folder = persona, folder

    def fresh(self, name):
        """The path of a folder that is not there yet."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        return path

    def analysis(self, dump, output, *options):
        return [self.persona, "analyze", dump, "-o", output, "--bootstrap", 100, "--split-half", "--force", *options]

    def changes(self, random):
        """An input is rewritten, replaced, removed or added at a random moment: the results are of one state, or the run says so."""
        sizes = dumps.sizes(random)
        dump, other = (dumps.synthetic(self.persona, self.fresh(name), sizes, seed) for seed, name in enumerate(["dump", "other"]))
        output = self.fresh("out")
        before = run(self.analysis(dump, output), output)
        assert before.status == 0, before.complaint
        files = sorted(path for path in dump.rglob("*") if path.is_file() and path.name != "truth.json")
        target = files[random.integers(len(files))]
        kind = ["rewrite", "replace", "remove", "add"][random.integers(4)]
        shutil.rmtree(output)
        began = time.monotonic()
        process = start(self.analysis(dump, output))
        time.sleep(random.uniform(0, before.seconds))
        self.change(kind, target, other / target.relative_to(dump))
        found = finish(process, output, began)
        if found.status == 74:
            assert not found.files, f"{kind} {target.name}: an error, and outputs"
            return
        if kind == "rewrite" and found.status == 65 and target.name in found.complaint and not found.files:
            return  # It was looked at first when half of it was written.
        # It may have come before the first look, or after the last.
        if found.result != before.result:
            after = run(self.analysis(dump, output), output)
            assert found.result == after.result, f"{kind} {target}: results of two states; {found.status}: {found.complaint}"

    @staticmethod
    def change(kind, target, other):
        """Another content of the same kind in place of `target`, no file, or one more beside it."""
        content = other.read_bytes() if other.is_file() else target.read_bytes() + b"\n"
        if kind == "rewrite":
            target.write_bytes(content)
        elif kind == "remove":
            target.unlink()
        elif kind == "add":
            shutil.copy(target, target.with_name("added" + target.suffix))
        else:
            place = target.with_name("." + target.name + ".new")
            place.write_bytes(content)
            place.rename(target)

    def kills(self, random):
        """A run is killed at a random moment: outputs are whole or absent, and the next run is as if it had not been."""
        dump = dumps.synthetic(self.persona, self.fresh("dump"), dumps.sizes(random), random.integers(1 << 30))
        output = self.fresh("out")
        whole = run(self.analysis(dump, output), output)
        assert whole.status == 0, whole.complaint
        shutil.rmtree(output)
        began = time.monotonic()
        process = start(self.analysis(dump, output))
        time.sleep(random.uniform(0, whole.seconds))
        process.send_signal([signal.SIGKILL, signal.SIGTERM, signal.SIGINT][random.integers(3)])
        found = finish(process, output, began)
        visible = tuple(file for file in found.files if not Path(file[0]).name.startswith("."))
        if visible:
            there, wanted = ([name for name, _ in files] for files in (visible, whole.files))
            assert visible == whole.files, f"outputs that are neither whole nor absent: {there} of {wanted}"
        again = finish(start(self.analysis(dump, output)), output, time.monotonic())
        assert again.result == whole.result, f"after a kill: {again.status}: {again.complaint}"

    def limits(self, random):
        """A random limit of memory: a result, the same as ever, or the error 74, in good time."""
        dump = dumps.synthetic(self.persona, self.fresh("dump"), dumps.sizes(random), random.integers(1 << 30))
        output = self.fresh("out")
        command = self.commands(dump, output)[random.integers(4)]
        free = run(command, output)
        assert free.status == 0, free.complaint
        megabytes = int(random.integers(100, 1200))
        found = run(command, output, megabytes, free.seconds + PATIENCE)
        text = f"{command[1]} under {megabytes} MB: status {found.status} after {found.seconds:.1f} s: {found.complaint[-300:]}"
        assert found.status in (0, 74), text
        assert found.result == (free.result if found.status == 0 else (74, ())), text

    def commands(self, dump, output):
        """A command of each kind over `dump`; what they read is made beside it."""
        space, turns = self.fresh("space"), self.fresh("projected")
        run([self.persona, "fit", dump, "-o", space, "--bootstrap", 0, "-q"], space)
        run([self.persona, "project", space, dump, "-o", turns, "-q"], turns)
        return [
            self.analysis(dump, output),
            [self.persona, "project", space, dump, "-o", output, "--force"],
            [self.persona, "drift", turns / "turns.csv", "-o", output, "--bootstrap", 100, "--force"],
            [self.persona, "cap", space, dump, "-o", output, "--force"],
        ]

    def numbers(self, random):
        """Positions, cosines and drifts of a dump made by other assumptions, against NumPy."""
        dump, output = self.fresh("dump"), self.fresh("out")
        roles, default, talks = dumps.plain(dump, random)
        found = run([self.persona, "analyze", dump, "-o", output, "--bootstrap", 0], output)
        assert found.status == 0, found.complaint
        mean = roles.mean(0)
        axis = default - mean
        for layer in range(roles.shape[1]):
            _, _, components = np.linalg.svd(roles[:, layer] - mean[layer], full_matrices=False)
            cosine = abs(components[0] @ axis[layer]) / np.linalg.norm(axis[layer])
            row = table(output / "layers.csv")[layer]
            assert abs(abs(float(row["cos_axis_pc1"])) - cosine) < 1e-8, f"cos_axis_pc1 {row['cos_axis_pc1']}, {cosine}"
        for row in table(output / "turns.csv"):
            layer = int(row["layer"])
            h = talks[row["conversation"]][int(row["turn"]), layer]
            position = (h - mean[layer]) @ axis[layer] / (axis[layer] @ axis[layer])
            assert abs(float(row["axis_position"]) - position) < 1e-9 * (1 + abs(position)), f"{row}: {position}"

    KINDS = {"changes": changes, "kills": kills, "limits": limits, "numbers": numbers}


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))
