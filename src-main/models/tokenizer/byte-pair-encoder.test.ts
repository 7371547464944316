import { expect, test } from "vitest";
import { randomIntegers } from "../../weights/testing/mutate.ts";
import { wordEncoder } from "./byte-pair-encoder.ts";

/** As the algorithm is told: the pair of lowest rank, everywhere, from left to right, until there is none. */
function byDefinition(word: string, ranks: ReadonlyMap<string, number>): string[] {
  let symbols = Array.from(word);
  symbols.push(`${symbols.pop()}</w>`);
  for (;;) {
    const pairs = symbols.slice(1).map((second, i) => `${symbols[i]} ${second}`);
    const [pair] = pairs.filter((one) => ranks.has(one)).toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
    if (pair === undefined) return symbols;
    const merged: string[] = [];
    for (let i = 0; i < symbols.length; i++) {
      const isPair = `${symbols[i]} ${symbols[i + 1]}` === pair;
      merged.push(isPair ? pair.replace(" ", "") : (symbols[i] ?? ""));
      if (isPair) i++;
    }
    symbols = merged;
  }
}

test("words fall into the symbols that the definition gives, whatever the order of the merges", () => {
  const random = randomIntegers(20_261_129);
  for (let round = 0; round < 300; round++) {
    const symbols = ["a", "b", "c", "a</w>", "b</w>", "c</w>"];
    const ranks = new Map<string, number>();
    for (let rank = 0; rank < 12; rank++) {
      const [first, second] = [symbols[random(symbols.length)] ?? "", symbols[random(symbols.length)] ?? ""];
      if (first.endsWith(">")) continue;
      // Some before the merges that they are made of.
      ranks.set(`${first} ${second}`, random(2) === 0 ? rank + 100 : rank);
      symbols.push(first + second);
    }
    const ids = new Map([...new Set(symbols)].map((symbol, id) => [symbol, id]));
    const encode = wordEncoder({ ids, ranks, unknownId: -1 });
    const word = Array.from({ length: 1 + random(24) }, () => "abc"[random(3)] ?? "").join("");
    expect(encode(word)).toEqual(byDefinition(word, ranks).map((symbol) => ids.get(symbol) ?? -1));
  }
});
