// Which blocks of the program's own modules an input has run, and how often, as far as nobody has seen before.

import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { COUNTERS, instrument } from "./instrument.ts";

export interface Coverage {
  /** Forgets what ran before. */
  readonly begin: () => void;
  /** Whether what ran since has reached a new block, or one so many times as never before. */
  readonly isNew: () => boolean;
  /** Blocks that were reached so far, of those that the loaded modules have. */
  readonly blocks: () => { readonly reached: number; readonly all: number };
  /** Words of the loaded modules. */
  readonly words: () => readonly string[];
}

const PROGRAM = ["src-main/", "nodes/"].map((folder) => new URL(`../../${folder}`, import.meta.url).href);
/** The whole program has some thirty thousand. */
const MOST_BLOCKS = 1 << 17;

/** Modules of the program that are imported from now on are counted. Call it once in a process. */
export function countBlocks(): Coverage {
  const counters = new Uint32Array(MOST_BLOCKS);
  Object.assign(globalThis, { [COUNTERS]: counters });
  /** A bit for each order of magnitude of the count. */
  const seen = new Uint8Array(MOST_BLOCKS);
  const known = new Set<string>();
  let words: readonly string[] = [];
  let all = 0;
  let reached = 0;
  registerHooks({
    load(url, context, next) {
      if (!url.endsWith(".ts") || !PROGRAM.some((folder) => url.startsWith(folder))) return next(url, context);
      const code = stripTypeScriptTypes(readFileSync(fileURLToPath(url), "utf8"));
      const instrumented = instrument(code, all);
      all += instrumented.blocks;
      if (all > MOST_BLOCKS) throw new Error("more blocks than there are counters");
      for (const word of instrumented.words) known.add(word);
      words = [];
      return { format: "module", source: instrumented.code, shortCircuit: true };
    },
  });
  return {
    begin: () => void counters.fill(0, 0, all),
    isNew() {
      let isNew = false;
      for (let block = 0; block < all; block++) {
        const count = counters[block] ?? 0;
        if (count === 0) continue;
        const before = seen[block] ?? 0;
        const now = before | magnitudeOf(count);
        if (now === before) continue;
        if (before === 0) reached += 1;
        seen[block] = now;
        isNew = true;
      }
      return isNew;
    },
    blocks: () => ({ reached, all }),
    words: () => (words = words.length === 0 ? [...known] : words),
  };
}

/** 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, and more, as AFL counts. */
function magnitudeOf(count: number): number {
  if (count <= 3) return 1 << (count - 1);
  if (count < 32) return count < 8 ? 8 : count < 16 ? 16 : 32;
  return count < 128 ? 64 : 128;
}
