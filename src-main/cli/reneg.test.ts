import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { doctorReport } from "../common/doctor-report.ts";

const LAUNCHER = fileURLToPath(new URL("./reneg.mjs", import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function reneg(...words: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [LAUNCHER, ...words], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

test("help is no failure and names every command", async () => {
  const { code, stdout } = await reneg("--help");
  expect(code).toBe(0);
  for (const command of ["demo", "train", "plan", "sample", "score", "embedding", "inspect", "network", "doctor"]) {
    expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
  }
});

test.each(["demo", "train", "plan", "sample", "score", "inspect", "network", "doctor"])(
  "the help of %s has examples and explains --json",
  async (command) => {
    const { code, stdout } = await reneg(command, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain(`  $ reneg ${command}`);
    expect(stdout).toContain("--json");
  },
);

test.each([
  ["no command", []],
  ["an unknown command", ["frobnicate"]],
  ["an unknown option", ["doctor", "--loud"]],
  ["a missing option", ["sample", "-o", "x.png"]],
  ["a number that is none", ["sample", "--prompt", "x", "-o", "x.png", "--steps", "many"]],
  ["a number out of range", ["sample", "--prompt", "x", "-o", "x.png", "--steps", "0"]],
  ["a choice that is none", ["sample", "--prompt", "x", "-o", "x.png", "--device", "abacus"]],
  [
    "two options that exclude each other",
    ["sample", "--prompt", "x", "-o", "x.png", "--negative", "y", "--embedding", "z"],
  ],
])("%s is wrong use: exit code 2 and nothing on stdout", async (_, words) => {
  const { code, stdout, stderr } = await reneg(...words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).not.toBe("");
});

test("doctor tells the device that is taken without --device", async () => {
  const { code, stdout } = await reneg("doctor");
  expect(code).toBe(0);
  expect(stdout).toMatch(/✓ cpu {6}always there/);
  expect(stdout).toMatch(/^Without --device, \w+ is taken\.$/m);
  expect(stdout).toMatch(/^`npm start` opens the (browser|desktop window)\.$/m);
});

test("with --json stdout carries the report and nothing else", async () => {
  const { code, stdout } = await reneg("doctor", "--json");
  expect(code).toBe(0);
  expect(doctorReport.parse(JSON.parse(stdout)).devices).toHaveLength(5);
});
