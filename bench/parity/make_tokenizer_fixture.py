"""Writes fixtures/clip-tokenizer.json: a small CLIP vocabulary and 500 texts with the token ids that transformers gives them.

    python bench/parity/make_tokenizer_fixture.py

The vocabulary is trained here on the names of Unicode characters and on the texts themselves, so that merges of many scripts occur.
Three tokenizers share it: SD1 (pads with the end mark), SD2 (pads with "!") and one whose vocabulary lacks some bytes.
"""

import json
import pathlib
import random
import tempfile
import unicodedata

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTokenizer

OUT = pathlib.Path(__file__).parent / "fixtures" / "clip-tokenizer.json"
MERGES = 1200
TEXTS = 500
BEGIN, END = "<|startoftext|>", "<|endoftext|>"

WRITTEN = [
    "", " ", "\t\n\r ", "a photo of a cat", "A Photo Of A CAT", "  leading and   inner\tspaces \n", "don't can't we're I've I'm she'll he'd it's",
    "DON'T CAN'T WE'RE", "'s", "''s", "'S't're", "rock'n'roll", "it\u2019s", "2024-11-23 12:34:56", "3.14159", "1234567890", "\u0661\u0662\u0663",
    "\u00bd \u00b2 \u2167 \u3007", "hello, world!", "!!!", "wow!! so... good?!", "((a:1.2), [b], {c})", "(masterpiece:1.4), best quality, ultra-detailed, 8k",
    "blurry, noisy, washed out, low quality", "email@example.com https://example.com/a?b=c&d=e#f", "C++ & C# / F# \\ | ~ ` ^", "a_b-c.d", "<b>html</b> &amp;",
    "caf\u00e9", "cafe\u0301", "\u212b \u00c5 A\u030a", "\ufb01ne \ufb03", "\u1e9b\u0323", "\u03a3\u0391\u03a3 \u03a3 \u03c3\u03c2", "\u0130stanbul I\u0307 \u0131", "\u1e9e STRASSE stra\u00dfe",
    "\u01c4 \u01c5 \u01c6", "na\u00efve co\u00f6perate", "Z\u0361a\u0327l\u0308g\u0310o\u030b", "\u05d0\u05dc\u05d5\u05b9\u05dd", "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645", "\u0640\u0640\u0640",
    "\u4f60\u597d\u4e16\u754c", "\u4e00\u53ea\u53ef\u7231\u7684\u732b\u3002", "\u3053\u3093\u306b\u3061\u306f\u3001\u4e16\u754c\uff01", "\u30ab\u309a \u304c \u304b\u3099", "\ud55c\uad6d\uc5b4", "\u1112\u1161\u11ab", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "\u0928\u092e\u0938\u094d\u0924\u0947", "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440!", "\u0393\u03b5\u03b9\u03ac \u03c3\u03bf\u03c5", "\U0001d400\U0001d51e\U0001d7d8", "\U00010400\U00010428",
    "\U0001f600", "\U0001f600\U0001f601\U0001f602", "\u2764\ufe0f", "\u2764", "\U0001f44d\U0001f3fd", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f3f3\ufe0f\u200d\U0001f308", "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7",
    "1\ufe0f\u20e3 #\ufe0f\u20e3", "a\U0001f680b", "\u2603\u2744\ufe0e", "\u200b", "a\u200bb", "a\u200db", "\ufeffbom", "a\ufeffb", "a\u00a0b", "a\u0085b", "a\u2028b\u2029c", "\u3000\u3042\u3000",
    "a\u1680b\u2003c\u202fd\u205fe", "a\u180eb", "a\x1cb\x1dc\x1ed\x1fe", "a\x0bb\x0cc", "\x00", "a\x00b", "\x01\x02\x03", "\x7f\x80\x9f", "\u00ad soft\u00adhyphen", "\ufffd", "\ue000 \uf8ff", "\U0010ffff", "\u0378",
    BEGIN, END, f"a {END} b", f"{BEGIN}a{END}", f"x{END}{END}y", "<|STARTOFTEXT|> shout", "<|EndOfText|>", "<|startoftext|", "<|startoftext |>", "<|endoftext|>'s", "a<|startoftext|>!b", "</w>", "the</w>", "\u0120a \u0122",
    "a" * 300, "cat " * 120, "!" * 200, "7" * 100, "\U0001f600" * 60, "\u4f60" * 90, "lorem ipsum dolor sit amet " * 30, "a b c " * 25, "w " * 75, "w " * 76, "w " * 74,
]


