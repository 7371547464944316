"""The pictures: Noto Color Emoji drawn on plain backgrounds, in part with visible defects, and their captions.

`Emoji` holds the drawings; `record` draws one picture's recipe by lot; `draw` makes the picture of a recipe (float RGB, 0..1);
`caption` words it. Recipes are plain dictionaries: the ControlNet sees the edges of the same recipe without its defects, and a frame of a
video is a recipe whose place, size or angle has moved on."""
import io
import json
import random

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

SIZE = 64
BACKGROUNDS = {  # name: RGB
    "white": (255, 255, 255), "blue": (66, 133, 244), "light blue": (174, 214, 250), "green": (88, 178, 92),
    "light green": (200, 232, 190), "pink": (250, 180, 205), "purple": (150, 96, 200), "orange": (245, 158, 66),
    "gray": (160, 165, 170), "black": (24, 24, 28), "beige": (240, 226, 200),
}
DEFECTS = {  # name: words that mean it
    "blurry": ("blurry", "out of focus", "blurred"), "noisy": ("noisy", "grainy", "noise"), "washed out": ("washed out", "faded"),
    "pixelated": ("pixelated", "low resolution"), "low contrast": ("low contrast",), "dark": ("too dark", "underexposed", "dark"),
    "overexposed": ("overexposed", "too bright"), "artifacts": ("jpeg artifacts", "artifacts"), "tilted": ("tilted",),
    "cropped": ("cropped", "cut off"),
}
LOW = ("low quality", "low quality", "bad quality", "worst quality", "ugly")
HIGH = ("high quality", "high quality", "best quality", "sharp, high quality", "clean, sharp")
# Recipes by kind: (share of all, how much of HAZE); "bad" ones name defects of theirs, with or without a subject
KINDS = {"plain": (58, 1), "good": (10, 0), "high-only": (2, 0), "bad": (15, 1.3), "bad-only": (11, 1.3), "low-only": (4, 1.5)}
NAMED = ("bad", "bad-only")
# What the UNet sees. As in pictures from the web, plainly captioned ones are a little faded, soft and grainy and no caption says so: guidance
# alone does not mend that, and a negative prompt is worth something. Guidance multiplies the way from the negative prompt's pictures to the
# prompt's, so those with a named defect lie only a little further: at scale 3 half as far again is enough to come out clean.
HAZE = {"blurry": 0.65, "washed out": 0.45, "noisy": 0.2}  # name: strength, 1 is fully defective
NAMED_MORE = 1.6  # how many times as strong a part of the haze is where the caption names it

