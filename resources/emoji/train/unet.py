"""The UNet: v-prediction on VAE latents, conditioned on the frozen text tower's 77 token states.

v, not epsilon: at the noisy steps, where the text decides what is drawn, epsilon is nearly the input itself and its loss hardly asks
for a picture; v is nearly the picture (Salimans & Ho 2022, arXiv 2202.00512). With it shapes come several times sooner."""
import copy
import os
import random

import numpy as np
import torch
import torch.distributed as dist
from diffusers import DDIMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor

import tokenizer as tok
from common import DEVICE, HALF, Run
from data import caption
from muon import Muon

EMPTY = 0.15  # share of the plainly captioned pictures that train the empty prompt, which so means the same quality as they do
WORDINGS = 2  # captions per picture


def build():
    return UNet2DConditionModel(
        sample_size=16, in_channels=4, out_channels=4, layers_per_block=1, block_out_channels=(64, 128),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=128, norm_num_groups=32, attention_head_dim=4,  # diffusers' name for the number of heads: 128 / 4 = 32 wide
    ).to(DEVICE)


def scheduler():
    """Stable Diffusion's values, with v-prediction as in 2.1."""
    return DDIMScheduler(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="v_prediction",
                         clip_sample=False, set_alpha_to_one=False, steps_offset=1, timestep_spacing="leading")


@torch.no_grad()
def encode_captions(work, tokenizer, text_model, emoji, records, name="text"):
    """The text tower's states of some captions per picture (and of "", entry 0), made once: text.npy, and which entries are whose."""
    path = work / f"{name}.npy"
    if not path.exists():
        rng = random.Random(5)
        texts = [[caption(rng, emoji, r) for _ in range(WORDINGS)] for r in records]
        index = {t: i for i, t in enumerate(dict.fromkeys(["", *(t for ts in texts for t in ts)]))}
        states = np.lib.format.open_memmap(work / f"{name}.tmp", "w+", np.float16, (len(index), 77, text_model.config.hidden_size))
        unique = list(index)
        for i in range(0, len(unique), 100):
            ids = tok.encode(tokenizer, unique[i:i + 100], 77).to(DEVICE)
            states[i:i + 100] = text_model(ids).last_hidden_state.half().cpu().numpy()
        states.flush()
        np.save(work / f"{name}-of.npy", np.array([[index[t] for t in ts] for ts in texts]))
        os.replace(work / f"{name}.tmp", path)
    return np.load(path, mmap_mode="r"), np.load(work / f"{name}-of.npy")


class Captioned:
    """Latents, the states of their captions' words, and which captions say nothing of quality (these train the empty prompt too)."""

    def __init__(self, latents, texts, text_of, records):
        self.latents, self.texts, self.text_of, self.records = latents, texts, text_of, records
        self.plain = np.array([r["kind"] == "plain" for r in records])

    def draw(self, rng, count):
        """float latents and text states of `count` by lot, and which."""
        pick = np.sort(rng.integers(0, len(self.plain), count))
        entry = np.where(self.plain[pick] & (rng.random(count) < EMPTY), 0, self.text_of[pick, rng.integers(0, WORDINGS, count)])
        return self.latents[pick].float().to(DEVICE), torch.from_numpy(self.texts[entry]).float().to(DEVICE), pick


def train(work, data, minutes, batch=32, rate=2e-3, start=None, after=None, rank=0, world=1):
    """data: `Captioned` pictures; start: weights to go on from when there is no checkpoint; after(mean): called with the running
    mean at every checkpoint.

    world > 1: one process per core (or GPU) with averaged gradients; small convolutions scale better so than over threads."""
    torch.manual_seed(100 + rank)
    unet = build().to(memory_format=torch.channels_last)
    if DEVICE == "cpu":
        unet.set_attn_processor(AttnProcessor())  # plain matrix products: a third faster here than the fused attention
    if start is not None:
        unet.load_state_dict(start)
    ema = copy.deepcopy(unet).requires_grad_(False)
    optimisers = optimisers_of(unet, rate)

    def mean(value):
        t = torch.tensor(float(value))
        if world > 1:
            dist.all_reduce(t)
        return t.item() / world

    run = Run(work / "unet.pt", minutes, rate, {"unet": unet, "ema": ema}, optimisers, sync=mean, chief=rank == 0)
    run.after = after and (lambda: after(ema))
    if rank == 0:
        print(f"unet: {sum(p.numel() for p in unet.parameters())} parameters", flush=True)
    rng = np.random.default_rng(100 + rank + 10 * run.step)
    alphas = scheduler().alphas_cumprod.to(DEVICE)
    parameters = list(unet.parameters())
    for step in run:
        z, c, _ = data.draw(rng, batch)
        x, t, target = noised(z, alphas)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=HALF):
            v = unet(x.contiguous(memory_format=torch.channels_last), t, c).sample
        loss = (v.float() - target).square().mean()
        loss.backward()
        if world > 1:
            flat = torch.cat([p.grad.flatten() for p in parameters])
            dist.all_reduce(flat)
            for p, g in zip(parameters, (flat / world).split([p.numel() for p in parameters])):
                p.grad.copy_(g.view_as(p))
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimisers.step()
        optimisers.zero_grad()
        follow(ema, unet, step)
        run.note(50, loss=loss.detach())
    return ema.eval()


def noised(z, alphas, noise=None, late=1.0):
    """Noisy latents, their time steps and what is to be predicted. One time step from each of as many equal parts as there are latents:
    less spread than drawing them alone. late: above 1, noisy time steps come oftener (the density of t is late·t^(late-1))."""
    n = len(z)
    u = (torch.randperm(n, device=DEVICE) + torch.rand(n, device=DEVICE)) / n
    t = (1000 * u ** (1 / late)).long().clamp(max=999)
    a = alphas[t].view(-1, *[1] * (z.ndim - 1))
    noise = torch.randn_like(z) if noise is None else noise
    return a.sqrt() * z + (1 - a).sqrt() * noise, t, a.sqrt() * noise - (1 - a).sqrt() * z


def optimisers_of(model, rate):
    """Muon for matrices and kernels, AdamW for the rest and for the first and last layers; only what is to be learned."""
    at_ends = ("conv_in", "conv_out")
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    matrices = [p for n, p in named if p.ndim > 1 and not n.startswith(at_ends)]
    others = [p for n, p in named if p.ndim == 1 or n.startswith(at_ends)]
    return Together([Muon(matrices, rate), torch.optim.AdamW(others, rate, betas=(0.9, 0.99), weight_decay=0.01)])


@torch.no_grad()
def follow(mean, model, step, longest=0.998):
    """The running mean of the weights, over ever more steps at first."""
    decay = min(longest, (1 + step) / (10 + step))
    torch._foreach_lerp_(list(mean.parameters()), list(model.parameters()), 1 - decay)


class Together:
    """Several optimisers as one."""

    def __init__(self, optimisers):
        self.optimisers = optimisers
        self.param_groups = [g for o in optimisers for g in o.param_groups]

    def step(self):
        for o in self.optimisers:
            o.step()

    def zero_grad(self):
        for o in self.optimisers:
            o.zero_grad()

    def state_dict(self):
        return [o.state_dict() for o in self.optimisers]

    def load_state_dict(self, states):
        for o, s in zip(self.optimisers, states):
            o.load_state_dict(s)
        self.param_groups = [g for o in self.optimisers for g in o.param_groups]
