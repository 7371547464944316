"""A contrastively trained CLIP. Its text tower conditions the UNet; its image tower is where the preference reward starts."""
import os
import random

import torch
import torch.nn.functional as F
from transformers import CLIPConfig, CLIPModel

import tokenizer as tok
from common import DEVICE, HALF, Run
from data import SIZE, caption

MEAN, STD = (0.6, 0.58, 0.55), (0.32, 0.31, 0.33)


def build(entries, text, vision, projection):
    """text, vision: (width, layers, heads, mlp width); vision also (image size, patch size)."""
    special = dict(bos_token_id=entries - 2, eos_token_id=entries - 1, pad_token_id=entries - 1)
    tw, tl, th, tm = text
    vw, vl, vh, vm, image, patch = vision
    config = CLIPConfig(
        text_config=dict(vocab_size=entries, hidden_size=tw, intermediate_size=tm, num_hidden_layers=tl, num_attention_heads=th,
                         max_position_embeddings=77, hidden_act="quick_gelu", projection_dim=projection, **special),
        vision_config=dict(hidden_size=vw, intermediate_size=vm, num_hidden_layers=vl, num_attention_heads=vh, image_size=image,
                           patch_size=patch, hidden_act="quick_gelu", projection_dim=projection),
        projection_dim=projection, logit_scale_init_value=2.6592)
    return CLIPModel(config).to(DEVICE)


TEXT = (128, 4, 4, 512)
VISION = (160, 4, 5, 320, 64, 8)


def images(pictures, size=SIZE):
    """uint8 [n,64,64,3] or floats 0..1 [n,3,64,64], normalised, resized (antialiased bicubic) where the tower is smaller."""
    x = torch.as_tensor(pictures).to(DEVICE)
    if x.dtype == torch.uint8:
        x = x.permute(0, 3, 1, 2).float() / 255
    if size != x.shape[-1]:
        x = F.interpolate(x, (size, size), mode="bicubic", antialias=True, align_corners=False).clamp(0, 1)
    mean, std = (torch.tensor(v, device=x.device).view(1, 3, 1, 1) for v in (MEAN, STD))
    return (x - mean) / std


def image_features(clip, pixels):
    return F.normalize(clip.visual_projection(clip.vision_model(pixel_values=pixels).pooler_output).float(), dim=-1)


def text_features(clip, ids):
    return F.normalize(clip.text_projection(clip.text_model(input_ids=ids).pooler_output).float(), dim=-1)


def contrastive(logits, texts):
    """Both directions; a picture's caption that equals another's of the batch counts as right for both."""
    index = {t: i for i, t in enumerate(dict.fromkeys(texts))}
    ids = torch.tensor([index[t] for t in texts], device=logits.device)
    target = (ids[:, None] == ids[None]).float()
    target = target / target.sum(1, keepdim=True)
    return 0.5 * (F.cross_entropy(logits, target) + F.cross_entropy(logits.t(), target))


def train(work, name, clip, tokenizer, emoji, pictures, records, minutes, seed=2, batch=128, rate=1e-3):
    """Contrastive training; captions are worded anew each time."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    size = clip.config.vision_config.image_size
    optimiser = torch.optim.AdamW(clip.parameters(), rate, betas=(0.9, 0.98), weight_decay=0.02)
    run = Run(work / f"{name}.pt", minutes, rate, {"clip": clip}, optimiser)
    print(f"{name}: {sum(p.numel() for p in clip.parameters())} parameters, text {sum(p.numel() for p in clip.text_model.parameters())}")
    for step in run:
        pick = sorted(rng.sample(range(len(records)), batch))
        texts = [caption(rng, emoji, records[i]) for i in pick]
        with torch.autocast(DEVICE, torch.bfloat16, enabled=HALF):
            a = image_features(clip, images(pictures[pick], size))
            b = text_features(clip, tok.encode(tokenizer, texts).to(DEVICE))
        logits = clip.logit_scale.clamp(max=4.0).exp() * a @ b.t()
        loss = contrastive(logits, texts)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(clip.parameters(), 1.0)
        optimiser.step()
        run.note(loss=loss.detach(), right=(logits.argmax(1).cpu() == torch.arange(batch)).float().mean())
    return clip.eval()


def load(work, name, clip):
    if os.path.exists(work / f"{name}.pt"):
        clip.load_state_dict(torch.load(work / f"{name}.pt", map_location=DEVICE, weights_only=False)["modules"]["clip"])
    return clip.eval()
