// Files that nodes can be given: listed to choose from, looked at, remembered.

import { z } from "zod";
import { call, stream } from "../contract.ts";
import { describedFile, knownFile } from "../known-file.ts";
import { filePath } from "../path-name.ts";
import { runEvent } from "../run-events.ts";
import { need } from "./needs.ts";

const nothing = z.object({});
const path = filePath.min(1);

/** Part of the studio's API. */
export const filesApi = {
  /** What comes with the program, then what was learned, then what was used, the newest first, then what folders hold. */
  knownFiles: call({
    input: nothing,
    output: z.object({ files: z.array(knownFile), folders: z.array(z.string()) }),
    anyTime: true,
  }),
  /** What a workflow says that it needs and is not given yet, with what is there of it by now. */
  needs: call({ input: z.object({ workflow: z.unknown() }), output: z.array(need), anyTime: true }),
  /** `null`: nothing is there, or nothing that a node could be given. */
  describeFile: call({
    input: z.object({ path }),
    output: z.object({ file: describedFile.nullable() }),
    anyTime: true,
  }),
  /** It is listed among those used before, from now on. */
  rememberFile: call({ input: z.object({ path }), output: nothing, anyTime: true }),
  /** A table of pairs in Parquet, made into a folder: of the program's own, or that of the images which it only names. What was made before is found again. */
  importPairs: stream({
    input: z.object({ path }),
    event: runEvent,
    result: z.object({ folder: z.string() }),
    anyTime: true,
  }),
  /** Uploads are gone when the program starts anew: this one stays. @throws Refusal if it is none */
  keepUpload: call({ input: z.object({ path }), output: z.object({ path: z.string() }), anyTime: true }),
};
