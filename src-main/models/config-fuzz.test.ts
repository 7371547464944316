import { expect, test } from "vitest";
import type { ConfigTable } from "../common/config-table.ts";
import { Refusal } from "../common/diagnostic.ts";
import { expectWithin } from "../weights/testing/budget.ts";
import { type RandomIntegers, randomIntegers } from "../weights/testing/mutate.ts";
import { parseConfig } from "./parse-config.ts";
import { configReaders } from "./testing/config-readers.ts";
import { unetConfig } from "./unet/unet-config.ts";

const FILE = "config.json";
const MUTATIONS = 600;
/** Layers, modules, pixels of a side: nothing that a config lets through to what builds is of more than these. */
const MOST_PARTS = 100_000;

const deep = (depth: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
};

/** What a faulty program, a hand or an attacker may write. */
const VALUES: readonly unknown[] = [
  ...[0, -1, 1, 2, 3, 8, 1.5, 1e9, 2_147_483_648, 2 ** 53, 1e300, null, true, false],
  ...["", "8", "silu", "__proto__", "constructor", "linear", "x".repeat(10_000)],
  ...[[], {}, [0], [1], [2_147_483_648], [8, 16], [[1], [2]], { a: 1 }, { length: 1e9 }],
  ...[Array.from({ length: 10_000 }, () => 32), Array.from({ length: 16 }, () => 1000), deep(1000)],
];

function mutated({ used, only, harmless }: ConfigTable, random: RandomIntegers): Record<string, unknown> {
  const keys = [...Object.keys(used), ...Object.keys(only), ...harmless, "twist", "_note", "text_config_dict"];
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[random(items.length)];
  return Object.fromEntries(Array.from({ length: 1 + random(4) }, () => [pick(keys) ?? "", pick(VALUES)]));
}

test.each(configReaders.map((reader) => [reader.table.className, reader] as const))(
  `${MUTATIONS} configs of %s are read or refused in time, and let nothing endless through`,
  (_, { table, read }) => {
    const random = randomIntegers(20_261_129);
    const outcomes = { read: 0, refused: 0 };
    expectWithin({ seconds: 20, megabytes: 400 }, () => {
      for (let index = 0; index < MUTATIONS; index += 1) {
        try {
          expect(read(mutated(table, random), FILE)).toBeLessThan(MOST_PARTS);
          outcomes.read += 1;
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          outcomes.refused += 1;
        }
      }
    });
    expect(outcomes.refused).toBeGreaterThan(MUTATIONS / 4);
  },
);

test.each<[string, unknown]>([
  ["100,000 unknown keys", Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i]))],
  ["a list of a million", { layers_per_block: Array.from({ length: 1_000_000 }, () => 1) }],
  ["values a hundred thousand lists deep", { act_fn: deep(100_000), twist: deep(100_000) }],
  ["a text of 20 MB", { act_fn: "x".repeat(20_000_000) }],
])("%s are refused in time, and in few words", (_, json) => {
  expectWithin({ seconds: 5, megabytes: 300 }, () => {
    try {
      parseConfig(unetConfig, json, FILE);
      expect.unreachable("it was read");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(error.message.length).toBeLessThan(10_000);
    }
  });
});
