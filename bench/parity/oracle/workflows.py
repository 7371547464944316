"""Whole steps of learning on the embedded pipeline in plain PyTorch, diffusers and transformers, from prompts and noise to the gradients of
the embeddings that are learned. Written to be read: each workflow is the definition that the program of the same name is held to.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import (AutoencoderKL, ControlNetModel, DDIMScheduler, DPMSolverMultistepScheduler, EulerDiscreteScheduler,
                       UNet2DConditionModel)
from PIL import Image
from torch import Tensor
from transformers import CLIPModel, CLIPTextModel, CLIPTokenizer

from oracle.cases import normal
from oracle.networks import VAE_SMALL

EMOJI = Path(__file__).parents[3] / "resources" / "emoji"
PROMPTS = ["a red apple", "smiling cat face on a blue background"]
START = "blurry, washed out"
STEPS = 6
SCHEDULERS = {"ddim": DDIMScheduler, "euler": EulerDiscreteScheduler, "dpm++": DPMSolverMultistepScheduler}

# From x_t, a timestep and x_t as the network takes it to the prediction there.
Predict = Callable[[Tensor, Tensor], Tensor]


class Emoji:
    """The parts of the embedded pipeline, and what comes with it."""

    def __init__(self, dtype: torch.dtype) -> None:
        self.dtype = dtype
        pipeline = EMOJI / "pipeline"
        self.tokenizer = CLIPTokenizer.from_pretrained(pipeline / "tokenizer")
        self.text_encoder = self.load(CLIPTextModel, pipeline / "text_encoder")
        self.unet = self.load(UNet2DConditionModel, pipeline / "unet")
        self.vae = self.load(AutoencoderKL, pipeline / "vae")
        self.controlnet = self.load(ControlNetModel, EMOJI / "controlnet")
        self.rewards = {name: (self.load(CLIPModel, EMOJI / "rewards" / name), CLIPTokenizer.from_pretrained(EMOJI / "rewards" / name))
                        for name in ("preference", "held-out")}

    def load(self, kind: type, folder: Path) -> torch.nn.Module:
        return kind.from_pretrained(folder, torch_dtype=torch.float32).eval().to(self.dtype).requires_grad_(False)

    def encode(self, *texts: str) -> Tensor:
        """[texts, tokens, width]"""
        ids = self.tokenizer(list(texts), padding="max_length", truncation=True, return_tensors="pt").input_ids
        return self.text_encoder(ids).last_hidden_state

    def predict(self, x: Tensor, t: Tensor, text: Tensor, **steering: object) -> Tensor:
        return self.unet(x, t, text.expand(len(x), -1, -1), **steering).sample

    def steered(self, picture: Tensor, scale: float) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
        """`predict` under a ControlNet, which both halves of guidance see."""
        def predict(x: Tensor, t: Tensor, text: Tensor) -> Tensor:
            text = text.expand(len(x), -1, -1)
            down, mid = self.controlnet(x, t, text, picture.expand(len(x), -1, -1, -1), scale, return_dict=False)
            return self.predict(x, t, text, down_block_additional_residuals=down, mid_block_additional_residual=mid)
        return predict

    def guided(self, negative: Tensor, scale: float, predict: Callable | None = None, rescale: float = 0) -> Predict:
        """ε̃ = ε(n) + γ·(ε(c) − ε(n)), and rescaled as diffusers' pipelines do."""
        positive, predict = self.encode(*PROMPTS), predict or self.predict
        def guide(x: Tensor, t: Tensor) -> Tensor:
            towards, away = predict(x, t, positive), predict(x, t, negative)
            result = away + scale * (towards - away)
            if rescale == 0:
                return result
            axes = list(range(1, result.ndim))
            even = result * (towards.std(dim=axes, keepdim=True) / result.std(dim=axes, keepdim=True))
            return rescale * even + (1 - rescale) * result
        return guide

    def decode(self, latent: Tensor, vae: AutoencoderKL | None = None) -> Tensor:
        """[batch, 3, height, width] in −1…1"""
        vae = vae or self.vae
        return vae.decode(latent / vae.config.scaling_factor).sample

    def score(self, name: str, image: Tensor) -> Tensor:
        """Cosine between each image and its prompt [batch]. Images are square."""
        model, tokenizer = self.rewards[name]
        seen = json.loads((EMOJI / "rewards" / name / "preprocessor_config.json").read_text())
        side, length = seen["size"]["shortest_edge"], model.config.text_config.max_position_embeddings
        pixels = F.interpolate(image / 2 + 0.5, (side, side), mode="bicubic", antialias=True, align_corners=False)
        mean, std = (torch.tensor(seen[key], dtype=self.dtype).view(1, 3, 1, 1) for key in ("image_mean", "image_std"))
        tokens = tokenizer(PROMPTS, padding="max_length", max_length=length, truncation=True, return_tensors="pt")
        output = model(input_ids=tokens.input_ids, attention_mask=tokens.attention_mask, pixel_values=(pixels - mean) / std)
        return (output.image_embeds * output.text_embeds).sum(dim=-1)


