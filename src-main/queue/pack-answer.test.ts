import { expect, test } from "vitest";
import { packAnswer, unpackAnswer } from "./pack-answer.ts";
import { pack } from "./pack.ts";

test("an answer comes out to the bit, with what its worker warns of", () => {
  const warnings = [{ severity: "warning" as const, code: "odd", at: { file: "a" }, message: "it is odd" }];
  const of = { job: "job-1", piece: "a" };
  const { bytes, warnings: told } = unpackAnswer(packAnswer({ bytes: Uint8Array.of(1, 2, 255), warnings }, of));
  expect([...bytes]).toEqual([1, 2, 255]);
  expect(told).toEqual(warnings);
});

test("bytes without an answer, or with warnings that are none, are refused", () => {
  expect(() => unpackAnswer(pack({ json: { warnings: [] }, parts: new Map() }))).toThrow(/bytes/);
  for (const json of [{ warnings: ["odd"] }, ["odd"], null])
    expect(() => unpackAnswer(pack({ json, parts: new Map([["answer", Uint8Array.of(1)]]) }))).toThrow(
      /expected object/,
    );
  expect(() => unpackAnswer(Uint8Array.of(1, 2, 3))).toThrow(/cut off/);
});
