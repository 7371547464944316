import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Refusal } from "../../common/diagnostic.ts";
import { byteCount } from "../../common/tensor.ts";
import { withOpenFile } from "../byte-range.ts";
import { expectWithin } from "../testing/budget.ts";
import { mutate, type RandomIntegers, randomIntegers } from "../testing/mutate.ts";
import { readTorchWeights } from "./torch-weights.ts";
import { locateData, readZipDirectory } from "./zip-directory.ts";
import { zipStored } from "./zip-stored.ts";

const MUTATIONS = 2000;
const folder = mkdtempSync(join(tmpdir(), "torch-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = (name: string): string => join(import.meta.dirname, "testing", name);

/** Every file is read within its bounds or refused; both must occur often, or the mutations miss the point. */
function expectSound(make: (random: RandomIntegers, index: number) => Buffer): void {
  const random = randomIntegers(20_261_123);
  const file = join(folder, "mutated.ckpt");
  const outcomes = { read: 0, refused: 0 };
  expectWithin({ seconds: 60, megabytes: 500 }, () => {
    for (let index = 0; index < MUTATIONS; index += 1) {
      const bytes = make(random, index);
      writeFileSync(file, bytes);
      try {
        for (const location of readTorchWeights(file).tensors.values()) {
          expect(location.offset + location.length).toBeLessThanOrEqual(bytes.length);
          expect(location.length).toBe(byteCount(location));
        }
        outcomes.read += 1;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(error.diagnostics[0]?.at.file).toBe(file);
        outcomes.refused += 1;
      }
    }
  });
  expect(outcomes.read).toBeGreaterThan(MUTATIONS / 50);
  expect(outcomes.refused).toBeGreaterThan(MUTATIONS / 4);
}

test(`${MUTATIONS} mutated archives are read within their bounds or refused, never anything else`, () => {
  const archives = ["bare.bin", "checkpoint-2.ckpt", "zip64.bin", "inversion.pt"].map((name) =>
    readFileSync(fixture(name)),
  );
  expectSound((random, index) => mutate(archives[index % archives.length] ?? Buffer.of(), random));
});

test(`${MUTATIONS} mutated pickles in sound archives are read or refused, never anything else`, () => {
  const checkpoints = [2, 3, 4, 5].map((protocol) => unpack(fixture(`checkpoint-${protocol}.ckpt`)));
  expectSound((random, index) => {
    const parts = checkpoints[index % checkpoints.length] ?? [];
    const changed = parts.map(({ name, content }) => {
      return { name, content: name.endsWith("data.pkl") ? mutate(content, random) : content };
    });
    return Buffer.concat(zipStored(changed));
  });
});

test(`${MUTATIONS} mutated files from before version 1.6 are read within their bounds or refused, never anything else`, () => {
  const files = ["legacy.pt", "checkpoint-legacy.ckpt"].map((name) => readFileSync(fixture(name)));
  expectSound((random, index) => mutate(files[index % files.length] ?? Buffer.of(), random));
});

function unpack(file: string): { readonly name: string; readonly content: Buffer }[] {
  const bytes = readFileSync(file);
  return withOpenFile(file, (opened) =>
    [...readZipDirectory(opened).values()].map((entry) => {
      const { offset, length } = locateData(opened, entry);
      return { name: entry.name, content: bytes.subarray(offset, offset + length) };
    }),
  );
}
