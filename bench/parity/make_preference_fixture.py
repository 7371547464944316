"""Gradients of the preference loss to a reward head and to a LoRA in both towers of a CLIP, by PyTorch, transformers and peft.

python bench/parity/make_preference_fixture.py
Whatever goes in follows a formula that the test knows, too; the fixture holds what comes out."""
import math
import os

import torch
import torch.nn.functional as F
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import CLIPModel, CLIPTokenizer

ROOT = os.path.join(os.path.dirname(__file__), "../..")
BASE = os.path.join(ROOT, "resources/emoji/rewards/held-out")
PROMPTS = ["a red apple", "a rocket on a blue background"]
SIDE, RANK, ALPHA, HIDDEN = 48, 2, 4, 3
SAID = torch.tensor([1.0, 0.5])  # the second is a tie


def pattern(shape, offset, scale=1.0):
    """sin(0.7·i + offset) · scale, in float64 and then rounded."""
    i = torch.arange(math.prod(shape), dtype=torch.float64)
    return (torch.sin(0.7 * i + offset) * scale).float().reshape(shape)


def pixels(offset):
    mean, deviation = torch.tensor([0.6, 0.58, 0.55]), torch.tensor([0.32, 0.31, 0.33])
    image = pattern((2, 3, SIDE, SIDE), offset)
    return ((image + 1) / 2 - mean.view(1, 3, 1, 1)) / deviation.view(1, 3, 1, 1)


def objective(better, worse, scale):
    d = scale * (better - worse)
    return SAID * F.logsigmoid(d) + (1 - SAID) * F.logsigmoid(-d)


def unit(x):
    return x / x.norm(dim=-1, keepdim=True)


def embeddings(model, tokens):
    vision = lambda x: unit(model.visual_projection(model.vision_model(pixel_values=x).pooler_output))
    text = unit(model.text_projection(model.text_model(**tokens).pooler_output))
    return vision(pixels(1)), vision(pixels(2)), text


def main():
    out = {}
    tokenizer = CLIPTokenizer.from_pretrained(BASE)
    tokens = tokenizer(PROMPTS, padding="max_length", max_length=77, truncation=True, return_tensors="pt")

    model = CLIPModel.from_pretrained(BASE).float().eval()
    scale = model.logit_scale.exp().item()
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=r".*self_attn\.(q|k|v|out)_proj", bias="none")
    adapted = get_peft_model(model, config)
    factors = {name: p for name, p in adapted.named_parameters() if "lora_" in name}
    for k, name in enumerate(sorted(factors)):
        factors[name].data = pattern(tuple(factors[name].shape), k, 0.2)
    better, worse, text = embeddings(adapted.base_model.model, tokens)
    value = objective((better * text).sum(-1), (worse * text).sum(-1), scale)
    value.sum().backward()
    out["lora.objective"] = value.detach()
    for name, p in factors.items():
        out["lora." + name.replace("base_model.model.", "").replace(".default", "")] = p.grad

    model = CLIPModel.from_pretrained(BASE).float().eval()
    with torch.no_grad():
        better, worse, text = embeddings(model, tokens)
    width = better.shape[-1]
    shapes = {"head.0.weight": (HIDDEN, 2 * width), "head.0.bias": (HIDDEN,), "head.1.weight": (1, HIDDEN), "head.1.bias": (1,)}
    head = {name: pattern(shape, k, 2.0).requires_grad_() for k, (name, shape) in enumerate(shapes.items())}

    def score(image):
        x = torch.cat([image, image * text], -1)
        hidden = torch.relu(F.linear(x, head["head.0.weight"], head["head.0.bias"]))
        return F.linear(hidden, head["head.1.weight"], head["head.1.bias"])[:, 0]

    value = objective(score(better), score(worse), 1)
    value.sum().backward()
    out["head.objective"] = value.detach()
    for name, p in head.items():
        out["head." + name] = p.grad
    print({k: float(v.abs().max()) for k, v in out.items() if k.startswith("head")})
    save_file({k: v.contiguous() for k, v in out.items()}, os.path.join(ROOT, "bench/parity/fixtures/preference.safetensors"))


main()
