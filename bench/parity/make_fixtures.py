"""Makes the fixtures that our networks and gradients are held to, with PyTorch, diffusers and transformers.

    python -m venv .venv && .venv/bin/pip install -r bench/parity/requirements.txt
    .venv/bin/python bench/parity/make_fixtures.py

Writes fixtures/networks.json (what the networks are) and fixtures/networks/CASE.safetensors (inputs and expected results,
float32). Weights are generated on both sides, see oracle/weights.py. Each case is also computed in float64: the
difference, printed and kept as `rounding`, is PyTorch's own distance from the truth. The gradients are those of Σ output·cotangent.
"""

import json
from pathlib import Path
from string import ascii_lowercase

import diffusers
import torch
import transformers
from diffusers import DDIMScheduler
from safetensors.torch import save_file

from oracle.cases import CASES, Case, normal
from oracle.forward import Tensors, run
from oracle.networks import REWARD_VIT_L, TEXT_CLIP_L, UNET_SD1, VAE_SMALL, Network, all_networks
from oracle.reneg_step import StepInputs, reneg_step
from oracle.weights import checksum, generate

FIXTURES = Path(__file__).parent / "fixtures"

# Name, shape and seed of tensors whose bits both generators must agree on.
CHECKED_TENSORS = [
    ("conv_in.weight", (32, 4, 3, 3), 1),
    ("conv_in.bias", (32,), 1),
    ("down_blocks.0.resnets.0.norm1.weight", (32,), 1),
    ("text_model.embeddings.token_embedding.weight", (200, 48), 8),
    ("vision_model.embeddings.class_embedding", (80,), 0xFFFFFFFF),
    ("logit_scale", (), 10),
    ("text_model.embeddings.position_ids", (1, 77), 8),
    ("größe.weight", (70_001, 3), 12345),
]

# vocab.json of a tokenizer without merges: letters within a word, letters at its end, and the marks that REWARD_VIT_L knows.
SPELLING = {
    **{letter: 1 + i for i, letter in enumerate(ascii_lowercase)},
    **{f"{letter}</w>": 31 + i for i, letter in enumerate(ascii_lowercase)},
    "<|startoftext|>": 198,
    "<|endoftext|>": 199,
}


def main() -> None:
    torch.use_deterministic_algorithms(True)
    diffusers.logging.set_verbosity_error()
    transformers.logging.set_verbosity_error()
    (FIXTURES / "networks").mkdir(parents=True, exist_ok=True)
    cases = [network_case(case) for case in CASES]
    step = step_case()
    manifest = {
        "checksums": [{"name": name, "shape": shape, "seed": seed, "fnv1a": checksum(generate(name, shape, seed).tobytes())}
                      for name, shape, seed in CHECKED_TENSORS],
        "networks": [network_entry(network) for network in all_networks()],
        "cases": cases,
        "step": step,
    }
    (FIXTURES / "networks.json").write_text(to_json(manifest) + "\n")


def network_case(case: Case) -> dict:
    """Write one case's tensors; return its entry in the manifest."""
    outputs = run_case(case, torch.float32, {})
    cotangents = {name: normal(f"{case.name} {name}", *output.shape) for name, output in outputs.items()} if case.gradients else {}
    expected = run_case(case, torch.float32, cotangents)
    rounding = distance(expected, run_case(case, torch.float64, cotangents))
    tensors = case.inputs | prefixed("cotangent", cotangents) | prefixed("expected", expected)
    save(case.name, tensors)
    print_case(case.name, rounding)
    return {"name": case.name, "network": case.network.name, "component": case.component,
            "gradients": case.gradients, "rounding": rounding}


def run_case(case: Case, dtype: torch.dtype, cotangents: Tensors) -> Tensors:
    """Outputs, and with cotangents also `gradient.NAME` of what the case asks for."""
    module = case.network.build().to(dtype)
    inputs = in_precision(case.inputs, dtype)
    named = inputs | {case.network.stored_name(name): weight for name, weight in module.named_parameters()}
    wanted = {name: named[name] for name in case.gradients} if cotangents else {}
    return run(module, case.component, inputs, in_precision(cotangents, dtype), wanted)


