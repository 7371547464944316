"""The ControlNet (Zhang et al. 2023, arXiv 2302.05543): a picture's edges say where things are.

The edges are those of the picture as it is meant, without its defects: they steer the shape, and leave the quality to the words."""
import copy

import numpy as np
import torch
from diffusers import ControlNetModel
from diffusers.models.attention_processor import AttnProcessor

from common import DEVICE, HALF, Run
from data import SIZE, draw
from unet import follow, noised, optimisers_of, scheduler

LOW, HIGH = 100, 200  # of the gradient of brightness 0..255, as where the app makes edges of a picture


def start(unet):
    """A copy of the UNet's way down and middle that adds nothing yet; its way down does not attend to the text."""
    shared = ("in_channels", "block_out_channels", "layers_per_block", "cross_attention_dim", "norm_num_groups", "attention_head_dim")
    net = ControlNetModel(**{k: unet.config[k] for k in shared}, down_block_types=("DownBlock2D", "DownBlock2D"),
                          conditioning_embedding_out_channels=(8, 16, 32)).to(DEVICE)
    net.load_state_dict({**net.state_dict(), **{k: v for k, v in unet.state_dict().items() if k in net.state_dict()}})
    return net


def edges(picture):
    """Canny's edges of a uint8 picture [h,w,3]: bool [h,w]. As OpenCV makes them: Sobel, |x| + |y|."""
    grey = np.round(picture @ np.array([0.299, 0.587, 0.114], np.float32))
    g = np.pad(grey, 1, "edge")
    smooth, slope = lambda a, b, c: a + 2 * b + c, lambda a, b, c: c - a
    rows = lambda a: (a[:-2], a[1:-1], a[2:])
    columns = lambda a: (a[:, :-2], a[:, 1:-1], a[:, 2:])
    dx, dy = slope(*columns(smooth(*rows(g)))), slope(*rows(smooth(*columns(g))))
    length = np.abs(dx) + np.abs(dy)
    around = np.pad(length, 1)
    h, w = grey.shape
    near = lambda x, y: around[1 + y:1 + y + h, 1 + x:1 + x + w]
    lies, stands = np.abs(dy) < np.tan(np.pi / 8) * np.abs(dx), np.abs(dx) < np.tan(np.pi / 8) * np.abs(dy)
    peak = np.where(lies, (length > near(-1, 0)) & (length >= near(1, 0)),
                    np.where(stands, (length > near(0, -1)) & (length >= near(0, 1)),
                             np.where(dx * dy < 0, (length > near(1, -1)) & (length > near(-1, 1)),
                                      (length > near(-1, -1)) & (length > near(1, 1)))))
    weak, edge = peak & (length > LOW), peak & (length > HIGH)
    while True:  # along all weak pixels that touch
        p = np.pad(edge, 1)
        more = weak & np.logical_or.reduce([p[y:y + h, x:x + w] for y in range(3) for x in range(3)])
        if (more == edge).all():
            return edge
        edge = more


def seen_by(emoji, records):
    """The edges of pictures as they are meant: [n,3,64,64], 0 or 1."""
    maps = np.stack([edges(draw(emoji, {**r, "defects": {}})) for r in records])
    return torch.from_numpy(maps).to(DEVICE).float()[:, None].expand(-1, 3, SIZE, SIZE)


def train(work, net, unet, still, emoji, minutes, batch=16, rate=2e-3, after=None):
    """net: to start from when there is no checkpoint; unet: stays as it is; still: Captioned pictures; after(mean): called with the
    running mean at every checkpoint."""
    torch.manual_seed(400)
    unet.requires_grad_(False)
    for network in (net, unet):
        network.to(memory_format=torch.channels_last)
        if DEVICE == "cpu":
            network.set_attn_processor(AttnProcessor())
    mean = copy.deepcopy(net).requires_grad_(False)
    run = Run(work / "controlnet.pt", minutes, rate, {"net": net, "ema": mean}, optimisers_of(net, rate), warm=20)
    run.after = after and (lambda: after(mean))
    print(f"controlnet: {sum(p.numel() for p in net.parameters())} parameters", flush=True)
    rng = np.random.default_rng(400 + run.step)
    alphas = scheduler().alphas_cumprod.to(DEVICE)
    for step in run:
        z, c, pick = still.draw(rng, batch)
        x, t, target = noised(z, alphas)
        x = x.contiguous(memory_format=torch.channels_last)
        seen = seen_by(emoji, [still.records[i] for i in pick])
        with torch.autocast(DEVICE, torch.bfloat16, enabled=HALF):
            down, middle = net(x, t, c, seen, return_dict=False)
            v = unet(x, t, c, down_block_additional_residuals=down, mid_block_additional_residual=middle).sample
        loss = (v.float() - target).square().mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        run.optimiser.step()
        run.optimiser.zero_grad()
        follow(mean, net, step, 0.99)
        run.note(10, loss=loss.detach())
    return mean.eval()
