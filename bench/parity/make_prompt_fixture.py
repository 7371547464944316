"""Writes fixtures/prompts.json: prompts with weights and in chunks, and what Compel and oracle/a1111_prompts.py make of them with the text
encoder of the embedded pipeline.

    python bench/parity/make_prompt_fixture.py      # needs compel beside transformers

Of each row only every seventh number is kept. `embedding:pair` is two vectors, which the fixture holds too.
"""

import base64
import importlib.metadata
import json
import pathlib
import re

import torch
from compel import Compel
from compel.embeddings_provider import SplitLongTextMode
from oracle import a1111_prompts
from transformers import CLIPTextModel, CLIPTokenizer

HERE = pathlib.Path(__file__).resolve().parent
PIPELINE = HERE.parent.parent / "resources" / "emoji" / "pipeline"
OUT = HERE / "fixtures" / "prompts.json"
EVERY = 7

LONG = "a red apple on a blue table, " * 12
PLAIN = ["a red apple", LONG, "apple " * 75, "apple " * 76, "a embedding:pair apple", "apple " * 74 + "embedding:pair"]
A1111 = [
    "a red apple", "a (red:1.3) apple", "((red)) [apple]", "(a (red:1.5) apple:0.8), [[blue]]", "a \\(red\\) apple", "(red apple", "red) apple]", "a (red : 1.2 ) apple", "a (blue car:x) apple",
    LONG + "(green:1.4)", "red BREAK (blue:1.2) BREAK green", "apple, " * 40, "word " * 70 + ", a (blue:1.3) car with wheels", "()[](:1.2)", "BREAKFAST (BREAK:1.1) apple", "a (embedding:pair:1.3) apple",
]
COMPEL = [
    "a red apple", "a red++ apple", "a red- apple", "a (red apple)1.3 here", "a (red apple)0.6 here", "(a (red)+ apple)1.2", "a (red)0 apple", "well-made c++ apple", "a \\(red\\) apple+", "a red-- (blue car)0.5 apple++",
    "one, two. three", "a red+++ apple, blue--", LONG + "(green)1.4",
]


def main():
    tokenizer = CLIPTokenizer.from_pretrained(PIPELINE / "tokenizer")
    text_encoder = CLIPTextModel.from_pretrained(PIPELINE / "text_encoder", dtype=torch.float32).eval()
    table = text_encoder.get_input_embeddings().weight
    torch.manual_seed(1)
    vectors = torch.randn(2, table.shape[1]) * table.std()

    compel = Compel(tokenizer=tokenizer, text_encoder=text_encoder, truncate_long_prompts=False, split_long_text_mode=SplitLongTextMode.BRUTAL)

    # Afterwards, so that Compel sees the encoder as it is: two words of their own for the two vectors.
    def learned(text):
        return re.sub(r"embedding:pair", "<pair-0><pair-1>", text)

    def straight(text):
        ids = tokenizer(learned(text), add_special_tokens=False, truncation=False)["input_ids"]
        parts = [ids[i : i + 75] for i in range(0, len(ids), 75)] or [[]]
        if text.startswith("apple " * 74 + "embedding"):
            parts = [ids[:74], ids[74:]]
        rows = []
        for part in parts:
            framed = [tokenizer.bos_token_id, *part, tokenizer.eos_token_id]
            framed += [tokenizer.pad_token_id] * (77 - len(framed))
            rows.append(text_encoder(torch.tensor([framed])).last_hidden_state[0])
        return torch.cat(rows)

    def case(style, text, rows):
        kept = rows[:, ::EVERY].contiguous().float().numpy()
        return {"style": style, "text": text, "chunks": len(rows) // 77, "rows": base64.b64encode(kept.tobytes()).decode()}

    with torch.no_grad():
        cases = [case("compel", text, compel(text)[0]) for text in COMPEL]
        tokenizer.add_tokens(["<pair-0>", "<pair-1>"])
        text_encoder.resize_token_embeddings(len(tokenizer), mean_resizing=False)
        text_encoder.get_input_embeddings().weight[-2:] = vectors
        cases += [case("none", text, straight(text)) for text in PLAIN]
        cases += [case("a1111", text, a1111_prompts.encode(learned(text), tokenizer, text_encoder)) for text in A1111]
    made = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("compel", "transformers"))
    body = {"made": made, "every": EVERY, "pair": vectors.flatten().tolist(), "cases": cases}
    OUT.write_text(json.dumps(body, separators=(",", ":")), encoding="ascii")
    print(f"{len(cases)} prompts, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
