import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type Reporter, type TestModule, type TestSpecification } from "vitest/node";

/** Takes a third of the time of one worker: begun last, it would run on alone. */
const LONGEST = "bench/parity/parity.test.ts";

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLongest = ({ moduleId }: TestSpecification) => moduleId.endsWith(LONGEST);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

/** Tells at the end what could not be tested here, and why. */
class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap(({ children }) => [...children.allTests("skipped")]);
    for (const test of skipped) {
      const result = test.result();
      const why = result.state === "skipped" ? result.note : undefined;
      console.log(
        `skipped: ${test.module.relativeModuleId}: ${test.fullName}\n  because ${why ?? "it was not chosen"}`,
      );
    }
  }
}

/** A file for the report as JSON, which a program that counts wants. */
const { VITEST_JSON_OUTPUT_FILE: json } = process.env;

export default defineConfig({
  test: {
    include: [
      "*.test.ts",
      "src-main/**/*.test.ts",
      "nodes/**/*.test.ts",
      "src-renderer/**/*.test.ts",
      "bench/**/*.test.ts",
    ],
    reporters: ["default", new SkippedReporter(), ...(json === undefined ? [] : ["json"])],
    ...(json === undefined ? {} : { outputFile: { json } }),
    // onnxruntime uses every core by itself, so test files side by side only slow each other down.
    maxWorkers: 2,
    // As the command sets it: engines that tests start find what the ones before them have compiled.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/node", import.meta.url)) },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for takes as long as the machine takes; vi.waitFor knows no such setting, and gives up after a second.
    expect: { poll: { timeout: 30_000 } },
    sequence: { sequencer: LongestFirst },
  },
});
