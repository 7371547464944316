"""The prompt lists: for learning a negative embedding (train), the same subjects in words that are drawn anew (train-reworded), and for judging
it (held-out, other subjects)."""
import random
from pathlib import Path

from data import BACKGROUNDS, article_of

FIRST = ["smiling cat face on a blue background", "a red apple", "a rocket"]  # the first lines of held-out.txt
BUT_NOT = ("face with", "heart", "calendar", "t-rex", "no entry", "ice", "jar", "yarn", "herb", "collision", "cooking")


def reworded(name):
    """All that `word` may make of a name, as a dynamic prompt; half of its wordings have a background."""
    a = article_of(name)
    colours = "|".join(f"{article_of(b)} {b}" for b in BACKGROUNDS if b != "white")
    return f"{{|{a} |{a} |an emoji of {a} }}{name}{{| on {{{colours}}} background}}"


def write(folder, names, train=160, held_out=80, seed=9):
    rng = random.Random(seed)
    subjects = [n for n in names if len(n.split()) <= 3 and not any(n == b or (" " in b or b == "heart") and b in n for b in BUT_NOT)]
    subjects = [n for n in subjects if n not in ("smiling cat face", "red apple", "rocket")]
    rng.shuffle(subjects)

    def word(name):
        s = rng.choice((name, f"{article_of(name)} {name}", f"{article_of(name)} {name}", f"an emoji of {article_of(name)} {name}"))
        if rng.random() < 0.45:
            colour = rng.choice([b for b in BACKGROUNDS if b != "white"])
            s += f" on {article_of(colour)} {colour} background"
        return s

    held, rest = subjects[:held_out - len(FIRST)], subjects[held_out - len(FIRST):]
    lists = {"held-out": FIRST + [word(n) for n in held], "train": [word(n) for n in rest[:train]],
             "train-reworded": [reworded(n) for n in rest[:train]]}
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in lists.items():
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return lists
