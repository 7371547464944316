// The workflows that come with the program.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Template } from "../common/studio/document.ts";
import { parseWorkflow } from "../common/workflow-file.ts";
import { EXTENSION } from "./documents.ts";
import { needsOf } from "./needs.ts";

const FOLDER = fileURLToPath(new URL("../../resources/workflows", import.meta.url));
export const TEMPLATE_PICTURES = join(FOLDER, "pictures");

const line = z.string().default("");
const shownMeta = z.object({ gives: line, memory: line, time: line });

/** The one that a first start shows, then what needs nothing first, and then the smaller graph. */
export function readTemplates(): Template[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => readTemplate(name.slice(0, -EXTENSION.length)))
    .toSorted(
      (a, b) =>
        Number(b.isFirst) - Number(a.isFirst) ||
        Number(a.template.needs.length > 0) - Number(b.template.needs.length > 0) ||
        a.size - b.size ||
        a.template.name.localeCompare(b.template.name),
    )
    .map(({ template }) => template);
}

interface Ranked {
  readonly template: Template;
  /** Nodes. */
  readonly size: number;
  readonly isFirst: boolean;
}

function readTemplate(id: string): Ranked {
  const file = join(FOLDER, id + EXTENSION);
  const { workflow } = parseWorkflow(readFileSync(file, "utf8"), file);
  const { name = id, description = "", ...meta } = workflow.meta ?? {};
  const hasPicture = existsSync(join(TEMPLATE_PICTURES, `${id}.webp`));
  return {
    size: Object.keys(workflow.graph.nodes).length,
    isFirst: meta["first"] === true,
    template: {
      id,
      name,
      description,
      ...shownMeta.parse(meta),
      needs: needsOf(workflow, []).map(({ models }) => ({
        names: models.map((model) => model.name),
        bytes: models[0]?.bytes ?? 0,
      })),
      picture: hasPicture ? `files/templates/${id}.webp` : null,
      workflow,
    },
  };
}
