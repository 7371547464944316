"""`reneg network` in PyTorch: the same arguments, the same files, so that anyone can compare the two on weights of their own.

    python bench/parity/run_network.py FOLDER --component unet --inputs in.safetensors --output out.safetensors --gradient encoder_hidden_states

FOLDER is the component's own folder (of diffusers or transformers), or a pipeline's.
"""

import argparse
from pathlib import Path

from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import load_file, save_file
from transformers import CLIPModel, CLIPTextModel

from oracle.forward import FORWARD, run

# Component to its class and its folder in a pipeline.
COMPONENTS = {
    "unet": (UNet2DConditionModel, "unet"),
    "vae_decoder": (AutoencoderKL, "vae"),
    "vae_encoder": (AutoencoderKL, "vae"),
    "text_encoder": (CLIPTextModel, "text_encoder"),
    "reward": (CLIPModel, "reward"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--component", choices=FORWARD, required=True)
    parser.add_argument("--inputs", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--gradient", action="append", default=[], help="an input or a weight; may be repeated")
    arguments = parser.parse_args()

    class_, subfolder = COMPONENTS[arguments.component]
    folder = arguments.folder if (arguments.folder / "config.json").exists() else arguments.folder / subfolder
    module = class_.from_pretrained(folder).float().eval()

    tensors = load_file(arguments.inputs)
    inputs = {name: tensor for name, tensor in tensors.items() if not name.startswith("cotangent.")}
    cotangents = {name.removeprefix("cotangent."): tensor for name, tensor in tensors.items() if name not in inputs}
    named = inputs | dict(module.named_parameters())
    wanted = {name: named[name] for name in arguments.gradient}
    result = run(module, arguments.component, inputs, cotangents, wanted)
    save_file({name: tensor.contiguous() for name, tensor in result.items()}, arguments.output)


if __name__ == "__main__":
    main()
