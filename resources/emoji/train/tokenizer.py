"""A small lower-cased byte-level BPE in CLIP's format: vocab.json and merges.txt that transformers' CLIPTokenizer reads."""
import collections
import json
import re

from transformers import CLIPTokenizer

PATTERN = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|[0-9]|[^\sa-z0-9]+")


def byte_alphabet():
    """CLIP's (and GPT-2's) printable stand-ins for the 256 bytes, in CLIP's order."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    extra = [b for b in range(256) if b not in keep]
    return [chr(b) for b in keep] + [chr(256 + i) for i in range(len(extra))]


def learn(texts, folder, entries):
    """Merges the commonest pairs until the vocabulary has `entries` entries; writes the four files."""
    words = collections.Counter(w for t in texts for w in PATTERN.findall(t.lower()) if w.isascii())
    splits = {w: [*w[:-1], w[-1] + "</w>"] for w in words}
    alphabet = byte_alphabet()
    vocab = alphabet + [c + "</w>" for c in alphabet]
    merges = []
    while len(vocab) < entries - 2:
        pairs = collections.Counter()
        for w, n in words.items():
            for p in zip(splits[w], splits[w][1:]):
                pairs[p] += n ** 0.5
        if not pairs:
            break
        (a, b), _ = max(pairs.items(), key=lambda kv: (kv[1], kv[0]))
        merges.append(f"{a} {b}")
        vocab.append(a + b)
        for w, s in splits.items():
            out, i = [], 0
            while i < len(s):
                if i + 1 < len(s) and s[i] == a and s[i + 1] == b:
                    out.append(a + b)
                    i += 2
                else:
                    out.append(s[i])
                    i += 1
            splits[w] = out
    vocab = list(dict.fromkeys(vocab)) + ["<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(vocab)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    special = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
    config = {**special, "add_prefix_space": False, "do_lower_case": True, "errors": "replace", "model_max_length": 77, "tokenizer_class": "CLIPTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    return load(folder)


def load(folder):
    return CLIPTokenizer.from_pretrained(folder)


def encode(tokenizer, texts, length=None):
    """Token ids, padded with the end token: to 77, or to the longest of the batch."""
    return tokenizer(texts, padding="max_length" if length else "longest", max_length=length or 77, truncation=True, return_tensors="pt").input_ids
