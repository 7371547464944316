"""Proves that embeddings as we write them are read by the libraries that people use them with.

    npm run reneg -- embedding convert negative.safetensors -o negative.bin
    python bench/parity/prove_embeddings.py negative.safetensors negative.bin

PyTorch reads the .bin with weights_only=True, safetensors and the steps of ComfyUI's Load Conditioning read the
.safetensors, both hold the same numbers, and diffusers draws the same picture with either as negative_prompt_embeds, another
than without. The pipeline is the embedded one; embeddings of another width are not drawn with.
"""

import argparse
import json
from pathlib import Path

import safetensors
import torch
from diffusers import StableDiffusionPipeline
from safetensors.torch import load_file

PIPELINE = Path(__file__).parents[2] / "resources" / "emoji" / "pipeline"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("safetensors", type=Path)
    parser.add_argument("bin", type=Path)
    arguments = parser.parse_args()

    bare = torch.load(arguments.bin, weights_only=True)
    assert isinstance(bare, torch.Tensor) and bare.dtype == torch.float32 and bare.dim() == 3, "a bare tensor [1, tokens, width]"
    print(f"torch.load(weights_only=True): {tuple(bare.shape)} {bare.dtype}")

    tensors = load_file(arguments.safetensors)
    assert torch.equal(tensors["conditioning"], bare), "both files hold the same numbers"
    print(f"safetensors: {list(tensors)}")

    # comfy_extras/nodes_cond.py: the tensor `conditioning`, other tensors and conditioning_options as options.
    with safetensors.safe_open(arguments.safetensors, framework="pt") as file:
        options = json.loads((file.metadata() or {}).get("conditioning_options", "{}"))
        assert "conditioning" in file.keys() and options == {}, "no option changes how ComfyUI uses it"
    print("Load Conditioning: conditioning, no options")

    pipeline = StableDiffusionPipeline.from_pretrained(
        PIPELINE, safety_checker=None, feature_extractor=None, dtype=torch.float32
    )
    pipeline.set_progress_bar_config(disable=True)
    if bare.shape[2] != pipeline.unet.config.cross_attention_dim:
        print(f"diffusers: not drawn, since the embedded pipeline has width {pipeline.unet.config.cross_attention_dim}")
        return

    def draw(embedding: torch.Tensor | None):
        generator = torch.Generator("cpu").manual_seed(0)
        negative = {} if embedding is None else {"negative_prompt_embeds": embedding}
        settings = {"num_inference_steps": 10, "guidance_scale": 7.5, "output_type": "pt"}
        return pipeline("a red apple", generator=generator, **settings, **negative).images

    assert torch.equal(draw(bare), draw(tensors["conditioning"])), "either file draws the same picture"
    difference = (draw(bare) - draw(None)).abs().max().item()
    assert difference > 0, "the embedding changes the picture"
    print(f"diffusers: negative_prompt_embeds taken, pixels differ by up to {difference:.3f} from those without")


if __name__ == "__main__":
    main()
