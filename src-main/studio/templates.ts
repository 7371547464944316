// The workflows that come with the program.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Template } from "../common/studio/document.ts";
import { parseWorkflow } from "../common/workflow-file.ts";
import { EXTENSION } from "./documents.ts";

const FOLDER = fileURLToPath(new URL("../../resources/workflows", import.meta.url));
export const TEMPLATE_PICTURES = join(FOLDER, "pictures");

/** What needs nothing first comes first, and then the smaller graph. */
export function readTemplates(): Template[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => readTemplate(name.slice(0, -EXTENSION.length)))
    .toSorted(
      (a, b) =>
        Number(a.template.needs !== "") - Number(b.template.needs !== "") ||
        a.size - b.size ||
        a.template.name.localeCompare(b.template.name),
    )
    .map(({ template }) => template);
}

function readTemplate(id: string): { readonly template: Template; readonly size: number } {
  const file = join(FOLDER, id + EXTENSION);
  const { workflow } = parseWorkflow(readFileSync(file, "utf8"), file);
  const { name = id, description = "", ...meta } = workflow.meta ?? {};
  const needs = meta["needs"];
  const hasPicture = existsSync(join(TEMPLATE_PICTURES, `${id}.webp`));
  return {
    size: Object.keys(workflow.graph.nodes).length,
    template: {
      id,
      name,
      description,
      needs: typeof needs === "string" ? needs : "",
      picture: hasPicture ? `files/templates/${id}.webp` : null,
      workflow,
    },
  };
}
