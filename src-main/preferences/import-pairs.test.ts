import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { refusalOfWork } from "../common/testing/refusal-of.ts";
import { importPairs } from "./import-pairs.ts";
import { openParquet } from "./parquet/open-parquet.ts";
import { readExampleImage } from "./read-example-image.ts";
import { PAIRS, readPairs } from "./read-pairs.ts";
import { tableDigest } from "./table.ts";

const root = mkdtempSync(join(tmpdir(), "import-"));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;

const tableOf = (name: string): string => join(import.meta.dirname, "testing", `${name}.parquet`);
const newFolder = (): string => join(root, String(count++));
const quiet = { signal: new AbortController().signal, onProgress: async () => undefined };

async function faultOf(file: string, out = newFolder()): Promise<string> {
  const refusal = await refusalOfWork(() => importPairs([file], { out, ...quiet }));
  const [found] = refusal?.diagnostics ?? expect.unreachable("nothing was refused");
  return `${found?.code}: ${found?.message}`;
}

test.for(["snappy", "gzip", "brotli", "zstd", "none"])(
  "rows of Pick-a-Pic are imported, packed by %s",
  async (codec) => {
    const out = newFolder();
    const told = await importPairs([tableOf(`pick-a-pic-${codec}`)], { out, ...quiet });
    // Of six images in rows with an answer, three differ.
    expect(told).toEqual({ folder: out, rows: 4, leftOut: 1, pairs: 3, images: 3 });
    const { examples } = readPairs(out);
    expect(examples.map(({ prompt, isTie }) => [prompt, isTie])).toEqual([
      ["a square, red or blue – one", false],
      ["a square, red or green – one", true],
      ["a square, blue or green – one", false],
    ]);
    const colours = await Promise.all(
      examples.flatMap(({ better, worse, row }) =>
        [better, worse].map(async (source) => (await readExampleImage(source, out, row)).picture.data.slice(0, 3)),
      ),
    );
    const strongest = colours.map((pixel) => ["red", "green", "blue"][pixel.indexOf(Math.max(...pixel))]);
    expect(strongest).toEqual(["red", "blue", "red", "green", "green", "blue"]);
  },
);

test("an import may take the first rows only, tells how far it is, and goes over several files", async () => {
  const seen: string[] = [];
  const onProgress = async (done: number, total: number) => void seen.push(`${done}/${total}`);
  const file = tableOf("pick-a-pic-snappy");
  const told = await importPairs([file, file], { ...quiet, out: newFolder(), limit: 6, onProgress });
  expect(told).toMatchObject({ rows: 6, leftOut: 1, pairs: 5, images: 3 });
  expect(seen).toEqual(["1/6", "2/6", "3/6", "4/6", "5/6", "6/6"]);
});

test("images in lists, as bytes beside a path, are imported", async () => {
  const out = newFolder();
  expect(await importPairs([tableOf("hpd")], { out, ...quiet })).toMatchObject({ pairs: 2, images: 4 });
});

test("images that a table only names lie in the folder already", async () => {
  expect(await faultOf(tableOf("image-reward"))).toContain("second.png, but there is no such file");
  const out = mkdtempSync(join(root, "named-"));
  await faultOf(tableOf("image-reward"), out);
  for (const name of ["first", "second", "third"]) writeFileSync(join(out, `${name}.png`), "");
  expect(await importPairs([tableOf("image-reward")], { out, ...quiet })).toMatchObject({ pairs: 2, images: 0 });
});

test("images that a table only names may be told to lie elsewhere than those that it holds", async () => {
  const [out, outOfNamed] = [newFolder(), mkdtempSync(join(root, "named-"))];
  for (const name of ["first", "second", "third"]) writeFileSync(join(outOfNamed, `${name}.png`), "");
  const named = await importPairs([tableOf("image-reward")], { out, outOfNamed, ...quiet });
  expect([named.folder, existsSync(out)]).toEqual([outOfNamed, false]);
  expect(await importPairs([tableOf("hpd")], { out, outOfNamed, ...quiet })).toMatchObject({ folder: out });
});

