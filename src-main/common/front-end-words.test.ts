import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SOURCES = join(import.meta.dirname, "..");
/** What only the command line can reach, or what it alone prints. */
const OF_THE_COMMAND_LINE =
  /^(cli|server)\/|^engine\/(demo|run-network)\.ts$|^engine\/inspect\/|^engine\/handlers\/evaluate\.ts$/;
const SPOKEN = /^\s*(?:message|help):\s*(?:`|"|\S+\s*\?|[a-z]+\s*\?\?)/;
const OPTION = /`?--[a-z]|`reneg [a-z]/;

test("a message names options and commands of the command line only where nobody else reads it", () => {
  const files = globSync("**/*.ts", { cwd: SOURCES }).filter(
    (file) => !/\.test\.ts$|testing\//.test(file) && !OF_THE_COMMAND_LINE.test(file.replaceAll("\\", "/")),
  );
  const named = files.flatMap((file) =>
    readFileSync(join(SOURCES, file), "utf8")
      .split("\n")
      .filter((line) => SPOKEN.test(line) && OPTION.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(files.length).toBeGreaterThan(300);
  expect(named).toEqual([]);
});
