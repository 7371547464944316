// What the nodes of embeddings that are learned begin with: a text, or an embedding from a file.

import { type Call, callOf } from "../src-main/common/program/program.ts";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import { type Negative, negative } from "../src-main/common/sampling.ts";
import type { Fault, ProgramSoFar } from "./define-node.ts";

interface StartParts {
  readonly start: TypedRef | undefined;
  readonly text: string;
  readonly encoder: TypedRef;
  readonly program: ProgramSoFar;
  readonly fault: (fault: Fault) => void;
}

/** Faults are told at the parameter `text` and the port `start`. */
export function startOf({ start, text, encoder, program, fault }: StartParts): Negative {
  if (start !== undefined && text !== "") {
    fault({
      code: "start-twice",
      param: "text",
      message: `the embedding cannot begin both as "${text}" and as the one that is connected`,
      help: "remove the text, or the wire to start",
    });
  }
  if (start !== undefined && start.facts.state !== "fixed") {
    fault({
      code: "start-learned",
      port: "start",
      message: "an embedding cannot begin as one that is learned in the same run",
      help: "save what is learned first, and load it by Load Embedding",
    });
  }
  if (start !== undefined && start.facts.encoder !== encoder.ref) {
    fault({
      code: "start-encoder",
      port: "start",
      message: "the embedding to begin with is loaded for another text encoder",
      help: "connect the same text encoder to both",
    });
  }
  if (start?.facts.state === "fixed") return loadedBy(callOf(program, start.ref));
  return text === "" ? { kind: "none" } : { kind: "text", text };
}

/** A fixed embedding is one that a file holds. */
function loadedBy({ settings }: Call): Negative {
  return negative.parse({ kind: "embedding", ...settings });
}
