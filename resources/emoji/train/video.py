"""The video UNet, in ModelScope's architecture (Wang et al. 2023, arXiv 2308.06571): emoji that move, eight frames at a time.

It starts as the picture UNet, frame by frame, and a part of what it sees are still pictures: so it draws what that one draws, and only
the motion is new. Texts and latents are the same, so that a negative embedding means the same to both."""
import copy
import json
import math
import random

import numpy as np
import torch
from diffusers import UNet3DConditionModel
from diffusers.models.attention_processor import AttnProcessor

from common import DEVICE, HALF, Run
from data import draw
from unet import follow, noised, optimisers_of, scheduler
from vae import to_tensor

FRAMES = 8
STILL = 0.2  # share of clips that are one picture, eight times
HEAD = 16  # width of an attention head: the first layer attends over time with 8 of them
CLIPS = 3000
LATE = 1.5  # what moves, and how, is settled at the noisy time steps; the rest the UNet has brought along
# Of the noise's variance, what all frames of a clip have in common (Ge et al. 2023, PYoCo, arXiv 2305.10474): frames that begin alike agree
# long before the layers that look across frames have learned to make them agree. Drawn with all of it in common they are steadiest; trained
# so, the difference of two frames is free of noise, and the network reads motion there and never makes any.
SHARED_NOISE = 0.9
# Share of clips of which nothing is seen, as when sampling begins. Even at the last time step the frames of a noised clip differ by what
# moves, and as long as that can be read, the words that name the motion are not needed.
BLIND = 0.4
MOVES = 4.0  # how often more what differs between frames counts there: most of the error is the subject, which words leave open
MOTIONS = {  # what the caption says: (share of the clips, how far along (0..1) to what changes in the recipe); some are learned more slowly
    "bouncing": (2, lambda u: {"size": 42, "y": round(10 - 20 * abs(math.sin(math.pi * u)))}),
    "spinning": (3, lambda u: {"size": 46, "turn": abs(math.cos(math.pi * u))}),  # as a coin, the same picture on both sides
    "sliding": (2, lambda u: {"size": 42, "x": round(-10 * math.cos(2 * math.pi * u))}),
    "growing": (1, lambda u: {"size": round(24 + 34 * u)}),
    "waving": (1, lambda u: about_its_foot(44, 0.5 * math.sin(2 * math.pi * u))),
}


def about_its_foot(size, angle):
    """A picture of that size, inclined by `angle` (radians), its foot kept where it is."""
    return {"size": size, "angle": math.degrees(angle), "x": round(-size / 2 * math.sin(angle)), "y": round(size / 2 * (1 - math.cos(angle)))}


def build():
    return UNet3DConditionModel(
        sample_size=16, in_channels=4, out_channels=4, layers_per_block=1, block_out_channels=(64, 128),
        down_block_types=("DownBlock3D", "DownBlock3D"), up_block_types=("CrossAttnUpBlock3D", "UpBlock3D"),
        cross_attention_dim=128, norm_num_groups=32, attention_head_dim=HEAD,
    ).to(DEVICE)


def load(folder):
    return UNet3DConditionModel.from_pretrained(folder, dtype=torch.float32).to(DEVICE)


def start(pictures, still):
    """The video UNet that draws every frame nearly as the UNet `pictures` does: its heads are narrower, and its way down does not attend,
    so that it is small. still: Captioned pictures."""
    unet, state = build(), {k: v.clone() for k, v in pictures.state_dict().items()}
    fold_attention(pictures, still, state)
    for name in [n for n in state if n.endswith("to_q.weight")]:
        other = name.replace("to_q", "to_k")
        state[name], state[other] = narrower(state[name], state[other], pictures.config.attention_head_dim)
    own = unet.state_dict()
    unet.load_state_dict({k: state[k].view(v.shape) if k in state else v for k, v in own.items()})
    for name, module in unet.named_modules():  # what mixes frames adds nothing yet
        if name.endswith(("transformer_in", "temp_attentions.0", "temp_attentions.1")):
            torch.nn.init.zeros_(module.proj_out.weight)
            torch.nn.init.zeros_(module.proj_out.bias)
    return unet


@torch.no_grad()
def fold_attention(pictures, still, state, count=128):
    """What the attention on the way down adds, as far as it is linear in its input, becomes a part of the layer before it."""
    seen = []
    hook = pictures.down_blocks[1].attentions[0].register_forward_hook(lambda _, given, out: seen.append((given[0], out[0])))
    z, c, _ = still.draw(np.random.default_rng(7), count)
    x, t, _ = noised(z, scheduler().alphas_cumprod.to(DEVICE))
    pictures(x, t, c)
    hook.remove()
    before, after = (v.movedim(1, -1).flatten(0, 2) for v in seen[0])
    before = torch.cat([before, torch.ones_like(before[:, :1])], 1)
    ridge = 1e-3 * len(before) * torch.eye(before.shape[1], device=DEVICE)
    fit = torch.linalg.solve(before.t() @ before + ridge, before.t() @ after)
    for name in ("conv2", "conv_shortcut"):
        weight, bias = (state[f"down_blocks.1.resnets.0.{name}.{k}"] for k in ("weight", "bias"))
        weight.copy_(torch.einsum("io,ihwx->ohwx", fit[:-1], weight))
        bias.copy_(bias @ fit[:-1])
    state["down_blocks.1.resnets.0.conv2.bias"] += fit[-1]


