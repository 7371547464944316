"""ControlNets, video UNets and AnimateDiff's motion modules: at full depth and reduced width, and under their original names.

diffusers has all of them but two things, which are added here: what VideoCrafter is told of the frames a second (as its UNetModel
in lvdm/modules/networks/openaimodel3d.py), and the norm of each frame alone in motion modules (as animatediff/models/motion_module.py).
"""

from dataclasses import dataclass

import torch
from diffusers import ControlNetModel, MotionAdapter, UNet3DConditionModel, UNetMotionModel
from diffusers.loaders import single_file_utils as reader
from diffusers.models.unets.unet_motion_model import AnimateDiffTransformer3D
from torch import Tensor, nn

from oracle import layouts, networks
from oracle.cases import Case, normal
from oracle.forward import FORWARD
from oracle.layouts import Names, Origin, place
from oracle.networks import BY_LIBRARY, CLASSES, Config, Network, given

CHANNELS = [32, 64, 128, 128]
LEVELS = len(CHANNELS)
CONTROLNET = {**BY_LIBRARY, "block_out_channels": CHANNELS, "cross_attention_dim": 64, "layers_per_block": 2}
UNET_3D = {**BY_LIBRARY, "block_out_channels": CHANNELS, "cross_attention_dim": 48, "attention_head_dim": 16, "sample_size": 8}


class VideoCrafterUnet(UNet3DConditionModel):
    """A UNet3DConditionModel that adds an embedding of the frames a second to that of the time."""

    def with_fps(self) -> "VideoCrafterUnet":
        first = self.config.block_out_channels[0]
        self.fps_embedding = nn.ModuleDict({"linear_1": nn.Linear(first, 4 * first), "linear_2": nn.Linear(4 * first, 4 * first)})
        return self

    def told(self, fps: Tensor, sample: Tensor, timestep: Tensor, context: Tensor) -> Tensor:
        sinusoid = self.time_proj(fps.reshape(1).expand(sample.shape[0])).to(sample.dtype)
        layers = self.fps_embedding
        added = layers["linear_2"](nn.functional.silu(layers["linear_1"](sinusoid)))
        hook = self.time_embedding.register_forward_hook(lambda _module, _inputs, output: output + added)
        try:
            return self(sample, timestep, context).sample
        finally:
            hook.remove()


class EachFrame(nn.Module):
    """A GroupNorm of [batch, channels, frames, height, width] that takes each frame alone."""

    def __init__(self, norm: nn.GroupNorm) -> None:
        super().__init__()
        self.norm = norm

    def forward(self, x: Tensor) -> Tensor:
        frames = x.transpose(1, 2)
        return self.norm(frames.flatten(0, 1)).reshape(frames.shape).transpose(1, 2)


def moving_unet(unet: Network, motion: Network) -> UNetMotionModel:
    module = UNetMotionModel.from_unet2d(unet.build(), motion.build()).eval()
    for part in module.modules():
        if isinstance(part, AnimateDiffTransformer3D):
            part.norm = EachFrame(part.norm)
    return module


def run_controlnet(module: nn.Module, x: dict[str, Tensor]) -> dict[str, Tensor]:
    """A list of scales is that of guess mode, whose last is the scale itself."""
    scale = x["conditioning_scale"]
    found = module(x["sample"], x["timestep"], x["encoder_hidden_states"], x["controlnet_cond"],
                   conditioning_scale=float(scale.reshape(-1)[-1]), guess_mode=scale.numel() > 1)
    return {f"down_block_res_samples.{i}": residual for i, residual in enumerate(found.down_block_res_samples)} | {
        "mid_block_res_sample": found.mid_block_res_sample}


def run_steered_unet(module: nn.Module, x: dict[str, Tensor]) -> dict[str, Tensor]:
    down = [x[f"down_block_additional_residuals.{i}"] for i in range(RESIDUALS)]
    return {"out_sample": module(x["sample"], x["timestep"], x["encoder_hidden_states"], down_block_additional_residuals=down,
                                 mid_block_additional_residual=x["mid_block_additional_residual"]).sample}


