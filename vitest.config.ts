import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Takes a third of the time of one worker: begun last, it would run on alone. */
const LONGEST = "bench/parity/parity.test.ts";

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLongest = ({ moduleId }: TestSpecification) => moduleId.endsWith(LONGEST);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

export default defineConfig({
  test: {
    include: [
      "*.test.ts",
      "src-main/**/*.test.ts",
      "nodes/**/*.test.ts",
      "src-renderer/**/*.test.ts",
      "bench/**/*.test.ts",
    ],
    // onnxruntime uses every core by itself, so test files side by side only slow each other down.
    maxWorkers: 2,
    // As the command sets it: engines that tests start find what the ones before them have compiled.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/node", import.meta.url)) },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    sequence: { sequencer: LongestFirst },
  },
});
