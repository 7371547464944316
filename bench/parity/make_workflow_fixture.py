"""Makes the fixtures that whole workflows are held to: fixtures/workflows.json and fixtures/workflows/NAME.safetensors.

    .venv/bin/python bench/parity/make_workflow_fixture.py [NAME…]        # those workflows alone; absent: all, five minutes

Expected numbers are computed in float64. Kept as `rounding` is how far PyTorch in float32 is from them.
"""

import json
import sys
from pathlib import Path

import diffusers
import torch
import transformers
from safetensors.torch import save_file

from oracle.workflows import PROMPTS, START, STEPS, WORKFLOWS, Emoji, run

FIXTURES = Path(__file__).parent / "fixtures"


def main() -> None:
    diffusers.logging.set_verbosity_error()
    transformers.logging.set_verbosity_error()
    (FIXTURES / "workflows").mkdir(parents=True, exist_ok=True)
    exact, rounded = Emoji(torch.float64), Emoji(torch.float32)
    file = FIXTURES / "workflows.json"
    known = {case["name"]: case["rounding"] for case in json.loads(file.read_text())["cases"]} if file.exists() else {}
    for name in sys.argv[1:] or WORKFLOWS:
        known[name] = make(name, exact, rounded)
        cases = [{"name": name, "indices": WORKFLOWS[name][1], "rounding": known[name]} for name in WORKFLOWS if name in known]
        manifest = {"prompts": PROMPTS, "start": START, "steps": STEPS, "cases": cases}
        file.write_text(json.dumps(manifest, indent=2) + "\n")


def make(name: str, exact: Emoji, rounded: Emoji) -> dict[str, float]:
    drawn, expected = run(exact, name)
    _, near = run(rounded, name)
    tensors = drawn | {f"expected.{key}": value.float() for key, value in expected.items()}
    file = FIXTURES / "workflows" / f"{name}.safetensors"
    save_file({key: value.contiguous() for key, value in tensors.items()}, file)
    file.chmod(0o644)
    rounding = {key: float(f"{(near[key].double() - value).abs().max() / value.abs().max():.1e}") for key, value in expected.items()}
    print(f"{name:24} {rounding}", flush=True)
    return rounding


if __name__ == "__main__":
    main()
