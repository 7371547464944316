"""Models of full size with random weights, written by diffusers and transformers.

    python bench/full-size/write_pipeline.py sd15 /tmp/sd15                      # float32, 4.3 GB
    python bench/full-size/write_pipeline.py sd21 /tmp/sd21 --precision fp16     # half the size
    python bench/full-size/write_pipeline.py reward /tmp/vit-l                   # CLIP ViT-L/14 as a reward, 1.7 GB
    python bench/full-size/write_pipeline.py controlnet /tmp/controlnet          # of Stable Diffusion 1.5, 1.4 GB
    python bench/full-size/write_pipeline.py modelscope /tmp/modelscope          # a video pipeline, 7.3 GB
    python bench/full-size/write_pipeline.py negative /tmp/negative --width 1024 # as ReNeg's are published, 316 kB

Sizes, shapes and file layouts are those of the published models; only the numbers mean nothing. The tokenizer is that of
the embedded pipeline, whose ids lie inside the real vocabulary.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, ControlNetModel, UNet2DConditionModel, UNet3DConditionModel
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPTextModel

TOKENIZER = Path(__file__).parents[2] / "resources" / "emoji" / "pipeline" / "tokenizer"

CLIP_L_TEXT = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "hidden_act": "quick_gelu",
    "projection_dim": 768,
}
# Layer 24 of OpenCLIP's encoder is left out: Stable Diffusion 2 reads the one before the last.
OPENCLIP_H_TEXT = {
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_hidden_layers": 23,
    "num_attention_heads": 16,
    "hidden_act": "gelu",
    "projection_dim": 512,
}
CLIP_L_VISION = {
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "hidden_act": "quick_gelu",
    "patch_size": 14,
    "image_size": 224,
}
UNET_CHANNELS = (320, 640, 1280, 1280)
UNETS = {
    "sd15": {"cross_attention_dim": 768, "attention_head_dim": 8, "sample_size": 64},
    "sd21": {
        "cross_attention_dim": 1024,
        "attention_head_dim": [5, 10, 20, 20],
        "sample_size": 96,
        "use_linear_projection": True,
    },
    "modelscope": {"cross_attention_dim": 1024, "attention_head_dim": 64, "sample_size": 32},
}
SCHEDULE = {
    "_class_name": "DDIMScheduler",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}


def main() -> None:
    kinds = ["sd15", "sd21", "modelscope", "controlnet", "reward", "negative"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--precision", choices=["float32", "fp16"], default="float32")
    parser.add_argument("--width", type=int, choices=[768, 1024], default=768, help="of a negative embedding")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    dtype = torch.float16 if arguments.precision == "fp16" else torch.float32
    match arguments.kind:
        case "reward":
            write_reward(arguments.folder, dtype)
        case "controlnet":
            ControlNetModel(block_out_channels=UNET_CHANNELS, cross_attention_dim=768).to(dtype).save_pretrained(arguments.folder)
        case "negative":
            arguments.folder.mkdir(parents=True, exist_ok=True)
            torch.save(torch.randn(1, 77, arguments.width), arguments.folder / "negative.bin")
        case kind:
            write_pipeline(kind, arguments.folder, dtype)


def write_pipeline(kind: str, folder: Path, dtype: torch.dtype) -> None:
    text = CLIP_L_TEXT if kind == "sd15" else OPENCLIP_H_TEXT
    make_unet = UNet3DConditionModel if kind == "modelscope" else UNet2DConditionModel
    unet = make_unet(block_out_channels=UNET_CHANNELS, **UNETS[kind])
    unet.to(dtype).save_pretrained(folder / "unet", max_shard_size="10GB")
    del unet  # 3.4 to 5.6 GB, before the next is made
    vae = AutoencoderKL(
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
        sample_size=512,
        scaling_factor=0.18215,
    )
    vae.to(dtype).save_pretrained(folder / "vae")
    encoder = CLIPTextModel(CLIPTextConfig(vocab_size=49408, **text))
    encoder.to(dtype).save_pretrained(folder / "text_encoder")
    shutil.copytree(TOKENIZER, folder / "tokenizer", dirs_exist_ok=True)
    prediction = "v_prediction" if kind == "sd21" else "epsilon"
    write_json(folder / "scheduler" / "scheduler_config.json", SCHEDULE | {"prediction_type": prediction})
    parts = {
        "scheduler": ["diffusers", "DDIMScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", make_unet.__name__],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    if kind == "modelscope":
        index = {"_class_name": "TextToVideoSDPipeline"}
    else:
        index = {"_class_name": "StableDiffusionPipeline", "safety_checker": [None, None]}
    write_json(folder / "model_index.json", index | parts)


def write_reward(folder: Path, dtype: torch.dtype) -> None:
    config = CLIPConfig(
        text_config={"vocab_size": 49408, **CLIP_L_TEXT}, vision_config=CLIP_L_VISION, projection_dim=768
    )
    CLIPModel(config).to(dtype).save_pretrained(folder)
    for file in TOKENIZER.iterdir():
        shutil.copy(file, folder)


def write_json(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2))


if __name__ == "__main__":
    main()
