"""The usual reward models in plain PyTorch, from the decoder's picture to the score. The towers are those of transformers and OpenCLIP."""

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import open_clip
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import BlipTextConfig, BlipVisionConfig, BlipVisionModel, CLIPConfig, CLIPModel
from transformers.models.blip.modeling_blip_text import BlipTextModel

from oracle.reneg_step import CLIP_MEAN, CLIP_STD
from oracle.weights import generate

Json = dict[str, Any]

# Of ImageReward's own code.
IMAGE_REWARD_MEAN, IMAGE_REWARD_STD = 0.16717362830052426, 1.0333394966054072
HEAD_PLACES = [0, 2, 4, 6, 7]
HEAD_WIDTHS = [1024, 128, 64, 16]


@dataclass(frozen=True)
class Resize:
    """How a picture becomes as large as the tower wants it."""

    side: int
    longest: bool = False  # The longest side gets that many pixels, and the rest is black; else the shortest, and the rest is cut.
    antialias: bool = True
    rounded: bool = True  # What is cut off above and to the left: as torchvision rounds it, or rounded down as in transformers.


@dataclass(frozen=True)
class RewardModel:
    name: str
    module: nn.Module
    resize: Resize
    score: Callable[[nn.Module, Tensor, Tensor, Tensor], Tensor]
    seed: int
    # Name in the module to name in the file.
    stored_name: Callable[[str], str] = lambda name: name
    stored_as: torch.dtype = torch.float32
    # Whether the weights are under a key, beside what else a training program keeps.
    under_key: bool = True
    # Buffers of positions, which older versions of the libraries saved too, and how many positions there are.
    positions: dict[str, int] = field(default_factory=dict)

    def tensors(self) -> dict[str, list[int]]:
        return {self.stored_name(name): list(weight.shape) for name, weight in self.module.named_parameters()}

    def fill(self, dtype: torch.dtype) -> nn.Module:
        """The module in evaluation mode, filled by the generator."""
        module = self.module.eval().float()
        for name, parameter in module.named_parameters():
            stored = self.stored_name(name)
            parameter.data = torch.from_numpy(generate(stored, tuple(parameter.shape), self.seed)).to(self.stored_as).float()
        return module.to(dtype)

    def save(self, file: Path, tensors: str) -> None:
        """As it is published."""
        named = [(self.stored_name(name), weight) for name, weight in self.fill(torch.float32).named_parameters()]
        weights = {name: weight.detach().to(self.stored_as) for name, weight in named if re.search(tensors, name)}
        buffers = {name: torch.arange(length).expand(1, -1) for name, length in self.positions.items()}
        file.parent.mkdir(exist_ok=True)
        torch.save({"iteration": 4000, "state_dict": weights} if self.under_key else OrderedDict(weights | buffers), file)
        file.chmod(0o644)


def run(model: RewardModel, picture: Tensor, input_ids: Tensor, mask: Tensor, dtype: torch.dtype) -> dict[str, Tensor]:
    """Scores [batch] of pictures [batch, 3, height, width] in −1…1, and the gradient of their sum to the pictures."""
    module = model.fill(dtype)
    given = picture.to(dtype, copy=True).requires_grad_()
    score = model.score(module, prepare(given / 2 + 0.5, model.resize), input_ids, mask)
    (gradient,) = torch.autograd.grad(score.sum(), given)
    return {"score": score.detach(), "gradient": gradient}


