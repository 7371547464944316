// A Parquet file, read row group by row group in a process of its own.

import { type ChildProcess, fork } from "node:child_process";
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { refuse } from "../../common/diagnostic.ts";
import type { ParquetAnswer, ParquetFacts, ParquetRow } from "./parquet-messages.ts";

/** Of the process, in MiB: far above what the rows of a group take beside their bytes. */
export const HEAP = 1024;
/** What reads one. */
export const PROCESS = join(import.meta.dirname, "parquet-process.ts");
/** What an answer may take: so long in any case, and so long for each MiB of the file. In milliseconds. */
const PATIENCE = { always: 30_000, each: 500 };

export interface ParquetFile extends ParquetFacts {
  readonly file: string;
  /** @throws Refusal for a group that is damaged, truncated, or that costs more than the file's size accounts for */
  readonly readGroup: (group: number) => Promise<readonly ParquetRow[]>;
  readonly close: () => void;
}

interface OpenOptions {
  readonly signal?: AbortSignal;
  /** Of the process that reads it, in MiB. */
  readonly heap?: number;
}

/** @throws Refusal for a file that is none */
export async function openParquet(given: string, { signal, heap = HEAP }: OpenOptions = {}): Promise<ParquetFile> {
  const file = resolve(given);
  const status = statSync(file, { throwIfNoEntry: false });
  if (status?.isFile() !== true) {
    return refuse({
      code: "file-missing",
      at: { file },
      message: status === undefined ? "there is no such file" : "this is no file",
      help: "name .parquet files",
    });
  }
  const reader = fork(PROCESS, [file], {
    execArgv: [`--max-old-space-size=${heap}`],
    // Bytes and what is no JSON.
    serialization: "advanced",
    // What Node says of a heap that is spent is said by us.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  // Of one that is asked nothing any more.
  reader.on("error", () => undefined);
  const patience = PATIENCE.always + PATIENCE.each * (status.size / 2 ** 20);
  const ask = <Told>(question?: number) => answerOf<Told>(reader, { file, question, heap, patience, signal });
  const close = () => void reader.kill("SIGKILL");
  try {
    const facts = await ask<ParquetFacts>();
    return { file, ...facts, readGroup: (group) => ask<readonly ParquetRow[]>(group), close };
  } catch (error) {
    close();
    throw error;
  }
}

interface Asked {
  readonly file: string;
  readonly question: number | undefined;
  readonly heap: number;
  /** Milliseconds. */
  readonly patience: number;
  readonly signal: AbortSignal | undefined;
}

async function answerOf<Told>(reader: ChildProcess, { file, question, heap, patience, signal }: Asked): Promise<Told> {
  const { promise, resolve: settle } = Promise.withResolvers<ParquetAnswer<Told>>();
  const onMessage = (answer: ParquetAnswer<Told>): void => settle(answer);
  const onFault = (error: Error): void => settle({ fault: error.message });
  const onExit = (): void =>
    settle({ fault: `its rows take more than ${heap} MiB, which its size does not account for` });
  const onAbort = (): void => settle({ fault: "it was stopped" });
  const timer = setTimeout(() => settle({ fault: "it takes far longer to read than its size accounts for" }), patience);
  reader.once("message", onMessage).once("error", onFault).once("exit", onExit);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    if (question !== undefined) reader.send(question);
    const answer = await promise;
    signal?.throwIfAborted();
    return "told" in answer ? answer.told : refuseUnreadable(file, answer.fault);
  } finally {
    clearTimeout(timer);
    reader.off("message", onMessage).off("error", onFault).off("exit", onExit);
    signal?.removeEventListener("abort", onAbort);
  }
}

export function refuseUnreadable(file: string, fault: string): never {
  refuse({
    code: "parquet-unreadable",
    at: { file },
    message: `this Parquet file cannot be read: ${fault}`,
    help: "if it was downloaded, compare its size with the one that is published, and download it again",
  });
}