@dataclass
class Sampler:
    noise: Tensor
    predict: Predict
    scheduler: str = "ddim"

    def start(self):
        scheduler = SCHEDULERS[self.scheduler].from_pretrained(EMOJI / "pipeline" / "scheduler")
        scheduler.set_timesteps(STEPS)
        return scheduler, self.noise * scheduler.init_noise_sigma

    def step(self, scheduler, x: Tensor, index: int):
        t = scheduler.timesteps[index]
        predicted = self.predict(scheduler.scale_model_input(x, t).to(self.noise.dtype), t)
        return scheduler.step(predicted, t, x)

    def foreseen(self, index: int) -> Tensor:
        """x̂0 from one step, with the way there held fixed."""
        scheduler, x = self.start()
        with torch.no_grad():
            for before in range(index):
                x = self.step(scheduler, x, before).prev_sample
        return self.step(scheduler, x, index).pred_original_sample.to(self.noise.dtype)

    def through_last(self, count: int) -> Tensor:
        """The finished latent, with the gradient through the last steps (DRaFT-K)."""
        scheduler, x = self.start()
        for index in range(STEPS):
            with torch.set_grad_enabled(index >= STEPS - count):
                x = self.step(scheduler, x, index).prev_sample
        return x.to(self.noise.dtype)


@dataclass
class Step:
    """What is drawn for a workflow, and what it gives."""

    emoji: Emoji
    name: str
    noise: dict[str, Tensor] = field(default_factory=dict)
    parameters: dict[str, Tensor] = field(default_factory=dict)

    def noise_of(self, sampler: str) -> Tensor:
        self.noise[sampler] = normal(f"{self.name} {sampler}", len(PROMPTS), 4, 16, 16)
        return self.noise[sampler].to(self.emoji.dtype)

    def parameter(self, name: str, text: str = START) -> Tensor:
        self.parameters[name] = self.emoji.encode(text).requires_grad_()
        return self.parameters[name]

    def one_sampler(self, predict: Predict, scheduler: str = "ddim") -> Sampler:
        return Sampler(self.noise_of("sampler"), predict, scheduler)


# A list of objectives for the optimizers, each the mean over the steps taken: [batch].
Workflow = Callable[[Emoji, Step], dict[str, Tensor]]


