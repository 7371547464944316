"""One gradient step of ReNeg (arXiv 2412.19637) in plain PyTorch, from the noise to the gradient of the negative embedding.

Written to be read: it is the definition that the compiled step is held to.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from torch import Tensor
from transformers import CLIPModel

# Mean and standard deviation of red, green and blue in CLIP's training pictures.
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True)
class StepInputs:
    noise: Tensor  # x_T [batch, 4, height, width]
    positive: Tensor  # c [batch, tokens, width], from the text encoder
    negative: Tensor  # n [1, tokens, width], shared by the batch: what is learned
    input_ids: Tensor  # The prompts in the reward's own tokens [batch, 77]
    attention_mask: Tensor  # 1 for a token that counts [batch, 77]
    steps: int  # Sampling steps in all.
    index: int  # The step whose gradient is taken: 0 is the noisiest.
    guidance: float  # γ


def reneg_step(unet: UNet2DConditionModel, vae: AutoencoderKL, reward: CLIPModel, scheduler: DDIMScheduler,
               step: StepInputs) -> dict[str, Tensor]:
    """Loss, the reward of each picture, and the gradient of the loss to the negative embedding."""
    negative = step.negative.clone().requires_grad_()
    scheduler.set_timesteps(step.steps)

    # Down to the chosen step without gradient, the negative embedding already at work.
    sample = step.noise
    with torch.no_grad():
        for timestep in scheduler.timesteps[: step.index]:
            sample = scheduler.step(guided(unet, sample, timestep, negative, step), timestep, sample).prev_sample

    # x̂0 = (x_t − √(1−ᾱ)·ε̃) / √ᾱ, with gradient.
    timestep = scheduler.timesteps[step.index]
    alpha_bar = scheduler.alphas_cumprod[timestep].item()
    clean = (sample - (1 - alpha_bar) ** 0.5 * guided(unet, sample, timestep, negative, step)) / alpha_bar**0.5

    # Not clamped to [0, 1]: a pixel outside that range must still feel the reward.
    picture = vae.decode(clean / vae.config.scaling_factor).sample / 2 + 0.5
    rewards = score(reward, preprocess(picture, reward.config.vision_config.image_size), step)

    loss = -rewards.mean()
    loss.backward()
    return {"loss": loss.detach(), "rewards": rewards.detach(), "gradient.negative": negative.grad}


def guided(unet: UNet2DConditionModel, sample: Tensor, timestep: Tensor, negative: Tensor, step: StepInputs) -> Tensor:
    """Classifier-free guidance: ε̃ = ε(x, n) + γ·(ε(x, c) − ε(x, n)). No gradient flows to c."""
    with torch.no_grad():
        towards = unet(sample, timestep, step.positive).sample
    away = unet(sample, timestep, negative.expand(sample.shape[0], -1, -1)).sample
    return away + step.guidance * (towards - away)


def preprocess(picture: Tensor, size: int) -> Tensor:
    """Shorter edge to `size` (bicubic, antialiased), centre crop, CLIP's normalisation. [batch, 3, h, w] → [batch, 3, size, size]."""
    height, width = picture.shape[2:]
    short = min(height, width)
    height, width = height * size // short, width * size // short
    resized = F.interpolate(picture, (height, width), mode="bicubic", antialias=True, align_corners=False)
    top, left = (height - size) // 2, (width - size) // 2
    cropped = resized[:, :, top : top + size, left : left + size]
    mean, std = (torch.tensor(values, dtype=picture.dtype).view(1, 3, 1, 1) for values in (CLIP_MEAN, CLIP_STD))
    return (cropped - mean) / std


def score(reward: CLIPModel, pixels: Tensor, step: StepInputs) -> Tensor:
    """Cosine between each picture and its own prompt. [batch]"""
    output = reward(input_ids=step.input_ids, attention_mask=step.attention_mask, pixel_values=pixels)
    return (output.image_embeds * output.text_embeds).sum(dim=-1)