def narrower(q, k, heads):
    """Query and key matrices of as many heads of width HEAD as fit in place of each of `heads` wider ones: all with the nearest map of that
    rank, so that the values are weighed nearly as before."""
    queries, keys = [], []
    for wide_q, wide_k in zip(q.chunk(heads), k.chunk(heads)):
        parts = len(wide_q) // HEAD
        u, s, v = torch.linalg.svd(wide_q.t() @ wide_k / parts ** 0.5)
        queries += [s[:HEAD, None].sqrt() * u[:, :HEAD].t()] * parts
        keys += [s[:HEAD, None].sqrt() * v[:HEAD]] * parts
    return torch.cat(queries), torch.cat(keys)


@torch.no_grad()
def clips(work, emoji, vae, records, count=CLIPS):
    """Recipes of pictures set in motion, and the scaled latents of their frames [count, 8, 4, 16, 16], float16; made once."""
    path = work / "clips.pt"
    if not path.exists():
        rng = random.Random(8)
        movable = [r for r in records if not {"cropped", "tilted"} & set(r["defects"])]
        motions = rng.choices(list(MOTIONS), [share for share, _ in MOTIONS.values()], k=count)
        moving = [{**r, "motion": motion} for r, motion in zip(movable, motions)]
        parts = []
        for r in moving:
            frames = np.stack([draw(emoji, {**r, **MOTIONS[r["motion"]][1](i / FRAMES)}) for i in range(FRAMES)])
            parts.append((vae.encode(to_tensor(frames)).latent_dist.mode() * vae.config.scaling_factor).half().cpu())
        (work / "clips.json").write_text(json.dumps(moving))
        torch.save(torch.stack(parts), path)
    return torch.load(path), json.loads((work / "clips.json").read_text())


def clip_noise(z):
    """Standard normal noise for clips [batch, 4, frames, height, width]."""
    common = torch.randn_like(z[:, :, :1]).expand_as(z)
    return SHARED_NOISE ** 0.5 * common + (1 - SHARED_NOISE) ** 0.5 * torch.randn_like(z)


def train(work, unet, still, moving, minutes, batch=4, rate=1.6e-3, after=None):
    """unet: to start from when there is no checkpoint; still, moving: Captioned pictures and clips; after(mean): called with the running
    mean at every checkpoint."""
    torch.manual_seed(300)
    if DEVICE == "cpu":
        unet.set_attn_processor(AttnProcessor())
    mean = copy.deepcopy(unet).requires_grad_(False)
    run = Run(work / "video.pt", minutes, rate, {"unet": unet, "ema": mean}, optimisers_of(unet, rate), warm=20)
    run.after = after and (lambda: after(mean))
    print(f"video: {sum(p.numel() for p in unet.parameters())} parameters", flush=True)
    rng = np.random.default_rng(300 + run.step)
    alphas = scheduler().alphas_cumprod.to(DEVICE)
    for step in run:
        stills = int((rng.random(batch) < STILL).sum())
        z, c, _ = still.draw(rng, stills)
        moved, said, _ = moving.draw(rng, batch - stills)
        z = torch.cat([z[:, :, None].expand(-1, -1, FRAMES, -1, -1), moved.transpose(1, 2)])
        noise = clip_noise(z)
        x, t, target = noised(z, alphas, noise, late=LATE)
        blind = torch.rand(batch, device=DEVICE) < BLIND
        t = torch.where(blind, torch.randint_like(t, 900, 1000), t)
        unseen = blind.view(-1, 1, 1, 1, 1)
        x, target = torch.where(unseen, noise, x), torch.where(unseen, -z, target)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=HALF):
            v = unet(x, t, torch.cat([c, said])).sample
        off = v.float() - target
        wrong = off.square().mean((1, 2, 3, 4))
        moves = (off - off.mean(2, keepdim=True)).square().mean((1, 2, 3, 4))
        (wrong + MOVES * blind * moves).mean().backward()
        torch.nn.utils.clip_grad_norm_(unet.parameters(), 1.0)
        run.optimiser.step()
        run.optimiser.zero_grad()
        follow(mean, unet, step, 0.99)
        run.note(10, loss=wrong.mean().detach())
    return mean.eval()
