"""Writes the PyTorch files that the tests of this folder read, and what they hold as PyTorch sees it.

Run in this folder with PyTorch 2.x: python make_fixtures.py
"""

import collections
import json
import warnings
import zipfile

import numpy
import torch

warnings.simplefilter("ignore")
torch.manual_seed(0)


def state_dict():
    """Every element type, views into a larger storage, a shared tensor, no axes, no elements."""
    tensors = collections.OrderedDict()
    for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
        tensors[str(dtype)] = torch.randn(2, 3).to(dtype)
    for dtype in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8):
        tensors[str(dtype)] = torch.arange(5, dtype=dtype)
    tensors["torch.bool"] = torch.tensor([True, False, True])
    tensors["parameter"] = torch.nn.Parameter(torch.randn(4))
    tensors["view"] = torch.arange(10)[3:7]
    tensors["shared"] = tensors["torch.float32"]
    tensors["scalar"] = torch.tensor(3.5)
    tensors["empty"] = torch.zeros(0, 4)
    return tensors


def describe(tensor):
    flat = tensor.detach().contiguous().reshape(-1)
    data = flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""
    return {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape), "hex": data.hex()}


tensors = state_dict()
checkpoint = {
    "state_dict": tensors,
    "global_step": 470000,
    "epoch": -3,
    "learning_rate": 1e-4,
    "name": "größe",
    "finished": True,
    "none": None,
    "large": 2**70,
    "bytes": b"abc",
    "score": numpy.float32(1.5),
    "nested": {"beta": [0.9, 0.999]},
    "optimizer_states": [{"state": {0: {"exp_avg": torch.randn(3)}}}],
}
for protocol in (2, 3, 4, 5):
    torch.save(checkpoint, f"checkpoint-{protocol}.ckpt", pickle_protocol=protocol)
torch.save(checkpoint, "checkpoint-legacy.ckpt", _use_new_zipfile_serialization=False)
with open("expected.json", "w") as file:
    json.dump({name: describe(tensor) for name, tensor in tensors.items()}, file, indent=1)

bare = torch.arange(12, dtype=torch.float32).reshape(1, 3, 4) / 8
torch.save(bare, "bare.bin")
torch.save(bare, "legacy.pt", _use_new_zipfile_serialization=False)
torch.save({"weight": torch.randn(3, 4).t()}, "transposed.pt")
torch.save(torch.nn.Linear(2, 2), "module.pt")
torch.jit.script(torch.nn.Linear(2, 2)).save("script.pt")
vectors = torch.nn.ParameterDict({"*": torch.nn.Parameter(torch.arange(8.0).reshape(2, 4))})
torch.save({"string_to_token": {"*": 265}, "string_to_param": vectors, "name": "bad", "step": 10}, "inversion.pt")
numpy.savez("arrays.npz", a=numpy.zeros(2), b=numpy.zeros(3))


def repack(target, compression=zipfile.ZIP_STORED, changes=None):
    """The bare tensor's archive once more, written by Python's own zip library."""
    with zipfile.ZipFile("bare.bin") as source, zipfile.ZipFile(target, "w", compression) as archive:
        for name in source.namelist():
            archive.writestr(name, (changes or {}).get(name, source.read(name)))


repack("compressed.bin", zipfile.ZIP_DEFLATED)
repack("big-endian.bin", changes={"bare/byteorder": b"big"})
# Every number becomes too large for the short form.
zipfile.ZIP64_LIMIT = 0
zipfile.ZIP_FILECOUNT_LIMIT = 0
repack("zip64.bin")
