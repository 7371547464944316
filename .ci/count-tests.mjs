// Prints "PASSED FAILED" for the JSON report of vitest, Playwright, `npm run torture` or `npm run fuzz`, and below it what failed, a line each.
// A missing or empty report, or a failed run without a failed test, counts as one failure.
// node count-tests.mjs REPORT EXIT_CODE

import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

const [file, exitCode] = process.argv.slice(2);
const { passed, failed, names } = existsSync(file)
  ? count(JSON.parse(readFileSync(file, "utf8")))
  : { passed: 0, failed: 0, names: [] };
const crashed = failed === 0 && (exitCode !== "0" || passed === 0);
if (crashed) names.push(`no test failed, and the exit code is ${exitCode}`);
console.log([`${passed} ${crashed ? 1 : failed}`, ...names].join("\n"));

function count(report) {
  if ("numTotalTests" in report)
    return { passed: report.numPassedTests, failed: report.numFailedTests, names: namesOfVitest(report) };
  if ("parts" in report) return { passed: report.passed, failed: report.failed, names: namesOfTries(report) };
  const { expected, flaky, unexpected } = report.stats;
  return { passed: expected + flaky, failed: unexpected, names: report.suites.flatMap(namesOfPlaywright) };
}

/** A file that could not be read as tests has failed without one of them. */
function namesOfVitest({ testResults }) {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed").map(({ fullName }) => fullName);
    const whole = status === "failed" && failed.length === 0 ? [firstLine(message)] : [];
    return [...failed, ...whole].map((what) => `${relative(process.cwd(), name)}: ${what}`);
  });
}

function namesOfPlaywright({ suites = [], specs = [] }) {
  const failed = specs.filter(({ ok }) => !ok).map(({ file, title }) => `${file}: ${title}`);
  return [...failed, ...suites.flatMap(namesOfPlaywright)];
}

function namesOfTries({ parts }) {
  return parts.flatMap(({ part, rows }) => {
    return rows.flatMap(({ what, faults }) => faults.map((fault) => `${part}, ${what}: ${firstLine(fault)}`));
  });
}

function firstLine(text) {
  return text.trim().split("\n", 1)[0];
}
