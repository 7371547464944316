import { expect, test } from "vitest";
import { floatTensor } from "../common/tensor.ts";
import { concatFiles, concatTokens } from "./concat-tokens.ts";
import type { TokenEmbedding } from "./embedding-file.ts";

function tokens(count: number, width: number, first: number): TokenEmbedding {
  const data = Array.from({ length: count * width }, (_, i) => first + i);
  return {
    file: `${first}.safetensors`,
    kind: "tokens",
    name: "bad",
    vectors: floatTensor([count, width], data),
    start: null,
  };
}

test("word vectors stand one behind the other", () => {
  const joined = concatTokens([tokens(2, 3, 0), tokens(1, 3, 100)]);
  expect(joined).toEqual(floatTensor([3, 3], [0, 1, 2, 3, 4, 5, 100, 101, 102]));
});

test("what cannot stand behind another is refused, each with its reason", () => {
  expect(() => concatTokens([tokens(2, 3, 0), tokens(1, 4, 1)])).toThrow(/width 4, but the first file's have 3/);
  expect(() => concatTokens([tokens(70, 3, 0), tokens(6, 3, 1)])).toThrow(
    /76 word vectors, but a text has room for 75/,
  );
  const conditioning = {
    file: "negative.safetensors",
    conditioning: floatTensor([1, 1, 3], [1, 2, 3]),
    metadata: null,
    kind: "declared by shape",
    space: null,
  } as const;
  expect(() => concatTokens([tokens(2, 3, 0), conditioning])).toThrow(/fills a whole text/);
});

test("those for two text encoders are joined for each by itself, and with none for one", () => {
  const ofTwo = (count: number, first: number) =>
    ({
      kind: "two encoders",
      file: `${first}.safetensors`,
      clip_l: tokens(count, 2, first),
      clip_g: tokens(count, 3, first),
    }) as const;
  expect(concatFiles("both", [ofTwo(1, 0), ofTwo(2, 10)])).toEqual({
    clip_l: floatTensor([3, 2], [0, 1, 10, 11, 12, 13]),
    clip_g: floatTensor([3, 3], [0, 1, 2, 10, 11, 12, 13, 14, 15]),
  });
  expect(concatFiles("both", [tokens(1, 2, 0), tokens(1, 2, 5)])).toEqual({
    "<both>": floatTensor([2, 2], [0, 1, 5, 6]),
  });
  expect(() => concatFiles("both", [ofTwo(1, 0), tokens(1, 2, 5)])).toThrow(/others of the files are for two/);
});
