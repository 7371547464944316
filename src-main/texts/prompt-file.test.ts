import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { codeOf } from "../common/testing/code-of.ts";
import { readPromptFile } from "./prompt-file.ts";

const folder = mkdtempSync(join(tmpdir(), "prompts-"));
afterAll(() => rmSync(folder, { recursive: true }));

function promptsOf(name: string, content: string | Uint8Array): readonly string[] {
  const file = join(folder, name);
  writeFileSync(file, content);
  return readPromptFile(file).prompts;
}

const codeIn = (name: string, content?: string | Uint8Array) =>
  codeOf(() => (content === undefined ? readPromptFile(join(folder, name)) : promptsOf(name, content)));

const both = ["a red apple", "a blue car"];

test("line ends of every system end a prompt", () => {
  expect(promptsOf("cr.txt", "a red apple\ra blue car\r")).toEqual(both);
  expect(promptsOf("crlf.txt", "a red apple\r\n\r\n# no prompt\r\na blue car")).toEqual(both);
});

test("the encoding does not matter, and is told where it was guessed", () => {
  expect(promptsOf("wide.txt", Buffer.from("\ufeffa red apple\r\na blue car\r\n", "utf16le"))).toEqual(both);
  const file = join(folder, "western.txt");
  writeFileSync(file, Buffer.from("café\nMünchen\n", "latin1"));
  const { prompts, warnings } = readPromptFile(file);
  expect(prompts).toEqual(["café", "München"]);
  expect(warnings.map(({ code }) => code)).toEqual(["file-encoding"]);
});

test("JSON, JSON lines and tables are read by what they hold, not line by line", () => {
  expect(promptsOf("list.json", JSON.stringify(both, null, 2))).toEqual(both);
  expect(promptsOf("objects.json", JSON.stringify({ data: both.map((prompt) => ({ prompt })) }))).toEqual(both);
  expect(promptsOf("lines.jsonl", '"a red apple"\n\n{"caption": "a blue car"}\n')).toEqual(both);
  expect(promptsOf("table.csv", 'id,Prompt\r\n1,"a red apple"\r\n2,a blue car\r\n')).toEqual(both);
  expect(promptsOf("quoted.csv", 'prompt\n"a ""red"", round apple"\n')).toEqual(['a "red", round apple']);
  expect(promptsOf("semicolons.csv", "id;prompt\n1;a red apple\n2;a blue car")).toEqual(both);
  expect(promptsOf("table.tsv", "Prompt\tCategory\na red apple\tFood\na blue car\tVehicles\n")).toEqual(both);
});

test("whatever holds no prompts is refused by name", () => {
  mkdirSync(join(folder, "folder.txt"));
  expect(codeIn("nowhere.txt")).toBe("file-not-found");
  expect(codeIn("folder.txt")).toBe("file-not-readable");
  expect(codeIn("empty.txt", "")).toBe("prompts-empty");
  expect(codeIn("blank.txt", " \n\n# only a comment\n")).toBe("prompts-empty");
  expect(codeIn("image.txt", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"))).toBe("file-no-text");
  expect(codeIn("gbk.txt", Buffer.from("c6bbb9fb0a", "hex"))).toBe("file-encoding");
  expect(codeIn("page.txt", "<!DOCTYPE html>\n<p>Not found")).toBe("prompts-foreign");
  expect(codeIn("pointer.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n")).toBe("prompts-foreign");
  expect(codeIn("broken.json", '["a red apple",')).toBe("json-invalid");
  expect(codeIn("numbers.json", "[1, 2]")).toBe("prompts-json");
  expect(codeIn("other.csv", "id,name\n1,apple\n")).toBe("prompts-table");
  expect(codeIn("open.csv", 'prompt\n"a red apple\n')).toBe("prompts-table");
});
