"""Writes fixtures/pictures.json: small images of every sort, and the pixels that Pillow's convert("RGB") gives, which rewards see.

    python bench/parity/make_picture_fixture.py
"""

import base64
import io
import json
import pathlib

import numpy
import PIL
from PIL import Image

OUT = pathlib.Path(__file__).parent / "fixtures" / "pictures.json"
WIDTH, HEIGHT = 16, 12


def main():
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    rgb = numpy.stack([x * 16, y * 20, (x * y * 3) % 256], -1).astype(numpy.uint8)
    alpha = ((x + y) * 9).astype(numpy.uint8)
    colour = Image.fromarray(rgb)
    clear = Image.fromarray(numpy.dstack([rgb, alpha]))
    palette = colour.convert("P", palette=Image.ADAPTIVE, colors=16)
    turned = Image.Exif()
    turned[274] = 6
    files = {}

    def save(name, image, **options):
        buffer = io.BytesIO()
        image.save(buffer, {"jpg": "JPEG", "tif": "TIFF"}.get(name.split(".")[-1], name.split(".")[-1].upper()), **options)
        seen = Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")
        files[name] = {"file": base64.b64encode(buffer.getvalue()).decode(), "width": seen.width, "height": seen.height, "pixels": base64.b64encode(seen.tobytes()).decode()}

    save("rgb.png", colour)
    save("rgba.png", clear)
    save("rgba.webp", clear, lossless=True, exact=True)
    save("grey-alpha.png", Image.fromarray(numpy.dstack([rgb[..., 0], alpha]), "LA"))
    save("grey.png", colour.convert("L"))
    save("one-bit.png", colour.convert("1"))
    save("palette.png", palette)
    save("palette-transparent.png", palette, transparency=3)
    save("palette-transparent.gif", palette, transparency=3)
    save("grey-16.png", Image.fromarray((x * 40).astype(numpy.uint16)))
    save("cmyk.jpg", colour.convert("CMYK"), quality=95)
    save("cmyk.tif", colour.convert("CMYK"))
    save("turned.jpg", colour, exif=turned, quality=95)
    save("plain.jpg", colour, quality=90)
    save("animated.gif", colour, save_all=True, append_images=[colour.rotate(180)])
    save("animated.webp", colour, save_all=True, append_images=[colour.rotate(180)], lossless=True)
    save("animated.png", colour, save_all=True, append_images=[colour.rotate(180)])
    OUT.write_text(json.dumps({"made": f"Pillow {PIL.__version__}", "files": files}, separators=(",", ":")), encoding="ascii")
    print(f"{len(files)} files, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
