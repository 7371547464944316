"""Trains the embedded emoji pipeline and its rewards from nothing, or goes on with what is there.

    python train.py --work DIR --font NotoColorEmoji.ttf --table emojibase-data/en/data.json

Every stage resumes from its checkpoint in DIR; a finished stage is passed over. `--stage unet --warm --minutes unet=120` goes on with
the committed UNet (and the committed VAE and text encoder) instead of starting anew."""
import argparse
import os
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextModel

import clip
import controlnet
import export
import preference
import prompts
import tokenizer as tok
import unet
import vae
import video
from common import DEVICE
from data import HAZE, Emoji, draw_set

HOME = Path(__file__).resolve().parent.parent
MINUTES = {"vae": 25, "clip": 16, "preference": 12, "held-out-base": 10, "held-out": 8, "unet": 90, "polish": 9, "video": 60, "controlnet": 20}
STAGES = ("vae", "clip", "latents", "polish", "rewards", "unet", "video", "controlnet")


class Data:
    """The emoji, the tokenizer and the drawn pictures."""

    def __init__(self, o):
        self.work = Path(o.work)
        self.work.mkdir(parents=True, exist_ok=True)
        self.emoji = Emoji(o.table, o.font)
        self.pictures, self.records = draw_set(self.work / "pictures", self.emoji, o.pictures, 1)
        # the UNet learns faster from pictures that are all in one place and of one size
        self.still, self.still_records = draw_set(self.work / "pictures-unet", self.emoji, o.pictures, 4, jitter=0, haze=HAZE)
        folder = HOME / "pipeline" / "tokenizer" if o.warm else self.work / "tokenizer"
        if not (folder / "vocab.json").exists():
            from data import caption
            import random
            rng = random.Random(0)
            tok.learn([caption(rng, self.emoji, r) for r in self.records], folder, 2000)
        self.tokenizer = tok.load(folder)

    def vae(self, o):
        return AutoencoderKL.from_pretrained(HOME / "pipeline" / "vae", dtype=torch.float32) if o.warm else vae.load(self.work, self.pictures)

    def clip(self):
        return clip.build(len(self.tokenizer), clip.TEXT, clip.VISION, 128)

    def text(self, o):
        if o.warm:
            return CLIPTextModel.from_pretrained(HOME / "pipeline" / "text_encoder", dtype=torch.float32).eval()
        return export.text_model(clip.load(self.work, "clip", self.clip()))


def train_unet(rank, o, minutes):
    """One process of the UNet's training."""
    work, world = Path(o.work), o.processes
    if world > 1:
        torch.set_num_threads(1)
        dist.init_process_group("gloo", init_method=f"file://{work}/rendezvous", rank=rank, world_size=world)
    d = Data(o)
    latents = torch.load(work / "latents.pt")
    start = None
    if o.warm:
        start = UNet2DConditionModel.from_pretrained(HOME / "pipeline" / "unet", dtype=torch.float32).state_dict()
    texts, text_of = unet.encode_captions(work, d.tokenizer, None, d.emoji, d.still_records)
    data = unet.Captioned(latents, texts, text_of, d.still_records)
    unet.train(work, data, minutes, batch=o.batch, rate=o.rate, start=start, rank=rank, world=world,
               after=lambda ema: export.pipeline(o.into, unet=ema))


def train_on_top(o, d, minutes, stages):
    """What starts from the finished UNet and borrows its text encoder and VAE: the video UNet and the ControlNet."""
    pictures = UNet2DConditionModel.from_pretrained(o.into / "unet", dtype=torch.float32).to(DEVICE)
    auto, text = d.vae(o).eval(), d.text(o)
    texts, text_of = unet.encode_captions(d.work, d.tokenizer, text, d.emoji, d.still_records)
    still = unet.Captioned(vae.encode_all(d.work, auto, d.still), texts, text_of, d.still_records)
    if "video" in stages:
        latents, records = video.clips(d.work, d.emoji, auto, d.still_records)
        texts, text_of = unet.encode_captions(d.work, d.tokenizer, text, d.emoji, records, "text-clips")
        moving = unet.Captioned(latents, texts, text_of, records)
        first = video.load(HOME / "video" / "unet") if o.onward else video.start(pictures, still)
        video.train(d.work, first, still, moving, minutes["video"], after=lambda net: export.video(HOME / "video", net))
    if "controlnet" in stages:
        controlnet.train(d.work, controlnet.start(pictures), pictures, still, d.emoji, minutes["controlnet"],
                         after=lambda net: export.save_half(net, HOME / "controlnet"))


