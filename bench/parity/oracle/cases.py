"""What is put through each network, and which gradients are asked for."""

import zlib
from dataclasses import dataclass, field

import torch
from torch import Tensor

from oracle import networks
from oracle.forward import Tensors
from oracle.networks import Network


@dataclass(frozen=True)
class Case:
    name: str
    network: Network
    component: str
    inputs: Tensors
    # Inputs, or weights by their stored name, to which the gradient of Σ output·cotangent is expected.
    gradients: list[str] = field(default_factory=list)


def normal(case: str, *shape: int, scale: float = 1.0) -> Tensor:
    """Random numbers that depend on the case and shape only."""
    generator = torch.Generator().manual_seed(zlib.crc32(f"{case} {shape}".encode()))
    return torch.randn(shape, generator=generator) * scale


def token_rows(case: str, lengths: list[int], bos: int, eos: int, pad: int, ordinary: range, width: int = 77) -> Tensor:
    """One row a length: bos, that many ordinary tokens, eos, padding."""
    generator = torch.Generator().manual_seed(zlib.crc32(case.encode()))
    rows = torch.full((len(lengths), width), pad, dtype=torch.int64)
    for row, length in zip(rows, lengths, strict=True):
        row[0], row[length + 1] = bos, eos
        row[1 : length + 1] = torch.randint(ordinary.start, ordinary.stop, (length,), generator=generator)
    return rows


def unet_case(name: str, network: Network, latent: tuple[int, ...], timestep: Tensor, tokens: int = 77, weights: tuple[str, ...] = ()) -> Case:
    inputs = {
        "sample": normal(name, *latent),
        "timestep": timestep,
        "encoder_hidden_states": normal(name, latent[0], tokens, network.config["cross_attention_dim"]),
    }
    return Case(name, network, "unet", inputs, [*(["sample", "encoder_hidden_states"] if not weights else []), *weights])


def kept_case(name: str, network: Network, latent: tuple[int, ...], timestep: Tensor) -> Case:
    """A pass that goes on from given deep features: its own change nothing."""
    case = unet_case(name, network, latent, timestep)
    batch, _, height, width = latent
    features = normal(f"{name} features", batch, network.config["block_out_channels"][0], height, width)
    return Case(name, network, case.component, case.inputs | {"deep_features": features}, [*case.gradients, "deep_features"])


def vae_cases(network: Network, latent: tuple[int, ...]) -> list[Case]:
    factor = 2 ** (len(network.config["block_out_channels"]) - 1)
    batch, _, height, width = latent
    decoder, encoder = f"{network.name}-decoder", f"{network.name}-encoder"
    picture = normal(encoder, batch, 3, height * factor, width * factor, scale=0.5)
    return [
        Case(decoder, network, "vae_decoder", {"latent_sample": normal(decoder, *latent)}, ["latent_sample"]),
        Case(encoder, network, "vae_encoder", {"sample": picture}, ["sample"]),
    ]


def reward_case(network: Network, input_ids: Tensor, attention_mask: Tensor) -> Case:
    name = network.name
    inputs = {"input_ids": input_ids, "attention_mask": attention_mask, "pixel_values": normal(name, 2, 3, 56, 56)}
    return Case(name, network, "reward", inputs, ["pixel_values"])


def masked(input_ids: Tensor, pad: int) -> Tensor:
    """Padding left out, and one word of the first row too: padding alone lies behind the causal mask anyway."""
    mask = (input_ids != pad).long()
    mask[0, 3] = 0
    return mask


VIT_L_IDS = token_rows("reward-vit-l", [5, 11, 3], 198, 199, 0, range(1, 198))
VIT_H_IDS = token_rows("reward-vit-h", [7, 20], 198, 199, 0, range(1, 198))