# What is drawn, by emojibase group/subgroup, less the names in SKIP, plus the names in EXTRA.
GROUPS = (3, 4)
SUBGROUPS = (0, 1, 2, 4, 7, 8, 12)
SKIP = """head shaking horizontally|head shaking vertically|service dog|leafless tree|phoenix|lime|brown mushroom|root vegetable|sake|
cockroach|pig nose|two-hump camel|steaming bowl|ewe|goose|fish cake with swirl|guide dog|shaking face|dotted line face|face in clouds|
face exhaling|rat|water buffalo|leaf fluttering in wind|wing|black bird|face without mouth|kissing face with smiling eyes|wilted flower|
amphora|clinking glasses|meat on bone|poultry leg|microbe|mosquito|canned food|oden|garlic|falafel|rosette|grinning squinting face|
face with big eyes|smiling face with smiling eyes|kissing face with closed eyes|squinting face with tongue|expressionless face|unamused face|
disguised face|flushed face|ox|boar|mouse|rabbit|tiger|whale|dragon|horse|monkey|llama|badger|front-facing baby chick|dodo|bug|fly|worm|
cricket|sheaf of rice|empty nest|mango|beans|chestnut|flatbread|stuffed flatbread|tamale|fondue|shallow pan of food|curry rice|
rice cracker|roasted sweet potato|moon cake|clinking beer mugs|pouring liquid|beverage box|mate|fork and knife|custard|
grinning face with big eyes|happy cat face with smiling eyes|grinning cat with smiling eyes""".replace("\n", "")
EXTRA = """face with medical mask|exploding head|cold face|hot face|nauseated face|crying face|loudly crying face|astonished face|
flushed face|confused face|pleading face|yawning face|angry face|enraged face|smiling face with horns|thinking face|sleeping face|
face screaming in fear|ghost|alien|alien monster|robot|clown face|red heart|orange heart|yellow heart|green heart|blue heart|purple heart|
broken heart|sparkling heart|collision|love letter|snow-capped mountain|volcano|desert island|house|castle|office building|hut|tent|
ferris wheel|locomotive|bus|ambulance|fire engine|police car|taxi|automobile|sport utility vehicle|delivery truck|tractor|racing car|
motor scooter|bicycle|skateboard|anchor|ring buoy|sailboat|canoe|ship|airplane|helicopter|satellite|rocket|flying saucer|alarm clock|
crescent moon|full moon|sun with face|ringed planet|star|glowing star|cloud|sun behind cloud|cloud with rain|cloud with lightning|tornado|
rainbow|umbrella|snowflake|snowman|fire|droplet|high voltage|globe showing Americas|jack-o-lantern|Christmas tree|balloon|party popper|
wrapped gift|trophy|soccer ball|basketball|baseball|tennis|american football|bowling|bullseye|kite|crystal ball|video game|game die|
puzzle piece|teddy bear|pool 8 ball|magic wand|artist palette|yarn|sunglasses|glasses|t-shirt|dress|backpack|running shoe|crown|top hat|
graduation cap|ring|gem stone|bell|musical note|headphone|guitar|violin|trumpet|drum|saxophone|telephone|mobile phone|battery|laptop|
television|camera|magnifying glass tilted left|light bulb|candle|closed book|books|scroll|money bag|coin|envelope|package|pencil|
paintbrush|crayon|locked|key|hammer|axe|crossed swords|bomb|shield|gear|magnet|microscope|telescope|test tube|pill|door|chair|bathtub|
broom|soap|toothbrush|shopping cart|moai|scissors|paperclip|calendar|warning|stop sign|compass|hourglass done|
horizontal traffic light|yin yang|recycling symbol|check mark button|cross mark|no entry""".replace("\n", "")
RENAME = {"grinning cat": "smiling cat face", "grinning cat with smiling eyes": "happy cat face with smiling eyes",
          "cat with tears of joy": "cat face with tears of joy", "smiling cat with heart-eyes": "smiling cat face with heart eyes",
          "cat with wry smile": "cat face with wry smile", "kissing cat": "kissing cat face", "weary cat": "weary cat face",
          "crying cat": "crying cat face", "pouting cat": "angry cat face", "automobile": "red car", "locked": "padlock",
          "glowing star": "glowing star", "magnifying glass tilted left": "magnifying glass", "globe showing Americas": "globe",
          "hourglass done": "hourglass", "horizontal traffic light": "traffic light", "sport utility vehicle": "blue car",
          "tangerine": "orange fruit", "drum": "drum", "test tube": "test tube"}


