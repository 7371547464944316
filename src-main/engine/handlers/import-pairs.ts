// Answers `importPairs`: Parquet tables of pairs, made into a folder.

import type { ApiHandlers } from "../../common/api.ts";
import { importPairs as run } from "../../preferences/import-pairs.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";

export const importPairs: ApiHandlers["importPairs"] = ({ files, ...options }, { emit, signal }) =>
  run(files, { ...options, signal, onProgress: progressReporter("importing", emit, { unit: "rows" }) });
