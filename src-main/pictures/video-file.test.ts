import { expect, test, vi } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { evenPixels, openVideoWriter } from "./video-file.ts";

test("an odd side gets one more pixel, of white, and the others stay where they were", () => {
  const pixels = evenPixels({ width: 1, height: 1, data: Uint8Array.from([1, 2, 3]) });
  const white = [255, 255, 255, 255];
  expect([...pixels]).toEqual([1, 2, 3, 255, ...white, ...white, ...white]);
});

test("where the optional package of encoders is missing, it is named, and WebP is offered", async () => {
  vi.doMock("@mediabunny/server", () => {
    throw new Error("Cannot find package '@mediabunny/server'");
  });
  const fault = await openVideoWriter("mp4").catch((thrown: unknown) => thrown);
  vi.doUnmock("@mediabunny/server");
  expect(fault).toBeInstanceOf(Refusal);
  expect(fault).toMatchObject({
    diagnostics: [{ code: "video-encoder-missing", help: expect.stringMatching(/\.webp.*optional packages/) }],
  });
  expect(String(fault)).toMatch(/\.mp4 needs the package @mediabunny\/server/);
});