def rewards(o, d, minutes, which):
    auto = d.vae(o).eval()
    if which == "preference":  # its image tower starts from the CLIP's
        model = preference.build(len(d.tokenizer), preference.PREFERENCE)
        base = clip.load(d.work, "clip", d.clip())
        model.vision_model.load_state_dict(base.vision_model.state_dict())
        model = preference.train(d.work, "preference", model, d.tokenizer, d.emoji, auto, minutes["preference"], seed=11)
    else:  # from nothing: other pictures, other seed, other size
        torch.manual_seed(23)
        pictures, records = draw_set(d.work / "pictures-held-out", d.emoji, len(d.records) // 2, 77)
        model = preference.build(len(d.tokenizer), preference.HELD_OUT)
        model = clip.train(d.work, "held-out-base", model, d.tokenizer, d.emoji, pictures, records, minutes["held-out-base"], seed=23)
        model = preference.train(d.work, "held-out", model, d.tokenizer, d.emoji, auto, minutes["held-out"], seed=29)
    export.reward(HOME / "rewards" / which, HOME / "pipeline" / "tokenizer", model)


def main(o):
    minutes = {**MINUTES, **{k: float(v) for k, v in (m.split("=") for m in o.minutes)}}
    stages = o.stage or STAGES
    d = Data(o)
    if "vae" in stages:
        vae.train(d.work, d.pictures, d.records, minutes["vae"])
    if "clip" in stages:
        clip.train(d.work, "clip", d.clip(), d.tokenizer, d.emoji, d.pictures, d.records, minutes["clip"])
    if not o.warm and ("vae" in stages or "clip" in stages or "latents" in stages):
        export.pipeline(HOME / "pipeline", d.work / "tokenizer", d.text(o), d.vae(o) if "vae" in stages else None)
        prompts.write(HOME / "prompts", d.emoji.names)
    if "latents" in stages or "unet" in stages:
        vae.encode_all(d.work, d.vae(o).eval(), d.still)
        unet.encode_captions(d.work, d.tokenizer, d.text(o), d.emoji, d.still_records)
    if "polish" in stages and not o.warm:  # after the latents: it changes the decoder alone
        export.pipeline(HOME / "pipeline", vae=vae.polish(d.work, d.vae(o), d.still, minutes["polish"]))
    for which in ("preference", "held-out"):
        if "rewards" in stages or which in stages:
            rewards(o, d, minutes, which)
    if "unet" in stages:
        if o.processes > 1:
            (d.work / "rendezvous").unlink(missing_ok=True)
            mp.spawn(train_unet, (o, minutes["unet"]), o.processes)
        else:
            train_unet(0, o, minutes["unet"])
    if "video" in stages or "controlnet" in stages:
        train_on_top(o, d, minutes, stages)


if __name__ == "__main__":
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--work", required=True, help="folder for data, caches and checkpoints, outside the repository")
    a.add_argument("--font", required=True, help="NotoColorEmoji.ttf (the bitmap font, size 109)")
    a.add_argument("--table", required=True, help="emojibase-data's en/data.json")
    a.add_argument("--stage", nargs="*", choices=[*STAGES, "preference", "held-out"], help="only these (default: all)")
    a.add_argument("--minutes", nargs="*", default=[], metavar="STAGE=M", help=f"planned minutes, of {MINUTES}")
    a.add_argument("--pictures", type=int, default=40000)
    a.add_argument("--processes", type=int, default=1, help="for the UNet: one process per core")
    a.add_argument("--batch", type=int, default=32, help="for the UNet, per process")
    a.add_argument("--rate", type=float, default=2e-3, help="for the UNet")
    a.add_argument("--into", type=Path, default=HOME / "pipeline", help="where the UNet is written (default: the committed pipeline)")
    a.add_argument("--warm", action="store_true", help="go on from the committed weights (use a fresh --work)")
    a.add_argument("--onward", action="store_true", help="the video UNet goes on from the committed one, not from the picture UNet")
    main(a.parse_args())
