"""Writes fixtures/schedulers.json: timesteps and trajectories of diffusers' samplers over a cheap pseudo-network.

    python bench/parity/make_scheduler_fixture.py

The pseudo-network is 0.5 · sin(3x + t/100), computed in float64 from the float32 input on both sides, rounded to float32.
"""

import json
import pathlib

import numpy as np
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, EulerDiscreteScheduler

OUT = pathlib.Path(__file__).parent / "fixtures" / "schedulers.json"
CLASSES = {"ddim": DDIMScheduler, "dpm++": DPMSolverMultistepScheduler, "euler": EulerDiscreteScheduler}
NOISE = [-1.3, -0.4, 0.2, 1.7]
STEP_NOISE = [0.9, -0.7, 0.1, -1.1]
KEPT = 4

LATENT = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000}
PIPELINES = {
    "sd1.5": {"_class_name": "PNDMScheduler", **LATENT, "set_alpha_to_one": False, "skip_prk_steps": True, "steps_offset": 1, "trained_betas": None, "clip_sample": False},
    "sd2.1": {"_class_name": "DDIMScheduler", **LATENT, "set_alpha_to_one": False, "skip_prk_steps": True, "steps_offset": 1, "trained_betas": None, "clip_sample": False, "prediction_type": "v_prediction"},
    "zeroscope": {"_class_name": "DDIMScheduler", **LATENT, "set_alpha_to_one": False, "steps_offset": 1, "clip_sample": False, "clip_sample_range": 1.0, "prediction_type": "epsilon", "timestep_spacing": "leading", "thresholding": False, "rescale_betas_zero_snr": False, "sample_max_value": 1.0, "dynamic_thresholding_ratio": 0.995},
}
LINEAR = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "linear", "clip_sample": False, "steps_offset": 1}
COSINE = {"beta_schedule": "squaredcos_cap_v2", "clip_sample": False}


def cases():
    for pipeline, config in PIPELINES.items():
        for name in CLASSES:
            for steps in (1, 5, 20, 30, 50):
                yield name, pipeline, {}, steps
            for spacing in ("leading", "trailing", "linspace"):
                for steps in (7, 30):
                    yield name, pipeline, {"timestep_spacing": spacing}, steps
    for name in CLASSES:
        yield name, None, LINEAR, 25
        yield name, None, COSINE, 20
        yield name, None, {**LATENT, "prediction_type": "sample", "clip_sample": False}, 20
        yield name, None, {"num_train_timesteps": 8, "trained_betas": [0.01, 0.02, 0.04, 0.08, 0.1, 0.2, 0.3, 0.4], "clip_sample": False}, 4
        yield name, "sd2.1", {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}, 20
        yield name, None, {**LINEAR, "num_train_timesteps": 77}, 16
    yield "ddim", None, {**LATENT, "clip_sample": True, "clip_sample_range": 0.7}, 20
    yield "ddim", None, {**LATENT, "clip_sample": False, "set_alpha_to_one": True}, 20
    for eta in (0.5, 1.0):
        yield "ddim", "sd1.5", {"eta": eta}, 20
        yield "ddim", "sd2.1", {"eta": eta}, 20
    for name in ("dpm++", "euler"):
        for pipeline in ("sd1.5", "sd2.1"):
            for steps in (5, 30):
                yield name, pipeline, {"use_karras_sigmas": True}, steps
            yield name, pipeline, {"final_sigmas_type": "sigma_min"}, 20
    yield "dpm++", None, {**COSINE, "use_karras_sigmas": True}, 20
    yield "dpm++", None, {**COSINE, "lambda_min_clipped": -5.1}, 20
    for option in ({"euler_at_final": True}, {"lower_order_final": False}, {"solver_order": 1}, {"solver_type": "bh2"}):
        for steps in (10, 20):
            yield "dpm++", "sd1.5", {**option, "final_sigmas_type": "sigma_min"}, steps


def network(x, t):
    return torch.from_numpy((0.5 * np.sin(3 * x.double().numpy() + float(t) / 100)).astype(np.float32))


def numbers(tensor):
    return [float(f"{v:.9g}") for v in tensor.double().tolist()]


def run(name, pipeline, changes, steps):
    changes = dict(changes)
    eta = changes.pop("eta", 0.0)
    config = {**(PIPELINES[pipeline] if pipeline else {}), **changes}
    scheduler = CLASSES[name].from_config(config)
    scheduler.set_timesteps(steps)
    if name != "ddim":
        # Without this, a first timestep that occurs twice (Karras levels, rounded) would make diffusers begin at the second.
        scheduler.set_begin_index(0)
    assert len(scheduler.timesteps) == steps, (name, pipeline, changes, steps)
    x = torch.tensor(NOISE, dtype=torch.float32) * scheduler.init_noise_sigma
    kept = sorted({0, steps - 1, *(round(i * (steps - 1) / KEPT) for i in range(KEPT))})
    samples, original = {}, None
    for i, t in enumerate(scheduler.timesteps):
        extra = {"eta": eta, "variance_noise": torch.tensor(STEP_NOISE)} if eta else {}
        result = scheduler.step(network(scheduler.scale_model_input(x, t), t), t, x, **extra)
        x = result.prev_sample
        if i in kept:
            samples[i] = numbers(x)
        if i == 0 and name != "dpm++":
            original = numbers(result.pred_original_sample)
    return {
        "scheduler": name, "pipeline": pipeline, "changes": changes, "eta": eta, "steps": steps,
        "timesteps": [float(f"{float(t):.9g}") for t in scheduler.timesteps], "initialNoiseSigma": float(f"{float(scheduler.init_noise_sigma):.9g}"),
        "original": original, "samples": samples,
    }


def main():
    fixture = {"noise": NOISE, "stepNoise": STEP_NOISE, "pipelines": PIPELINES, "cases": [run(*case) for case in cases()]}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(fixture, separators=(",", ":")))
    print(f"{OUT.name}: {len(fixture['cases'])} cases, {OUT.stat().st_size} bytes")


main()