def run_video(module: nn.Module, x: dict[str, Tensor]) -> dict[str, Tensor]:
    if "fps" in x:
        return {"out_sample": module.told(x["fps"], x["sample"], x["timestep"], x["encoder_hidden_states"])}
    return {"out_sample": module(x["sample"], x["timestep"], x["encoder_hidden_states"]).sample}


def run_motion(module: nn.Module, x: dict[str, Tensor]) -> dict[str, Tensor]:
    context = x["encoder_hidden_states"].repeat_interleave(x["sample"].shape[2], dim=0)
    return {"out_sample": module(x["sample"], x["timestep"], context).sample}


def video_class(config: Config) -> nn.Module:
    if not config.get("fps_cond"):
        return UNet3DConditionModel.from_config(given(config))
    return VideoCrafterUnet.from_config({key: value for key, value in given(config).items() if key != "fps_cond"}).with_fps()


CLASSES |= {
    "controlnet": lambda config: ControlNetModel.from_config(given(config)),
    "unet3d": video_class,
    "motion": lambda config: MotionAdapter.from_config(given(config)),
}
FORWARD |= {"controlnet": run_controlnet, "unet3d": run_video, "motion": run_motion}
plain_unet = FORWARD["unet"]
FORWARD["unet"] = lambda module, x: run_steered_unet(module, x) if "mid_block_additional_residual" in x else plain_unet(module, x)

CONTROLNET_SD1 = Network("controlnet-sd1", "controlnet", {**CONTROLNET, "attention_head_dim": 8}, seed=41)
# Heads of 64, as a single file tells them: one where a level is narrower.
CONTROLNET_SD2 = Network("controlnet-sd2", "controlnet", {**CONTROLNET, "attention_head_dim": [1, 1, 2, 2], "use_linear_projection": True}, seed=42)
MODEL_SCOPE = Network("unet3d-model-scope", "unet3d", UNET_3D, seed=43)
# The keys that a conversion of VideoCrafter2 has beside those of diffusers.
VIDEO_CRAFTER = Network("unet3d-video-crafter", "unet3d", {
    "_class_name": "UNet3DVideoCrafterConditionModel", "_diffusers_version": "0.26.0", "block_out_channels": CHANNELS,
    "cross_attention_dim": 48, "attention_head_dim": 16, "layers_per_block": 2, "norm_num_groups": 32, "fps_cond": True,
}, seed=44)
MOTION = {**BY_LIBRARY, "block_out_channels": CHANNELS, "motion_num_attention_heads": 8, "motion_max_seq_length": 32}
MOTION_V2 = Network("motion-v2", "motion", {**MOTION, "use_motion_mid_block": True}, seed=45)
MOTION_V3 = Network("motion-v3", "motion", {**MOTION, "use_motion_mid_block": False}, seed=46)

NETWORKS = [CONTROLNET_SD1, CONTROLNET_SD2, MODEL_SCOPE, VIDEO_CRAFTER, MOTION_V2, MOTION_V3]

# Skips of a UNet of four levels with two layers each.
RESIDUALS = 12


def controlnet_case(name: str, network: Network, batch: int, scale: Tensor) -> Case:
    inputs = {"sample": normal(name, batch, 4, 8, 8), "timestep": torch.tensor(541), "encoder_hidden_states": normal(name, batch, 77, 64),
              "controlnet_cond": normal(name, batch, 3, 64, 64).sigmoid(), "conditioning_scale": scale}
    return Case(name, network, "controlnet", inputs, ["sample", "encoder_hidden_states", "controlnet_cond"])


def steered_case(name: str) -> Case:
    sides = [8, 8, 8, 4, 4, 4, 2, 2, 2, 1, 1, 1]
    channels = [32, 32, 32, 32, 64, 64, 64, 128, 128, 128, 128, 128]
    residuals = {f"down_block_additional_residuals.{i}": normal(f"{name} {i}", 1, width, side, side, scale=0.5)
                 for i, (width, side) in enumerate(zip(channels, sides, strict=True))}
    inputs = {"sample": normal(name, 1, 4, 8, 8), "timestep": torch.tensor(301), "encoder_hidden_states": normal(name, 1, 77, 64),
              **residuals, "mid_block_additional_residual": normal(f"{name} mid", 1, 128, 1, 1, scale=0.5)}
    return Case(name, networks.UNET_SD1, "unet", inputs,
                ["encoder_hidden_states", "down_block_additional_residuals.3", "mid_block_additional_residual"])


