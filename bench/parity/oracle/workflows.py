"""Whole steps of learning on the embedded pipeline in plain PyTorch, diffusers and transformers, from prompts and noise to the gradients of
the embeddings that are learned. Written to be read: each workflow is the definition that the program of the same name is held to.
"""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import (AutoencoderKL, ControlNetModel, DDIMScheduler, DPMSolverMultistepScheduler, EulerDiscreteScheduler,
                       UNet2DConditionModel)
from peft import LoraConfig
from PIL import Image
from torch import Tensor
from torch.func import functional_call
from transformers import CLIPModel, CLIPTextModel, CLIPTokenizer

from oracle.cases import normal
from oracle.kept_features import deep_features
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

    def copy(self, *parts: str) -> "Emoji":
        """With parts of its own, which may be changed."""
        other = copy.copy(self)
        for part in parts:
            setattr(other, part, copy.deepcopy(getattr(self, part)))
        return other

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
    # Those that do not begin as they would.
    changed: set[str] = field(default_factory=set)

    def noise_of(self, sampler: str) -> Tensor:
        self.noise[sampler] = normal(f"{self.name} {sampler}", len(PROMPTS), 4, 16, 16)
        return self.noise[sampler].to(self.emoji.dtype)

    def parameter(self, name: str, text: str = START) -> Tensor:
        self.parameters[name] = self.emoji.encode(text).requires_grad_()
        return self.parameters[name]

    def given(self, key: str, value: Tensor, scale: float) -> Tensor:
        """A parameter that does not begin as it would: at random, so that every gradient is other than 0."""
        with torch.no_grad():
            value.copy_(scale * normal(f"{self.name} {key}", *value.shape).to(value))
        self.parameters[key] = value.requires_grad_()
        self.changed.add(key)
        return value

    def lora(self, node: str, model: torch.nn.Module, targets: str) -> None:
        """Of rank 2 and alpha 3."""
        model.add_adapter(LoraConfig(r=2, lora_alpha=3, target_modules=targets))
        model.to(self.emoji.dtype)
        for name, parameter in model.named_parameters():
            if ".lora_" in name:
                path, factor = name.split(".lora_")
                self.given(f"{node} {own(path)}.{'down' if factor[0] == 'A' else 'up'}", parameter, 0.1)

    def one_sampler(self, predict: Predict, scheduler: str = "ddim") -> Sampler:
        return Sampler(self.noise_of("sampler"), predict, scheduler)


# A list of objectives for the optimizers, each the mean over the steps taken: [batch].
Workflow = Callable[[Emoji, Step], dict[str, Tensor]]


