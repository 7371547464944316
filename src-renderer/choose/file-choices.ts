// The lines of the list that files are chosen from: those that fit first, by where they come from, and faded what does not, with the reason.

import { isEmbeddedName } from "../../src-main/common/embedded-name.ts";
import type { EmbeddingSpace } from "../../src-main/common/embedding-space.ts";
import type { FileKind, KnownFile } from "../../src-main/common/known-file.ts";
import type { Choice } from "../dialogs/ChoiceOption.tsx";
import { text } from "../text/text.ts";
import { type Judgement, judgeFile } from "./judge-file.ts";

const words = text.choosing;

export interface FileChoices {
  readonly files: readonly KnownFile[];
  readonly wanted: FileKind;
  /** Of the workflow's pipelines. */
  readonly spaces: readonly EmbeddingSpace[];
  /** What is chosen now. */
  readonly value: string;
  readonly take: (path: string) => void;
}

const ORIGINS: readonly KnownFile["origin"][] = ["embedded", "run", "recent", "folder"];
/** Weights are often mistaken for one another; a text or an image beside them is not. */
const PLAIN: ReadonlySet<FileKind> = new Set(["prompts", "image"]);

export function fileChoices({ files, wanted, spaces, value, take }: FileChoices): Choice[] {
  const judged = files.map((file) => ({ file, judgement: judgeFile(file, wanted, spaces) }));
  const choice = ({ file, judgement }: (typeof judged)[number]): Choice => ({
    id: file.path,
    label: file.path === value ? words.chosen(file.name) : file.name,
    synonyms: [file.what, ...(isEmbeddedName(file.path) ? [] : [file.path])],
    detail: detailOf(file),
    group: judgement.verdict === "fits" ? words.origins[file.origin] : words.unfit,
    ...(judgement.verdict === "doubtful" ? { doubt: judgement.why } : {}),
    ...(judgement.verdict === "unfit" ? { refusal: judgement.why } : {}),
    run: () => take(file.path),
  });
  const fitting = judged.filter(({ judgement }) => judgement.verdict === "fits");
  const others = judged.filter(({ file, judgement }) => isWorthListing(file, wanted, judgement));
  return [
    ...ORIGINS.flatMap((origin) => fitting.filter(({ file }) => file.origin === origin)),
    ...others.toSorted((a, b) => rank(a.judgement) - rank(b.judgement)),
  ].map(choice);
}

function isWorthListing({ kind, origin }: KnownFile, wanted: FileKind, { verdict }: Judgement): boolean {
  if (verdict === "fits") return false;
  if (kind === wanted) return true;
  // What comes with the program, and what runs have learned, no one takes for something else.
  return !PLAIN.has(wanted) && !PLAIN.has(kind) && (origin === "recent" || origin === "folder");
}

function rank({ verdict }: Judgement): number {
  return verdict === "doubtful" ? 0 : 1;
}

function detailOf({ what, bytes, path }: KnownFile): string {
  return [what, text.files.size(bytes), isEmbeddedName(path) ? "" : path].filter((part) => part !== "").join(" · ");
}
