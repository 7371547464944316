// Many prompts handed out to workers, some of them a piece. What is made of a prompt depends on it and its seed alone, so that all together
// it is what one process makes.

import { changePaths } from "../../program/program-paths.ts";
import type { AskedPiece } from "../../queue/coordinator/asked-piece.ts";
import { gatherFiles } from "../../queue/files/sent-files.ts";
import { type Packed, unpack } from "../../queue/pack.ts";
import type { AskedOfPrompts, PromptsKind } from "../pieces/prompts-piece.ts";
import { type Crew, openJob } from "./open-job.ts";

export interface HandOutPromptsOptions<Sent, Answer> {
  /** @throws Error saying why the answer cannot be used */
  readonly read: (answer: Packed, sent: Sent) => Promise<Answer>;
  /** Hears of each piece once, as they come. */
  readonly onAnswer: (piece: number, answer: Answer) => void | Promise<void>;
  /** Prompts done, and in all. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

/** @param asked what is sent of each piece, with paths @throws Refusal if a piece cannot be done; the reason of the crew's signal */
export async function handOutPrompts<Sent extends AskedOfPrompts, Answer>(
  { kind, paths }: PromptsKind<Sent>,
  asked: readonly Sent[],
  crew: Crew,
  { read, onAnswer, onProgress }: HandOutPromptsOptions<Sent, Answer>,
): Promise<void> {
  const gathered = gatherFiles();
  const sent = asked.map((piece) => changePaths(piece, paths, gathered.wordOf));
  const total = asked.reduce((sum, { prompts }) => sum + prompts.length, 0);
  const coordinator = await openJob(kind, gathered, crew);
  let done = 0;
  try {
    const pieces: AskedPiece[] = [];
    let first = 1;
    for (const piece of sent) {
      const hash = await coordinator.publish(Buffer.from(JSON.stringify(piece)));
      pieces.push({ name: `prompts-${first}`, work: { kind, asked: hash } });
      first += piece.prompts.length;
    }
    await coordinator.carryOut(pieces, {
      read: (bytes, index) => read(unpack(bytes), pieceAt(asked, index)),
      async onAnswer(index, { result }) {
        await onAnswer(index, result);
        done += pieceAt(asked, index).prompts.length;
      },
      onProgress: () => onProgress(done, total),
    });
  } finally {
    await coordinator.close();
  }
}

function pieceAt<Sent>(pieces: readonly Sent[], index: number): Sent {
  const piece = pieces[index];
  if (piece === undefined) throw new Error(`there is no piece ${index}`);
  return piece;
}

/** Consecutive ones together, each group with the place of its first. */
export function groupsOf<Item>(
  items: readonly Item[],
  size: number,
): { readonly first: number; readonly group: Item[] }[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => {
    const first = i * size;
    return { first, group: items.slice(first, first + size) };
  });
}
