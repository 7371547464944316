// Follows docs/add-a-reward.md: what it says must work.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { floatTensor } from "../../../common/tensor.ts";
import { appendGradient } from "../../../compiler/gradient.ts";
import { GraphBuilder } from "../../../compiler/graph-builder.ts";
import { createGraphSession } from "../../../runtime/graph-session.ts";
import { writeSafetensors } from "../../../weights/safetensors.ts";
import { rewardKinds } from "../kinds/index.ts";
import { rewardFiles } from "../reward-files.ts";
import { colourMix } from "./colour-mix.ts";

const page = readFileSync(new URL("../../../../docs/add-a-reward.md", import.meta.url), "utf8");
const source = readFileSync(new URL("colour-mix.ts", import.meta.url), "utf8");

test("the reward of the page is the one that is tested", () => {
  expect(page).toContain(`\`\`\`ts\n${source}\`\`\``);
});

test("it is recognised by its tensor, which no other kind takes for its own, and its score has a gradient", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reneg-reward-"));
  try {
    const path = join(folder, "warm.safetensors");
    writeSafetensors(path, { colour_mix: floatTensor([3], [1, 0.5, -2]) });
    const files = rewardFiles(path);
    expect([...rewardKinds, colourMix].filter(({ recognise }) => recognise(files))).toEqual([colourMix]);
    const b = new GraphBuilder();
    const image = b.input("image", "float32", [2, 3, 1, 2]);
    const score = colourMix.open(files, {}).score(b, image, {});
    b.output("score", score);
    const cotangent = b.constant("float32", [2], [1, 1]);
    b.output("gradient", appendGradient(b, [{ value: score, cotangent }], [image])[0] ?? b.zeros(image));
    const session = await createGraphSession(b.build(), { device: "cpu", stage: "test" });
    const pixels = [0.5, 0.1, 0, 1, -1, 1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.6];
    const results = await session.run({ image: floatTensor([2, 3, 1, 2], pixels) });
    await session.release();
    const [first, second] = results["score"]?.data ?? [];
    expect(Number(first)).toBeCloseTo(0.3 + 0.5 * 0.5, 6);
    expect(Number(second)).toBeCloseTo(0.2 + 0.5 * 0.4 - 2 * 0.6, 6);
    const once = [0.5, 0.5, 0.25, 0.25, -1, -1];
    expect(results["gradient"]?.data).toEqual(Float32Array.from([...once, ...once]));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
