import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { DEVICES } from "../common/device.ts";
import { doctorReport } from "../common/doctor-report.ts";
import { reneg } from "./testing/run-reneg.ts";

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
  ["a recipe for a run that goes on by its own", ["train", "recipe.json", "--resume", "runs/first"]],
  ["images beside pairs", ["score", "--reward", "preference", "--pairs", "pairs.jsonl", "a.png"]],
  ["a prompt beside pairs", ["score", "--reward", "preference", "--pairs", "pairs.jsonl", "--prompt", "x"]],
  ["images without a prompt", ["score", "--reward", "preference", "a.png"]],
  ["nothing to score", ["score", "--reward", "preference", "--prompt", "x"]],
  ["a limit without pairs", ["score", "--reward", "preference", "--prompt", "x", "--limit", "3", "a.png"]],
  ["a port that is none", ["serve", "--port", "70000"]],
  [
    "two options that exclude each other",
    ["sample", "--prompt", "x", "-o", "x.png", "--negative", "y", "--embedding", "z"],
  ],
])("%s is wrong use: exit code 2 and nothing on stdout", async (_, words) => {
  const { code, stdout, stderr } = await reneg(...words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).not.toBe("");
});

test("a wrong value that only the engine knows of is told with the way to the command's help", async () => {
  const { stderr } = await reneg("sample", "--prompt", "x", "-o", "x.png", "--steps", "0");
  expect(stderr).toMatch(/at sample › steps\nSee the same command with --help\.\n$/);
});

test("a picture of another kind, and a recipe that is shown as an embedding, are refused", async () => {
  const picture = await reneg("sample", "--prompt", "x", "-o", "x.jpg");
  expect(picture.code).toBe(1);
  expect(picture.stderr).toContain("only PNG is written");
  const recipe = fileURLToPath(new URL("../../resources/recipes/emoji.json", import.meta.url));
  const shown = await reneg("embedding", "show", recipe);
  expect(shown.code).toBe(1);
  expect(shown.stdout).toContain("this is no embedding");
});

test("--version is that of the package", async () => {
  expect(await reneg("--version")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test("doctor tells the device that is taken without --device", async () => {
  const { code, stdout } = await reneg("doctor");
  expect(code).toBe(0);
  expect(stdout).toMatch(/✓ cpu {9}always there/);
  expect(stdout).toMatch(/^Without --device, \w+ is taken\.$/m);
  expect(stdout).toMatch(/^`npm start` opens the (browser|desktop window)\.$/m);
});

test("with --json stdout carries the report and nothing else", async () => {
  const { code, stdout } = await reneg("doctor", "--json");
  expect(code).toBe(0);
  expect(doctorReport.parse(JSON.parse(stdout)).devices).toHaveLength(DEVICES.length);
});
