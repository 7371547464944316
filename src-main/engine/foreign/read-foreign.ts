// Workflows and images of other programs, recognised by what is in them.

import type { PngText } from "../../pictures/png-text.ts";
import { readA1111Parameters } from "./a1111-parameters.ts";
import { readComfyGraph } from "./comfy-graph.ts";
import { comfySettings } from "./comfy-settings.ts";
import type { MadeSettings } from "./made-settings.ts";

/** @returns `undefined` if the JSON is of no program that is known */
export function settingsInJson(json: unknown): MadeSettings | undefined {
  const graph = readComfyGraph(json);
  if (graph === undefined) return undefined;
  const isOfEditor = typeof json === "object" && json !== null && "nodes" in json;
  return comfySettings(graph, isOfEditor ? "ComfyUI workflow" : "ComfyUI workflow in the form of its API");
}

/** Of the texts of an image: ComfyUI writes the API's form beside the editor's, the webui a text of its own. */
export function settingsInImage(texts: PngText): MadeSettings | undefined {
  const [form] = [texts["prompt"], texts["workflow"]].flatMap((one) => readComfyGraph(parse(one)) ?? []);
  if (form !== undefined) return comfySettings(form, "image with a ComfyUI workflow in it");
  return texts["parameters"] === undefined ? undefined : readA1111Parameters(texts["parameters"]);
}

/** Python writes NaN, which is no JSON. */
function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text.replace(/\bNaN\b/g, "null"));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
