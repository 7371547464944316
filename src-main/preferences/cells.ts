// Cells of a table: texts, numbers and images, whatever wrote them.

import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import type { ImageSource } from "../common/example.ts";
import { whyNoPath } from "../common/path-name.ts";
import { isWithin } from "../weights/is-within.ts";
import type { Table, TableRow } from "./table.ts";

/** "" for an empty cell or none. */
export function textCell({ cells }: TableRow, name: string): string {
  const cell = cells[name];
  if (typeof cell === "string") return cell;
  return typeof cell === "number" ? String(cell) : "";
}

/** `undefined`: no number stands there. */
export function numberCell({ cells }: TableRow, name: string): number | undefined {
  const cell = cells[name];
  const number = typeof cell === "string" && cell.trim() !== "" ? Number(cell) : cell;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

export function isTrue({ cells }: TableRow, name: string): boolean {
  const cell = cells[name];
  return cell === true || cell === 1 || (typeof cell === "string" && /^(true|yes|1)$/i.test(cell.trim()));
}

/** A list, also as tables without lists write one: `["1.png", "2.png"]`. */
export function listCell({ cells }: TableRow, name: string): readonly unknown[] {
  const cell = cells[name];
  if (Array.isArray(cell)) return cell as readonly unknown[];
  if (typeof cell !== "string" || !cell.trim().startsWith("[")) return [];
  try {
    const parsed: unknown = JSON.parse(cell);
    return Array.isArray(parsed) ? (parsed as readonly unknown[]) : [];
  } catch {
    return [];
  }
}

/**
 * @param cell the name of a file below the table's folder, or its bytes
 * @throws Refusal for one that is not there, or lies elsewhere
 */
export function imageOf(table: Table, row: TableRow, cell: unknown): ImageSource {
  if (cell instanceof Uint8Array) return { kind: "bytes", bytes: cell };
  if (typeof cell === "object" && cell !== null && "bytes" in cell && cell.bytes instanceof Uint8Array)
    return { kind: "bytes", bytes: cell.bytes };
  const named = typeof cell === "object" && cell !== null && "path" in cell ? cell.path : cell;
  if (typeof named !== "string" || named.trim() === "") {
    return refuseImage(table, row, "names no image", "write the name of a file that lies beside the table");
  }
  if (/^[a-z]+:\/\//i.test(named)) {
    return refuseImage(
      table,
      row,
      "names an image on the web, and nothing is fetched",
      "download the images, and name the files",
    );
  }
  const file = resolve(table.folder, named);
  const why = whyNoPath(named) ?? (isWithin(table.folder, file) ? undefined : "the image lies outside of the folder");
  if (why !== undefined)
    return refuseImage(table, row, `names ${named}, but ${why}`, "put the images beside the table");
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    return refuseImage(table, row, `names ${named}, but there is no such file`, "put the images beside the table");
  }
  return { kind: "file", file };
}

/** The first of some names, with usual endings, that is a file beside the table. */
export function fileNamed({ folder }: Table, name: string): string | undefined {
  return [name, `${name}.jpg`, `${name}.png`, `${name}.webp`].find(
    (file) =>
      whyNoPath(file) === undefined && statSync(join(folder, file), { throwIfNoEntry: false })?.isFile() === true,
  );
}

export function refuseRow({ file }: Table, { number }: TableRow, message: string, help: string): never {
  refuse({ code: "example-invalid", at: { file, part: `row ${number}` }, message, help });
}

function refuseImage({ file }: Table, { number }: TableRow, message: string, help: string): never {
  refuse({ code: "example-image", at: { file, part: `row ${number}` }, message: `row ${number} ${message}`, help });
}
