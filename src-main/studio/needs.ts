// The models that a workflow says it needs, and those of them that are there.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { nodeTypes } from "../../nodes/index.ts";
import type { KnownFile } from "../common/known-file.ts";
import { type Need, namedNeeds, type PublishedModel, publishedModel } from "../common/studio/needs.ts";
import { paramFields } from "../common/workflow-params.ts";
import { own, type Workflow } from "../common/workflow.ts";

const TABLE = fileURLToPath(new URL("../../resources/workflows/models.json", import.meta.url));

let table: Readonly<Record<string, PublishedModel>> | undefined;

/** By the names that workflows call them. */
function publishedModels(): Readonly<Record<string, PublishedModel>> {
  table ??= z.record(z.string(), publishedModel).parse(JSON.parse(readFileSync(TABLE, "utf8")));
  return table;
}

/** Of the nodes for which nothing is chosen yet. What the table does not know, a newer program may. */
export function needsOf(workflow: Workflow, files: readonly KnownFile[]): Need[] {
  const named = namedNeeds.safeParse(workflow.meta?.["needs"]);
  if (!named.success) return [];
  return Object.entries(named.data).flatMap(([node, names]) => {
    const models = names.flatMap((name) => own(publishedModels(), name) ?? []);
    const param = models[0] && openParam(workflow, node, models[0]);
    if (param === undefined) return [];
    return [{ node, param, models: models.map((model) => withFound(model, files)) }];
  });
}

/** The parameter that takes such a file, if it is still empty. */
function openParam({ graph }: Workflow, node: string, { match }: PublishedModel): string | undefined {
  const found = own(graph.nodes, node);
  const type = found && nodeTypes.get(found.type);
  if (type === undefined) return undefined;
  const fields = paramFields(type);
  const field = fields.find(({ offers }) => offers === match.kind);
  const isWritten = fields.some(({ control, name }) => control === "lines" && isSet(found?.params[name]));
  return field === undefined || isWritten || isSet(found?.params[field.name]) ? undefined : field.name;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== "";
}

function withFound({ match, ...model }: PublishedModel, files: readonly KnownFile[]): Need["models"][number] {
  const { kind, space, called = "" } = match;
  const fitting = files.filter(
    (file) =>
      file.kind === kind &&
      file.refusal === null &&
      file.origin !== "embedded" &&
      (space === undefined || file.space?.id === space) &&
      new RegExp(called, "i").test(file.path),
  );
  return { ...model, found: fitting.map(({ path, name }) => ({ path, name })) };
}