def prepare(picture: Tensor, resize: Resize) -> Tensor:
    """torchvision's Resize and CenterCrop, or HPSv2's ResizeMaxSize, on tensors; then CLIP's normalisation."""
    height, width = picture.shape[2:]
    side = resize.side
    if resize.longest:
        scale = side / max(height, width)
        size = (round(height * scale), round(width * scale))
    else:
        short = min(height, width)
        size = (int(side * height / short), int(side * width / short))
    resized = F.interpolate(picture, size, mode="bicubic", antialias=resize.antialias, align_corners=False)
    if resize.longest:
        missing = (side - size[0], side - size[1])
        top, left = missing[0] // 2, missing[1] // 2
        fitted = F.pad(resized, (left, missing[1] - left, top, missing[0] - top))
    else:
        top, left = (round((length - side) / 2) if resize.rounded else (length - side) // 2 for length in size)
        fitted = resized[:, :, top : top + side, left : left + side]
    mean, std = (torch.tensor(values, dtype=picture.dtype).view(1, 3, 1, 1) for values in (CLIP_MEAN, CLIP_STD))
    return (fitted - mean) / std


def transformers_clip(config: Json) -> CLIPModel:
    return CLIPModel(CLIPConfig(**config))


def clip_cosine(module: CLIPModel, pixels: Tensor, input_ids: Tensor, mask: Tensor) -> Tensor:
    output = module(input_ids=input_ids, attention_mask=mask, pixel_values=pixels)
    return (output.image_embeds * output.text_embeds).sum(dim=-1)


def pick_score(module: CLIPModel, pixels: Tensor, input_ids: Tensor, mask: Tensor) -> Tensor:
    return module.logit_scale.exp() * clip_cosine(module, pixels, input_ids, mask)


def open_clip_model(config: Json) -> open_clip.CLIP:
    model = config["model_cfg"]
    return open_clip.CLIP(model["embed_dim"], model["vision_cfg"], model["text_cfg"], quick_gelu=model.get("quick_gelu", False))


def open_clip_cosine(module: open_clip.CLIP, pixels: Tensor, input_ids: Tensor, _mask: Tensor) -> Tensor:
    image, text = module.encode_image(pixels, normalize=True), module.encode_text(input_ids, normalize=True)
    return (image * text).sum(dim=-1)


class Head(nn.Module):
    """Linear layers with dropouts between them, which do nothing here, and no activations."""

    def __init__(self, width: int, hidden: list[int]) -> None:
        super().__init__()
        sizes = [width, *hidden, 1]
        self.layers = nn.ModuleDict({str(place): nn.Linear(a, b) for place, a, b in zip(HEAD_PLACES, sizes, sizes[1:])})

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers.values():
            x = layer(x)
        return x


class Aesthetic(nn.Module):
    def __init__(self, config: Json, hidden: list[int] = HEAD_WIDTHS) -> None:
        super().__init__()
        self.tower, self.head = transformers_clip(config), Head(config["projection_dim"], hidden)


def aesthetic_name(name: str) -> str:
    """The tower has its own file, and the head another one."""
    return name.removeprefix("tower.").removeprefix("head.")


def aesthetic_score(module: Aesthetic, pixels: Tensor, _input_ids: Tensor, _mask: Tensor) -> Tensor:
    vision = module.tower.vision_model(pixel_values=pixels).pooler_output
    return module.head(F.normalize(module.tower.visual_projection(vision), dim=-1)).squeeze(-1)


class ImageReward(nn.Module):
    def __init__(self, vision: Json, text: Json, hidden: list[int] = HEAD_WIDTHS) -> None:
        super().__init__()
        self.vision = BlipVisionModel(BlipVisionConfig(**vision, layer_norm_eps=1e-6, hidden_act="gelu"))
        self.text = BlipTextModel(BlipTextConfig(**text, encoder_hidden_size=vision["hidden_size"]), add_pooling_layer=False)
        self.mlp = Head(text["hidden_size"], hidden)


def image_reward_score(module: ImageReward, pixels: Tensor, input_ids: Tensor, mask: Tensor) -> Tensor:
    picture = module.vision(pixel_values=pixels).last_hidden_state
    hidden = module.text(input_ids=input_ids, attention_mask=mask, encoder_hidden_states=picture,
                         encoder_attention_mask=torch.ones(picture.shape[:2], dtype=torch.long)).last_hidden_state
    return (module.mlp(hidden[:, 0]).squeeze(-1) - IMAGE_REWARD_MEAN) / IMAGE_REWARD_STD


# transformers' names of BLIP's vision tower to those that it was published with.
BLIP_VISION_NAMES = [("vision.", "blip.visual_encoder."), ("text.", "blip.text_encoder."), ("embeddings.class_embedding", "cls_token"),
                     ("embeddings.position_embedding", "pos_embed"), ("embeddings.patch_embedding", "patch_embed.proj"),
                     ("encoder.layers.", "blocks."), ("self_attn.projection", "attn.proj"), ("self_attn.qkv", "attn.qkv"),
                     ("layer_norm1", "norm1"), ("layer_norm2", "norm2"), ("post_layernorm", "norm")]


def image_reward_name(name: str) -> str:
    """ImageReward.pt's own name of a tensor."""
    if not name.startswith("vision."):
        return f"blip.text_encoder.{name.removeprefix('text.')}" if name.startswith("text.") else name
    for ours, published in BLIP_VISION_NAMES:
        name = name.replace(ours, published)
    return name