class Emoji:
    """name, tags and RGBA drawing of every emoji the pipeline knows."""

    def __init__(self, table, font):
        """table: emojibase-data's en/data.json; font: NotoColorEmoji.ttf (the bitmap one, size 109)."""
        skip, extra = set(SKIP.split("|")), set(EXTRA.split("|"))
        font = ImageFont.truetype(font, 109)
        self.names, self.tags, self.images = [], [], []
        for e in json.load(open(table, encoding="utf-8")):
            label = e["label"]
            if "group" not in e or e["version"] > 14:
                continue
            wanted = e["group"] in GROUPS or (e["group"] == 0 and e["subgroup"] in SUBGROUPS)
            if label in skip or not (wanted or label in extra):
                continue
            im = Image.new("RGBA", (136, 136), (0, 0, 0, 0))
            ImageDraw.Draw(im).text((0, 4), e["emoji"], font=font, embedded_color=True)
            box = im.getbbox()
            if box is None:
                continue
            im = im.crop(box)
            side = max(im.size)
            square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
            square.paste(im, ((side - im.size[0]) // 2, (side - im.size[1]) // 2))
            name = RENAME.get(label, label).replace("’", "'").lower()
            if name in self.names:
                continue
            self.names.append(name)
            self.tags.append([t for t in e.get("tags", []) if t.isascii() and t.isalpha() and len(t) > 2 and t not in name][:4])
            self.images.append(square)

    def __len__(self):
        return len(self.names)


def record(rng, emoji, kind=None, jitter=2, haze=None):
    """Draws a recipe by lot; jitter: pixels of play in place, and a little more in size; haze: HAZE, or None for clean pictures but for
    the defects that captions name, which are then strong."""
    kind = kind or rng.choices(list(KINDS), [share for share, _ in KINDS.values()])[0]
    r = {"emoji": rng.randrange(len(emoji)), "background": "white" if rng.random() < 0.5 else rng.choice(list(BACKGROUNDS)),
         "size": 53 + rng.randint(-jitter - jitter // 2, jitter + jitter // 2),
         "x": rng.randint(-jitter, jitter), "y": rng.randint(-jitter, jitter), "kind": kind, "seed": rng.getrandbits(30), "named": []}
    if kind in NAMED:
        r["named"] = rng.sample(list(DEFECTS), rng.choice((1, 1, 2, 2, 3)))
        if r["named"] in (["tilted"], ["cropped"]) and rng.random() < 0.6:
            r["named"] = ["blurry"]
    r["defects"] = {n: 1.0 for n in r["named"]} if haze is None else hazy(rng, kind, r["named"], haze)
    return r


def hazy(rng, kind, named, haze):
    """name: strength of the defects of a picture."""
    play, share = rng.uniform(0.7, 1.3), KINDS[kind][1]
    if share == 0:
        return {}
    defects = {n: min(1, k * play * (NAMED_MORE if n in named else share)) for n, k in haze.items()}
    return defects | {n: 0.4 * play if n in SPOIL else 1.0 for n in named if n not in haze}


def draw(emoji, r):
    """The picture of a recipe: uint8 [64,64,3]. A defect of strength k lies k of the way from the clean picture to the fully defective
    one; below 0 it is overdone the other way: too sharp, too vivid. turn: how wide it looks, turned about its upright axis (0..1)."""
    rng = np.random.default_rng(r["seed"])
    d, size, x, y, angle, turn = r["defects"], r["size"], r["x"], r["y"], r.get("angle", 0), r.get("turn", 1)
    strong = lambda lo, hi: lo + (hi - lo) * rng.random()
    if "cropped" in d:
        size = int(size * strong(1.35, 1.7))
        x, y = (int(strong(8, 18)) * rng.choice((-1, 1)) for _ in "xy")
    if "tilted" in d:
        angle = strong(20, 40) * rng.choice((-1, 1))
    im = emoji.images[r["emoji"]].resize((max(4, round(size * turn)), size), Image.Resampling.LANCZOS)
    if angle:
        im = im.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    out = Image.new("RGB", (SIZE, SIZE), BACKGROUNDS[r["background"]])
    out.paste(im, ((SIZE - im.width) // 2 + x, (SIZE - im.height) // 2 + y), im)
    a = np.asarray(out, np.float32) / 255
    picture = lambda: Image.fromarray((np.clip(a, 0, 1) * 255 + 0.5).astype(np.uint8))
    for name, k in d.items():
        if name in SPOIL:
            a = a + (SPOIL[name](a, picture, strong, rng) - a) * k
    return (np.clip(a, 0, 1) * 255 + 0.5).astype(np.uint8)


def pixelated(picture, n):
    return picture.resize((n, n), Image.Resampling.BOX).resize((SIZE, SIZE), Image.Resampling.NEAREST)


def compressed(picture, quality):
    f = io.BytesIO()
    picture.save(f, "JPEG", quality=quality)
    return Image.open(f)


def faded(a, saturation):
    grey = a.mean(2, keepdims=True)
    return 0.35 + 0.65 * (grey + (a - grey) * saturation)


unit = lambda picture: np.asarray(picture, np.float32) / 255
SPOIL = {  # name: the fully defective picture; the other defects change how it is drawn
    "pixelated": lambda a, picture, strong, rng: unit(pixelated(picture(), int(strong(12, 20)))),
    "blurry": lambda a, picture, strong, rng: unit(picture().filter(ImageFilter.GaussianBlur(strong(1.5, 3.0)))),
    "artifacts": lambda a, picture, strong, rng: unit(compressed(picture(), int(strong(4, 12)))),
    "low contrast": lambda a, picture, strong, rng: 0.5 + (a - a.mean()) * strong(0.25, 0.45),
    "washed out": lambda a, picture, strong, rng: faded(a, strong(0.15, 0.45)),
    "dark": lambda a, picture, strong, rng: a * strong(0.25, 0.5),
    "overexposed": lambda a, picture, strong, rng: a * strong(1.5, 2.1) + 0.08,
    "cast": lambda a, picture, strong, rng: a * (1 + rng.uniform(-0.2, 0.2, 3).astype(np.float32)),  # of colour; no caption names it
    "noisy": lambda a, picture, strong, rng: a + rng.normal(0, strong(0.1, 0.22), a.shape),
}


def article_of(word):
    return "an" if word[0] in "aeiou" else "a"


def subject(rng, emoji, r, simple=False):
    """Words for the emoji, how it moves, and its background."""
    name, tags = emoji.names[r["emoji"]], emoji.tags[r["emoji"]]
    article = article_of(name)
    u = 0.5 * rng.random() if simple else rng.random()
    if u < 0.35: s = name
    elif u < 0.6: s = f"{article} {name}"
    elif u < 0.72: s = f"{rng.choice(('an emoji of', 'a picture of', 'a drawing of', 'an icon of'))} {article} {name}"
    elif u < 0.8: s = f"{name} emoji"
    elif u < 0.94 and tags: s = f"{name}, {', '.join(rng.sample(tags, min(len(tags), rng.choice((1, 2)))))}"
    elif tags and len(tags) > 1: s = ", ".join(rng.sample(tags, 2)) + ", " + name.split(" ")[-1]
    else: s = name
    if "motion" in r:
        s += " " + r["motion"]
    if r["background"] != "white" or rng.random() < 0.12:
        b = r["background"]
        s += rng.choice((f" on {article_of(b)} {b} background", f" on {article_of(b)} {b} background", f" on {b}", f", {b} background"))
    return s


def defect_words(rng, r, low=0.5):
    """Words for the defects that a caption names, in any order, "low quality" among them with chance `low`."""
    words = [rng.choice(DEFECTS[d]) if rng.random() < 0.5 else DEFECTS[d][0] for d in r["named"]]
    if rng.random() < low:
        words.append(rng.choice(LOW))
    rng.shuffle(words)
    return ", ".join(words)


def caption(rng, emoji, r):
    """One caption of a recipe; another call may word it otherwise."""
    kind = r["kind"]
    if kind == "good":
        return f"{subject(rng, emoji, r)}, {rng.choice(HIGH)}"
    if kind == "bad":
        return f"{subject(rng, emoji, r)}, {defect_words(rng, r)}"
    if kind == "bad-only":
        return defect_words(rng, r, 0.7)
    if kind == "low-only":
        return rng.choice(LOW) if rng.random() < 0.8 else f"{subject(rng, emoji, r)}, {rng.choice(LOW)}"
    if kind == "high-only":
        return rng.choice(HIGH)
    return subject(rng, emoji, r)


def draw_set(path, emoji, count, seed, **how):
    """`count` recipes, their pictures (path.npy) and recipes (path.json); made once, then read back."""
    if not path.with_suffix(".json").exists():
        rng = random.Random(seed)
        records = [record(rng, emoji, **how) for _ in range(count)]
        pictures = np.lib.format.open_memmap(path.with_suffix(".npy"), "w+", np.uint8, (count, SIZE, SIZE, 3))
        for i, r in enumerate(records):
            pictures[i] = draw(emoji, r)
        pictures.flush()
        path.with_suffix(".json").write_text(json.dumps(records))
    return np.load(path.with_suffix(".npy"), mmap_mode="r"), json.loads(path.with_suffix(".json").read_text())