CASES: list[Case] = [
    unet_case("unet-sd1", networks.UNET_SD1, (2, 4, 16, 16), torch.tensor(981)),
    unet_case("unet-sd1-batched-timestep", networks.UNET_SD1, (2, 4, 8, 8), torch.tensor([1.0, 498.5])),
    unet_case("unet-sd1-non-square", networks.UNET_SD1, (1, 4, 8, 24), torch.tensor([265]), tokens=154),
    # No weight whose gradient is zero but for rounding: at 32 channels a group of the norms is one channel, which cancels
    # what was added to all of it.
    unet_case("unet-sd1-weights", networks.UNET_SD1, (1, 4, 16, 8), torch.tensor(331), weights=(
        "conv_in.weight",
        "time_embedding.linear_1.weight",
        "down_blocks.1.resnets.0.time_emb_proj.weight",
        "down_blocks.0.downsamplers.0.conv.weight",
        "down_blocks.0.downsamplers.0.conv.bias",
        "down_blocks.0.attentions.0.norm.weight",
        "down_blocks.0.attentions.0.transformer_blocks.0.norm2.weight",
        "down_blocks.0.attentions.0.transformer_blocks.0.norm2.bias",
        "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.weight",
        "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight",
        "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_v.weight",
        "up_blocks.3.attentions.2.proj_in.weight",
        "up_blocks.3.attentions.2.transformer_blocks.0.ff.net.0.proj.weight",
        "up_blocks.3.resnets.2.conv_shortcut.weight",
        "mid_block.resnets.0.norm1.weight",
        "mid_block.resnets.0.norm1.bias",
        "conv_out.weight",
        "conv_out.bias",
    )),
    kept_case("unet-sd1-kept-features", networks.UNET_SD1, (2, 4, 16, 8), torch.tensor(501)),
    unet_case("unet-sd2", networks.UNET_SD2, (2, 4, 16, 16), torch.tensor(21)),
    unet_case("unet-small", networks.UNET_SMALL, (2, 4, 16, 16), torch.tensor(601), tokens=32),
    # 11 → 6 → 3 on the way down: the way up must return to the odd size.
    unet_case("unet-small-odd-latent", networks.UNET_SMALL, (1, 4, 11, 10), torch.tensor(100), tokens=32),
    *vae_cases(networks.VAE_SD, (1, 4, 8, 8)),
    *vae_cases(networks.VAE_SD_OLDER_NAMES, (1, 4, 4, 8)),
    *vae_cases(networks.VAE_SMALL, (2, 4, 12, 8)),
    Case("text-clip-l", networks.TEXT_CLIP_L, "text_encoder",
         {"input_ids": token_rows("text-clip-l", [0, 9, 75], 296, 297, 297, range(280, 296))}),
    # Ids 298 and 299 are ordinary tokens above the end of the text.
    Case("text-clip-l-weights", networks.TEXT_CLIP_L, "text_encoder",
         {"input_ids": token_rows("text-clip-l-weights", [6], 296, 297, 297, range(298, 300))}, [
             "embeddings.token_embedding.weight",
             "embeddings.position_embedding.weight",
             "encoder.layers.0.self_attn.k_proj.weight",
             "encoder.layers.0.self_attn.v_proj.bias",
             "encoder.layers.5.layer_norm2.weight",
             "encoder.layers.5.mlp.fc1.weight",
             "encoder.layers.5.mlp.fc1.bias",
             "final_layer_norm.weight",
             "final_layer_norm.bias",
         ]),
    Case("text-clip-l-older-names", networks.TEXT_CLIP_L_OLDER_NAMES, "text_encoder",
         {"input_ids": token_rows("text-clip-l-older-names", [12, 1], 198, 199, 199, range(1, 198))}),
    Case("text-openclip-h", networks.TEXT_OPENCLIP_H, "text_encoder",
         {"input_ids": token_rows("text-openclip-h", [0, 14], 198, 199, 0, range(1, 198))}),
    reward_case(networks.REWARD_VIT_L, VIT_L_IDS, masked(VIT_L_IDS, 0)),
    reward_case(networks.REWARD_VIT_H, VIT_H_IDS, torch.ones_like(VIT_H_IDS)),
]