def two_rewards(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    image = emoji.decode(step.one_sampler(emoji.guided(step.parameter("negative"), 2)).foreseen(4))
    return {"optimizer": emoji.score("preference", image) - 0.4 * emoji.score("held-out", image)}


def edges(emoji: Emoji) -> Tensor:
    """[1, 3, height, width] in 0…1"""
    pixels = np.asarray(Image.open(EMOJI / "controlnet" / "example.png").convert("RGB"), dtype=np.float32)
    return torch.from_numpy(pixels / 255).permute(2, 0, 1)[None].to(emoji.dtype)


def controlnet(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    predict = emoji.steered(edges(emoji), 0.8)
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


def own(name: str) -> str:
    """transformers leaves out `text_model.` in its newer versions."""
    return name.removeprefix("text_model.")


def token_embedding(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    """Three vectors within a text, as rows behind the table of words."""
    [name] = [name for name, _ in emoji.text_encoder.named_parameters() if name.endswith("token_embedding.weight")]
    table = emoji.text_encoder.get_parameter(name)
    vectors = step.given("negative vectors", torch.zeros(3, table.shape[1], dtype=emoji.dtype), float(table[:100].std()))
    before, behind = (emoji.tokenizer(text, add_special_tokens=False).input_ids for text in ("blurry,", ", washed out"))
    tokens = emoji.tokenizer
    ids = [tokens.bos_token_id, *before, *range(len(table), len(table) + 3), *behind, tokens.eos_token_id]
    ids += [tokens.pad_token_id] * (tokens.model_max_length - len(ids))
    output = functional_call(emoji.text_encoder, {name: torch.cat([table, vectors])}, (torch.tensor([ids]),))
    image = emoji.decode(step.one_sampler(emoji.guided(output.last_hidden_state, 2)).foreseen(4))
    return {"optimizer": emoji.score("preference", image)}


def loras(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    """One in the UNet and one in the text encoder, which reads prompts and negative."""
    emoji = emoji.copy("unet", "text_encoder")
    step.lora("adapted", emoji.unet, UNET_LAYERS)
    step.lora("reader", emoji.text_encoder, r".*layers\.[13]\.(self_attn\.[qv]_proj|mlp\.fc2)")
    image = emoji.decode(step.one_sampler(emoji.guided(emoji.encode(START), 2)).foreseen(4))
    return {"optimizer": emoji.score("preference", image)}


UNET_LAYERS = r"mid_block.*(attn2\.to_[kv]|ff\.net\.0\.proj)|down_blocks\.1.*attentions\.0.*attn1\.to_q"


def text_encoder(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    """The weights of the last layer and of the norm behind it."""
    emoji = emoji.copy("text_encoder")
    last = emoji.text_encoder.config.num_hidden_layers - 1
    for name, parameter in emoji.text_encoder.named_parameters():
        # A bias of keys shifts all scores of an attention alike: its gradient is 0 but for rounding.
        if own(name).startswith((f"encoder.layers.{last}.", "final_layer_norm.")) and not name.endswith("k_proj.bias"):
            step.parameters[f"reader {own(name)}"] = parameter.requires_grad_()
    image = emoji.decode(step.one_sampler(emoji.guided(emoji.encode(START), 2)).foreseen(4))
    return {"optimizer": emoji.score("preference", image)}


Taken = list[tuple[int, Tensor, Tensor]]


def beside(predict: Predict, base: Predict, taken: Taken) -> Predict:
    """Notes what either predicts wherever gradients are taken."""
    def both(x: Tensor, t: Tensor) -> Tensor:
        prediction = predict(x, t)
        if torch.is_grad_enabled():
            taken.append((int(t), prediction, base(x, t)))
        return prediction
    return both


def keep_away(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    """A LoRA whose predictions are held to those of the UNet without it."""
    adapted, negative, taken = emoji.copy("unet"), emoji.encode(START), []
    step.lora("adapted", adapted.unet, UNET_LAYERS)
    sampler = step.one_sampler(beside(adapted.guided(negative, 2), emoji.guided(negative, 2), taken))
    reward = emoji.score("preference", emoji.decode(sampler.foreseen(4)))
    [(_, prediction, base)] = taken
    return {"optimizer": reward - 0.7 * ((prediction - base) ** 2).mean(dim=(1, 2, 3))}


def keep_away_kl(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    """By the Gaussians that the next sample would be drawn from, through the last three steps."""
    adapted, negative, taken = emoji.copy("unet"), emoji.encode(START), []
    step.lora("adapted", adapted.unet, UNET_LAYERS)
    sampler = step.one_sampler(beside(adapted.guided(negative, 2), emoji.guided(negative, 2), taken))
    reward = emoji.score("preference", emoji.decode(sampler.through_last(3)))
    scheduler, _ = sampler.start()
    alphas, times = scheduler.alphas_cumprod.to(emoji.dtype), scheduler.timesteps.tolist()
    total = 0
    for t, prediction, base in taken:
        # Where the last step ends there is no Gaussian: the one before counts.
        place = min(times.index(t), len(times) - 2)
        alpha, following = alphas[times[place]], alphas[times[place + 1]]
        beta = 1 - alpha / following
        variance = (1 - following) / (1 - alpha) * beta
        # Of x̂0 = √ᾱ·x − √(1−ᾱ)·v, at the step that predicts the velocity v.
        towards = -(1 - alphas[t]).sqrt() * following.sqrt() * beta / (1 - alpha)
        mean = towards * (prediction - base)
        normals = torch.distributions.Normal(mean, variance.sqrt()), torch.distributions.Normal(torch.zeros_like(mean), variance.sqrt())
        total = total + torch.distributions.kl_divergence(*normals).sum(dim=(1, 2, 3))
    return {"optimizer": reward - 0.002 * total / len(taken)}


def keeping(emoji: Emoji, sampler: Sampler, interval: int, predict: Callable) -> Callable:
    """`predict` with the deep features of the last step that was a multiple of `interval` (DeepCache).
    Each half of guidance has its own; where gradients are taken nothing is kept or given."""
    times = sampler.start()[0].timesteps.tolist()
    kept: dict[int, Tensor] = {}
    def keep(x: Tensor, t: Tensor, text: Tensor) -> Tensor:
        if torch.is_grad_enabled():
            return predict(x, t, text)
        def change(features: Tensor) -> Tensor:
            if times.index(t.item()) % interval == 0:
                kept[id(text)] = features
            return kept[id(text)]
        with deep_features(emoji.unet, change):
            return predict(x, t, text)
    return keep


def kept_features(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    """Whole passes at the steps 0 and 3; gradients at two others, through the whole network."""
    sampler = step.one_sampler(emoji.predict)
    sampler.predict = emoji.guided(step.parameter("negative"), 2, keeping(emoji, sampler, 3, emoji.predict))
    scores = [emoji.score("preference", emoji.decode(sampler.foreseen(index))) for index in (2, 5)]
    return {"optimizer": sum(scores) / len(scores)}


def kept_features_controlnet(emoji: Emoji, step: Step) -> dict[str, Tensor]:
    sampler = step.one_sampler(emoji.predict, "euler")
    sampler.predict = emoji.guided(step.parameter("negative"), 2, keeping(emoji, sampler, 2, emoji.steered(edges(emoji), 0.8)))
    return {"optimizer": emoji.score("preference", emoji.decode(sampler.foreseen(4)))}


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
    "token-embedding": (token_embedding, {"sampler": [4]}),
    "lora": (loras, {"sampler": [4]}),
    "text-encoder": (text_encoder, {"sampler": [4]}),
    "keep-away": (keep_away, {"sampler": [4]}),
    "keep-away-kl": (keep_away_kl, {"sampler": [3, 4, 5]}),
    "kept-features": (kept_features, {"sampler": [2, 5]}),
    "kept-features-controlnet": (kept_features_controlnet, {"sampler": [4]}),
}


def run(emoji: Emoji, name: str) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """What was drawn, and each objective [batch] with the gradient of its sum to every parameter."""
    step = Step(emoji, name)
    objectives = WORKFLOWS[name][0](emoji, step)
    results = {f"objective.{update}": objective.detach() for update, objective in objectives.items()}
    gradients = torch.autograd.grad(sum(objective.sum() for objective in objectives.values()), list(step.parameters.values()))
    for parameter, gradient in zip(step.parameters, gradients, strict=True):
        results[f"gradient.{parameter}"] = sample_of(gradient)
    drawn = {f"noise.{sampler}": noise for sampler, noise in step.noise.items()}
    # Those that begin as they would need no numbers here.
    drawn |= {f"parameter.{key}": value.detach().float() for key, value in step.parameters.items() if key in step.changed}
    return drawn, results


MOST_KEPT = 1024


def sample_of(gradient: Tensor) -> Tensor:
    """Of a large one every so many numbers."""
    return gradient if gradient.numel() <= MOST_KEPT else gradient.flatten()[:: -(-gradient.numel() // MOST_KEPT)]
