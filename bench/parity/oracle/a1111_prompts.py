"""What the stable-diffusion-webui makes of a prompt, written down from its documentation of attention and of chunks, for numbers to compare with.

Round brackets weigh by 1.1, square ones by 1/1.1, (text:number) by the number; weights of nested brackets multiply. Text of one weight is
tokenized as one. Chunks have 75 tokens; where a phrase would be cut, and its comma is at most 20 tokens back, what follows the comma moves on.
Each chunk is encoded between its marks, its rows are multiplied by their weights, and the whole by what brings back its mean.
"""

import re

import torch

ROOM, BACK = 75, 20


def spans(prompt):
    """Pairs of text and weight, None for a BREAK: a recursive descent, unlike the program's."""
    place, found = 0, []

    def read(weights, closing):
        nonlocal place
        start = len(found)
        while place < len(prompt):
            rest = prompt[place:]
            if rest[0] == "\\" and len(rest) > 1 and rest[1] in "()[]\\":
                found.append([rest[1], 1.0])
                place += 2
            elif rest[0] in "([":
                place += 1
                read(weights, rest[0])
            elif closing == "(" and (match := re.match(r":\s*([+-]?[.\d]+)\s*\)", rest)):
                place += match.end()
                for span in found[start:]:
                    span[1] *= float(match[1])
                return
            elif (closing, rest[0]) in (("(", ")"), ("[", "]")):
                place += 1
                for span in found[start:]:
                    span[1] *= 1.1 if closing == "(" else 1 / 1.1
                return
            elif match := re.match(r"\s*\bBREAK\b\s*", rest) if place == 0 or not prompt[place - 1].isalnum() else None:
                found.append(["BREAK", -1.0])  # Weighted, it is a word again, of a negative weight.
                place += match.end()
            else:
                found.append([rest[0], 1.0])
                place += 1
        if closing:
            for span in found[start:]:
                span[1] *= 1.1 if closing == "(" else 1 / 1.1

    read(1.0, "")
    joined = []
    for text, weight in found:
        if (text, weight) == ("BREAK", -1.0):
            joined.append((None, weight))
        elif joined and joined[-1][0] is not None and joined[-1][1] == weight:
            joined[-1] = (joined[-1][0] + text, weight)
        else:
            joined.append((text, weight))
    return joined


def chunks(prompt, tokenize, comma):
    """Lists of (token, weight), each of 75 at most."""
    done, current, last_comma = [], [], None
    for text, weight in spans(prompt):
        if text is None:
            done.append(current)
            current, last_comma = [], None
            continue
        for token in tokenize(text):
            if token == comma:
                last_comma = len(current)
            elif len(current) == ROOM and last_comma is not None and ROOM - last_comma <= BACK:
                done.append(current[: last_comma + 1])
                current, last_comma = current[last_comma + 1 :], None
            if len(current) == ROOM:
                done.append(current)
                current, last_comma = [], None
            current.append((token, weight))
    if current or not done:
        done.append(current)
    return done


def encode(prompt, tokenizer, text_encoder):
    """[chunks · 77, width]"""
    tokenize = lambda text: tokenizer(text, add_special_tokens=False, truncation=False)["input_ids"]
    [comma] = tokenize(",")
    rows = []
    for chunk in chunks(prompt, tokenize, comma):
        ids = [tokenizer.bos_token_id, *(token for token, _ in chunk), tokenizer.eos_token_id]
        weights = [1.0, *(weight for _, weight in chunk), 1.0]
        ids += [tokenizer.pad_token_id] * (ROOM + 2 - len(ids))
        weights += [1.0] * (ROOM + 2 - len(weights))
        z = text_encoder(torch.tensor([ids])).last_hidden_state[0]
        weighed = z * torch.tensor(weights)[:, None]
        # Means are near 0: in float32 their ratio would be known to four digits only.
        rows.append(weighed * (z.double().mean() / weighed.double().mean()).float())
    return torch.cat(rows)
