"""Draws grids with the exported pipeline, and compares negative prompts by the rewards."""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image, ImageDraw
from transformers import CLIPModel, CLIPTokenizer

import clip as stage
import common  # noqa: F401 (thread count)

HOME = Path(__file__).resolve().parent.parent
GUIDANCE = json.loads((HOME / "pipeline" / "reneg.json").read_text())["settings"]["guidance"]
HANDWRITTEN = "blurry, noisy, washed out, low quality"


def pipeline(folder=HOME / "pipeline"):
    p = StableDiffusionPipeline.from_pretrained(folder, safety_checker=None, dtype=torch.float32)
    p.set_progress_bar_config(disable=True)
    return p.to(common.DEVICE)


def generate(pipe, prompts, negative="", steps=30, guidance=GUIDANCE, seed=42, batch=16):
    """Floats 0..1 [n,64,64,3]; picture i has the seed seed+i, whatever the negative prompt."""
    out = []
    for i in range(0, len(prompts), batch):
        part = prompts[i:i + batch]
        gs = [torch.Generator().manual_seed(seed + i + j) for j in range(len(part))]
        out.append(pipe(part, negative_prompt=[negative] * len(part), num_inference_steps=steps, guidance_scale=guidance, generator=gs,
                        height=64, width=64, output_type="np").images)
    return np.concatenate(out)


@torch.no_grad()
def score(folder, pictures, prompts):
    """cosine(image, text) per picture."""
    clip, tokenizer = CLIPModel.from_pretrained(folder).float().eval(), CLIPTokenizer.from_pretrained(folder)
    x = stage.images(torch.from_numpy(np.asarray(pictures)).permute(0, 3, 1, 2).float(), clip.config.vision_config.image_size)
    ids = tokenizer(list(prompts), padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
    return (stage.image_features(clip, x) * stage.text_features(clip, ids)).sum(1).numpy()


def grid(pictures, columns, path, titles=(), scale=1):
    n, cell, top = len(pictures), 64 * scale, 12 if titles else 0
    sheet = Image.new("RGB", (columns * (cell + 4) + 4, -(-n // columns) * (cell + 4 + top) + 4), (235, 235, 235))
    for i, p in enumerate(pictures):
        x, y = 4 + i % columns * (cell + 4), 4 + i // columns * (cell + 4 + top)
        im = Image.fromarray((np.asarray(p) * 255 + 0.5).astype(np.uint8))
        sheet.paste(im.resize((cell, cell), Image.Resampling.LANCZOS), (x, y + top))
        if titles:
            ImageDraw.Draw(sheet).text((x, y), titles[i][:cell // 6], fill=(40, 40, 40))
    sheet.save(path)


def compare(pipe, prompts, seeds=2, **settings):
    """Mean rewards with the empty and with the handwritten negative prompt, the same seeds."""
    prompts = list(prompts) * seeds
    results = {n: generate(pipe, prompts, n, **settings) for n in ("", HANDWRITTEN)}
    for reward in ("preference", "held-out"):
        s = {n: score(HOME / "rewards" / reward, x, prompts) for n, x in results.items()}
        d = s[HANDWRITTEN] - s[""]
        print(f"{reward}: empty {s[''].mean():.4f}  handwritten {s[HANDWRITTEN].mean():.4f}  "
              f"difference {d.mean():+.4f} ± {d.std() / len(d) ** 0.5:.4f}  wins {(d > 0).mean():.0%}  ({len(d)} pictures)")
    return results


if __name__ == "__main__":
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--prompts", default=str(HOME / "prompts" / "held-out.txt"))
    a.add_argument("--count", type=int, default=24)
    a.add_argument("--negative", default="")
    a.add_argument("--steps", type=int, default=30)
    a.add_argument("--guidance", type=float, default=GUIDANCE)
    a.add_argument("--compare", action="store_true")
    a.add_argument("--out", default="grid.png")
    o = a.parse_args()
    lines = [l for l in Path(o.prompts).read_text(encoding="utf-8").splitlines() if l][:o.count]
    p = pipeline()
    if o.compare:
        r = compare(p, lines, steps=o.steps, guidance=o.guidance)
        both = [x for i in range(len(lines)) for x in (r[""][i], r[HANDWRITTEN][i])]
        grid(both, 16, o.out)
    else:
        grid(generate(p, lines, o.negative, o.steps, o.guidance), 8, o.out, lines, 2)
