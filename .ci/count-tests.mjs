// Prints "PASSED FAILED" for the JSON report of vitest, Playwright or `npm run torture`. A missing or empty report, or a failed run without a
// failed test, counts as one failure.
// node count-tests.mjs REPORT EXIT_CODE

import { existsSync, readFileSync } from "node:fs";

const [file, exitCode] = process.argv.slice(2);
const { passed, failed } = existsSync(file) ? count(JSON.parse(readFileSync(file, "utf8"))) : { passed: 0, failed: 0 };
const crashed = failed === 0 && (exitCode !== "0" || passed === 0);
console.log(passed, crashed ? 1 : failed);

function count(report) {
  if ("numTotalTests" in report) return { passed: report.numPassedTests, failed: report.numFailedTests };
  if ("parts" in report) return { passed: report.passed, failed: report.failed };
  const { expected, flaky, unexpected } = report.stats;
  return { passed: expected + flaky, failed: unexpected };
}
