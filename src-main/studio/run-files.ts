// The files that a page may fetch, by URL. Whatever is not listed here is not handed out.

import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { COMPARED_IMAGES } from "../common/comparison-record.ts";
import type { Home } from "./home.ts";
import { isFileIn } from "./page-files.ts";
import { TEMPLATE_PICTURES } from "./templates.ts";

/** What comes with the program; its models have pictures that show them well. */
const EMBEDDED = fileURLToPath(new URL("../../resources/emoji", import.meta.url));
const EXAMPLES = "examples";

export interface StudioFile {
  readonly path: string;
  readonly contentType: string;
  /** The name under which it is saved; `null` for what is shown. */
  readonly download: string | null;
}

const RUN = "[\\w][\\w.-]{0,127}";
const NAME = "[\\w][\\w .-]{0,127}";

/** Of a URL below `files/`. */
const SHOWN: readonly { readonly pattern: RegExp; readonly folder: (home: Home) => string }[] = [
  {
    pattern: new RegExp(`^runs/(${RUN}/(?:previews/${NAME}\\.png|latent-preview\\.png))$`),
    folder: ({ runs }) => runs,
  },
  { pattern: new RegExp(`^runs/(${RUN}/strengths/strength-[\\d.]+-\\d+\\.png)$`), folder: ({ runs }) => runs },
  {
    pattern: new RegExp(`^runs/(${RUN}/(?:evaluation|per-sample)(?:-[\\w-]+)?/before-after\\.png)$`),
    folder: ({ runs }) => runs,
  },
  {
    pattern: new RegExp(`^runs/(${RUN}/evaluation(?:-[\\w-]+)?/${COMPARED_IMAGES}/[\\w-]+\\.png)$`),
    folder: ({ runs }) => runs,
  },
  {
    pattern: new RegExp(`^runs/(${RUN}/(?:per-sample(?:-[\\w-]+)?/)?${NAME}\\.safetensors)$`),
    folder: ({ runs }) => runs,
  },
  {
    pattern: new RegExp(`^runs/(${RUN}/applied(?:-[\\w-]+)?/(?:frames/[\\w-]+/\\d{4}\\.png|[\\w-]+\\.(?:png|webp)))$`),
    folder: ({ runs }) => runs,
  },
  { pattern: new RegExp(`^${EXAMPLES}/([\\w-]+/[\\w-]+\\.png)$`), folder: () => EMBEDDED },
  { pattern: new RegExp(`^exports/(${NAME}\\.(?:zip|webp|gif|png))$`), folder: ({ exports }) => exports },
  { pattern: /^templates\/([\w-]+\.webp)$/, folder: () => TEMPLATE_PICTURES },
];

const TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  zip: "application/zip",
};

/** @param url below `files/`, decoded, without a query */
export function findStudioFile(home: Home, url: string): StudioFile | null {
  for (const { pattern, folder } of SHOWN) {
    const part = pattern.exec(url)?.[1];
    if (part === undefined || part.includes("..")) continue;
    const path = join(folder(home), part);
    if (!isFileIn(folder(home), path)) return null;
    const extension = path.slice(path.lastIndexOf(".") + 1);
    const contentType = TYPES[extension] ?? "application/octet-stream";
    return { path, contentType, download: contentType.startsWith("image/") ? null : (part.split("/").at(-1) ?? null) };
  }
  return null;
}

/** @param version differs whenever the file does, so that the page does not keep an old one */
export function runUrl(run: string, file: string, version: number): string {
  const parts = file.split(/[\\/]/).map((part) => encodeURIComponent(part));
  return `files/runs/${encodeURIComponent(run)}/${parts.join("/")}?v=${Math.round(version)}`;
}

/** Of a picture that lies with a model that comes with the program; `null` for any other. */
export function exampleUrl(path: string): string | null {
  return path.startsWith(EMBEDDED + sep) ? `files/${EXAMPLES}/${relative(EMBEDDED, path).replaceAll(sep, "/")}` : null;
}
