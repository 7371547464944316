"""Makes small Parquet tables of pairs, sound and hostile, that the import is tested with: src-main/preferences/testing/*.parquet.

    python bench/preferences/make_parquet_tables.py

Needs pyarrow and Pillow. The columns are those of the published data sets; images are squares of one colour.
"""

import io
from pathlib import Path

import pyarrow
import pyarrow.parquet
from PIL import Image

OUT = Path(__file__).parents[2] / "src-main" / "preferences" / "testing"


def image(colour: str, form: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(buffer, form)
    return buffer.getvalue()


def write(name: str, table: pyarrow.Table, **options: object) -> None:
    pyarrow.parquet.write_table(table, OUT / f"{name}.parquet", **options)


def pick_a_pic() -> pyarrow.Table:
    rows = [("red", "blue", 1.0, 0.0, True), ("red", "green", 0.5, 0.5, True), ("blue", "green", 0.0, 1.0, True),
            ("black", "white", 0.0, 0.0, False)]
    return pyarrow.table({
        "caption": [f"a square, {first} or {second} \u2013 one" for first, second, *_ in rows],
        "jpg_0": [image(first, "JPEG") for first, *_ in rows],
        "jpg_1": [image(second, "JPEG") for _, second, *_ in rows],
        "image_0_uid": [first for first, *_ in rows],
        "image_1_uid": [second for _, second, *_ in rows],
        "label_0": [row[2] for row in rows],
        "label_1": [row[3] for row in rows],
        "has_label": [row[4] for row in rows],
        "ranking_id": pyarrow.array(range(len(rows)), pyarrow.int64()),
        "created_at": pyarrow.array(range(len(rows)), pyarrow.timestamp("ms")),
    })


def main() -> None:
    OUT.mkdir(exist_ok=True)
    for codec in ("snappy", "gzip", "brotli", "zstd", "none"):
        write(f"pick-a-pic-{codec}", pick_a_pic(), compression=codec, row_group_size=2)
    write("pick-a-pic-lz4", pick_a_pic(), compression="lz4")
    # Hugging Face's `datasets` keeps an image as its bytes and a path, and lists of them for one prompt.
    images = [[{"bytes": image(c), "path": f"{c}.png"} for c in pair] for pair in (("red", "blue"), ("green", "white"))]
    write("hpd", pyarrow.table({"prompt": ["one", "two"], "image_path": images, "human_preference": [[1, 0], [0, 1]]}))
    write("image-reward", pyarrow.table({
        "prompt_id": ["a", "a", "a"], "prompt": ["a square"] * 3,
        "image_path": [f"{name}.png" for name in ("first", "second", "third")], "rank": [2, 1, 2],
    }))
    write("no-pairs", pyarrow.table({"text": ["a square"]}))
    write("no-images", pyarrow.table({"prompt": ["one"], "better": [b"not an image"], "worse": [image("red")]}))
    # Some hundred bytes that unpack to a quarter of a gigabyte, and rows that take none.
    bomb = pyarrow.table({"prompt": ["one"], "better": [bytes(2**28)], "worse": [image("red")]})
    write("bomb", bomb, compression="brotli", use_dictionary=False, write_statistics=False)
    write_nothing("many-rows")
    lie("many-rows", "more-values-than-rows", rows=1000)


MANY = 2**26  # The most that PyArrow writes in one row group.


def write_nothing(name: str) -> None:
    """Rows that take no bytes: one run of the definition levels says that all are null."""
    nothing = pyarrow.nulls(MANY, pyarrow.int8())
    write(name, pyarrow.table({"better": nothing, "worse": nothing}), row_group_size=MANY, write_statistics=False,
          max_rows_per_page=MANY, data_page_size=2**30)


def lie(name: str, new: str, rows: int) -> None:
    """The same file, whose footer tells of as many rows as are read at once."""
    content = (OUT / f"{name}.parquet").read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    told = content[footer:].replace(varint(2 * MANY), varint(2 * rows))
    assert told != content[footer:]
    (OUT / f"{new}.parquet").write_bytes(content[:footer] + told)


def varint(number: int) -> bytes:
    """Of four bytes, whatever the number: no length changes."""
    return bytes((number >> 7 * i) & 0x7F | (0x80 if i < 3 else 0) for i in range(4))


if __name__ == "__main__":
    main()
