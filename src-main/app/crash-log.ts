// A text file in which the user can read what went wrong. It never leaves this machine by itself.

import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Refusal } from "../common/diagnostic.ts";

/** Beyond it the file becomes the old one, and a new one begins. */
const LARGEST_BYTES = 1_000_000;

export interface CrashLog {
  readonly path: string;
  /** @param what went wrong, in a few words */
  readonly write: (what: string, fault: unknown) => void;
}

/** @param surroundings versions and platform, written with every entry */
export function createCrashLog(path: string, surroundings: string, now: () => Date = () => new Date()): CrashLog {
  return {
    path,
    write(what, fault) {
      const entry = `${now().toISOString()} ${what}\n  ${surroundings}\n${indent(describe(fault))}\n\n`;
      try {
        append(path, entry);
      } catch (error) {
        // On a full disk, for instance: a log that ended the program would do more harm than what it tells of.
        console.error(`${entry}${path} cannot be written: ${String(error)}`);
      }
    },
  };
}

function append(path: string, entry: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_BYTES) renameSync(path, `${path}.old`);
  appendFileSync(path, entry);
}

function describe(fault: unknown): string {
  // A refusal says all in its message; its stack is of no use to anyone.
  if (fault instanceof Refusal) return fault.message;
  if (fault instanceof Error) return fault.stack ?? fault.message;
  return typeof fault === "string" ? fault : JSON.stringify(fault, null, 2);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
