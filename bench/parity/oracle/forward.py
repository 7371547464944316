"""A network run forward and backward under the names of `reneg network`."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from oracle.kept_features import deep_features

Tensors = dict[str, Tensor]


def run(module: torch.nn.Module, component: str, inputs: Mapping[str, Tensor], cotangents: Mapping[str, Tensor],
        wanted: Mapping[str, Tensor]) -> Tensors:
    """The outputs, and `gradient.NAME` of Σ output·cotangent for each wanted input or weight."""
    for tensor in wanted.values():
        tensor.requires_grad_()
    outputs = FORWARD[component](module, inputs)
    result = {name: output.detach() for name, output in outputs.items()}
    if wanted:
        product = sum((outputs[name] * cotangent).sum() for name, cotangent in cotangents.items())
        gradients = torch.autograd.grad(product, list(wanted.values()))
        result |= {f"gradient.{name}": gradient for name, gradient in zip(wanted, gradients, strict=True)}
    return result


def pick(output: object, *names: str) -> Tensors:
    return {name: getattr(output, name) for name in names}


def unet(module: torch.nn.Module, x: Mapping[str, Tensor]) -> Tensors:
    with deep_features(module, lambda own: x.get("deep_features", own)):
        return {"out_sample": module(x["sample"], x["timestep"], x["encoder_hidden_states"]).sample}


FORWARD: dict[str, Callable[[torch.nn.Module, Mapping[str, Tensor]], Tensors]] = {
    "unet": unet,
    # Without the scaling factor: the latent is what the first convolution takes, the parameters what the last one gives.
    "vae_decoder": lambda vae, x: {"sample": vae.decode(x["latent_sample"]).sample},
    "vae_encoder": lambda vae, x: {"latent_parameters": vae.encode(x["sample"]).latent_dist.parameters},
    "text_encoder": lambda encoder, x: pick(encoder(x["input_ids"]), "last_hidden_state", "pooler_output"),
    "reward": lambda clip, x: pick(clip(**x), "text_embeds", "image_embeds", "logits_per_image"),
}
