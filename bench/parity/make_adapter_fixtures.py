"""Makes the LoRA files and results of diffusers and PEFT that ours are held to, on the embedded pipeline: fixtures/adapters/.

    python bench/parity/make_adapter_fixtures.py

A LoRA of UNet and text encoder in the names of diffusers and of kohya's scripts, the UNet's half also as PEFT saves it; a picture that is
drawn with it; the gradients of both factors of every layer, and of word vectors, for one prediction; a picture with another text encoder.
"""

import json
from pathlib import Path

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from diffusers.utils import convert_state_dict_to_kohya
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import save_file

HERE = Path(__file__).parent
PIPELINE = HERE.parents[1] / "resources" / "emoji" / "pipeline"
OUT = HERE / "fixtures" / "adapters"

RANK, ALPHA, STRENGTH = 2, 3, 0.8
# Matrices, convolutions of one pixel and of nine, and one that halves the size.
UNET_TARGETS = r".*(attn[12]\.(to_[qkv]|to_out\.0)|ff\.net\.0\.proj|mid_block.*(proj_in|conv1)|downsamplers\.0\.conv)"
TEXT_TARGETS = r".*(self_attn\.(q|k|v|out)_proj|mlp\.fc2)"
PROMPT, STEPS, GUIDANCE, TIMESTEP = "a red apple", 4, 3.0, 401
# Of the text encoder, to whose numbers 0.05 · sin(i) is added.
CHANGED, CHANGE = ("encoder.layers.3.mlp.fc2.weight", "final_layer_norm.bias"), 0.05
TOKENS = ["<v>", "<v>_1", "<v>_2"]
NEGATIVE = "blurry, <v> <v>_1 <v>_2, bad"


def open_pipeline() -> StableDiffusionPipeline:
    pipeline = StableDiffusionPipeline.from_pretrained(
        PIPELINE, safety_checker=None, feature_extractor=None, dtype=torch.float32
    )
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def numbers(*shape: int, seed: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator("cpu").manual_seed(seed))


def add_adapters(pipeline: StableDiffusionPipeline) -> None:
    """Both factors at random: with B zero half of the gradients would be."""
    for model, targets, seed in ((pipeline.unet, UNET_TARGETS, 1), (pipeline.text_encoder, TEXT_TARGETS, 2)):
        model.add_adapter(LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=targets, init_lora_weights=False))
        torch.manual_seed(seed)
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                with torch.no_grad():
                    parameter.copy_(torch.randn(parameter.shape) * (0.1 if "lora_A" in name else 0.05))


def own_path(name: str) -> str:
    """A parameter's name as ours: without the adapter's name, and without `text_model.`."""
    factor = "down" if ".lora_A." in name else "up"
    return name.split(".lora_")[0].removeprefix("text_model.") + "." + factor


def prediction(pipeline: StableDiffusionPipeline, ids: torch.Tensor, sample: torch.Tensor) -> torch.Tensor:
    context = pipeline.text_encoder(ids)[0]
    return pipeline.unet(sample, torch.tensor(TIMESTEP), context).sample


def token_ids(pipeline: StableDiffusionPipeline, text: str) -> torch.Tensor:
    length = pipeline.tokenizer.model_max_length
    return pipeline.tokenizer(text, padding="max_length", max_length=length, truncation=True, return_tensors="pt").input_ids


def main() -> None:
    OUT.mkdir(exist_ok=True)
    expected: dict[str, torch.Tensor] = {"noise": numbers(1, 4, 16, 16, seed=3), "cotangent": numbers(1, 4, 16, 16, seed=4)}
    pipeline = open_pipeline()
    add_adapters(pipeline)
    save_loras(pipeline)

    # The gradients of all factors, at full strength.
    ids = token_ids(pipeline, PROMPT)
    (prediction(pipeline, ids, expected["noise"]) * expected["cotangent"]).sum().backward()
    for part, model in (("unet", pipeline.unet), ("text encoder", pipeline.text_encoder)):
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                expected[f"gradient.{part}.{own_path(name)}"] = parameter.grad

    # A picture with what was saved, loaded as anyone does.
    pipeline = open_pipeline()
    expected["image.plain"] = draw(pipeline, expected["noise"])
    pipeline.load_lora_weights(OUT, weight_name="lora-diffusers.safetensors", adapter_name="tested")
    pipeline.set_adapters(["tested"], [STRENGTH])
    expected["image.lora"] = draw(pipeline, expected["noise"])

    draw_with_other_encoder(expected["noise"])
    expected |= token_gradient(expected)
    settings = {"rank": RANK, "alpha": ALPHA, "strength": STRENGTH, "prompt": PROMPT, "steps": STEPS, "guidance": GUIDANCE,
                "timestep": TIMESTEP, "negative": NEGATIVE.replace(" ".join(TOKENS), "embedding:tested")}
    save_file({k: v.detach().contiguous() for k, v in expected.items()}, OUT / "expected.safetensors",
              metadata={"settings": json.dumps(settings)})


