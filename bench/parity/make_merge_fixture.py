"""Makes a second LoRA beside those of make_adapter_fixtures.py, and the picture that diffusers and PEFT draw with both: fixtures/adapters/.

    python bench/parity/make_merge_fixture.py
    python bench/parity/make_merge_fixture.py --prove MERGED.safetensors

The two have other layers, ranks and alphas. With --prove nothing is written: a merged file is loaded in place of the two, at strength 1,
and has to draw the same picture.
"""

import argparse
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import load_file, save_file

from make_adapter_fixtures import OUT, draw, open_pipeline

RANK, ALPHA = 1, 2
UNET_TARGETS = r".*attn2\.to_[qv]"
STRENGTHS = [0.8, -0.6]
FIRST, SECOND, BOTH = "lora-diffusers.safetensors", "lora-second.safetensors", "two-loras.safetensors"
LIMIT = 1e-4  # Of pixels in 0…1.


def save_second() -> None:
    pipeline = open_pipeline()
    pipeline.unet.add_adapter(LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=UNET_TARGETS, init_lora_weights=False))
    torch.manual_seed(7)
    for name, parameter in pipeline.unet.named_parameters():
        if "lora_" in name:
            with torch.no_grad():
                parameter.copy_(torch.randn(parameter.shape) * 0.2)
    metadata = {"r": RANK, "lora_alpha": ALPHA, "use_dora": False, "use_rslora": False, "target_modules": UNET_TARGETS}
    StableDiffusionPipeline.save_lora_weights(
        OUT, unet_lora_layers=get_peft_model_state_dict(pipeline.unet), weight_name=SECOND, unet_lora_adapter_metadata=metadata
    )


def draw_with(files: list[Path], strengths: list[float]) -> torch.Tensor:
    pipeline = open_pipeline()
    names = [f"adapter{i}" for i, _ in enumerate(files)]
    for name, file in zip(names, files):
        pipeline.load_lora_weights(file.parent, weight_name=file.name, adapter_name=name)
    pipeline.set_adapters(names, strengths)
    return draw(pipeline, load_file(OUT / "expected.safetensors")["noise"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prove", type=Path)
    merged = parser.parse_args().prove
    if merged is None:
        save_second()
    both = draw_with([OUT / FIRST, OUT / SECOND], STRENGTHS)
    if merged is None:
        save_file({"image": both.contiguous()}, OUT / BOTH)
        return
    difference = (draw_with([merged], [1.0]) - both).abs().max().item()
    effect = (draw_with([OUT / FIRST], [1.0]) - both).abs().max().item()
    print(f"{merged.name}: {difference:.1e} from two adapters, which are {effect:.3f} from the first alone")
    assert difference < LIMIT < effect


if __name__ == "__main__":
    main()
