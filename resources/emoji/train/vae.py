"""The VAE: 64x64 pictures to 4x16x16 latents (AutoencoderKL, f=4) and back."""
import os
import random

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL

from common import DEVICE, Run


def build():
    return AutoencoderKL(in_channels=3, out_channels=3, latent_channels=4, block_out_channels=(24, 48, 64), layers_per_block=1,
                         down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3, norm_num_groups=8,
                         mid_block_add_attention=False, sample_size=64, scaling_factor=1.0, force_upcast=False).to(DEVICE)


def to_tensor(pictures):
    """uint8 [n,64,64,3] to floats in -1..1, [n,3,64,64], channels last."""
    x = torch.from_numpy(np.array(pictures)).to(DEVICE)
    return (x.float() / 127.5 - 1).permute(0, 3, 1, 2)


def edges(x):
    return x[:, :, 1:] - x[:, :, :-1], x[:, :, :, 1:] - x[:, :, :, :-1]


def hue_error(d):
    """Of a difference picture: squares of the coarse difference and of its red-green and yellow-blue parts. Plain L1 learns hues late."""
    d = F.avg_pool2d(d, 2)
    return (d ** 2).mean() + ((d[:, 0] - d[:, 1]) ** 2).mean() + ((0.5 * (d[:, 0] + d[:, 1]) - d[:, 2]) ** 2).mean()


def train(work, pictures, records, minutes, batch=16):
    torch.manual_seed(1)
    rng = random.Random(1)
    vae = build().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(vae.parameters(), 2e-3, betas=(0.9, 0.99), weight_decay=1e-4)
    run = Run(work / "vae.pt", minutes, 2e-3, {"vae": vae}, optimiser)
    print(f"vae: {sum(p.numel() for p in vae.parameters())} parameters")
    clean = [i for i, r in enumerate(records) if not r["defects"]]
    bad = [i for i, r in enumerate(records) if r["defects"]]
    for step in run:
        x = to_tensor(pictures[sorted(rng.sample(clean, batch * 7 // 8) + rng.sample(bad, batch // 8))])
        posterior = vae.encode(x).latent_dist
        y = vae.decode(posterior.sample()).sample
        l1 = (y - x).abs().mean()
        sharp = sum((a - b).abs().mean() for a, b in zip(edges(y), edges(x)))
        kl = 0.5 * (posterior.mean ** 2 + posterior.var - 1 - posterior.logvar).mean()
        colour = hue_error(y - x)
        loss = l1 + 0.4 * sharp + 4 * colour + 2e-4 * kl
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimiser.step()
        run.note(loss=loss.detach(), l1=l1.detach(), sharp=sharp.detach(), colour=colour.detach(), kl=kl.detach())
    return finish(vae, pictures)


@torch.no_grad()
def finish(vae, pictures):
    """Sets the scaling factor: one over the latents' standard deviation."""
    vae.eval()
    z = vae.encode(to_tensor(pictures[:256])).latent_dist.mode()
    vae.register_to_config(scaling_factor=round(1 / z.std().item(), 5))
    return vae


def load(work, pictures):
    vae = build().to(memory_format=torch.channels_last)
    if os.path.exists(work / "vae.pt"):
        vae.load_state_dict(torch.load(work / "vae.pt", map_location=DEVICE, weights_only=False)["modules"]["vae"])
    return finish(vae, pictures)


@torch.no_grad()
def encode_all(work, vae, pictures):
    """Scaled latents of all pictures, float16, made once."""
    path = work / "latents.pt"
    if not path.exists():
        parts = [vae.encode(to_tensor(pictures[i:i + 100])).latent_dist.mode() * vae.config.scaling_factor for i in range(0, len(pictures), 100)]
        torch.save(torch.cat(parts).half().cpu(), path)
    return torch.load(path)


def polish(work, vae, pictures, minutes, batch=8):
    """Goes on with the decoder alone (the latents stay as they are), on slightly noised latents such as a sampler leaves."""
    torch.manual_seed(6)
    rng = random.Random(6)
    vae = vae.to(memory_format=torch.channels_last).requires_grad_(False)
    parameters = [p.requires_grad_(True) for m in (vae.decoder, vae.post_quant_conv) for p in m.parameters()]
    optimiser = torch.optim.AdamW(parameters, 1e-3, betas=(0.9, 0.99), weight_decay=1e-4)
    run = Run(work / "vae-polished.pt", minutes, 1e-3, {"vae": vae}, optimiser)
    for step in run:
        x = to_tensor(pictures[sorted(rng.sample(range(len(pictures)), batch))])
        with torch.no_grad():
            z = vae.encode(x).latent_dist.sample()
            z = z + torch.randn_like(z) * torch.rand(batch, 1, 1, 1, device=DEVICE) * 0.12 / vae.config.scaling_factor
        y = vae.decode(z).sample
        l1, sharp = (y - x).abs().mean(), sum((a - b).abs().mean() for a, b in zip(edges(y), edges(x)))
        loss = l1 + 0.4 * sharp + 4 * hue_error(y - x)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        run.note(loss=loss.detach(), l1=l1.detach(), sharp=sharp.detach())
    return vae.eval()