def two_rewards(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    image = emoji.decode(step.one_sampler(emoji.guided(step.parameter("negative"), 2)).foreseen(4))
    return {"optimizer": emoji.score("preference", image) - 0.4 * emoji.score("held-out", image)}


def controlnet(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    pixels = np.asarray(Image.open(EMOJI / "controlnet" / "example.png").convert("RGB"), dtype=np.float32)
    picture = torch.from_numpy(pixels / 255).permute(2, 0, 1)[None].to(emoji.dtype)
    predict = emoji.steered(picture, 0.8)
    image = emoji.decode(step.one_sampler(emoji.guided(step.parameter("negative"), 2, predict)).foreseen(4))
    return {"optimizer": emoji.score("preference", image)}


def two_samplers(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    """Into one sum, under one negative; with schedulers, guidance and steps of their own."""
    negative = step.parameter("negative")
    first = Sampler(step.noise_of("sampler"), emoji.guided(negative, 2)).foreseen(4)
    second = Sampler(step.noise_of("sampler2"), emoji.guided(negative, 3), "euler").foreseen(3)
    return {"optimizer": emoji.score("preference", emoji.decode(first)) + 0.5 * emoji.score("held-out", emoji.decode(second))}


def other_vae(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    latent = step.one_sampler(emoji.guided(step.parameter("negative"), 2)).foreseen(4)
    return {"optimizer": emoji.score("preference", emoji.decode(latent, VAE_SMALL.build().to(emoji.dtype)))}


def blended(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    negative = 0.7 * step.parameter("negative") + 0.3 * emoji.encode("low quality")
    image = emoji.decode(step.one_sampler(emoji.guided(negative, 2)).foreseen(4))
    return {"optimizer": emoji.score("preference", image)}


def draft(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    latent = step.one_sampler(emoji.guided(step.parameter("negative"), 2)).through_last(3)
    return {"optimizer": emoji.score("preference", emoji.decode(latent))}


def draft_multistep(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    latent = step.one_sampler(emoji.guided(step.parameter("negative"), 2), "dpm++").through_last(3)
    return {"optimizer": emoji.score("preference", emoji.decode(latent))}


def late_steps(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    """The mean over several steps of one trajectory."""
    sampler = step.one_sampler(emoji.guided(step.parameter("negative"), 2))
    scores = [emoji.score("preference", emoji.decode(sampler.foreseen(index))) for index in (2, 3, 5)]
    return {"optimizer": sum(scores) / len(scores)}


def two_optimizers(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    """Each with a parameter, a sampler and a reward of its own."""
    first = Sampler(step.noise_of("sampler"), emoji.guided(step.parameter("negative"), 2)).foreseen(4)
    second = Sampler(step.noise_of("sampler2"), emoji.guided(step.parameter("second", "low quality"), 3), "euler").foreseen(5)
    return {"optimizer": emoji.score("preference", emoji.decode(first)), "optimizer2": emoji.score("held-out", emoji.decode(second))}


def rescaled(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    predict = emoji.guided(step.parameter("negative"), 4, rescale=0.7)
    return {"optimizer": emoji.score("preference", emoji.decode(step.one_sampler(predict).foreseen(4)))}


# By name: what it is, and the sampling steps at which gradients are taken, by sampler: 0 is the noisiest.
WORKFLOWS: dict[str, tuple[Workflow, dict[str, list[int]]]] = {
    "two-rewards": (two_rewards, {"sampler": [4]}),
    "controlnet": (controlnet, {"sampler": [4]}),
    "two-samplers": (two_samplers, {"sampler": [4], "sampler2": [3]}),
    "other-vae": (other_vae, {"sampler": [4]}),
    "blended-conditioning": (blended, {"sampler": [4]}),
    "draft-3": (draft, {"sampler": [3, 4, 5]}),
    "draft-3-multistep": (draft_multistep, {"sampler": [3, 4, 5]}),
    "late-steps": (late_steps, {"sampler": [2, 3, 5]}),
    "two-optimizers": (two_optimizers, {"sampler": [4], "sampler2": [5]}),
    "guidance-rescale": (rescaled, {"sampler": [4]}),
}


def run(emoji: Emoji, name: str) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """What was drawn, and each objective [batch] with the gradient of its sum to every parameter."""
    step = Step(emoji, name)
    objectives = WORKFLOWS[name][0](emoji, step)
    results = {f"objective.{update}": objective.detach() for update, objective in objectives.items()}
    gradients = torch.autograd.grad(sum(objective.sum() for objective in objectives.values()), list(step.parameters.values()))
    results |= {f"gradient.{parameter}": gradient for parameter, gradient in zip(step.parameters, gradients, strict=True)}
    return {f"noise.{sampler}": noise for sampler, noise in step.noise.items()}, results