def generated(rng):
    """Texts put together at random from words and from characters of every sort."""
    pools = [
        [chr(c) for c in range(0x20, 0x7F)], [chr(c) for c in range(0xA0, 0x250)], [chr(c) for c in range(0x300, 0x36F)],
        [chr(c) for c in range(0x370, 0x530) if unicodedata.category(chr(c)) != "Cn"], [chr(c) for c in range(0x4E00, 0x4F00)],
        [chr(c) for c in range(0x1F300, 0x1F650)], ["\u200d", "\ufe0f", "\U0001f3fb", "\U0001f3ff", "\u20e3"], list(" \t\n\r\u00a0\u2009\u3000"),
        list("0123456789\u0663\u00bc\u2163"), list("'\"!?.,;:-_()[]{}<>|/\\@#$%^&*+=~`"),
        ["the", "cat", "dog", "Red", "BLUE", "don't", "it's", "painting", "of", "a", "beautiful", "low", "quality", "photo", "'ll", "'re", END, BEGIN],
    ]
    while True:
        chosen = [rng.choice(pools) for _ in range(rng.randint(1, 4))]
        separator = rng.choice(["", "", " ", ", "])
        yield separator.join(rng.choice(rng.choice(chosen)) for _ in range(rng.randint(1, 24)))


def byte_alphabet():
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(b) for b in kept] + [chr(256 + i) for i in range(256 - len(kept))]


def train(texts):
    """Merges learned by the tokenizers library with CLIP's own normalisation and word pattern."""
    reference = CLIPTokenizer(vocab={BEGIN: 0, END: 1}, merges=[]).backend_tokenizer
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = reference.normalizer
    tokenizer.pre_tokenizer = reference.pre_tokenizer
    trainer = trainers.BpeTrainer(vocab_size=100_000, min_frequency=2, end_of_word_suffix="</w>", show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]][:MERGES]


def vocabulary(merges):
    alphabet = byte_alphabet()
    entries = [*alphabet, *(c + "</w>" for c in alphabet), *("".join(pair) for pair in merges), BEGIN, END]
    return {token: index for index, token in enumerate(dict.fromkeys(entries))}


def load(folder, vocab, merges, config, special):
    folder = pathlib.Path(folder)
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(pair) for pair in merges) + "\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    if special is not None:
        (folder / "special_tokens_map.json").write_text(json.dumps(special))
    return CLIPTokenizer.from_pretrained(folder)


def token(content, normalized):
    return {"content": content, "lstrip": False, "normalized": normalized, "rstrip": False, "single_word": False}


def main():
    rng = random.Random(20261123)
    texts = list(dict.fromkeys(WRITTEN))
    for text in generated(rng):
        if len(texts) == TEXTS:
            break
        if text not in texts:
            texts.append(text)
    names = [unicodedata.name(chr(c), "") for c in range(0x10000)]
    merges = train(names + texts * 3)
    vocab = vocabulary(merges)

    missing = ("z", "\u0120", "\u00c3", "7")
    sparse_merges = [pair for pair in merges if not any(m in part for part in pair for m in missing)]
    sparse_vocab = {t: i for t, i in vocab.items() if t in (BEGIN, END) or not any(m in t for m in missing)}

    length = {"model_max_length": 77, "tokenizer_class": "CLIPTokenizer"}
    marks = {"bos_token": token(BEGIN, True), "eos_token": token(END, True), "unk_token": token(END, True)}
    listed = {"added_tokens_decoder": {str(vocab[t]): {**token(t, False), "special": True} for t in (BEGIN, END, "!")}}
    tokenizers = {
        "sd1": {"config": length, "special": {**marks, "pad_token": END}},
        "sd2": {"config": {**length, **listed, "pad_token": "!"}, "special": None},
        "sd2-normalised": {"config": length, "special": {**marks, "pad_token": "!"}},
        "sparse": {"config": length, "special": None, "without": list(missing)},
    }
    for name, described in tokenizers.items():
        with tempfile.TemporaryDirectory() as folder:
            chosen = (sparse_vocab, sparse_merges) if name == "sparse" else (vocab, merges)
            loaded = load(folder, *chosen, described["config"], described["special"])
        described["padId"] = loaded.pad_token_id
        described["ids"] = [loaded(text, truncation=True, max_length=77).input_ids for text in texts]
        described["tokenCounts"] = [len(loaded(text, add_special_tokens=False).input_ids) for text in texts]
        padded = loaded(texts, truncation=True, max_length=77, padding="max_length")
        for ids, full, mask in zip(described["ids"], padded.input_ids, padded.attention_mask):
            assert full == ids + [loaded.pad_token_id] * (77 - len(ids)) and mask == [1] * len(ids) + [0] * (77 - len(ids))

    # Only what differs from the first tokenizer is kept.
    first = tokenizers["sd1"]
    for name, described in tokenizers.items():
        if name == "sd1":
            continue
        for key in ("ids", "tokenCounts"):
            described[key] = {str(i): v for i, (v, base) in enumerate(zip(described[key], first[key])) if v != base}
    fixture = {"vocabulary": list(vocab), "merges": [" ".join(pair) for pair in merges], "texts": texts, "tokenizers": tokenizers}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(fixture, separators=(",", ":")), encoding="ascii")
    print(f"{OUT.name}: {len(texts)} texts, {len(vocab)} tokens, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
