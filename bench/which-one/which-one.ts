// `npm run which-one`: trains everything that can be trained on the emoji pipeline, and writes the table of docs/which-one-to-train.md.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { drawContactSheet } from "../../src-main/pictures/contact-sheet.ts";
import { writeFileAtomically } from "../../src-main/weights/atomic-write.ts";
import { readJson } from "../../src-main/weights/json-file.ts";
import { RESULT, rowResult, ROWS } from "./rows.ts";
import { sheetOf } from "./sheet.ts";
import { tableOf } from "./table.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const FOLDER = at("../../runs/which-one");
const SHEET = at("../../docs/images/which-one.webp");

const asked = process.argv.slice(2);
for (const { name } of ROWS) {
  const isKept = existsSync(join(FOLDER, name, RESULT)) && !asked.includes(name) && !asked.includes("--again");
  if (isKept) continue;
  const { status } = spawnSync(process.execPath, [at("train-row.ts"), name, FOLDER], { stdio: "inherit" });
  if (status !== 0) throw new Error(`training of ${name} has failed`);
}
const results = ROWS.map((row) => ({
  row,
  result: rowResult.parse(readJson(join(FOLDER, row.name, RESULT))),
}));
const table = tableOf(results);
writeFileAtomically(join(FOLDER, "table.md"), table);
console.log(table);
const { width, height, data } = await drawContactSheet(await sheetOf(results, FOLDER));
const webp = await sharp(data, { raw: { width, height, channels: 3 } })
  .webp({ quality: 80 })
  .toBuffer();
writeFileAtomically(SHEET, webp);
