"""Weights from nothing but a tensor's name, shape and seed, so that none need to be committed.

The twin of ../weight-generator.ts: both give the same bits, as the checksums in fixtures/networks.json prove.
Every element is a uniform number u in [-1, 1) from a hash of its index, times a scale that keeps activations near 1:
no part of a network, not even a projection that is zero in a fresh network, drops out of the result.
"""

import math

import numpy as np

Shape = tuple[int, ...]


def generate(name: str, shape: Shape, seed: int) -> np.ndarray:
    """The tensor of that name: float32, or int64 for the stored position ids of older text encoders."""
    count = math.prod(shape)
    if name.endswith("position_ids"):
        return np.arange(count, dtype=np.int64).reshape(shape)
    offset, scale = offset_and_scale(name, shape)
    u = uniform(name_hash(name) ^ np.uint32(seed), count)
    return (np.float32(offset) + np.float32(scale) * u).astype(np.float32).reshape(shape)


def offset_and_scale(name: str, shape: Shape) -> tuple[float, float]:
    """A tensor is offset + scale·u. What it is shows in its name and rank."""
    if name.endswith("logit_scale"):
        return 2.6592, 0.0  # ln(1 / 0.07), CLIP's own start.
    if name.endswith((".bias", "in_proj_bias")):
        return 0.0, 0.05
    if name.endswith(("class_embedding", "positional_embedding", "cls_token", "pos_embed")) or (
            name.endswith("_embedding.weight") and len(shape) == 2):
        return 0.0, 0.5
    if len(shape) == 1:
        return 1.0, 0.1  # The gain of a norm.
    return 0.0, math.sqrt(3 / math.prod(shape[1:]))  # Variance 1/fan_in: u has variance 1/3.


def uniform(key: np.uint32, count: int) -> np.ndarray:
    """`count` float32 numbers in [-1, 1): the upper 24 bits of a hash of the index, so that each is exact."""
    bits = finalise(finalise(np.arange(count, dtype=np.uint32)) ^ key)
    return ((bits >> np.uint32(8)).astype(np.int32) - 2**23).astype(np.float32) / np.float32(2**23)


def finalise(x: np.ndarray) -> np.ndarray:
    """The finaliser of MurmurHash3 (Appleby, public domain), over uint32 with wrap-around, after an odd offset."""
    x = x + np.uint32(0x9E3779B9)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return x ^ (x >> np.uint32(16))


def name_hash(name: str) -> np.uint32:
    """FNV-1a of the name's UTF-8 bytes, 32 bits."""
    value = 0x811C9DC5
    for byte in name.encode("utf-8"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return np.uint32(value)


def checksum(data: bytes) -> str:
    """FNV-1a of the little-endian bytes of a tensor, as eight hexadecimal digits."""
    value = 0x811C9DC5
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return f"{value:08x}"
