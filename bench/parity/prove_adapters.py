"""Proves that LoRA, textual inversions and text encoders as we save them are read by diffusers, and draw there what they draw here.

    node bench/parity/write-adapters.ts FOLDER
    python bench/parity/prove_adapters.py FOLDER

The pipeline is the embedded one. LoRA go through load_lora_weights, under kohya's names and those of diffusers, of the UNet and of the text
encoder; word vectors through load_textual_inversion, and text encoders through transformers' from_pretrained.
"""

import argparse
import json
from pathlib import Path

import safetensors
import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from safetensors.torch import load_file
from transformers import CLIPTextModel

PIPELINE = Path(__file__).parents[2] / "resources" / "emoji" / "pipeline"
LIMIT = 1e-4  # Of pixels in 0…1.
TOKEN = "<learned>"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    images = load_file(folder / "images.safetensors")
    with safetensors.safe_open(folder / "images.safetensors", framework="pt") as file:
        settings = json.loads(file.metadata()["settings"])

    def draw(pipeline: StableDiffusionPipeline, negative: str) -> torch.Tensor:
        return pipeline(
            settings["prompt"], negative_prompt=negative, latents=images["noise"].clone(), output_type="pt",
            num_inference_steps=settings["steps"], guidance_scale=settings["guidance"],
        ).images

    for name, ours in images.items():
        if name == "noise":
            continue
        pipeline, negative = open_pipeline(), ""
        if name.startswith("lora-"):
            pipeline.load_lora_weights(folder, weight_name=f"{name}.safetensors", adapter_name="ours")
            pipeline.set_adapters(["ours"], [settings["strength"]])
        elif name.startswith("words-"):
            # Under A1111's name of the tensor diffusers has to be told the word.
            token = {} if name.endswith("diffusers") else {"token": TOKEN}
            ending = "pt" if name.endswith("-pt") else "safetensors"
            if ending == "pt":
                read = torch.load(folder / f"{name}.pt", weights_only=True)
                assert list(read["string_to_param"]) == ["*"] and read["name"] == "learned", "as the stable-diffusion-webui has it"
            pipeline.load_textual_inversion(folder, weight_name=f"{name}.{ending}", **token)
            negative = f"red, {TOKEN}, bad"
            words = pipeline.maybe_convert_prompt(negative, pipeline.tokenizer)
            assert words.count(TOKEN) == 3, "each vector has a word of its own"
        elif name.startswith("encoder-"):
            pipeline.text_encoder = CLIPTextModel.from_pretrained(folder / name)
            assert pipeline.text_encoder.dtype == torch.float32
        difference = (draw(pipeline, negative) - ours).abs().max().item()
        effect = (ours - images["plain"]).abs().max().item()
        print(f"{name}: {difference:.1e} from diffusers', {effect:.3f} from the picture without")
        assert difference < LIMIT, name
        assert name == "plain" or effect > 100 * LIMIT, f"{name} changes the picture"


def open_pipeline() -> StableDiffusionPipeline:
    pipeline = StableDiffusionPipeline.from_pretrained(
        PIPELINE, safety_checker=None, feature_extractor=None, dtype=torch.float32
    )
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


if __name__ == "__main__":
    main()
