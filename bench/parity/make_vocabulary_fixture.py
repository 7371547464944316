"""Writes fixtures/clip-vocabulary.json: token ids that transformers gives with CLIP's own vocabulary.

    .venv/bin/python bench/parity/make_vocabulary_fixture.py

The texts are those of fixtures/clip-tokenizer.json. The vocabulary is put together from resources/clip-vocabulary as
https://github.com/openai/CLIP/blob/main/clip/simple_tokenizer.py does.
"""

import gzip
import json
import tempfile
from pathlib import Path

from transformers import CLIPTokenizer

HERE = Path(__file__).parent
BEGIN, END = "<|startoftext|>", "<|endoftext|>"


def main() -> None:
    fixture = json.loads((HERE / "fixtures" / "clip-tokenizer.json").read_text())
    tokenizer = clip_tokenizer(fixture["tokenizers"]["sd1"])
    ids = [tokenizer(text, truncation=True, max_length=77)["input_ids"] for text in fixture["texts"]]
    lines = ",\n".join(f"  {json.dumps(row)}" for row in ids)
    (HERE / "fixtures" / "clip-vocabulary.json").write_text(f"[\n{lines}\n]\n")


def clip_tokenizer(described: dict) -> CLIPTokenizer:
    """With the declarations of Stable Diffusion 1.5's tokenizer folder."""
    packed = HERE.parent.parent / "resources" / "clip-vocabulary" / "merges.txt.gz"
    merges = gzip.decompress(packed.read_bytes()).decode().splitlines()
    letters = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    alphabet = [chr(byte) for byte in letters] + [chr(256 + i) for i in range(256 - len(letters))]
    tokens = [*alphabet, *(f"{letter}</w>" for letter in alphabet), *("".join(merge.split()) for merge in merges), BEGIN, END]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}))
        (Path(folder) / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n")
        (Path(folder) / "tokenizer_config.json").write_text(json.dumps(described["config"]))
        (Path(folder) / "special_tokens_map.json").write_text(json.dumps(described["special"]))
        return CLIPTokenizer.from_pretrained(folder)


if __name__ == "__main__":
    main()
