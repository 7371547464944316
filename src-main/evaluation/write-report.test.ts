import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { evaluationReport, type EvaluationReport } from "../common/evaluation-report.ts";
import { evaluationSummary } from "../common/evaluation-summary.ts";
import { summarise } from "./evaluation-report.ts";
import { constantGain, sampleScores, SETTINGS } from "./testing/sample-evaluation.ts";
import { writeReport } from "./write-report.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "write-report-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const REPORT: EvaluationReport = summarise({
  scores: sampleScores(4, 2, {
    train: constantGain({ null: -0.4, handcrafted: -0.2, learned: 0.1 }),
    heldOut: constantGain({ null: 0.2, handcrafted: 0.3, learned: 0.25 }),
  }),
  settings: SETTINGS,
  seconds: 241.4,
  peakMemoryMB: 1499.7,
});

function markdownOf(report: EvaluationReport): string {
  writeReport(folder, report);
  return readFileSync(join(folder, "report.md"), "utf8");
}

test("the terminal shows the tables and what they mean", () => {
  expect(evaluationSummary({ ...REPORT, perSample: [{ prompt: "rocket", global: 0.25, perSample: 0.5 }] }))
    .toMatchInlineSnapshot(`
      "4 prompts never trained on, 2 images each

      mean reward       no negative   handwritten   learned
      training reward       −0.2500       −0.0500    0.2500
      held-out reward        0.3500        0.4500    0.4000

      learned against                difference       95 % interval    wins
      no negative, training reward      +0.5000   +0.5000 … +0.5000   100 %
      handwritten, training reward      +0.3000   +0.3000 … +0.3000   100 %
      no negative, held-out reward      +0.0500   +0.0500 … +0.0500   100 %
      handwritten, held-out reward      −0.0500   −0.0500 … −0.0500     0 %

      prompt   global   its own
      rocket   0.2500    0.5000

      On the training reward, what was learned is better than no negative and better than the handwritten one.
      On the held-out reward, which it was never trained against, it is better than no negative, but worse than the handwritten one: the gain carries over to a reward it has never seen, though there the handwritten negative serves better."
    `);
});

test("23 wins in 40 pairs are 58 %, since 57.5 % is rounded up", () => {
  const told = evaluationSummary({ ...REPORT, winRate: { vsNull: 23 / 40, vsHandcrafted: 1 / 3 } });
  expect(told).toMatch(/no negative, training reward .* 58 %\n *handwritten, training reward .* 33 %\n/);
});

test("both files are written, and report.json reads back as the report", () => {
  expect(writeReport(folder, REPORT)).toEqual([join(folder, "report.md"), join(folder, "report.json")]);
  expect(readdirSync(folder).sort()).toEqual(["report.json", "report.md"]);
  const json: unknown = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
  expect(evaluationReport.parse(json)).toEqual(REPORT);
});

test("the page shows tables, settings and the command, and only pictures that are there", () => {
  expect(markdownOf(REPORT)).toMatchInlineSnapshot(`
    "# What was learned, and what it is worth

    On the training reward, what was learned is better than no negative and better than the handwritten one.
    On the held-out reward, which it was never trained against, it is better than no negative, but worse than the handwritten one: the gain carries over to a reward it has never seen, though there the handwritten negative serves better.

    | mean reward | no negative | handwritten | learned |
    | --- | ---: | ---: | ---: |
    | training reward | −0.2500 | −0.0500 | 0.2500 |
    | held-out reward | 0.3500 | 0.4500 | 0.4000 |

    | learned against | difference | 95 % interval | wins |
    | --- | ---: | ---: | ---: |
    | no negative, training reward | +0.5000 | +0.5000 … +0.5000 | 100 % |
    | handwritten, training reward | +0.3000 | +0.3000 … +0.3000 | 100 % |
    | no negative, held-out reward | +0.0500 | +0.0500 … +0.0500 | 100 % |
    | handwritten, held-out reward | −0.0500 | −0.0500 … −0.0500 | 0 % |

    Measured on 4 prompts that were never trained on, each drawn from seeds 0, 1: 24 images in all.
    A pair is the same prompt and seed under two conditions; a tie counts as half a win.
    Intervals are paired bootstraps over prompts (10,000 resamples, 95 %).

    ## Settings

    | setting | value |
    | --- | --- |
    | pipeline | emoji |
    | training reward | preference |
    | held-out reward | held-out |
    | handwritten negative | blurry, noisy |
    | sampler | ddim, 30 steps, guidance 7.5 |
    | learning | 60 steps of 8 images over 200 prompts, adamw, learning rate 0.005, seed 0 |
    | device | cpu |
    | time | 241 s |
    | peak memory | 1500 MB |

    ## To make this report again

    \`\`\`sh
    reneg demo --seed 0
    \`\`\`

    ## Prompts

    - prompt 0
    - prompt 1
    - prompt 2
    - prompt 3
    "
  `);
  writeFileSync(join(folder, "before-after.png"), "");
  writeFileSync(join(folder, "reward.svg"), "");
  const markdown = markdownOf(REPORT);
  expect(markdown).toContain("![Pictures by prompt and negative](before-after.png)");
  expect(markdown).toContain("![Reward by step](reward.svg)");
});

test("prompts are shown as they are, whatever markup they look like", () => {
  const markdown = markdownOf({ ...REPORT, prompts: ["a | b", "<img src=x>\n# c", "`rm` *all*"] });
  expect(markdown).toContain("- a \\| b\n- \\<img src=x\\> \\# c\n- \\`rm\\` \\*all\\*\n");
});

test("a report with a number that is not one is never written", () => {
  expect(() => writeReport(folder, { ...REPORT, seconds: NaN })).toThrow("seconds");
  expect(readdirSync(folder)).toEqual([]);
});