test("a table that only names images is found again where it was imported, and another is not written over", async () => {
  const out = mkdtempSync(join(root, "named-"));
  for (const name of ["first", "second", "third"]) writeFileSync(join(out, `${name}.png`), "");
  const told = await importPairs([tableOf("image-reward")], { out, ...quiet });
  expect(await importPairs([tableOf("image-reward")], { out, ...quiet })).toEqual(told);
  rmSync(join(out, "second.png"));
  expect(await faultOf(tableOf("image-reward"), out)).toContain("there is no such file");
  expect(existsSync(join(out, "pairs.jsonl")), "it was there before").toBe(true);
  writeFileSync(join(out, "pairs.jsonl"), "{}\n");
  expect(await faultOf(tableOf("image-reward"), out)).toContain("pairs-there");
  expect(readFileSync(join(out, "pairs.jsonl"), "utf8")).toBe("{}\n");
});

test("what was imported once is not written over", async () => {
  const out = newFolder();
  await importPairs([tableOf("hpd")], { out, ...quiet });
  expect(await faultOf(tableOf("hpd"), out)).toContain("pairs-there");
});

test("an import that is stopped leaves no table, and the next one goes on", async () => {
  const out = newFolder();
  const abort = new AbortController();
  const stopped = importPairs([tableOf("pick-a-pic-snappy")], {
    out,
    signal: abort.signal,
    onProgress: async () => abort.abort(),
  });
  await expect(stopped).rejects.toThrow("aborted");
  expect(readdirSync(join(out, "images"))).toHaveLength(2);
  expect(existsSync(join(out, "pairs.jsonl"))).toBe(false);
  expect(await importPairs([tableOf("pick-a-pic-snappy")], { out, ...quiet })).toMatchObject({ images: 3 });
});

test.for([
  ["a file of a quarter of a gigabyte in a kilobyte", "bomb", "unpacks to more than 64 MiB"],
  ["more rows than are read at once", "many-rows", "has 67108864 rows"],
  [
    "pages of more values than the file tells",
    "more-values-than-rows",
    "has 1000 rows, and the column better claims 67108864",
  ],
  ["a codec that Node does not read", "pick-a-pic-lz4", "LZ4"],
] as const)("%s is refused, and takes a moment", async ([, name, message]) => {
  const started = performance.now();
  expect(await faultOf(tableOf(name))).toContain(message);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test("rows that take more memory than their process has are refused, and nobody else is ended", async () => {
  // As many rows as are read at once, each of which is an object, and none of which takes a byte.
  const file = join(root, "most-rows.parquet");
  const [many, most] = [varint(2 * 2 ** 26), varint(2 * 2 ** 21)];
  const content = readFileSync(tableOf("many-rows")).toString("latin1");
  expect(content).toContain(many);
  writeFileSync(file, content.replaceAll(many, most), "latin1");
  const opened = await openParquet(file, { heap: 48 });
  expect(opened.groups).toEqual([2 ** 21]);
  await expect(opened.readGroup(0)).rejects.toThrow("its rows take more than 48 MiB");
  opened.close();
});

/** Of four bytes, whatever the number, as footers, headers of pages and runs of values have it. */
function varint(number: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => ((number >> (7 * i)) & 0x7f) | (i < 3 ? 0x80 : 0)));
}

test("columns that say nothing of pairs, and bytes that are no image, are refused", async () => {
  expect(await faultOf(tableOf("no-pairs"))).toContain("pairs-columns");
  expect(await faultOf(tableOf("no-images"))).toContain("example-image: row 1 holds bytes");
});

test.for([0.2, 0.5, 0.9, 0.999])("a file that is cut off at %d is refused", async (share) => {
  const cut = join(root, `cut-${share}.parquet`);
  const whole = tableOf("pick-a-pic-snappy");
  copyFileSync(whole, cut);
  truncateSync(cut, Math.floor(share * readFileSync(whole).length));
  expect(await faultOf(cut)).toContain("parquet-unreadable");
});

test("the footer of a file on bytes of another is refused", async () => {
  const file = join(root, "no-data.parquet");
  writeFileSync(file, readFileSync(tableOf("pick-a-pic-snappy")).subarray(-4000));
  expect(await faultOf(file)).toContain("parquet-unreadable");
});

test("Parquet in place of a table is refused with the way out", () => {
  const file = tableOf("hpd");
  const command = `reneg pairs import "${file}" --out "${file.replace(".parquet", "")}"`;
  expect(() => readPairs(file)).toThrow(command);
  // What a run asks first.
  expect(() => tableDigest(file, PAIRS)).toThrow(command);
});
