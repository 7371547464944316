"""The UNet: epsilon prediction on VAE latents, conditioned on the frozen text tower's 77 token states."""
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

EMPTY = 0.10  # share of pictures that train the empty prompt
SHAPES = 0.7  # until this part of the time, two thirds of the defective pictures are left out: shapes take longest to learn


def build():
    return UNet2DConditionModel(
        sample_size=16, in_channels=4, out_channels=4, layers_per_block=1, block_out_channels=(64, 128),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=128, norm_num_groups=32, attention_head_dim=4,  # diffusers' name for the number of heads: 128 / 4 = 32 wide
    ).to(DEVICE)


def scheduler():
    """Stable Diffusion 1.x's values."""
    return DDIMScheduler(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="epsilon",
                         clip_sample=False, set_alpha_to_one=False, steps_offset=1, timestep_spacing="leading")


@torch.no_grad()
def encode_captions(work, tokenizer, text_model, emoji, records):
    """The text tower's states of one caption per picture (and of "", entry 0), made once: text.npy, and which entry is whose."""
    path = work / "text.npy"
    if not path.exists():
        rng = random.Random(5)
        texts = [caption(rng, emoji, r) for r in records]
        index = {t: i for i, t in enumerate(dict.fromkeys(["", *texts]))}
        states = np.lib.format.open_memmap(work / "text.tmp", "w+", np.float16, (len(index), 77, text_model.config.hidden_size))
        unique = list(index)
        for i in range(0, len(unique), 100):
            ids = tok.encode(tokenizer, unique[i:i + 100], 77).to(DEVICE)
            states[i:i + 100] = text_model(ids).last_hidden_state.half().cpu().numpy()
        states.flush()
        np.save(work / "text-of.npy", np.array([index[t] for t in texts]))
        os.replace(work / "text.tmp", path)
    return np.load(path, mmap_mode="r"), np.load(work / "text-of.npy")


def train(work, latents, texts, text_of, bad, minutes, batch=32, rate=1e-3, start=None, after=None, rank=0, world=1):
    """bad: which pictures are defective; start: weights to go on from when there is no checkpoint; after(ema): called at every checkpoint.

    world > 1: one process per core (or GPU) with averaged gradients; small convolutions scale better so than over threads."""
    torch.manual_seed(100 + rank)
    rng = np.random.default_rng(100 + rank)
    unet = build().to(memory_format=torch.channels_last)
    if DEVICE == "cpu":
        unet.set_attn_processor(AttnProcessor())  # plain matrix products: a third faster here than the fused attention
    if start is not None:
        unet.load_state_dict(start)
    ema = copy.deepcopy(unet).requires_grad_(False)
    optimiser = torch.optim.AdamW(unet.parameters(), rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)

    def mean(value):
        t = torch.tensor(float(value))
        if world > 1:
            dist.all_reduce(t)
        return t.item() / world

    run = Run(work / "unet.pt", minutes, rate, {"unet": unet, "ema": ema}, optimiser, sync=mean, chief=rank == 0)
    run.after = after and (lambda: after(ema))
    if rank == 0:
        print(f"unet: {sum(p.numel() for p in unet.parameters())} parameters", flush=True)
    rng = np.random.default_rng(100 + rank + 10 * run.step)
    alphas = scheduler().alphas_cumprod.to(DEVICE)
    snr = alphas / (1 - alphas)
    share = snr.clamp(max=5) / snr  # min-SNR-5, as the chance of a time step rather than as a weight: less spread for the same work
    parameters = list(unet.parameters())
    everything, fewer = np.arange(len(latents)), np.flatnonzero(~bad | (rng.random(len(bad)) < 1 / 3))
    for step in run:
        pool = fewer if run.done() < SHAPES else everything
        pick = np.sort(pool[rng.integers(0, len(pool), batch)])
        z = latents[pick].float().to(DEVICE, memory_format=torch.channels_last)
        entry = np.where(rng.random(batch) < EMPTY, 0, text_of[pick])
        c = torch.from_numpy(texts[entry]).float().to(DEVICE)
        t = torch.multinomial(share, batch, replacement=True)
        noise = torch.randn_like(z)
        a = alphas[t].view(-1, 1, 1, 1)
        x = (a.sqrt() * z + (1 - a).sqrt() * noise).contiguous(memory_format=torch.channels_last)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=HALF):
            e = unet(x, t, c).sample
        loss = (e.float() - noise).square().mean()
        loss.backward()
        if world > 1:
            flat = torch.cat([p.grad.flatten() for p in parameters])
            dist.all_reduce(flat)
            for p, g in zip(parameters, (flat / world).split([p.numel() for p in parameters])):
                p.grad.copy_(g.view_as(p))
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        decay = min(0.9995, (1 + step) / (10 + step))
        torch._foreach_lerp_(list(ema.parameters()), parameters, 1 - decay)
        run.note(100, loss=loss.detach())
    return ema.eval()


def load(work):
    unet = build()
    if os.path.exists(work / "unet.pt"):
        unet.load_state_dict(torch.load(work / "unet.pt", map_location=DEVICE, weights_only=False)["modules"]["ema"])
    return unet.eval()
