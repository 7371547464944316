"""Makes fixtures/video.json and its cases: ControlNets, video UNets and motion modules, and their names in the files of their makers.

    .venv/bin/python bench/parity/make_video_fixture.py    # a minute on one core

What diffusers lacks is added in oracle/video.py.
"""

from collections.abc import Mapping

import diffusers
import torch
import transformers
from torch import Tensor

from make_fixtures import FIXTURES, distance, in_precision, network_entry, prefixed, print_case, save, to_json
from make_layout_fixture import written
from oracle import networks, video
from oracle.cases import Case, normal
from oracle.forward import Tensors, run


def main() -> None:
    torch.use_deterministic_algorithms(True)
    diffusers.logging.set_verbosity_error()
    transformers.logging.set_verbosity_error()
    video.check_names()
    manifest = {
        "networks": [network_entry(network) for network in [networks.UNET_SD1, *video.NETWORKS]],
        "cases": [video_case(case) for case in video.CASES],
        "files": [{"name": file.name, "case": file.case, "network": file.network.name, "format": file.format, "unused": file.unused,
                   "names": written(file.names)} for file in video.ORIGINAL_FILES],
        "samplers": [video_crafter_sampler()],
    }
    (FIXTURES / "video.json").write_text(to_json(manifest) + "\n")


def build(case: Case) -> torch.nn.Module:
    """Motion modules are nothing without a UNet."""
    return video.moving_unet(networks.UNET_SD1, case.network) if case.component == "motion" else case.network.build()


def run_case(case: Case, dtype: torch.dtype, cotangents: Mapping[str, Tensor]) -> Tensors:
    module = build(case).to(dtype)
    inputs = in_precision(case.inputs, dtype)
    wanted = {name: inputs[name] for name in case.gradients} if cotangents else {}
    return run(module, case.component, inputs, in_precision(dict(cotangents), dtype), wanted)


def video_case(case: Case) -> dict:
    outputs = run_case(case, torch.float32, {})
    cotangents = {name: normal(f"{case.name} {name}", *output.shape) for name, output in outputs.items()}
    expected = run_case(case, torch.float32, cotangents)
    rounding = distance(expected, run_case(case, torch.float64, cotangents))
    save(case.name, case.inputs | prefixed("cotangent", cotangents) | prefixed("expected", expected))
    print_case(case.name, rounding)
    moved = case.component == "motion"
    return {"name": case.name, "network": networks.UNET_SD1.name if moved else case.network.name, "component": case.component,
            "gradients": case.gradients, "rounding": rounding, **({"motion": case.network.name} if moved else {})}


def video_crafter_sampler() -> dict:
    """DDIM as lvdm/models/samplers/ddim.py has it: noise at each step, and a sample that is scaled down where there is much noise."""
    steps, eta, scale_b = 8, 1.0, 0.7
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    alphas = torch.cumprod(1 - betas, dim=0)
    scales = torch.cat([torch.linspace(1, scale_b, 400, dtype=torch.float64), torch.full((600,), scale_b, dtype=torch.float64)])
    timesteps = [t + 1 for t in range(0, 1000, 1000 // steps)]
    x = normal("video crafter sampler", 1, 4, 2, 2, 3).double()
    noise = [normal(f"video crafter noise {i}", *x.shape).double() for i in range(steps)]
    output = [normal(f"video crafter output {i}", *x.shape).double() for i in range(steps)]
    start, samples = x, []
    for index, place in enumerate(reversed(range(steps))):
        t = timesteps[place]
        before = timesteps[place - 1] if place > 0 else None
        alpha, alpha_prev = alphas[t], alphas[0] if before is None else alphas[before]
        scale, scale_prev = scales[t], scales[0] if before is None else scales[before]
        sigma = eta * ((1 - alpha_prev) / (1 - alpha) * (1 - alpha / alpha_prev)).sqrt()
        original = (x - (1 - alpha).sqrt() * output[index]) / alpha.sqrt() / scale
        x = alpha_prev.sqrt() * scale_prev * original + (1 - alpha_prev - sigma**2).sqrt() * output[index] + sigma * noise[index]
        samples.append(x)

    def numbers(tensor: Tensor) -> list[float]:
        return [float(f"{value:.9g}") for value in tensor.flatten()]

    return {"name": "video-crafter-ddim", "steps": steps, "eta": eta, "rescale": scale_b, "timesteps": timesteps[::-1],
            "start": numbers(start), "noise": [numbers(n) for n in noise], "outputs": [numbers(o) for o in output],
            "samples": [numbers(sample) for sample in samples]}


if __name__ == "__main__":
    main()
