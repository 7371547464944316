// What the command line says about itself, and how it answers wrong use.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { reneg } from "./command-line.ts";

const COMMANDS = [
  "inspect",
  "doctor",
  "plan",
  "network",
  "sample",
  "score",
  "train",
  "check",
  "step",
  "embedding",
  "lora",
  "pairs",
  "apply",
  "evaluate",
  "sweep",
  "worker",
  "queue",
  "demo",
  "serve",
];

test("reneg --help names every command and no other, and exits with 0", async () => {
  const { code, stdout, stderr } = await reneg("--help");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^Usage: reneg /m);
  const [, listed = ""] = /^Commands:\n([^]*?)\n\n/m.exec(stdout) ?? [];
  const named = [...listed.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = ""]) => name);
  expect(named.toSorted()).toEqual([...COMMANDS, "help"].toSorted());
});

test("the table of commands in the README has each of them", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const told = [...readme.matchAll(/^\| `reneg ([a-z]+)/gm)].map(([, name = ""]) => name);
  expect([...new Set(told)].toSorted()).toEqual(COMMANDS.toSorted());
});

for (const command of COMMANDS) {
  test(`reneg ${command} --help describes the command and exits with 0`, async () => {
    const { code, stdout, stderr } = await reneg(command, "--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: reneg ${command}\\b`, "m"));
  });
}

test("an unknown command is wrong use: exit code 2, the name in the message, nothing on standard output", async () => {
  const { code, stdout, stderr } = await reneg("lern");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("lern");
});

test("an unknown option is wrong use: exit code 2 and the name in the message", async () => {
  const { code, stderr } = await reneg("--colour-of-the-sky");
  expect(code).toBe(2);
  expect(stderr).toContain("--colour-of-the-sky");
});