def draw(pipeline: StableDiffusionPipeline, noise: torch.Tensor) -> torch.Tensor:
    """[1, 3, height, width] in 0…1"""
    return pipeline(PROMPT, latents=noise.clone(), num_inference_steps=STEPS, guidance_scale=GUIDANCE, output_type="pt").images


def save_loras(pipeline: StableDiffusionPipeline) -> None:
    unet, text = get_peft_model_state_dict(pipeline.unet), get_peft_model_state_dict(pipeline.text_encoder)
    metadata = {"r": RANK, "lora_alpha": ALPHA, "use_dora": False, "use_rslora": False}
    StableDiffusionPipeline.save_lora_weights(
        OUT, unet_lora_layers=unet, text_encoder_lora_layers=text, weight_name="lora-diffusers.safetensors",
        unet_lora_adapter_metadata=metadata | {"target_modules": UNET_TARGETS},
        text_encoder_lora_adapter_metadata=metadata | {"target_modules": TEXT_TARGETS},
    )
    kohya = convert_state_dict_to_kohya({f"unet.{k}": v for k, v in unet.items()})
    # transformers leaves out `text_model.` in its newer versions; kohya's names have it.
    kohya |= convert_state_dict_to_kohya(
        {f"text_encoder.text_model.{k.removeprefix('text_model.')}": v for k, v in text.items()}
    )
    kohya = {name: torch.tensor(float(ALPHA)) if name.endswith(".alpha") else value for name, value in kohya.items()}
    save_file({k: v.contiguous() for k, v in kohya.items()}, OUT / "lora-kohya.safetensors")
    folder = OUT / "lora-peft"
    folder.mkdir(exist_ok=True)
    save_file({f"base_model.model.{k}": v.contiguous() for k, v in unet.items()}, folder / "adapter_model.safetensors")
    config = pipeline.unet.peft_config["default"].to_dict()
    config = {key: value for key, value in config.items() if isinstance(value, (str, int, float, bool, type(None)))}
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def draw_with_other_encoder(noise: torch.Tensor) -> None:
    """Some weights of the text encoder are others, by a rule that the test repeats."""
    pipeline = open_pipeline()
    for name, parameter in pipeline.text_encoder.named_parameters():
        if name.endswith(CHANGED):
            offsets = CHANGE * torch.sin(torch.arange(parameter.numel(), dtype=torch.float64))
            with torch.no_grad():
                parameter.add_(offsets.reshape(parameter.shape).float())
    save_file({"image": draw(pipeline, noise).contiguous()}, OUT / "text-encoder.safetensors")


def token_gradient(given: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Of vectors that stand for words in a text, by the rows that they have in a table that is longer by them."""
    pipeline = open_pipeline()
    pipeline.tokenizer.add_tokens(TOKENS)
    pipeline.text_encoder.resize_token_embeddings(len(pipeline.tokenizer), mean_resizing=False)
    table = pipeline.text_encoder.get_input_embeddings().weight
    width = table.shape[1]
    rows = pipeline.tokenizer.convert_tokens_to_ids(TOKENS)
    vectors = numbers(len(TOKENS), width, seed=5) * table[:100].std().item()
    with torch.no_grad():
        table[rows] = vectors
    ids = token_ids(pipeline, NEGATIVE)
    assert all((ids == row).sum() == 1 for row in rows), "each vector stands in the text once"
    (prediction(pipeline, ids, given["noise"]) * given["cotangent"]).sum().backward()
    return {"vectors": vectors, "gradient.vectors": table.grad[rows]}


if __name__ == "__main__":
    main()
