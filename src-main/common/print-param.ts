// The value of a parameter in a line of text.

import type { ParamField } from "./workflow-params.ts";

const MOST_LETTERS = 48;

export function printParam(
  { empty, unit, control, choiceLabels = {} }: Pick<ParamField, "empty" | "unit" | "control" | "choiceLabels">,
  value: unknown,
): string {
  if (value === null || value === undefined || value === "") return empty ?? "none";
  if (typeof value === "string" && Object.hasOwn(choiceLabels, value)) return choiceLabels[value] ?? value;
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return unit === undefined ? `${value}` : `${value} ${unit}`;
  const words = typeof value === "string" ? value : JSON.stringify(value);
  if (control === "file" || control === "folder") return words.split(/[\\/]/).findLast((part) => part !== "") ?? words;
  const lines = words.split("\n").filter((line) => line.trim() !== "");
  const first = lines[0] ?? "";
  const short = first.length > MOST_LETTERS ? `${first.slice(0, MOST_LETTERS - 1)}…` : first;
  return lines.length > 1 ? `${short} (${lines.length} lines)` : short;
}
