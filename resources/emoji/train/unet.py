"""The UNet: v-prediction on VAE latents, conditioned on the text tower's 77 token states; the tower is trained along.

v, not epsilon: at the noisy steps, where the text decides what is drawn, epsilon is nearly the input itself and its loss hardly asks
for a picture; v is nearly the picture (Salimans & Ho 2022, arXiv 2202.00512). With it shapes come several times sooner."""
import copy
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

EMPTY = 0.10  # share of pictures that train the empty prompt
SHAPES = 0.5  # until this part of the time, two thirds of the defective pictures are left out: shapes take longest to learn
TEXT_RATE = 0.3  # the text tower's share of the rate: it was trained before


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


def train(work, latents, tokenizer, text_model, emoji, records, minutes, batch=32, rate=2e-3, start=None, after=None, rank=0, world=1):
    """Captions are worded anew each time. start: weights to go on from when there is no checkpoint; after(unet, text): called with the
    running means at every checkpoint.

    world > 1: one process per core (or GPU) with averaged gradients; small convolutions scale better so than over threads."""
    torch.manual_seed(100 + rank)
    unet = build().to(memory_format=torch.channels_last)
    if DEVICE == "cpu":
        unet.set_attn_processor(AttnProcessor())  # plain matrix products: a third faster here than the fused attention
    if start is not None:
        unet.load_state_dict(start)
    model = torch.nn.ModuleDict({"unet": unet, "text": text_model.train()})
    mean_model = copy.deepcopy(model).requires_grad_(False).eval()
    at_ends = ("conv_in", "conv_out")
    matrices = [p for n, p in unet.named_parameters() if p.ndim > 1 and not n.startswith(at_ends)]
    others = [p for n, p in unet.named_parameters() if p.ndim == 1 or n.startswith(at_ends)]
    optimisers = Together([Muon(matrices, rate), torch.optim.AdamW(
        [dict(params=others), dict(params=list(text_model.parameters()), share=TEXT_RATE)], rate, betas=(0.9, 0.99), weight_decay=0.01)])

    def mean(value):
        t = torch.tensor(float(value))
        if world > 1:
            dist.all_reduce(t)
        return t.item() / world

    run = Run(work / "unet.pt", minutes, rate, {"model": model, "mean": mean_model}, optimisers, sync=mean, chief=rank == 0)
    run.after = after and (lambda: after(mean_model["unet"], mean_model["text"]))
    if rank == 0:
        print(f"unet: {sum(p.numel() for p in unet.parameters())} parameters", flush=True)
    rng = np.random.default_rng(100 + rank + 10 * run.step)
    words = random.Random(100 + rank + 10 * run.step)
    alphas = scheduler().alphas_cumprod.to(DEVICE)
    parameters = list(model.parameters())
    bad = np.array([bool(r["defects"]) for r in records])
    everything, fewer = np.arange(len(latents)), np.flatnonzero(~bad | (rng.random(len(bad)) < 1 / 3))
    for step in run:
        pool = fewer if run.done() < SHAPES else everything
        pick = np.sort(pool[rng.integers(0, len(pool), batch)])
        z = latents[pick].float().to(DEVICE, memory_format=torch.channels_last)
        texts = ["" if words.random() < EMPTY else caption(words, emoji, records[i]) for i in pick]
        with torch.autocast(DEVICE, torch.bfloat16, enabled=HALF):
            c = text_model(tok.encode(tokenizer, texts, 77).to(DEVICE)).last_hidden_state
            t = torch.randint(0, 1000, (batch,), device=DEVICE)
            noise = torch.randn_like(z)
            a = alphas[t].view(-1, 1, 1, 1)
            x = (a.sqrt() * z + (1 - a).sqrt() * noise).contiguous(memory_format=torch.channels_last)
            v = unet(x, t, c).sample
        loss = (v.float() - (a.sqrt() * noise - (1 - a).sqrt() * z)).square().mean()
        loss.backward()
        if world > 1:
            flat = torch.cat([p.grad.flatten() for p in parameters])
            dist.all_reduce(flat)
            for p, g in zip(parameters, (flat / world).split([p.numel() for p in parameters])):
                p.grad.copy_(g.view_as(p))
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimisers.step()
        optimisers.zero_grad()
        decay = min(0.998, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(mean_model.parameters()), parameters, 1 - decay)
        run.note(100, loss=loss.detach())
    return mean_model["unet"], mean_model["text"]


class Together:
    """Several optimisers as one; a group's `share` scales the rate that it is given."""

    def __init__(self, optimisers):
        self.optimisers = optimisers
        self.param_groups = [g for o in optimisers for g in o.param_groups]

    def step(self):
        for g in self.param_groups:
            g["lr"] *= g.get("share", 1)
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
