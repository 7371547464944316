"""Writes fixtures/configs.json: every key of the configs that are read, and its default, as the libraries' own sources have them.

    python bench/parity/make_config_fixture.py

Nothing of diffusers is imported: the signatures are read from its files.
"""

import ast
import dataclasses
import importlib.util
import json
import math
import pathlib

from transformers import CLIPConfig, CLIPTextConfig, CLIPVisionConfig
from transformers.models.bert.configuration_bert import BertConfig

OUT = pathlib.Path(__file__).parent / "fixtures" / "configs.json"
DIFFUSERS = pathlib.Path(importlib.util.find_spec("diffusers").origin).parent
OPEN_CLIP = pathlib.Path(importlib.util.find_spec("open_clip").origin).parent
TRANSFORMERS = pathlib.Path(importlib.util.find_spec("transformers").origin).parent
MODELS = {
    "UNet2DConditionModel": "models/unets/unet_2d_condition.py",
    "ControlNetModel": "models/controlnets/controlnet.py",
    "UNet3DConditionModel": "models/unets/unet_3d_condition.py",
    "MotionAdapter": "models/unets/unet_motion_model.py",
    "AutoencoderKL": "models/autoencoders/autoencoder_kl.py",
}
# Keys that transformers writes although no field of the class has their name, and those it never writes.
RUNTIME = {"_name_or_path", "transformers_version", "model_type"}


def class_in(file, name):
    tree = ast.parse(file.read_text())
    return next((node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name), None)


def value_of(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        # The only default that is no literal of Python: -float("inf").
        assert ast.unparse(node) == "-float('inf')", ast.unparse(node)
        return -math.inf


def signature(definition):
    init = next(node for node in definition.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    names = [argument.arg for argument in init.args.args if argument.arg != "self"]
    defaults = [value_of(node) for node in init.args.defaults]
    required = len(names) - len(defaults)
    return {name: None if index < required else defaults[index - required] for index, name in enumerate(names)}


def fields(definition, constants=()):
    """Of a dataclass."""
    constants = dict(constants)
    assigned = [node for node in definition.body if isinstance(node, ast.AnnAssign)]
    return {
        node.target.id: constants[node.value.id] if isinstance(node.value, ast.Name) else value_of(node.value)
        for node in assigned
    }


def annotations(definition):
    return {node.target.id: None for node in definition.body if isinstance(node, ast.AnnAssign)}


def schedulers():
    for file in sorted((DIFFUSERS / "schedulers").glob("scheduling_*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Scheduler"):
                try:
                    keys = signature(node)
                except (AssertionError, StopIteration):
                    continue
                yield node.name, keys


def transformers_config(config):
    written = {key: value for key, value in config().to_dict().items() if key not in RUNTIME}
    return {key: {} if dataclasses.is_dataclass(value) or isinstance(value, dict) else value for key, value in written.items()}


def open_clip():
    mean, std = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
    constants = {"OPENAI_DATASET_MEAN": mean, "OPENAI_DATASET_STD": std}
    return {
        "CLIPVisionCfg": fields(class_in(OPEN_CLIP / "model.py", "CLIPVisionCfg")),
        "CLIPTextCfg": fields(class_in(OPEN_CLIP / "model.py", "CLIPTextCfg")),
        "preprocess_cfg": fields(class_in(OPEN_CLIP / "transform.py", "PreprocessCfg"), constants),
        "CLIP of OpenCLIP": signature(open_clip_class()),
    }


def open_clip_class():
    """Its default of init_logit_scale is a formula, which no result depends on."""
    definition = class_in(OPEN_CLIP / "model.py", "CLIP")
    init = next(node for node in definition.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    init.args.defaults = [
        node if isinstance(node, ast.Constant) else ast.Constant(None) for node in init.args.defaults
    ]
    return definition


def plain(value):
    if isinstance(value, float) and math.isinf(value):
        return None
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (tuple, list)) else value


image_keys = annotations(class_in(TRANSFORMERS / "processing_utils.py", "ImagesKwargs"))
fixture = {
    "models": {
        **{name: signature(class_in(DIFFUSERS / path, name)) for name, path in MODELS.items()},
        **{config.__name__: transformers_config(config) for config in (CLIPTextConfig, CLIPVisionConfig, CLIPConfig, BertConfig)},
        **open_clip(),
    },
    # The defaults are attributes of the class, and every file has them written out.
    "imageProcessor": sorted(image_keys),
    "schedulers": dict(schedulers()),
}
OUT.write_text(json.dumps(plain(fixture), indent=1) + "\n")
print(f"{OUT.name}: {len(fixture['models'])} configs, {len(fixture['schedulers'])} schedulers")