def step_case() -> dict:
    """The whole training gradient, of pictures that are not square, so that resizing and cropping both count."""
    name, prompts = "reneg-step", ["red apple", "a cat on the moon"]
    networks = {"text_encoder": TEXT_CLIP_L, "unet": UNET_SD1, "vae": VAE_SMALL, "reward": REWARD_VIT_L}
    schedule = {"_class_name": "DDIMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
                "num_train_timesteps": 1000, "steps_offset": 1, "set_alpha_to_one": False, "clip_sample": False}
    settings = {"steps": 4, "index": 2, "guidance": 7.5}
    tokens = [spell(prompt) for prompt in prompts]
    inputs = {"noise": normal(name, 2, 4, 16, 24), "positive": normal(name, 2, 77, 64), "negative": normal(name, 1, 77, 64),
              "input_ids": torch.tensor([row + [SPELLING["<|endoftext|>"]] * (77 - len(row)) for row in tokens]),
              "attention_mask": torch.tensor([[1] * len(row) + [0] * (77 - len(row)) for row in tokens])}

    def run_step(dtype: torch.dtype) -> Tensors:
        modules = [networks[kind].build().to(dtype) for kind in ("unet", "vae", "reward")]
        return reneg_step(*modules, DDIMScheduler.from_config(schedule), StepInputs(**in_precision(inputs, dtype), **settings))

    expected = run_step(torch.float32)
    rounding = distance(expected, run_step(torch.float64))
    # The prompts stand in the manifest, so the program under test makes its own tokens of them.
    save(name, {key: inputs[key] for key in ("noise", "positive", "negative")} | prefixed("expected", expected))
    print_case(name, rounding)
    return {"name": name, "networks": {kind: network.name for kind, network in networks.items()}, "vocabulary": SPELLING,
            "scheduler": schedule, "prompts": prompts, **settings, "rounding": rounding}


def spell(prompt: str) -> list[int]:
    """CLIP's tokenizer over a vocabulary that knows single letters only: begin, the letters of each word, end."""
    letters = [SPELLING[letter] for word in prompt.split() for letter in [*word[:-1], f"{word[-1]}</w>"]]
    return [SPELLING["<|startoftext|>"], *letters, SPELLING["<|endoftext|>"]]


def network_entry(network: Network) -> dict:
    return {"name": network.name, "kind": network.kind, "seed": network.seed, "dtype": network.dtype,
            "config": network.written_config(), "tensors": network.tensors()}


def prefixed(prefix: str, tensors: Tensors) -> Tensors:
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def in_precision(tensors: Tensors, dtype: torch.dtype) -> Tensors:
    """Copies: numbers in the given precision, ids as they are."""
    return {name: tensor.to(dtype if tensor.is_floating_point() else tensor.dtype, copy=True) for name, tensor in tensors.items()}


def distance(result: Tensors, truth: Tensors) -> dict[str, float]:
    """max |a − b| / max |b| of every tensor."""
    return {name: float(f"{(result[name].double() - b).abs().max() / b.abs().max():.1e}") for name, b in truth.items()}


def save(name: str, tensors: Tensors) -> None:
    file = FIXTURES / "networks" / f"{name}.safetensors"
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, file)
    file.chmod(0o644)


def print_case(name: str, rounding: dict[str, float]) -> None:
    print(f"{name:32} {max(rounding.values()):.1e}", flush=True)


def to_json(value: object, indent: str = "") -> str:
    """JSON with one line an entry, and lists of plain values kept on their line."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        return "{\n" + ",\n".join(f"{deeper}{json.dumps(key)}: {to_json(item, deeper)}" for key, item in value.items()) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        return "[\n" + ",\n".join(f"{deeper}{to_json(item, deeper)}" for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main()
