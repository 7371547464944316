// Answers `describeFiles`: what lies where, to choose from.

import type { ApiHandlers } from "../../common/api.ts";
import type { DescribedFile } from "../../common/known-file.ts";
import { describeOnce } from "../files/describe-once.ts";
import { searchFolder } from "../files/search-folder.ts";

export const describeFiles: ApiHandlers["describeFiles"] = async ({ paths, folders }) => {
  const found = new Map<string, DescribedFile>();
  const add = (file: DescribedFile | undefined): void => {
    if (file !== undefined && !found.has(file.path)) found.set(file.path, file);
  };
  for (const path of paths) add(describeOnce(path));
  for (const file of folders.flatMap((folder) => searchFolder(folder, ({ path }) => describeInFolder(path)))) add(file);
  return [...found.values()];
};

/** Texts and images beside models are their descriptions. */
function describeInFolder(path: string): DescribedFile | undefined {
  const file = describeOnce(path);
  return file?.kind === "prompts" || file?.kind === "image" ? undefined : file;
}
