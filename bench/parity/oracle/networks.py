"""The networks: real architectures at full depth and reduced width, with their config.json as their makers write it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKL, ModelMixin, UNet2DConditionModel
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPTextModel

from oracle.weights import generate

Config = dict[str, Any]


@dataclass(frozen=True)
class Network:
    name: str
    kind: str  # The folder of a pipeline in which it lies: unet, vae, text_encoder or reward.
    config: Config
    seed: int
    dtype: str = "float32"  # Element type of the stored weights; they are computed with in float32.
    stored_name: Callable[[str], str] = lambda name: name  # Module name to the name in the file.
    extra: dict[str, list[int]] = field(default_factory=dict)  # In the file, not in the module.

    def build(self) -> torch.nn.Module:
        """The module in float32, evaluation mode, filled by the generator."""
        module = CLASSES[self.kind](self.config).eval()
        for name, parameter in module.named_parameters():
            parameter.data = torch.from_numpy(self._weight(name, tuple(parameter.shape)))
        return module

    def tensors(self) -> dict[str, list[int]]:
        """Name and shape of every stored tensor."""
        with torch.device("meta"):
            module = CLASSES[self.kind](self.config)
        named = {self.stored_name(name): list(p.shape) for name, p in module.named_parameters()}
        return dict(sorted((named | self.extra).items()))

    def written_config(self) -> Config:
        """config.json. Given as a file of its time: kept; else what this version of the library writes."""
        if "_written_by" not in self.config:
            return self.config
        module = CLASSES[self.kind](self.config)
        if isinstance(module, ModelMixin):
            return json.loads(module.to_json_string())
        module.config.architectures = [type(module).__name__]
        return without_training_keys(json.loads(module.config.to_json_string()))

    def _weight(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        weight = generate(self.stored_name(name), shape, self.seed)
        return weight.astype(self.dtype).astype(np.float32)


def without_training_keys(config: Config) -> Config:
    return {key: without_training_keys(value) if isinstance(value, dict) else value
            for key, value in config.items() if key not in NOT_WRITTEN}


def given(config: Config) -> Config:
    return {key: value for key, value in config.items() if key != "_written_by"}


CLASSES: dict[str, Callable[[Config], torch.nn.Module]] = {
    "unet": lambda config: UNet2DConditionModel.from_config(given(config)),
    "vae": lambda config: AutoencoderKL.from_config(given(config)),
    "text_encoder": lambda config: CLIPTextModel(CLIPTextConfig(**given(config))),
    "reward": lambda config: CLIPModel(CLIPConfig(**given(config))),
}

# Keys of a configuration that matter to training only. JSON written by JavaScript has no 1.0, which transformers insists on.
NOT_WRITTEN = {"initializer_factor", "initializer_range", "attention_dropout"}

BY_LIBRARY = {"_written_by": "library"}

UNET_BLOCKS = {
    "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
    "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
}

# The keys of Stable Diffusion 1.5's own config.json (diffusers 0.6), so that every later key must fall to its default.
UNET_SD1 = Network("unet-sd1", "unet", {
    "_class_name": "UNet2DConditionModel", "_diffusers_version": "0.6.0", "act_fn": "silu", "attention_head_dim": 8,
    "block_out_channels": [32, 64, 128, 128], "center_input_sample": False, "cross_attention_dim": 64, **UNET_BLOCKS,
    "downsample_padding": 1, "flip_sin_to_cos": True, "freq_shift": 0, "in_channels": 4, "layers_per_block": 2,
    "mid_block_scale_factor": 1, "norm_eps": 1e-05, "norm_num_groups": 32, "out_channels": 4, "sample_size": 16,
}, seed=1)

UNET_SD2 = Network("unet-sd2", "unet", {
    **BY_LIBRARY, "attention_head_dim": [2, 4, 8, 8], "block_out_channels": [32, 64, 128, 128], "cross_attention_dim": 64,
    "layers_per_block": 2, "sample_size": 16, "upcast_attention": True, "use_linear_projection": True, **UNET_BLOCKS,
}, seed=2)

# The shape of the embedded pipeline: three levels, one layer a block, groups of another size, half-precision file.
UNET_SMALL = Network("unet-small", "unet", {
    **BY_LIBRARY, "attention_head_dim": 4, "block_out_channels": [32, 48, 64], "cross_attention_dim": 40,
    "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    "layers_per_block": 1, "norm_num_groups": 16, "sample_size": 16,
}, seed=3, dtype="float16")

VAE_BLOCKS = {"down_block_types": ["DownEncoderBlock2D"] * 4, "up_block_types": ["UpDecoderBlock2D"] * 4}

VAE_SD = Network("vae-sd", "vae", {
    **BY_LIBRARY, "block_out_channels": [32, 64, 128, 128], "layers_per_block": 2, "latent_channels": 4, "sample_size": 64,
    **VAE_BLOCKS,
}, seed=4)


def older_vae_name(name: str) -> str:
    """The attention of AutoencoderKL before diffusers 0.17, as the files of Stable Diffusion 1.x and 2.x still have it."""
    for new, old in (("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")):
        name = name.replace(f"attentions.0.{new}.", f"attentions.0.{old}.")
    return name


VAE_SD_OLDER_NAMES = Network("vae-sd-older-names", "vae", {
    "_class_name": "AutoencoderKL", "_diffusers_version": "0.6.0", "act_fn": "silu", "block_out_channels": [32, 32, 64, 64],
    **VAE_BLOCKS, "in_channels": 3, "latent_channels": 4, "layers_per_block": 2, "norm_num_groups": 32, "out_channels": 3,
    "sample_size": 64,
}, seed=5, stored_name=older_vae_name)

VAE_SMALL = Network("vae-small", "vae", {
    **BY_LIBRARY, "block_out_channels": [16, 32, 64], "layers_per_block": 1, "latent_channels": 4, "norm_num_groups": 8,
    "mid_block_add_attention": False, "sample_size": 64,
    "down_block_types": ["DownEncoderBlock2D"] * 3, "up_block_types": ["UpDecoderBlock2D"] * 3,
}, seed=6)

# Ids above the end-of-text id exist, so that pooling by "the largest id" would be wrong here.
TEXT_CLIP_L = Network("text-clip-l", "text_encoder", {
    **BY_LIBRARY, "vocab_size": 300, "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 12,
    "num_attention_heads": 4, "projection_dim": 64, "hidden_act": "quick_gelu", "bos_token_id": 296, "eos_token_id": 297,
    "pad_token_id": 297,
}, seed=7)

# Stable Diffusion 1.5's own file: prefixed names, stored position ids, and `eos_token_id: 2`, which means "the largest id".
TEXT_CLIP_L_OLDER_NAMES = Network("text-clip-l-older-names", "text_encoder", {
    "architectures": ["CLIPTextModel"], "bos_token_id": 0, "eos_token_id": 2, "hidden_act": "quick_gelu", "hidden_size": 48,
    "intermediate_size": 192, "layer_norm_eps": 1e-05, "max_position_embeddings": 77, "model_type": "clip_text_model",
    "num_attention_heads": 6, "num_hidden_layers": 12, "pad_token_id": 1, "projection_dim": 48, "torch_dtype": "float32",
    "transformers_version": "4.22.0.dev0", "vocab_size": 200,
}, seed=8, stored_name=lambda name: f"text_model.{name}", extra={"text_model.embeddings.position_ids": [1, 77]})

TEXT_OPENCLIP_H = Network("text-openclip-h", "text_encoder", {
    **BY_LIBRARY, "vocab_size": 200, "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 23,
    "num_attention_heads": 4, "projection_dim": 32, "hidden_act": "gelu", "bos_token_id": 0, "eos_token_id": 2,
    "pad_token_id": 1,
}, seed=9)


# A sparse file, as older versions wrote it: what is not said is CLIP's default (12 text layers, quick_gelu, 77 positions).
REWARD_VIT_L = Network("reward-vit-l", "reward", {
    "architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": 48,
    "text_config": {"model_type": "clip_text_model", "vocab_size": 200, "hidden_size": 32, "intermediate_size": 128,
                    "num_attention_heads": 4, "bos_token_id": 198, "eos_token_id": 199},
    "vision_config": {"model_type": "clip_vision_model", "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 24,
                      "num_attention_heads": 4, "patch_size": 14, "image_size": 56},
}, seed=10)

REWARD_VIT_H = Network("reward-vit-h", "reward", {
    **BY_LIBRARY, "projection_dim": 64,
    "text_config": {"vocab_size": 200, "hidden_size": 48, "intermediate_size": 192, "num_hidden_layers": 24, "hidden_act": "gelu",
                    "num_attention_heads": 4, "bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1, "projection_dim": 64},
    "vision_config": {"hidden_size": 80, "intermediate_size": 320, "num_hidden_layers": 32, "num_attention_heads": 2,
                      "hidden_act": "gelu", "patch_size": 14, "image_size": 56, "projection_dim": 64},
}, seed=11)


def all_networks() -> Iterator[Network]:
    return (value for value in globals().values() if isinstance(value, Network))
