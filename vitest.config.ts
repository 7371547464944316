import { defineConfig } from "vitest/config";

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
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