def video_case(name: str, network: Network, component: str, shape: tuple[int, ...], width: int, **more: Tensor) -> Case:
    inputs = {"sample": normal(name, *shape), "timestep": torch.tensor(721), "encoder_hidden_states": normal(name, shape[0], 77, width), **more}
    return Case(name, network, component, inputs, ["sample", "encoder_hidden_states"])


CASES = [
    controlnet_case("controlnet-sd1", CONTROLNET_SD1, 2, torch.tensor(0.7)),
    controlnet_case("controlnet-sd1-guess", CONTROLNET_SD1, 1, torch.logspace(-1, 0, RESIDUALS + 1) * 0.8),
    controlnet_case("controlnet-sd2", CONTROLNET_SD2, 1, torch.tensor(1.0)),
    steered_case("unet-sd1-steered"),
    video_case("unet3d-model-scope", MODEL_SCOPE, "unet3d", (1, 4, 5, 8, 8), 48),
    video_case("unet3d-model-scope-two-videos", MODEL_SCOPE, "unet3d", (2, 4, 3, 8, 16), 48),
    video_case("unet3d-video-crafter", VIDEO_CRAFTER, "unet3d", (1, 4, 4, 8, 8), 48, fps=torch.tensor(28)),
    video_case("motion-v2", MOTION_V2, "motion", (1, 4, 6, 8, 8), 64),
    video_case("motion-v3", MOTION_V3, "motion", (2, 4, 3, 8, 8), 64),
]


@dataclass(frozen=True)
class OriginalFile:
    """A network in the one file that its makers publish."""

    name: str
    case: str
    network: Network
    names: Names
    format: str
    # Tensors that nothing is made of, by shape.
    unused: dict[str, list[int]]


def controlnet_names(network: Network, prefix: str) -> Names:
    hints = [(0, "conv_in"), *((2 * i + 2, f"blocks.{i}") for i in range(6)), (14, "conv_out")]
    blocks = {f"input_hint_block.{old}": f"controlnet_cond_embedding.{new}" for old, new in hints}
    blocks |= {f"zero_convs.{i}.0": f"controlnet_down_blocks.{i}" for i in range(RESIDUALS)}
    return layouts.unet_names(network, prefix, blocks | {"middle_block_out.0": "controlnet_mid_block"})


def video_names(network: Network, family: str) -> Names:
    """`family` is VideoCrafter or ModelScope, which differ in prefix, first layer and downsamplers."""
    crafts = family == "VideoCrafter"
    blocks = {"time_embed.0": "time_embedding.linear_1", "time_embed.2": "time_embedding.linear_2", "fps_embedding.0": "fps_embedding.linear_1",
              "fps_embedding.2": "fps_embedding.linear_2", "input_blocks.0.0": "conv_in", "out.0": "conv_norm_out", "out.2": "conv_out",
              "init_attn.0" if crafts else "input_blocks.0.1": "transformer_in", "middle_block.1": "mid_block.attentions.0",
              "middle_block.2": "mid_block.temp_attentions.0"}
    for old, new in ((0, 0), (3, 1)):
        blocks |= {f"middle_block.{old}": f"mid_block.resnets.{new}", f"middle_block.{old}.temopral_conv": f"mid_block.temp_convs.{new}"}
    for level in range(LEVELS):
        for layer in range(2):
            blocks |= video_layer(f"input_blocks.{3 * level + layer + 1}", f"down_blocks.{level}", layer)
        blocks[f"input_blocks.{3 * level + 3}.{'0.op' if crafts else 'op'}"] = f"down_blocks.{level}.downsamplers.0.conv"
        for layer in range(3):
            blocks |= video_layer(f"output_blocks.{3 * level + layer}", f"up_blocks.{level}", layer)
        blocks[f"output_blocks.{3 * level + 2}.{1 if level == 0 else 3}.conv"] = f"up_blocks.{level}.upsamplers.0.conv"
    inside = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
              "conv2": "out_layers.3", "conv_shortcut": "skip_connection"}

    def entry(name: str, shape: list[int]) -> tuple[str, Origin]:
        is_temporal = name.startswith("transformer_in.") or ".temp_attentions." in name
        squeezed = is_temporal and name.endswith(("proj_in.weight", "proj_out.weight"))
        in_resnet = ".resnets." in name
        original = place(name, blocks, inside if in_resnet else {})
        return f"{'model.diffusion_model.' if crafts else ''}{original}", Origin([name], [*shape, 1] if squeezed else None)

    return dict(entry(name, shape) for name, shape in network.tensors().items())


