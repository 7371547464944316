// A workflow compiled to a program, with the files that it names looked at.

import { resolve } from "node:path";
import { type CompiledWorkflow, compileWorkflow } from "../../nodes/compile-workflow.ts";
import { nodeTypes } from "../../nodes/index.ts";
import { isEmbeddedName } from "../common/embedded-name.ts";
import type { WorkflowFacts } from "../common/workflow-node-type.ts";
import type { Workflow } from "../common/workflow.ts";
import { readEmbeddingFile } from "../embeddings/embedding-file.ts";
import { embeddedPath } from "../models/embedded.ts";
import { openPipeline } from "../models/pipeline.ts";
import { spaceOfControlNet, spaceOfVideoModel } from "../models/target/space-of-target.ts";
import { programFunctions } from "../program/functions/index.ts";

/** @param folder what the paths of the workflow are relative to @param facts of files in it, where several workflows name the same */
export function compileIn(workflow: Workflow, folder: string, facts = workflowFacts(folder)): CompiledWorkflow {
  return compileWorkflow(workflow, facts, nodeTypes, programFunctions);
}

export function workflowFacts(folder: string): WorkflowFacts {
  const at = (path: string): string => embeddedPath(path) ?? resolve(folder, path);
  const model = (path: string): string => (isEmbeddedName(path) ? path : at(path));
  return {
    spaceOfVideoModel: once((path, base) =>
      spaceOfVideoModel(model(path), base === undefined ? undefined : model(base)),
    ),
    spaceOfControlNet: once((path) => spaceOfControlNet(model(path))),
    spaceOfPipeline: once(
      (path, { tokenizer, textEncoder, base }) =>
        openPipeline(at(path), {
          ...(tokenizer === undefined ? {} : { tokenizer: at(tokenizer) }),
          ...(textEncoder === undefined ? {} : { textEncoder: at(textEncoder) }),
          ...(base === undefined ? {} : { base: at(base) }),
        }).space,
    ),
    spaceOfEmbedding: once((path) => {
      const embedding = readEmbeddingFile(at(path));
      // Of a file that does not name its space, only a run can tell whether it fits.
      return embedding.kind === "declared" ? (embedding.space ?? undefined) : undefined;
    }),
  };
}

/** A file is looked at once, however many nodes name it, whether it can be read or not. */
function once<Asked extends readonly unknown[], Fact>(look: (...asked: Asked) => Fact): (...asked: Asked) => Fact {
  const found = new Map<string, () => Fact>();
  return (...asked) => {
    const key = JSON.stringify(asked);
    const known = found.get(key) ?? remember(() => look(...asked));
    found.set(key, known);
    return known();
  };
}

/** What was answered, or thrown, again. */
function remember<Fact>(look: () => Fact): () => Fact {
  try {
    const fact = look();
    return () => fact;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
