// Different prompts, as many as are wanted: those that the embedded pipeline comes with, and more by a number behind them.

import { readFileSync } from "node:fs";
import { embedded } from "../../../src-main/models/embedded.ts";

export function promptsOf(count: number): string[] {
  const lines = readFileSync(embedded.prompts.train, "utf8").split("\n").filter(Boolean);
  return Array.from({ length: count }, (_, i) =>
    `${lines[i % lines.length]} ${Math.floor(i / lines.length) || ""}`.trim(),
  );
}
