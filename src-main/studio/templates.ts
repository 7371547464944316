// The workflows that come with the program.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Template } from "../common/studio/document.ts";
import { parseWorkflow } from "../common/workflow-file.ts";
import { EXTENSION } from "./documents.ts";

const FOLDER = fileURLToPath(new URL("../../resources/workflows", import.meta.url));
export const TEMPLATE_PICTURES = join(FOLDER, "pictures");

/** What needs nothing first comes first. */
export function readTemplates(): Template[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => readTemplate(name.slice(0, -EXTENSION.length)))
    .toSorted((a, b) => a.needs.length - b.needs.length || a.name.localeCompare(b.name));
}

function readTemplate(id: string): Template {
  const file = join(FOLDER, id + EXTENSION);
  const { workflow } = parseWorkflow(readFileSync(file, "utf8"), file);
  const { name = id, description = "", ...meta } = workflow.meta ?? {};
  const needs = meta["needs"];
  const hasPicture = existsSync(join(TEMPLATE_PICTURES, `${id}.webp`));
  return {
    id,
    name,
    description,
    needs: typeof needs === "string" ? needs : "",
    picture: hasPicture ? `files/templates/${id}.webp` : null,
    workflow,
  };
}
