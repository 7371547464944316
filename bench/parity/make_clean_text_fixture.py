"""Writes fixtures/clean-text.json: texts, what OpenCLIP makes of them before it cuts them into words, and the ids that it gives them.

    python bench/parity/make_clean_text_fixture.py

The ids are those of CLIP's own vocabulary. Texts with mojibake of other encodings than Latin-1 and Windows-1252, which are not repaired
here, are kept apart.
"""

import importlib.metadata
import importlib.util
import json
import pathlib
import random

import ftfy
from make_tokenizer_fixture import WRITTEN, generated

OUT = pathlib.Path(__file__).parent / "fixtures" / "clean-text.json"
TEXTS = 700
# What mojibake is repaired of; ftfy knows of others too.
REPAIRED = ("latin-1", "sloppy-windows-1252")

CLEANED = [
    "a dog\u2019s house", "a \u201cbig\u201d sign", "\u201elow\u201f \u201aquotes\u201b", "don\u02bct", "fish &amp; chips", "fish &amp;amp; chips", "&amp;amp;amp;amp; four", "&lt;b&gt;", "<b>&amp;</b>",
    "a &notit; b", "a &not b", "this&not that", "P&EACUTE;REZ", "&NTILDE; &nTILDE; &ntilde;", "&hearts;&checkmark;", "&#8217;s &#x2019;s &#39;s &#128; &#0; &#xD800; &#1; &#99999999;", "&#65 &#x41 &", "&;", "&Tab;&NewLine;x",
    "AT&T", "a&b;c", "&copy2024 &copy;", "\ufb01ne \uff34\uff45\uff58\uff54", "\ufb02u\ufb03e\ufb06 \ufb05", "\uff21\uff22\u3000\uff23\uff01", "\uff76\uff80\uff76\uff85 \uff76\uff9e", "\uffe5 \uffe6 \uffe0", "\u0132 \u0133 \u0149 \u01c4 \u01c5 \u01c6 \u01ca",
    "a\r\nb\rc\u2028d\u2029e\x85f", "one\ntwo <b>\n&amp; three", "&amp; one\n<b> &amp; two", "\x1b[36;44mblue\x1b[0m", "a\x00b\x07c\x7fd", "\ufeffbom", "a\ufffcb\u206ac", "cafe\u0301", "\x93quoted\x94 \x85 \x80",
    "caf\u00c3\u00a9", "na\u00c3\u00afve", "it\u00e2\u20ac\u2122s", "\u00e2\u20ac\u0153quoted\u00e2\u20ac\u009d", "M\u00c3\u00bcnchen und K\u00c3\u00b6ln", "\u00f0\u0178\u02dc\u20ac", "\u00c3\u0192\u00c2\u00a9", "se\u00c3\u00b1or \u201cquoted\u201d",
    "cafe\u00cc\u0081", "\u00c2\u00a9 2024", "20\u00c2\u00b0C", "\u00e4\u00bd\u00a0\u00e5\u00a5\u00bd", "\u00d0\u00bf\u00d1\u20ac\u00d0\u00b8\u00d0\u00b2\u00d0\u00b5\u00d1\u201a", "sch\u00c3\u00b6n \u4f60\u597d",
    "\u00ab caf\u00e9 \u00bb", "caf\u00e9\u00a0\u00bb", "caf\u00e9\u2026\u201d", "\u00abCAF\u00c9\u00bb", "MANH\u00c3", "\u00c5 \u00e4r \u00f6", "10 \u00c5\u00b2", "\u00c9tat \u2013 \u00e0 l\u2019\u00e9tat", "\u00bfQu\u00e9? \u00a1Ol\u00e9!", "\u00e9\u00b2", "\u20ac5 \u00a35",
    "<start_of_text>a<end_of_text>", "<|startoftext|> a", "\u03a3\u0391\u03a3 \u03a3", "\u0130stanbul", "'S 'LL", "\u017ft '\u017f", "  a   b  ", "a\u00a0b", "a\u200bb",
]

OTHERS = [
    "\u0432\u0402\u2122s", "\u0420\u043f\u0421\u0402\u0420\u0451\u0420\u0432\u0420\u00b5\u0421\u201a", "caf\u221a\u00a9", "it\u201a\u00c4\u00f4s", "it\u0393\u00c7\u00d6s", "caf\u251c\u00ae", "voil\u00c3 le travail", "caf\u0102\u00a9", "it\u03b2\u20ac\u2122s",
]


def simple_tokenizer():
    """The module alone: the package around it needs torchvision."""
    package = pathlib.Path(importlib.util.find_spec("open_clip").origin).parent
    spec = importlib.util.spec_from_file_location("open_clip_tokenizer", package / "tokenizer.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SimpleTokenizer(), module.get_clean_fn("lower")


def is_repaired(text):
    steps = ftfy.fix_and_explain(text).explanation
    return not any(step.parameter == "decode_inconsistent_utf8" or (step.action == "encode" and step.parameter not in REPAIRED) for step in steps)


def main():
    rng = random.Random(20261129)
    texts = list(dict.fromkeys([*CLEANED, *WRITTEN]))
    signs = ["&amp;", "&lt;", "&quot;", "\u2019", "\u201c", "\u201d", "\uff21", "\uff01", "\ufb01", "\u3000", "&#39;", "&eacute;", "caf\u00c3\u00a9", "it\u00e2\u20ac\u2122s"]
    for text in generated(rng):
        if len(texts) == TEXTS:
            break
        if len(texts) % 2:
            text = " ".join([text, *rng.choices(signs, k=3)])
        if text not in texts and (any(sign in text for sign in signs[-2:]) or is_repaired(text)):
            texts.append(text)
    tokenizer, clean = simple_tokenizer()
    cases = []
    for text in texts:
        ids = tokenizer([text])[0].tolist()
        end = len(ids) - next((i for i, value in enumerate(reversed(ids)) if value), len(ids))
        cases.append({"text": text, "clean": clean(text), "ids": ids[:end]})
    cases = [case for case in cases if not any(0xD800 <= ord(c) < 0xE000 for c in case["text"])]
    made = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("open_clip_torch", "ftfy"))
    body = {"made": made, "texts": cases, "others": [{"text": t, "clean": clean(t)} for t in OTHERS]}
    OUT.write_text(json.dumps(body, ensure_ascii=True, separators=(",", ":")), encoding="utf-8")
    print(f"{len(cases)} texts, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
