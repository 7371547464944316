"""Writes fixtures/rewards.json and fixtures/rewards/NAME.safetensors: rewards with the scores and the gradients that PyTorch gives them,
the resizing that PyTorch does, and fixtures/bert-tokenizer.json: texts as transformers' BertTokenizer reads them.

    .venv/bin/python bench/parity/make_reward_fixtures.py

Weights and pictures are generated on both sides, see oracle/weights.py. Towers are those of transformers and open_clip_torch, in their real
depth. Each case is also computed in float64; the difference, printed and kept as `rounding`, is PyTorch's own distance from the truth.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import save_file
from tokenizers import normalizers, pre_tokenizers
from transformers import BertTokenizer

from make_fixtures import FIXTURES, SPELLING, distance, spell, to_json
from oracle import rewards
from oracle.networks import REWARD_VIT_H, REWARD_VIT_L, given
from oracle.rewards import Resize, RewardModel
from oracle.weights import generate

PROMPTS = ["red apple", "a cat on the moon"]
# The end mark has the largest id, as OpenCLIP needs it.
END = SPELLING["<|endoftext|>"]

OPEN_CLIP_H = {"model_cfg": {
    "embed_dim": 64,
    "vision_cfg": {"image_size": 56, "layers": 32, "width": 80, "head_width": 40, "patch_size": 14},
    "text_cfg": {"context_length": 77, "vocab_size": 200, "width": 48, "heads": 4, "layers": 24},
}}
OPEN_CLIP_L = {
    "model_cfg": {
        "embed_dim": 48, "quick_gelu": True,
        "vision_cfg": {"image_size": 56, "layers": 24, "width": 64, "head_width": 16, "patch_size": 14},
        "text_cfg": {"context_length": 77, "vocab_size": 200, "width": 32, "heads": 4, "layers": 12},
    },
    "preprocess_cfg": {"interpolation": "bicubic", "resize_mode": "shortest"},
}
# Small enough to be kept as PyTorch wrote it.
OPEN_CLIP_TINY = {"model_cfg": {
    "embed_dim": 8,
    "vision_cfg": {"image_size": 28, "layers": 1, "width": 16, "head_width": 8, "patch_size": 14},
    "text_cfg": {"context_length": 77, "vocab_size": 200, "width": 16, "heads": 2, "layers": 1},
}}
CLIP_TINY = {
    "architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": 24,
    "text_config": {"model_type": "clip_text_model", "vocab_size": 200, "hidden_size": 16, "intermediate_size": 64, "num_hidden_layers": 1,
                    "num_attention_heads": 2, "bos_token_id": 198, "eos_token_id": 199, "hidden_act": "gelu"},
    "vision_config": {"model_type": "clip_vision_model", "hidden_size": 16, "intermediate_size": 64, "num_hidden_layers": 1,
                      "num_attention_heads": 2, "patch_size": 14, "image_size": 28, "hidden_act": "gelu"},
}
CLIP_POSITIONS = {"text_model.embeddings.position_ids": 77, "vision_model.embeddings.position_ids": 5}
TINY_HEAD = [16, 12, 8, 4]
BLIP_VISION_TINY = {"hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 1, "image_size": 32,
                    "patch_size": 16}
MED_CONFIG_TINY = {"hidden_act": "gelu", "hidden_size": 16, "intermediate_size": 32, "layer_norm_eps": 1e-12,
                   "max_position_embeddings": 40, "num_attention_heads": 2, "num_hidden_layers": 1, "vocab_size": 900}
BLIP_VISION = {"hidden_size": 128, "intermediate_size": 512, "num_hidden_layers": 24, "num_attention_heads": 2, "image_size": 64,
               "patch_size": 16}
MED_CONFIG = {"hidden_act": "gelu", "hidden_size": 48, "intermediate_size": 192, "layer_norm_eps": 1e-12,
              "max_position_embeddings": 64, "num_attention_heads": 4, "num_hidden_layers": 12, "vocab_size": 900}


@dataclass(frozen=True)
class Case:
    name: str
    model: RewardModel
    picture: tuple[int, int, int]  # How many, how high, how wide.
    path: str = ""  # What is opened: a folder, or a file in it.
    network: str = ""  # Written as the network of that name in networks.json.
    weights: dict[str, str] = field(default_factory=dict)  # Further files, and a pattern for the tensors that go into each.
    saved: str = ""  # The file that torch.save wrote, in place of files of generated weights.
    files: dict[str, Any] = field(default_factory=dict)  # JSON beside them.
    options: dict[str, Any] = field(default_factory=dict)
    of_file: str = "."  # A pattern for the tensors that torch.save wrote, where others lie elsewhere.


def cases() -> list[Case]:
    vit_l, vit_h = rewards.transformers_clip(given(REWARD_VIT_L.config)), rewards.transformers_clip(given(REWARD_VIT_H.config))
    hps = RewardModel("hps", rewards.open_clip_model(OPEN_CLIP_H), Resize(56, longest=True), rewards.open_clip_cosine, seed=21)
    clip = RewardModel("clip", vit_l, Resize(56, rounded=False), rewards.clip_cosine, seed=REWARD_VIT_L.seed)
    hps_files = {"path": "HPS_v2.1_toy.safetensors", "weights": {"HPS_v2.1_toy.safetensors": "."},
                 "files": {"open_clip_config.json": OPEN_CLIP_H}}
    return [
        Case("reward-clip", clip, (2, 61, 83), network=REWARD_VIT_L.name),
        Case("reward-clip-pointwise", replace(clip, resize=Resize(56, rounded=False, antialias=False)), (1, 83, 61),
             network=REWARD_VIT_L.name, options={"antialias": False}),
        Case("reward-pickscore", RewardModel("pickscore", vit_h, Resize(56, rounded=False), rewards.pick_score, REWARD_VIT_H.seed),
             (2, 40, 31), path="PickScore_v1", network=REWARD_VIT_H.name),
        Case("reward-hps", hps, (2, 83, 60), **hps_files),
        Case("reward-hps-pointwise", replace(hps, resize=Resize(56, longest=True, antialias=False)), (1, 47, 75), **hps_files,
             options={"antialias": False}),
        Case("reward-hps-torch", RewardModel("hps", rewards.open_clip_model(OPEN_CLIP_TINY), Resize(28, longest=True),
                                             rewards.open_clip_cosine, 24, stored_as=torch.float16), (2, 31, 40),
             path="HPS_v2.1_tiny.pt", saved="HPS_v2.1_tiny.pt", files={"open_clip_config.json": OPEN_CLIP_TINY}),
        Case("reward-open-clip", RewardModel("open-clip", rewards.open_clip_model(OPEN_CLIP_L), Resize(56), rewards.open_clip_cosine, 22),
             (1, 64, 73), weights={"open_clip_model.safetensors": "."}, files={"open_clip_config.json": OPEN_CLIP_L}),
        Case("reward-aesthetic", RewardModel("aesthetic", rewards.Aesthetic(REWARD_VIT_L.config), Resize(56, rounded=False),
                                             rewards.aesthetic_score, REWARD_VIT_L.seed, rewards.aesthetic_name), (2, 57, 72),
             network=REWARD_VIT_L.name, weights={"sac+logos+ava1-toy-linearMSE.safetensors": r"^layers\."}),
        Case("reward-image-reward", RewardModel("image-reward", rewards.ImageReward(BLIP_VISION, MED_CONFIG), Resize(64),
                                                rewards.image_reward_score, 23, rewards.image_reward_name), (2, 67, 98),
             weights={"ImageReward.safetensors": "."}, files={"med_config.json": MED_CONFIG}),
        *as_published(),
    ]


def as_published() -> list[Case]:
    """The files that people download, made by torch.save: small enough to be kept."""
    pick = RewardModel("pickscore", rewards.transformers_clip(CLIP_TINY), Resize(28, rounded=False), rewards.pick_score, 25,
                       under_key=False, positions=CLIP_POSITIONS)
    look = RewardModel("aesthetic", rewards.Aesthetic(given(REWARD_VIT_L.config), TINY_HEAD), Resize(56, rounded=False),
                       rewards.aesthetic_score, REWARD_VIT_L.seed, rewards.aesthetic_name, under_key=False)
    blip = RewardModel("image-reward", rewards.ImageReward(BLIP_VISION_TINY, MED_CONFIG_TINY, TINY_HEAD), Resize(32),
                       rewards.image_reward_score, 26, rewards.image_reward_name, under_key=False,
                       positions={"blip.text_encoder.embeddings.position_ids": 40})
    return [
        Case("reward-pickscore-torch", pick, (2, 35, 29), path="PickScore_v1", saved="PickScore_v1/pytorch_model.bin",
             files={"config.json": CLIP_TINY}),
        # The tower has a folder of its own, and the predictor is a file that lies in it.
        Case("reward-aesthetic-torch", look, (2, 58, 61), network=REWARD_VIT_L.name, path="sac+logos+ava1-l14-linearMSE.pth",
             saved="sac+logos+ava1-l14-linearMSE.pth", of_file=r"^layers\."),
        Case("reward-image-reward-torch", blip, (2, 45, 38), path="ImageReward.pt", saved="ImageReward.pt",
             files={"med_config.json": MED_CONFIG_TINY}),
    ]


def main() -> None:
    torch.use_deterministic_algorithms(True)
    transformers.logging.set_verbosity_error()
    (FIXTURES / "rewards").mkdir(exist_ok=True)
    bert = bert_fixture()
    entries = [reward_case(case, bert) for case in cases()]
    manifest = {"prompts": PROMPTS, "vocabulary": SPELLING, "bicubic": bicubic(), "rewards": entries}
    (FIXTURES / "rewards.json").write_text(to_json(manifest) + "\n")


def reward_case(case: Case, bert: BertTokenizer) -> dict[str, Any]:
    count, height, width = case.picture
    picture = torch.from_numpy(generate("picture.class_embedding", (count, 3, height, width), case.model.seed)) * 2
    ids, mask = tokens(case, bert)
    expected = rewards.run(case.model, picture, ids[:count], mask[:count], torch.float32)
    rounding = distance(expected, rewards.run(case.model, picture, ids[:count], mask[:count], torch.float64))
    file = FIXTURES / "rewards" / f"{case.name}.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in expected.items()}, file)
    file.chmod(0o644)
    print(f"{case.name:32} {[round(score, 4) for score in expected['score'].tolist()]} {max(rounding.values()):.1e}", flush=True)
    if case.saved:
        case.model.save(FIXTURES / "rewards" / case.saved, case.of_file)
    tensors = case.model.tensors()
    weights = {file: layers({name: shape for name, shape in tensors.items() if re.search(pattern, name)})
               for file, pattern in case.weights.items()}
    return {"name": case.name, "kind": case.model.name, "seed": case.model.seed, "path": case.path, "network": case.network,
            "options": case.options, "picture": [count, 3, height, width], "saved": case.saved, "files": case.files, "weights": weights, "rounding": rounding}


def tokens(case: Case, bert: BertTokenizer) -> tuple[torch.Tensor, torch.Tensor]:
    if case.model.name == "image-reward":
        encoded = bert(PROMPTS, padding="max_length", truncation=True, max_length=35, return_tensors="pt")
        return encoded.input_ids, encoded.attention_mask
    rows = [spell(prompt) for prompt in PROMPTS]
    ids = torch.tensor([row + [END] * (77 - len(row)) for row in rows])
    return ids, torch.tensor([[1] * len(row) + [0] * (77 - len(row)) for row in rows])


def layers(tensors: dict[str, list[int]]) -> dict[str, list[Any]]:
    """`blocks.#.norm.weight: [count, shape]` for what every layer has; a count of 0 for a name as it stands."""
    counts: dict[str, list[Any]] = {}
    for name, shape in tensors.items():
        pattern = re.sub(r"\b(resblocks|blocks|layer)\.\d+\.", r"\1.#.", name)
        known = counts.setdefault(pattern, [0, shape])
        assert known[1] == shape, name
        known[0] += int(pattern != name)
    return counts


def bicubic() -> list[dict[str, Any]]:
    """How F.interpolate mixes each of `to` pixels from `from` pixels: up, down, to an odd size, and by a little."""
    sizes = [(16, 7), (7, 16), (21, 5), (9, 8), (8, 9), (4, 13), (30, 11)]
    return [{"from": a, "to": b, "antialias": antialias, "matrix": resizing(a, b, antialias)}
            for a, b in sizes for antialias in (True, False)]


def resizing(a: int, b: int, antialias: bool) -> list[float]:
    identity = torch.eye(a, dtype=torch.float64)[None, None]
    rows = F.interpolate(identity, (b, a), mode="bicubic", antialias=antialias, align_corners=False)
    return [round(value, 9) for value in rows.flatten().tolist()]


def bert_fixture() -> BertTokenizer:
    """A small WordPiece vocabulary from the texts of the CLIP tokenizer's fixture, and the ids of the texts."""
    texts = [*json.loads((FIXTURES / "clip-tokenizer.json").read_text())["texts"], "[CLS] a [MASK]b [SEP][PAD] [ENC][DEC] [enc]", "x" * 101]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *pieces(texts[:300])]
    tokenizer = BertTokenizer(vocab={token: index for index, token in enumerate(vocabulary)})
    # As BLIP does it.
    tokenizer.add_special_tokens({"bos_token": "[DEC]", "additional_special_tokens": ["[ENC]"]})
    ids = [tokenizer(text, truncation=True, max_length=35).input_ids for text in texts]
    fixture = {"vocabulary": vocabulary, "added": texts[-2:], "ids": ids}
    (FIXTURES / "bert-tokenizer.json").write_text(json.dumps(fixture, separators=(",", ":")), encoding="ascii")
    return tokenizer


def pieces(texts: list[str]) -> list[str]:
    """Whole words, beginnings and inner pieces of up to four characters, the most frequent ones: so there are words known whole, in
    pieces, and not at all."""
    normalizer, splitter = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    words = [word for text in texts for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))]
    beginnings = [word[:length] for word in words for length in range(1, 5)]
    inner = [f"##{word[i : i + length]}" for word in words if len(word) < 100 for i in range(1, len(word)) for length in (1, 2, 3)]
    counted = [Counter(words).most_common(), Counter(beginnings).most_common(), Counter(inner).most_common()]
    chosen = [piece for counts, share in zip(counted, (250, 250, 340)) for piece, _ in sorted(counts, key=lambda item: (-item[1], item[0]))[:share]]
    return list(dict.fromkeys(chosen))


if __name__ == "__main__":
    main()
