// Tells at the end what could not be tested here, and why.

import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";

// oxlint-disable-next-line import/no-default-export -- Playwright finds a reporter as the default export.
export default class SkippedReporter implements Reporter {
  readonly #lines: string[] = [];

  onTestEnd(test: TestCase, { annotations }: TestResult): void {
    for (const { type, description } of annotations) {
      if (type !== "skip") continue;
      // The first two name the project and the file.
      const name = test.titlePath().slice(2).join(" › ");
      this.#lines.push(`skipped: ${name}\n  because ${description ?? "it was not chosen"}`);
    }
  }

  onEnd(): void {
    for (const line of this.#lines) console.log(line);
  }

  printsToStdio(): boolean {
    return false;
  }
}
