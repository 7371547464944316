"""The same models in two layouts: as diffusers and transformers name their tensors, and as Stable Diffusion's original code (LDM) does.

The original names are put together here from the structure of the network, and `check` hands them to diffusers' own reader of
single files, which must give back the very tensors that went in.
"""

from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.loaders import single_file_utils as reader
from torch import Tensor

from oracle.networks import BY_LIBRARY, UNET_BLOCKS, VAE_BLOCKS, Network

CHANNELS = [32, 64, 128, 128]
WIDTH = 128  # Of texts.
LEVELS = 4

UNET = {**BY_LIBRARY, "block_out_channels": CHANNELS, "cross_attention_dim": WIDTH, "layers_per_block": 2, "sample_size": 16, **UNET_BLOCKS}
TEXT = {**BY_LIBRARY, "vocab_size": 300, "hidden_size": WIDTH, "intermediate_size": 4 * WIDTH, "num_attention_heads": 2,
        "projection_dim": WIDTH, "bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1}

UNET_SD1 = Network("layout-unet-sd1", "unet", {**UNET, "attention_head_dim": 8}, seed=21)
# Heads of 64 as in Stable Diffusion 2, one where a level is narrower.
UNET_SD2 = Network("layout-unet-sd2", "unet", {**UNET, "attention_head_dim": [1, 1, 2, 2], "use_linear_projection": True}, seed=22)
VAE = Network("layout-vae", "vae", {
    **BY_LIBRARY, "block_out_channels": CHANNELS, "layers_per_block": 2, "latent_channels": 4, "sample_size": 64, **VAE_BLOCKS,
}, seed=23)
TEXT_SD1 = Network("layout-text-sd1", "text_encoder", {**TEXT, "num_hidden_layers": 12, "hidden_act": "quick_gelu"}, seed=24)
TEXT_SD2 = Network("layout-text-sd2", "text_encoder", {**TEXT, "num_hidden_layers": 23, "hidden_act": "gelu"}, seed=25)


@dataclass(frozen=True)
class Model:
    name: str
    text_encoder: Network
    unet: Network
    vae: Network


SD1 = Model("sd1", TEXT_SD1, UNET_SD1, VAE)
SD2 = Model("sd2", TEXT_SD2, UNET_SD2, VAE)


@dataclass(frozen=True)
class Origin:
    """A tensor of the original layout: tensors of ours, row under row, in a shape of its own if one is given."""

    names: list[str]
    shape: list[int] | None = None


Names = dict[str, Origin]


def unet_names(network: Network, prefix: str = "model.diffusion_model.", more: dict[str, str] | None = None) -> Names:
    """`more` are blocks beside those of the UNet: ours by the original name."""
    blocks = {"time_embed.0": "time_embedding.linear_1", "time_embed.2": "time_embedding.linear_2", "input_blocks.0.0": "conv_in",
              "out.0": "conv_norm_out", "out.2": "conv_out", "middle_block.0": "mid_block.resnets.0",
              "middle_block.1": "mid_block.attentions.0", "middle_block.2": "mid_block.resnets.1"}
    index = 1
    for level in range(LEVELS):
        for layer in range(2):
            blocks[f"input_blocks.{index}.0"] = f"down_blocks.{level}.resnets.{layer}"
            blocks[f"input_blocks.{index}.1"] = f"down_blocks.{level}.attentions.{layer}"
            index += 1
        blocks[f"input_blocks.{index}.0.op"] = f"down_blocks.{level}.downsamplers.0.conv"
        index += 1
    index = 0
    for level in range(LEVELS):
        for layer in range(3):
            blocks[f"output_blocks.{index}.0"] = f"up_blocks.{level}.resnets.{layer}"
            blocks[f"output_blocks.{index}.1"] = f"up_blocks.{level}.attentions.{layer}"
            index += 1
        blocks[f"output_blocks.{index - 1}.{1 if level == 0 else 2}.conv"] = f"up_blocks.{level}.upsamplers.0.conv"
    inside = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
              "conv2": "out_layers.3", "conv_shortcut": "skip_connection"}
    blocks |= more or {}
    return {f"{prefix}{place(name, blocks, inside)}": Origin([name]) for name in network.tensors()}


