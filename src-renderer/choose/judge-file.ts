// Whether a file fits a parameter, and if not, why: by its kind, and by the texts that the workflow's models read.

import { type EmbeddingSpace, printSpace } from "../../src-main/common/embedding-space.ts";
import type { DescribedFile, FileKind, KnownFile } from "../../src-main/common/known-file.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { fieldsOf, typeOf } from "../canvas/node-look.ts";
import { asSentence } from "../text/sentence.ts";
import { text } from "../text/text.ts";
import { takerOf } from "./taker-of.ts";

const words = text.choosing;

export type Judgement =
  | { readonly verdict: "fits" }
  /** It could be taken, and would be a fault as the workflow is now. */
  | { readonly verdict: "doubtful"; readonly why: string }
  | { readonly verdict: "unfit"; readonly why: string };

/** @param spaces of the pipelines of the workflow, as far as they are known */
export function judgeFile(file: DescribedFile, wanted: FileKind, spaces: readonly EmbeddingSpace[]): Judgement {
  if (file.refusal !== null) return { verdict: "unfit", why: asSentence(file.refusal.message) };
  if (file.kind !== wanted) {
    return { verdict: "unfit", why: words.otherKind(words.kinds[file.kind], takerOf(file.kind)?.type.title) };
  }
  const [first] = spaces;
  const { space } = file;
  if (wanted === "pipeline" || first === undefined || space === null || spaces.some(({ id }) => id === space.id)) {
    return { verdict: "fits" };
  }
  return { verdict: "doubtful", why: words.otherSpace(printSpace(space), printSpace(first)) };
}

/** Of the pipelines that a workflow names, as far as they are among the known files. */
export function spacesOf({ graph }: Workflow, files: readonly KnownFile[]): EmbeddingSpace[] {
  return Object.values(graph.nodes).flatMap((node) => {
    const type = typeOf(node);
    if (type === undefined || takerOf("pipeline")?.type !== type) return [];
    const named = fieldsOf(type)
      .filter(({ offers }) => offers === "pipeline")
      .map(({ name }) => node.params[name]);
    return named.flatMap((path) => files.find((file) => file.path === path)?.space ?? []);
  });
}
