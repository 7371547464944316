import {
  closeSync,
  cpSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { floatTensor } from "../common/tensor.ts";
import { createIdentify } from "./identity.ts";
import { writeSafetensors } from "./safetensors.ts";

const root = mkdtempSync(join(tmpdir(), "reneg-identity-"));
const at = (...names: string[]): string => join(root, ...names);
afterAll(() => rmSync(root, { recursive: true }));

const identify = createIdentify();

/** @param text absent: its own name */
function write(file: string, text = file): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

beforeAll(() => {
  write(at("sd", "model_index.json"), "{}");
  mkdirSync(at("sd", "unet"));
  writeSafetensors(at("sd", "unet", "model.safetensors"), { weight: floatTensor([2], Float32Array.of(1, 2)) });
});

/** Bytes between the beginnings of two samples of 4096 bytes, and at each end what is read whole. */
const [DISTANCE, END] = [2 ** 18, 2 ** 20];
const SIZE = 2 * END + 512 * DISTANCE;

/** A file of holes, but for ones that fill so many bytes from a place on. */
function withOnes(name: string, from: number, length: number): string {
  const descriptor = openSync(at(name), "w");
  ftruncateSync(descriptor, SIZE);
  writeSync(descriptor, new Uint8Array(length).fill(1), 0, length, from);
  closeSync(descriptor);
  return identify(at(name)).identity;
}

test("of a large file a change is seen at its ends and wherever it is longer than the distance between samples", () => {
  const first = withOnes("holes", 0, 0);
  expect(withOnes("begin", 0, 1)).not.toBe(first);
  expect(withOnes("end", SIZE - 1, 1)).not.toBe(first);
  for (const from of [END + 1, END + 100.5 * DISTANCE, SIZE - END - 2 * DISTANCE])
    expect(withOnes("changed", from, 2 * DISTANCE)).not.toBe(first);
  expect(identify(at("holes"))).toEqual({ identity: first, bytes: SIZE, isFolder: false });
});

test("of a large file a change between two samples stays unseen", () => {
  const first = withOnes("holes", 0, 0);
  expect(withOnes("between", END + 100.25 * DISTANCE, DISTANCE / 2)).toBe(first);
});

test("weights are the same under another name, and whatever systems, downloads, drawings and links leave beside them", () => {
  const ours = identify(at("sd"));
  cpSync(at("sd"), at("stable"), { recursive: true });
  expect(identify(at("stable"))).toEqual(ours);
  for (const name of ["README.md", ".gitattributes", ".cache/huggingface/model.lock", "unet/Thumbs.db", "desktop.ini"])
    write(at("stable", name));
  for (const name of ["preview.JPG", "apple.png", "pear.webp.unfinished", "frames/0001.png", "clip.mp4", "clip.gif"])
    write(at("stable", name));
  for (const name of ["lock", "drawn.json", "drawn.jsonl", "001.png"]) write(at("stable", "drawn", name));
  mkdirSync(at("stable", "empty", "too"), { recursive: true });
  symlinkSync(at("nowhere"), at("stable", "gone.safetensors"));
  symlinkSync("itself", at("stable", "itself"));
  symlinkSync("..", at("stable", "unet", "around"));
  symlinkSync(".", at("stable", "again"));
  expect(identify(at("stable"))).toEqual(ours);
});

test.each([
  ["another header", "unet/model.safetensors", "bias", 2],
  ["other numbers", "unet/model.safetensors", "weight", 3],
  ["a part far down", "a/b/c/d/e/model.safetensors", "weight", 2],
])("weights with %s are others", (_, file, tensor, last) => {
  rmSync(at("other"), { recursive: true, force: true });
  cpSync(at("sd"), at("other"), { recursive: true });
  mkdirSync(dirname(at("other", file)), { recursive: true });
  writeSafetensors(at("other", file), { [tensor]: floatTensor([2], Float32Array.of(1, last)) });
  expect(identify(at("other")).identity).not.toBe(identify(at("sd")).identity);
});

test("weights are others where a part has another name, and the same where parts are links, as in a cache of downloads", () => {
  cpSync(at("sd"), at("named"), { recursive: true });
  renameSync(at("named", "unet"), at("named", "vae"));
  expect(identify(at("named")).identity).not.toBe(identify(at("sd")).identity);
  mkdirSync(at("snapshot"));
  for (const part of ["model_index.json", "unet"]) symlinkSync(at("sd", part), at("snapshot", part));
  expect(identify(at("snapshot"))).toEqual(identify(at("sd")));
});

test("a folder of images, alone or with a table of them, is what they show", () => {
  const identities = ["apple", "pear"].flatMap((shown) => {
    write(at("images", "1.png"), shown);
    write(at("pairs", "images", "1.png"), shown);
    write(at("pairs", "pairs.jsonl"), "{}");
    return [identify(at("images")), identify(at("pairs"))].map(({ identity }) => identity);
  });
  expect(new Set(identities).size).toBe(4);
});

test("a file that has changed is read again, though its size and its times are what they were, or it changes at every moment", () => {
  const file = at("weights.bin");
  const identityOf = (text: string): string => {
    writeFileSync(file, text);
    utimesSync(file, 1000, 1000);
    return identify(file).identity;
  };
  expect(identityOf("one")).not.toBe(identityOf("two"));
  const all = Array.from({ length: 64 }, (_, i) => {
    writeFileSync(file, String.fromCodePoint(32 + i));
    return identify(file).identity;
  });
  expect(new Set(all).size).toBe(64);
});

test("a path that is not there is told", () => {
  expect(() => identify(at("nowhere"))).toThrow(/ENOENT/);
});
