"""Writes the folders that the app, diffusers and transformers read; every file goes to a temporary name first, then is renamed."""
import copy
import json
import os
import shutil
import tempfile
from pathlib import Path

import clip as clip_stage
import unet as unet_stage
from transformers import CLIPTextConfig, CLIPTextModel


def place(source, target):
    """Moves the files of folder `source` into `target`, each by rename."""
    target.mkdir(parents=True, exist_ok=True)
    for f in sorted(source.iterdir()):
        shutil.copyfile(f, target / (f.name + ".tmp"))
        os.replace(target / (f.name + ".tmp"), target / f.name)


def save_half(model, target):
    """save_pretrained in float16."""
    with tempfile.TemporaryDirectory() as d:
        copy.deepcopy(model).half().to("cpu").save_pretrained(d, safe_serialization=True)
        config = Path(d) / "config.json"
        values = {k: v for k, v in json.loads(config.read_text()).items() if k != "_name_or_path"}
        config.write_text(json.dumps(values, indent=2) + "\n")
        place(Path(d), target)


def text_model(clip):
    """The text tower alone, as StableDiffusionPipeline wants it."""
    config = CLIPTextConfig(**{k: v for k, v in clip.config.text_config.to_dict().items() if k not in ("model_type", "transformers_version")})
    model = CLIPTextModel(config)
    state = {k: v for k, v in clip.state_dict().items() if k.startswith("text_model.")}
    if not any(k.startswith("text_model.") for k in model.state_dict()):
        state = {k.removeprefix("text_model."): v for k, v in state.items()}
    model.load_state_dict(state)
    return model.eval()


def pipeline(folder, tokenizer_folder=None, text=None, vae=None, unet=None):
    """Writes the given parts and what belongs around them."""
    folder = Path(folder)
    if text is not None:
        save_half(text, folder / "text_encoder")
    if vae is not None:
        save_half(vae, folder / "vae")
    if unet is not None:
        save_half(unet, folder / "unet")
    if tokenizer_folder is not None:
        place(tokenizer_folder, folder / "tokenizer")
        unet_stage.scheduler().save_pretrained(folder / "scheduler")
        index = {"_class_name": "StableDiffusionPipeline", "_diffusers_version": __import__("diffusers").__version__,
                 "feature_extractor": [None, None], "image_encoder": [None, None], "requires_safety_checker": False,
                 "safety_checker": [None, None], "scheduler": ["diffusers", "DDIMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
                 "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"]}
        (folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")


def video(folder, unet):
    """The video UNet and its noise; text encoder, tokenizer and VAE are the pipeline's."""
    save_half(unet, Path(folder) / "unet")
    unet_stage.scheduler().save_pretrained(Path(folder) / "scheduler")


def reward(folder, tokenizer_folder, clip):
    folder = Path(folder)
    save_half(clip, folder)
    place(tokenizer_folder, folder)
    n = clip.config.vision_config.image_size
    (folder / "preprocessor_config.json").write_text(json.dumps({
        "crop_size": {"height": n, "width": n}, "do_center_crop": True, "do_convert_rgb": True, "do_normalize": True, "do_rescale": True,
        "do_resize": True, "image_mean": list(clip_stage.MEAN), "image_processor_type": "CLIPImageProcessor", "image_std": list(clip_stage.STD),
        "resample": 3, "rescale_factor": 1 / 255, "size": {"shortest_edge": n}}, indent=2) + "\n")
