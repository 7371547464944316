"""The two rewards: small CLIPs, trained contrastively, then on preference pairs as HPS is (prompt, better picture, worse picture).

Score: cosine(image, text). Besides crisp drawings they see what the pipeline will show them: VAE round trips, mixtures of the two,
and pictures decoded from noised latents (as worse ones)."""
import random

import numpy as np
import torch
import torch.nn.functional as F

import clip as stage
import tokenizer as tok
from common import DEVICE, HALF, Run
from data import BACKGROUNDS, DEFECTS, HAZE, HIGH, SPOIL, draw, record, subject

PREFERENCE = dict(text=(96, 2, 3, 384), vision=(160, 4, 5, 320, 64, 8), projection=96)
HELD_OUT = dict(text=(80, 2, 4, 320), vision=(128, 3, 4, 384, 48, 8), projection=80)
SCALE = 4.0  # logit per unit of cosine in a comparison: low, so that the score does not saturate


def flaws(rng):
    """Some defects, each of any strength; a colour cast; or tone and sharpness overdone, as guidance does, which brings a cast with it."""
    cast = {"cast": rng.uniform(0.3, 1)}
    if rng.random() < 0.25:
        over = rng.sample(("blurry", "washed out"), rng.choice((1, 2)))
        return {n: -rng.uniform(0.3, 1.2) for n in over} | (cast if rng.random() < 0.5 else {})
    if rng.random() < 0.2:
        return cast
    names = rng.sample(list(DEFECTS), rng.choice((1, 1, 2))) if rng.random() < 0.3 else rng.sample(list(HAZE), rng.choice((1, 2, 3)))
    return {n: rng.uniform(0.15, 1) for n in names}


def pair(rng, emoji):
    """(prompt, better recipe, worse recipe): one thing differs."""
    a = record(rng, emoji, "good", jitter=rng.choice((0, 2)))  # half of them placed as the UNet draws them
    b, what = dict(a, seed=rng.getrandbits(30)), rng.random()
    text = subject(rng, emoji, a, simple=True)
    if what < 0.8:
        b["defects"] = flaws(rng)
        if rng.random() < 0.4:  # both flawed, one of them less
            less = rng.uniform(0.2, 0.7)
            a["seed"], a["defects"] = b["seed"], {n: less * k for n, k in b["defects"].items() if n in SPOIL}
    elif what < 0.93:
        while b["emoji"] == a["emoji"]:
            b["emoji"] = rng.randrange(len(emoji))
        if rng.random() < 0.3:  # the right subject with a defect still beats the wrong one
            a["defects"] = {n: rng.uniform(0.3, 0.7) for n in rng.sample(list(HAZE), 2)}
    else:
        b["background"] = rng.choice([k for k in BACKGROUNDS if k != a["background"]])
    if rng.random() < 0.2 and not a["defects"]:
        text += ", " + rng.choice(HIGH)
    return text, a, b


def badly(rng, pair):
    """How the latents of a pair are noised, see `degrade`."""
    _, a, b = pair
    return rng.choice((0, 2)) if a["defects"] or a["emoji"] != b["emoji"] else rng.choice((0, 1, 2, 2))


@torch.no_grad()
def degrade(vae, a, b, how, g):
    """Better and worse pictures [n,3,64,64] in 0..1 as the pipeline shows them: a part through the VAE, a part mixed. Badly drawn ones are
    decoded from noised latents; how [n]: neither of a pair (0), the worse one alone and nothing else (1), or both alike (2), so that quality counts
    in imperfect drawings too."""
    n = len(a)
    z = vae.encode(torch.cat([a, b]) * 2 - 1).latent_dist.mode()
    za, zb = z[:n], z[n:]
    z_std, how = za.std(), how.view(-1, 1, 1, 1)
    strength = torch.rand((n, 1, 1, 1), generator=g)
    noise = torch.randn(za.shape, generator=g) * z_std * (0.15 + 0.5 * strength)
    low = F.interpolate(torch.randn((n, 4, 4, 4), generator=g), (16, 16), mode="bilinear") * z_std * (0.3 + 0.5 * strength)
    spoilt = torch.where(torch.rand((n, 1, 1, 1), generator=g) < 0.6, noise, low)
    za, zb = torch.where(how == 2, za + 0.7 * spoilt, za), torch.where(how == 2, zb + 0.7 * spoilt, torch.where(how == 1, za + spoilt, zb))
    ya, yb = (vae.decode(torch.cat([za, zb])).sample / 2 + 0.5).clamp(0, 1).chunk(2)
    mix = (torch.rand((n, 1, 1, 1), generator=g) * 1.5).clamp(max=1)  # how much of the round trip; the same for both
    wa = mix
    wb = torch.where(how == 1, torch.ones_like(mix), mix)
    return a + (ya - a) * wa, b + (yb - b) * wb


def train(work, name, clip, tokenizer, emoji, vae, minutes, seed, batch=48, rate=5e-4):
    """Preference pairs (logistic loss on the cosine difference) plus a contrastive term over the better pictures."""
    torch.manual_seed(seed)
    rng, g = random.Random(seed), torch.Generator().manual_seed(seed)
    size = clip.config.vision_config.image_size
    optimiser = torch.optim.AdamW(clip.parameters(), rate, betas=(0.9, 0.98), weight_decay=0.05)
    run = Run(work / f"{name}.pt", minutes, rate, {"clip": clip}, optimiser)
    print(f"{name}: {sum(p.numel() for p in clip.parameters())} parameters")
    rng.seed(seed + run.step)
    to = lambda p: torch.from_numpy(np.stack(p)).permute(0, 3, 1, 2).float() / 255
    for step in run:
        pairs = [pair(rng, emoji) for _ in range(batch)]
        texts = [p[0] for p in pairs]
        a, b = to([draw(emoji, p[1]) for p in pairs]), to([draw(emoji, p[2]) for p in pairs])
        k = batch // 2  # the part that goes through the VAE
        ka, kb = degrade(vae, a[:k], b[:k], torch.tensor([badly(rng, p) for p in pairs[:k]]), g)
        a, b = torch.cat([ka, a[k:]]), torch.cat([kb, b[k:]])
        with torch.autocast(DEVICE, torch.bfloat16, enabled=HALF):
            f = stage.image_features(clip, stage.images(torch.cat([a, b]), size))
            t = stage.text_features(clip, tok.encode(tokenizer, texts).to(DEVICE))
        fa, fb = f[:batch], f[batch:]
        sa, sb = (fa * t).sum(1), (fb * t).sum(1)
        prefer = F.softplus(-SCALE * (sa - sb)).mean()
        contrast = stage.contrastive(clip.logit_scale.clamp(max=3.2).exp() * fa @ t.t(), texts)
        loss = prefer + 0.15 * contrast
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(clip.parameters(), 1.0)
        optimiser.step()
        run.note(loss=loss.detach(), prefer=prefer.detach(), right=(sa > sb).float().mean(), contrast=contrast.detach(), better=sa.detach().mean(), worse=sb.detach().mean())
    return clip.eval()


def build(entries, shape):
    return stage.build(entries, shape["text"], shape["vision"], shape["projection"])
