"""Makes fixtures/layouts.json and its cases: two small models, like Stable Diffusion 1.x and 2.x, and their names in the original layout.

    .venv/bin/python bench/parity/make_layout_fixture.py              # half a minute on one core
    .venv/bin/python bench/parity/make_layout_fixture.py --files DIR  # also writes them as files, with the real PyTorch and diffusers

The original names are checked by diffusers' own reader of single files: see oracle/layouts.py.
"""

import sys
from pathlib import Path

import diffusers
import torch
import transformers
from safetensors.torch import save_file

from make_fixtures import FIXTURES, network_case, network_entry, to_json
from oracle import layouts
from oracle.cases import Case, normal, token_rows
from oracle.layouts import Model, Names, Origin


def main() -> None:
    torch.use_deterministic_algorithms(True)
    diffusers.logging.set_verbosity_error()
    transformers.logging.set_verbosity_error()
    for model in (layouts.SD1, layouts.SD2):
        layouts.check(model)
    networks = [layouts.TEXT_SD1, layouts.TEXT_SD2, layouts.UNET_SD1, layouts.UNET_SD2, layouts.VAE]
    manifest = {
        "networks": [network_entry(network) for network in networks],
        "cases": [network_case(case) for case in cases()],
        "originalNames": {
            "clip-text": written(layouts.clip_text_names(layouts.TEXT_SD1)),
            "open-clip-text": written(layouts.open_clip_text_names(layouts.TEXT_SD2)),
            "unet": written(layouts.unet_names(layouts.UNET_SD1)),
            "vae": written(layouts.vae_names(layouts.VAE)),
        },
        "models": [entry(layouts.SD1, "clip-text", layouts.UNUSED_BY_SD1), entry(layouts.SD2, "open-clip-text", layouts.UNUSED_BY_SD2)],
    }
    (FIXTURES / "layouts.json").write_text(to_json(manifest) + "\n")
    if "--files" in sys.argv:
        write_files(Path(sys.argv[sys.argv.index("--files") + 1]))


def cases() -> list[Case]:
    latent, context, picture = (1, 4, 4, 4), normal("layout", 1, 77, layouts.WIDTH), normal("layout", 1, 3, 32, 32)
    unet_inputs = {"sample": normal("layout", 1, 4, 8, 8), "timestep": torch.tensor(601), "encoder_hidden_states": context}
    ids = {"input_ids": token_rows("layout", [9], 298, 299, 299, range(1, 298))}
    return [
        Case("layout-text-sd1", layouts.TEXT_SD1, "text_encoder", ids),
        Case("layout-text-sd2", layouts.TEXT_SD2, "text_encoder", ids),
        Case("layout-unet-sd1", layouts.UNET_SD1, "unet", unet_inputs),
        Case("layout-unet-sd2", layouts.UNET_SD2, "unet", unet_inputs),
        Case("layout-vae-decoder", layouts.VAE, "vae_decoder", {"latent_sample": normal("layout", *latent)}),
        Case("layout-vae-encoder", layouts.VAE, "vae_encoder", {"sample": picture}),
    ]


def written(names: Names) -> dict:
    """Ours by the original name: one, several that lie row under row, or one in another shape."""

    def origin(value: Origin) -> object:
        if value.shape is not None:
            return {"name": value.names[0], "shape": value.shape}
        return value.names[0] if len(value.names) == 1 else value.names

    return {key: origin(value) for key, value in names.items()}


def entry(model: Model, text_names: str, unused: dict) -> dict:
    return {"name": model.name, "textEncoder": model.text_encoder.name, "unet": model.unet.name, "vae": model.vae.name,
            "textNames": text_names, "unused": unused}


def write_files(folder: Path) -> None:
    """As single files, float32 and float16, safetensors and torch's own; and as folders with torch's `.bin` files."""
    folder.mkdir(parents=True, exist_ok=True)
    for model in (layouts.SD1, layouts.SD2):
        state = layouts.original(model)
        state |= {f"model_ema.{name.removeprefix('model.').replace('.', '')}": tensor + 1
                  for name, tensor in state.items() if name.startswith("model.diffusion_model.")}
        save_file({name: tensor.contiguous() for name, tensor in state.items()}, folder / f"{model.name}.safetensors")
        torch.save({"state_dict": state, "global_step": 1}, folder / f"{model.name}.ckpt")
        torch.save({"state_dict": {name: tensor.half() for name, tensor in state.items()}}, folder / f"{model.name}-half.ckpt")
        for name in ("text_encoder", "unet", "vae"):
            getattr(model, name).build().save_pretrained(folder / model.name / name, safe_serialization=False)


if __name__ == "__main__":
    main()