def vae_names(network: Network) -> Names:
    blocks = {f"{side}.{old}": f"{side}.{new}" for side in ("encoder", "decoder") for old, new in (
        ("conv_in", "conv_in"), ("conv_out", "conv_out"), ("norm_out", "conv_norm_out"), ("mid.block_1", "mid_block.resnets.0"),
        ("mid.block_2", "mid_block.resnets.1"), ("mid.attn_1", "mid_block.attentions.0"))}
    blocks |= {"quant_conv": "quant_conv", "post_quant_conv": "post_quant_conv"}
    for level in range(LEVELS):
        for layer in range(3):
            blocks[f"encoder.down.{level}.block.{layer}"] = f"encoder.down_blocks.{level}.resnets.{layer}"
            blocks[f"decoder.up.{level}.block.{layer}"] = f"decoder.up_blocks.{LEVELS - 1 - level}.resnets.{layer}"
        blocks[f"encoder.down.{level}.downsample.conv"] = f"encoder.down_blocks.{level}.downsamplers.0.conv"
        blocks[f"decoder.up.{level}.upsample.conv"] = f"decoder.up_blocks.{LEVELS - 1 - level}.upsamplers.0.conv"
    inside = {"conv_shortcut": "nin_shortcut", "group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}

    def origin(name: str, shape: list[int]) -> Origin:
        return Origin([name], [*shape, 1, 1] if ".attentions." in name and len(shape) == 2 else None)

    return {f"first_stage_model.{place(name, blocks, inside)}": origin(name, shape) for name, shape in network.tensors().items()}


def clip_text_names(network: Network) -> Names:
    return {f"cond_stage_model.transformer.text_model.{name}": Origin([name]) for name in network.tensors()}


def open_clip_text_names(network: Network) -> Names:
    """Without the last layer, which diffusers leaves out: see UNUSED_BY_SD2."""
    prefix = "cond_stage_model.model"
    names = {f"{prefix}.token_embedding.weight": Origin(["embeddings.token_embedding.weight"]),
             f"{prefix}.positional_embedding": Origin(["embeddings.position_embedding.weight"])}
    for kind in ("weight", "bias"):
        names[f"{prefix}.ln_final.{kind}"] = Origin([f"final_layer_norm.{kind}"])
        for layer in range(23):
            new, old = f"encoder.layers.{layer}", f"{prefix}.transformer.resblocks.{layer}"
            names |= {
                f"{old}.attn.in_proj_{kind}": Origin([f"{new}.self_attn.{part}_proj.{kind}" for part in "qkv"]),
                f"{old}.attn.out_proj.{kind}": Origin([f"{new}.self_attn.out_proj.{kind}"]),
                f"{old}.ln_1.{kind}": Origin([f"{new}.layer_norm1.{kind}"]), f"{old}.ln_2.{kind}": Origin([f"{new}.layer_norm2.{kind}"]),
                f"{old}.mlp.c_fc.{kind}": Origin([f"{new}.mlp.fc1.{kind}"]), f"{old}.mlp.c_proj.{kind}": Origin([f"{new}.mlp.fc2.{kind}"]),
            }
    return names


# Tensors of the files that nothing is made of, by shape.
UNUSED_BY_SD1 = {"cond_stage_model.transformer.text_model.embeddings.position_ids": [1, 77]}
UNUSED_BY_SD2 = {
    "cond_stage_model.model.text_projection": [WIDTH, WIDTH], "cond_stage_model.model.logit_scale": [],
    **{f"cond_stage_model.model.transformer.resblocks.23.{name}": shape for name, shape in {
        "attn.in_proj_weight": [3 * WIDTH, WIDTH], "attn.in_proj_bias": [3 * WIDTH], "attn.out_proj.weight": [WIDTH, WIDTH],
        "attn.out_proj.bias": [WIDTH], "ln_1.weight": [WIDTH], "ln_1.bias": [WIDTH], "ln_2.weight": [WIDTH], "ln_2.bias": [WIDTH],
        "mlp.c_fc.weight": [4 * WIDTH, WIDTH], "mlp.c_fc.bias": [4 * WIDTH], "mlp.c_proj.weight": [WIDTH, 4 * WIDTH],
        "mlp.c_proj.bias": [WIDTH]}.items()},
}


def place(name: str, blocks: dict[str, str], inside: dict[str, str]) -> str:
    """The original name: the block that it lies in, then the layer inside, both by the longest of our names that fits."""
    old, new = max(((old, new) for old, new in blocks.items() if name.startswith(f"{new}.")), key=lambda pair: len(pair[1]))
    rest = name[len(new) + 1:]
    layer = next((layer for layer in inside if rest.startswith(f"{layer}.")), None)
    is_unet_attention = new.startswith(("down", "up", "mid")) and ".attentions." in f"{new}."
    if layer is None or is_unet_attention:
        return f"{old}.{rest}"
    return f"{old}.{inside[layer]}{rest[len(layer):]}"


def names_of(model: Model) -> Names:
    text = open_clip_text_names if model is SD2 else clip_text_names
    return text(model.text_encoder) | unet_names(model.unet) | vae_names(model.vae)


def original(model: Model) -> dict[str, Tensor]:
    """The whole model in the original layout."""
    state = {f"{network.name} {name}": tensor.detach() for network in (model.text_encoder, model.unet, model.vae)
             for name, tensor in network.build().state_dict().items()}

    def tensor(key: str, origin: Origin) -> Tensor:
        network = {"c": model.text_encoder, "m": model.unet, "f": model.vae}[key[0]]
        joined = torch.cat([state[f"{network.name} {name}"] for name in origin.names])
        return joined if origin.shape is None else joined.reshape(origin.shape)

    return {key: tensor(key, origin) for key, origin in names_of(model).items()}


def check(model: Model) -> None:
    """diffusers reads the original layout back into the tensors that it was made of."""
    file = original(model)
    unet, vae, text = (network.build() for network in (model.unet, model.vae, model.text_encoder))
    same(reader.convert_ldm_unet_checkpoint(dict(file), dict(unet.config)), unet, UNet2DConditionModel)
    same(reader.convert_ldm_vae_checkpoint(dict(file), dict(vae.config)), vae, AutoencoderKL)
    # transformers' module has the names that diffusers' reader gives without its prefix.
    if model is SD2:
        whole = dict(file) | {"cond_stage_model.model.text_projection": torch.zeros(WIDTH, WIDTH)}
        converted = reader.convert_open_clip_checkpoint(text, whole, prefix="cond_stage_model.model.")
    else:
        converted = reader.convert_ldm_clip_checkpoint(dict(file))
    same({name.removeprefix("text_model."): tensor for name, tensor in converted.items()}, text, type(text))


def same(found: dict[str, Tensor], module: torch.nn.Module, kind: type) -> None:
    wanted = module.state_dict()
    used = {name: tensor for name, tensor in found.items() if name in wanted}
    missing = [name for name in wanted if name not in used]
    different = [name for name, tensor in used.items() if not torch.equal(tensor.squeeze(), wanted[name].squeeze())]
    if missing or different:
        raise AssertionError(f"{kind.__name__}: missing {missing[:4]}, different {different[:4]}")


