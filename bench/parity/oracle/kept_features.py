"""Deep features kept by hand (DeepCache): what enters the last layer of a UNet beside its first skip."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor


@contextmanager
def deep_features(unet: UNet2DConditionModel, change: Callable[[Tensor], Tensor]) -> Iterator[None]:
    """Within it `change` gets the features of every pass, and says which are used."""
    def swap(_: torch.nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        joined, *others = inputs
        count = joined.shape[1] - unet.config.block_out_channels[0]
        return torch.cat([change(joined[:, :count]), joined[:, count:]], dim=1), *others

    hook = unet.up_blocks[-1].resnets[-1].register_forward_pre_hook(swap)
    try:
        yield
    finally:
        hook.remove()
