import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { readScoredPicture } from "./scored-picture.ts";

/** What Pillow gave, by bench/parity/make_picture_fixture.py; bytes as base64. */
interface Fixture {
  readonly files: Readonly<
    Record<string, Readonly<Record<"file" | "pixels", string>> & { width: number; height: number }>
  >;
}
const fixtureFile = new URL("../../bench/parity/fixtures/pictures.json", import.meta.url);
// The script beside the fixture writes this shape.
const { files } = JSON.parse(readFileSync(fixtureFile, "utf8")) as Fixture;

const folder = mkdtempSync(join(tmpdir(), "scored-picture-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(Object.entries(files))("%s has the pixels that Pillow gives a reward", async (name, { file, ...seen }) => {
  const path = join(folder, name);
  writeFileSync(path, Buffer.from(file, "base64"));
  const { picture } = await readScoredPicture(path);
  expect([picture.width, picture.height]).toEqual([seen.width, seen.height]);
  expect(Buffer.from(picture.data).equals(Buffer.from(seen.pixels, "base64"))).toBe(true);
});

test("where a reward sees something else than a person does, it is said", async () => {
  const said = async (name: string) => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.from(files[name]?.file ?? "", "base64"));
    return (await readScoredPicture(path)).warnings.map(({ message }) => message.split(": ")[1]?.split(" ")[0]);
  };
  expect(await said("rgb.png")).toEqual([]);
  expect(await said("rgba.png")).toEqual(["transparency"]);
  expect(await said("grey-16.png")).toEqual(["grey"]);
  expect(await said("turned.jpg")).toEqual(["it"]);
  expect(await said("animated.webp")).toEqual(["of"]);
});

test("a drawing by lines is no picture", async () => {
  const path = join(folder, "drawing.png");
  writeFileSync(
    path,
    '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>',
  );
  const fault = await readScoredPicture(path).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(Refusal);
  expect(String(fault)).toMatch(/svg holds no pixels|not a picture/);
});
