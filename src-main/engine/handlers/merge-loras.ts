// Answers `mergeLoras`: one LoRA that does what several do together.

import { basename, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { refuse } from "../../common/diagnostic.ts";
import { programVersion } from "../../embeddings/program-version.ts";
import { mergeLoras as merge, padToRank } from "../../models/lora/merge-loras.ts";
import { readLora } from "../../models/lora/read-lora.ts";
import { writeLora } from "../../models/lora/write-lora.ts";
import { openPipeline } from "../../models/pipeline.ts";

export const mergeLoras: ApiHandlers["mergeLoras"] = async ({ parts, pipeline: path, base, naming, out }) => {
  if (!out.toLowerCase().endsWith(".safetensors")) {
    refuse({
      code: "output-format",
      at: { option: "--out" },
      message: "a LoRA is written as safetensors",
      help: "let the name end in .safetensors",
    });
  }
  const pipeline = openPipeline(path, { base });
  const read = parts.map(({ file, strength }) => ({ lora: readLora(resolve(file), pipeline), strength }));
  const merged = merge(read, pipeline);
  const rank = Math.max(...merged.map((change) => change.rank));
  const changes = merged.map((change) => padToRank(change, rank));
  const file = resolve(out);
  const about = {
    createdWith: `reneg-studio ${programVersion}`,
    base: pipeline.name,
    merged: parts.map((part) => ({ ...part, file: basename(part.file) })),
  };
  writeLora(
    file,
    { changes: changes.map((change) => ({ ...change, alpha: change.rank })), rank, alpha: rank },
    { naming, about: { "reneg-studio": JSON.stringify(about) } },
  );
  return { file, layers: merged.length, rank };
};
