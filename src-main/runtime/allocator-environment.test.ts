import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { allocatorEnvironment, keepsFreedMemory } from "./allocator-environment.ts";

const GIB = 2 ** 30;
const PROGRAM = fileURLToPath(new URL("./testing/count-new-pages.ts", import.meta.url));

test("freed memory is kept where there is plenty", () => {
  expect([8, 12, 15.5, 64].map((total) => keepsFreedMemory(total * GIB))).toEqual([false, false, true, true]);
});

test("where somebody has said how much may be used, what is freed goes back to the system", () => {
  expect(allocatorEnvironment(8e9)).toEqual({ MALLOC_MMAP_THRESHOLD_: "4194304" });
});

// Only glibc hears of it.
test.runIf(process.platform === "linux" && keepsFreedMemory())(
  "with freed memory kept only the first run needs new pages",
  () => {
    const [keeping, returning] = [allocatorEnvironment(), allocatorEnvironment(8e9)].map((environment) =>
      Number(execFileSync(process.execPath, [PROGRAM], { env: { ...process.env, ...environment }, encoding: "utf8" })),
    );
    // Of 4 KiB: three results of 64 MiB in each of ten runs.
    expect(returning).toBeGreaterThan(400_000);
    expect(keeping).toBeLessThan(40_000);
  },
);
