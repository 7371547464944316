"""Makes the fixtures of ONNX exports: fixtures/onnx.json, and in fixtures/onnx/ the models and what PyTorch computes.

    .venv/bin/python bench/parity/make_onnx_fixtures.py

A model is exported from other sizes than those it is run with, but for the static ones. Its weights are generated on both sides.
Some are small and exported in every way; others are networks of make_fixtures.py at full depth, held to the results that it wrote.
"""

import gzip
import json
import warnings
from pathlib import Path

import diffusers
import torch
import transformers

from make_fixtures import distance, in_precision, prefixed
from oracle.cases import CASES as NETWORK_CASES
from oracle.cases import normal, token_rows
from oracle.forward import Tensors, run
from oracle.networks import BY_LIBRARY, Network
from oracle.onnx_export import Exporter, export
from safetensors.torch import save_file

FIXTURES = Path(__file__).parent / "fixtures"

# Stable Diffusion 1.x at two levels: attention going down, in the middle and going up, shortcuts, down- and upsampling.
UNET = Network("onnx-unet", "unet", {
    **BY_LIBRARY, "block_out_channels": [32, 64], "layers_per_block": 1, "norm_num_groups": 16, "sample_size": 16,
    "cross_attention_dim": 32, "attention_head_dim": 8,
    "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
}, seed=21)

VAE = Network("onnx-vae", "vae", {
    **BY_LIBRARY, "block_out_channels": [16, 32], "layers_per_block": 1, "latent_channels": 4, "norm_num_groups": 8,
    "sample_size": 32, "down_block_types": ["DownEncoderBlock2D"] * 2, "up_block_types": ["UpDecoderBlock2D"] * 2,
}, seed=22)

TEXT = Network("onnx-text", "text_encoder", {
    **BY_LIBRARY, "vocab_size": 200, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "projection_dim": 32, "hidden_act": "quick_gelu", "bos_token_id": 198, "eos_token_id": 199, "pad_token_id": 199,
}, seed=23)

SCRIPT_14, SCRIPT_17 = Exporter("torchscript-14", 14, dynamo=False), Exporter("torchscript-17", 17, dynamo=False)
DYNAMO, STATIC = Exporter("dynamo-20", 20, dynamo=True), Exporter("dynamo-20-static", 20, dynamo=True, static=True)


def unet_inputs(batch: int, height: int, width: int, tokens: int, timestep: int) -> Tensors:
    return {"sample": normal("onnx-unet", batch, 4, height, width), "timestep": torch.tensor(timestep),
            "encoder_hidden_states": normal("onnx-unet", batch, tokens, 32)}


def text_inputs(lengths: list[int]) -> Tensors:
    return {"input_ids": token_rows("onnx-text", lengths, 198, 199, 199, range(1, 198))}


# Component: its network, the exporters, the inputs to export from, the inputs to run with, the gradients.
CASES = {
    "unet": (UNET, [SCRIPT_14, SCRIPT_17, DYNAMO, STATIC], unet_inputs(3, 8, 8, 20, 5), unet_inputs(2, 16, 10, 77, 621),
             ["sample", "encoder_hidden_states"]),
    "text_encoder": (TEXT, [SCRIPT_14, SCRIPT_17, DYNAMO, STATIC], text_inputs([4, 5, 6]), text_inputs([9, 75]), []),
    "vae_decoder": (VAE, [SCRIPT_17, DYNAMO], {"latent_sample": normal("onnx-vae", 3, 4, 6, 6)},
                    {"latent_sample": normal("onnx-vae", 2, 4, 8, 5)}, ["latent_sample"]),
    "vae_encoder": (VAE, [SCRIPT_17, DYNAMO], {"sample": normal("onnx-vae", 3, 3, 12, 12)},
                    {"sample": normal("onnx-vae", 2, 3, 16, 10)}, ["sample"]),
}


# Cases of make_fixtures.py, by the inputs to export from.
SHARED_CASES = {
    "unet-sd1": {"sample": normal("onnx", 1, 4, 8, 8), "timestep": torch.tensor(5), "encoder_hidden_states": normal("onnx", 1, 20, 64)},
    "text-clip-l": {"input_ids": token_rows("onnx", [4, 5], 296, 297, 297, range(280, 296))},
    "vae-sd-decoder": {"latent_sample": normal("onnx", 2, 4, 4, 6)},
    "vae-sd-encoder": {"sample": normal("onnx", 2, 3, 32, 48)},
}


def main() -> None:
    torch.use_deterministic_algorithms(True)
    warnings.filterwarnings("ignore")
    diffusers.logging.set_verbosity_error()
    transformers.logging.set_verbosity_error()
    (FIXTURES / "onnx").mkdir(exist_ok=True)
    models = [model for component in CASES for model in component_models(component)]
    models += [shared_model(name) for name in SHARED_CASES]
    lines = ",\n".join(json.dumps(model, separators=(",", ":")) for model in models)
    (FIXTURES / "onnx.json").write_text(f'{{"models":[\n{lines}\n]}}\n')


def component_models(component: str) -> list[dict]:
    network, exporters, examples, inputs, gradients = CASES[component]
    rounding = save_expected(component)
    print(f"{component:32} {max(rounding.values()):.1e}", flush=True)
    return [save_model(f"onnx-{component.replace('_', '-')}-{exporter.name}", network, component, exporter,
                       inputs if exporter.static else examples)
            | {"gradients": gradients, "expected": f"onnx/{component}.safetensors"} for exporter in exporters]


def shared_model(name: str) -> dict:
    case = next(case for case in NETWORK_CASES if case.name == name)
    model = save_model(f"onnx-{name}-{SCRIPT_17.name}", case.network, case.component, SCRIPT_17, SHARED_CASES[name])
    return model | {"gradients": case.gradients, "expected": f"networks/{name}.safetensors"}


def save_model(name: str, network: Network, component: str, exporter: Exporter, inputs: Tensors) -> dict:
    model, weights = export(network, component, exporter, inputs)
    # Without a time stamp, so that the same model is the same file.
    (FIXTURES / "onnx" / f"{name}.onnx.gz").write_bytes(gzip.compress(model.SerializeToString(deterministic=True), mtime=0))
    print(f"{name:40} {len(model.graph.node)} operators, {len(weights)} weights", flush=True)
    return {"name": name, "component": component, "seed": network.seed, "weights": weights}


def save_expected(component: str) -> dict[str, float]:
    """Inputs, cotangents, outputs and gradients; returns PyTorch's own distance from float64."""
    network, _, _, inputs, gradients = CASES[component]

    def compute(dtype: torch.dtype, cotangents: Tensors) -> Tensors:
        given = in_precision(inputs, dtype)
        wanted = {name: given[name] for name in gradients} if cotangents else {}
        return run(network.build().to(dtype), component, given, in_precision(cotangents, dtype), wanted)

    outputs = compute(torch.float32, {})
    cotangents = {name: normal(f"{component} {name}", *output.shape) for name, output in outputs.items()} if gradients else {}
    expected = compute(torch.float32, cotangents)
    tensors = inputs | prefixed("cotangent", cotangents) | prefixed("expected", expected)
    file = FIXTURES / "onnx" / f"{component}.safetensors"
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, file)
    file.chmod(0o644)
    return distance(expected, compute(torch.float64, cotangents))


if __name__ == "__main__":
    main()