def video_layer(old: str, new: str, layer: int) -> dict[str, str]:
    return {f"{old}.0": f"{new}.resnets.{layer}", f"{old}.0.temopral_conv": f"{new}.temp_convs.{layer}",
            f"{old}.1": f"{new}.attentions.{layer}", f"{old}.2": f"{new}.temp_attentions.{layer}"}


def motion_names(network: Network) -> Names:
    def original(name: str) -> str:
        block, rest = name.split(".motion_modules.")
        index, inside = rest.split(".", 1)
        for new, old in (("attn1", "attention_blocks.0"), ("attn2", "attention_blocks.1"), ("norm1", "norms.0"), ("norm2", "norms.1"), ("norm3", "ff_norm")):
            inside = inside.replace(f".{new}.", f".{old}.")
        return f"{block}.motion_modules.{index}.temporal_transformer.{inside}"

    return {original(name): Origin([name]) for name in network.tensors()}


def positions(names: Names, width: int) -> dict[str, list[int]]:
    """The stored positions of motion modules: a formula, so that only their number tells something."""
    ends = [name.removesuffix("to_q.weight") for name in names if name.endswith("to_q.weight")]
    return {f"{end}pos_encoder.pe": [1, 32, width] for end in ends}


SCHEDULE = {"scale_arr": [1400], "betas": [1000]}
ORIGINAL_FILES = [
    OriginalFile("controlnet-sd1.safetensors", "controlnet-sd1", CONTROLNET_SD1, controlnet_names(CONTROLNET_SD1, "control_model."), "safetensors", {}),
    OriginalFile("controlnet-sd2.ckpt", "controlnet-sd2", CONTROLNET_SD2, controlnet_names(CONTROLNET_SD2, ""), "ckpt", {}),
    OriginalFile("text2video_pytorch_model.pth", "unet3d-model-scope", MODEL_SCOPE, video_names(MODEL_SCOPE, "ModelScope"), "pth", {}),
    OriginalFile("videocrafter.ckpt", "unet3d-video-crafter", VIDEO_CRAFTER, video_names(VIDEO_CRAFTER, "VideoCrafter"), "ckpt", SCHEDULE),
    *(OriginalFile(f"{motion.name}.ckpt", motion.name, motion, motion_names(motion), "ckpt", positions(motion_names(motion), 32))
      for motion in (MOTION_V2, MOTION_V3)),
]


def check_names() -> None:
    """diffusers' own readers of single files, where it has one, give back the tensors that went in."""
    readers = {"controlnet-sd1": reader.convert_controlnet_checkpoint, "controlnet-sd2": reader.convert_controlnet_checkpoint,
               "motion-v2": reader.convert_animatediff_checkpoint_to_diffusers, "motion-v3": reader.convert_animatediff_checkpoint_to_diffusers}
    for file in ORIGINAL_FILES:
        convert = readers.get(file.network.name)
        if convert is None:
            continue
        module = file.network.build()
        state = module.state_dict()
        written = {name: state[origin.names[0]] for name, origin in file.names.items()}
        found = convert(dict(written), config=dict(module.config))
        missing = [name for name, _ in module.named_parameters() if name not in found or not torch.equal(found[name], state[name])]
        if missing:
            raise AssertionError(f"{file.name}: {missing[:4]}")
