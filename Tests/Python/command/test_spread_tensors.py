"""Tensors of PyTorch that are spread over devices: named, with a line of Python that makes tensors of them, which is followed here."""

import re
import subprocess
import sys

import torch
from people import run  # noqa: F401
from torch import distributed
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import distribute_tensor


def test_a_dtensor_is_named_and_the_command_makes_tensors(run, tmp_path):  # noqa: F811
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    try:
        spread = distribute_tensor(torch.arange(8.0).reshape(2, 4), init_device_mesh("cpu", (1,)))
        torch.save({"vector": spread}, tmp_path / "spread.pt")
    finally:
        distributed.destroy_process_group()
    done = run("inspect", tmp_path / "spread.pt")
    assert done.returncode == 65 and "a DTensor" in done.stderr
    command = re.search(r'python3 (-c ".+?")', done.stderr).group(1)
    subprocess.run(f"{sys.executable} {command}", shell=True, cwd=tmp_path, check=True)
    assert torch.equal(torch.load(tmp_path / "spread_plain.pt")["vector"], torch.arange(8.0).reshape(2, 4))
