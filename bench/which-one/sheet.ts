// The first held-out prompts under everything that was trained, from the same noise.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ContactSheet } from "../../src-main/pictures/contact-sheet.ts";
import { readPicture } from "../../src-main/pictures/picture.ts";
import type { ResultOfRow } from "./table.ts";

const SHOWN = 6;

export async function sheetOf(results: readonly ResultOfRow[], folder: string): Promise<ContactSheet> {
  const [first] = results;
  const prompts = (first?.result.report.prompts ?? []).slice(0, SHOWN);
  const rows = [];
  for (const [i, label] of prompts.entries()) {
    const number = String(i + 1).padStart(3, "0");
    const drawn = (run: string, condition: string): string =>
      join(folder, run, "evaluation", "images", `${number}-seed0-${condition}.png`);
    const base = first?.row.name ?? "";
    const files = [
      drawn(base, "no-negative"),
      drawn(base, "handwritten"),
      ...results.map(({ row: { name, from } }) =>
        from === undefined ? drawn(name, "learned") : join(folder, from, "per-sample", `${number}.png`),
      ),
    ];
    const missing = files.find((file) => !existsSync(file));
    if (missing !== undefined) throw new Error(`${missing} is not there`);
    const cells = [];
    for (const file of files) cells.push({ picture: await readPicture(file) });
    rows.push({ label, cells });
  }
  return {
    title: "Which one should I train?",
    subtitle: "prompts that nothing was learned from; the same noise across a row",
    columns: ["no negative", "handwritten", ...results.map(({ row }) => row.heading)],
    rows,
  };
}
