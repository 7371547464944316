// Every lint rule is shown to fire: violations are planted in an empty copy of the folder layout, and the real linter runs there.

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import config, { DURABLE, DURABLE_INSTEAD, FOLDERS, LAYERS, RESERVED_PACKAGES } from "./oxlint.config.ts";

type Folder = keyof typeof FOLDERS;
// Object.keys is typed string[]; the table is a constant with exactly its own keys.
const FOLDER_NAMES = Object.keys(FOLDERS) as Folder[];

/** For each rule that the configuration names itself: code that breaks it. Written to `file`, or into the engine. */
const FAULTS: Readonly<Record<string, { readonly code: string; readonly file?: string }>> = {
  eqeqeq: { code: "export const same = (a: number, b: number) => a == b;" },
  "no-empty": { code: "export function swallow(work: () => void) { try { work(); } catch {} }" },
  "no-var": { code: "export function one() { var x = 1; return x; }" },
  "prefer-const": { code: "export function one() { let x = 1; return x; }" },
  "no-restricted-properties": { code: "export const noise = Math.random();" },
  "no-restricted-globals": { code: "export const start = Date.now();", file: "src-main/compiler/clock.ts" },
  "typescript/no-explicit-any": { code: "export const first = (list: any) => list[0];" },
  "typescript/ban-ts-comment": { code: "// @ts-ignore\nexport const x = 1;" },
  "typescript/no-floating-promises": { code: "async function work() {}\nexport const start = () => { work(); };" },
  "typescript/no-misused-promises": { code: "async function work() {}\nexport const x = () => (work() ? 1 : 2);" },
  "typescript/only-throw-error": { code: 'export function fail() { throw "no"; }' },
  "typescript/switch-exhaustiveness-check": {
    code: 'export function print(x: "a" | "b") { switch (x) { case "a": return 1; } return 2; }',
  },
  "typescript/consistent-type-imports": {
    code: 'import { Stats } from "node:fs";\nexport const size = (stats: Stats) => stats.size;',
  },
  "import/no-cycle": {
    code: 'import { x } from "./cycle.ts";\nexport const y = (): number => x();\nexport { y as x };',
    file: "src-main/engine/cycle.ts",
  },
  "import/no-default-export": { code: "export default 1;" },
  "unicorn/prefer-node-protocol": { code: 'import { readFileSync } from "fs";\nexport const read = readFileSync;' },
  "unicorn/filename-case": { code: "export const x = 1;", file: "src-main/engine/snake_case.ts" },
  "vitest/no-focused-tests": { code: testCode("test.only"), file: "src-main/engine/focused.test.ts" },
  "vitest/no-disabled-tests": { code: testCode("test.skip"), file: "src-main/engine/disabled.test.ts" },
  "vitest/valid-title": { code: testCode("test").replace('"x"', '""'), file: "src-main/engine/untitled.test.ts" },
  "vitest/valid-expect": { code: testCode("test").replace(".toBe(2)", ""), file: "src-main/engine/unmatched.test.ts" },
  "vitest/expect-expect": {
    code: 'import { test } from "vitest";\ntest("x", () => {});',
    file: "src-main/engine/empty.test.ts",
  },
  "max-lines": { code: Array.from({ length: 401 }, (_, i) => `export const x${i} = ${i};`).join("\n") },
  "max-lines-per-function": { code: `export function f(x: number) {\n${"  x += 1;\n".repeat(81)}  return x;\n}` },
};

/** Every way out that a layer rule can print. */
const INSTEAD = [
  ...[...Object.values(LAYERS), ...Object.values(RESERVED_PACKAGES)].map(({ instead }) => instead),
  DURABLE_INSTEAD,
];

const ORACLE_TEST = "src-main/compiler/oracle.test.ts";
const CLEAN = "src-main/engine/clean.ts";
const CLEAN_CODE =
  'import { readFileSync } from "node:fs";\nexport const size = (path: string) => readFileSync(path).length;';

const report = z.object({
  diagnostics: z.array(z.object({ filename: z.string(), code: z.string(), help: z.string().default("") })),
});
type Finding = z.infer<typeof report>["diagnostics"][number];

let copy: string;
let findings: readonly Finding[];

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "reneg-lint-"));
  for (const name of ["oxlint.config.ts", "tsconfig.json"]) copyFileSync(name, join(copy, name));
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  for (const from of FOLDER_NAMES) {
    for (const to of FOLDER_NAMES) {
      plant(fileIn(from, `value-${to}`), importOf(relativePath(FOLDERS[from], FOLDERS[to])));
      plant(fileIn(from, `deep/value-${to}`), importOf(relativePath(`${FOLDERS[from]}/deep`, FOLDERS[to])));
      plant(fileIn(from, `type-${to}`), typeImportOf(relativePath(FOLDERS[from], FOLDERS[to])));
    }
    for (const name of Object.keys(RESERVED_PACKAGES)) plant(packageFile(from, name), importOf(memberOf(name)));
    plant(fileIn(from, "writes"), 'import { renameSync } from "node:fs";\nexport const move = renameSync;');
    plant(fileIn(from, "client"), importOf(relativePath(FOLDERS[from], "src-main/engine", "client.ts")));
  }
  for (const [rule, { code }] of Object.entries(FAULTS)) plant(faultFile(rule), code);
  plant(ORACLE_TEST, importOf("onnxruntime-node"));
  plant(CLEAN, CLEAN_CODE);
  findings = lint();
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe("layers", () => {
  test("every folder of src-main is a layer", () => {
    const folders = readdirSync("src-main", { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(Object.values(FOLDERS)).toEqual(expect.arrayContaining(folders.map(({ name }) => `src-main/${name}`)));
  });

  for (const from of FOLDER_NAMES) {
    const { mayImport, mayImportTypesOf = [], instead } = LAYERS[from];
    const others = FOLDER_NAMES.filter((to) => to !== from);

    test(`${FOLDERS[from]} imports only its own code and what its layer lists`, () => {
      expect(refusals(fileIn(from, `value-${from}`))).toEqual([]);
      for (const to of others) {
        const wanted = mayImport.includes(to) ? [] : [instead];
        expect(refusals(fileIn(from, `value-${to}`)), `import from ${to}`).toEqual(wanted);
        expect(refusals(fileIn(from, `deep/value-${to}`)), `import from ${to}, one folder down`).toEqual(wanted);
      }
    });

    test(`${FOLDERS[from]} imports types only of what its layer lists`, () => {
      for (const to of others) {
        const allowed = mayImport.includes(to) || mayImportTypesOf.includes(to);
        const wanted = allowed ? [] : [instead];
        expect(refusals(fileIn(from, `type-${to}`)), `type import from ${to}`).toEqual(wanted);
      }
    });

    test(`${FOLDERS[from]} imports a reserved package only where it is listed`, () => {
      for (const [name, reserved] of Object.entries(RESERVED_PACKAGES)) {
        const wanted = reserved.folders.includes(from) ? [] : [reserved.instead];
        expect(refusals(packageFile(from, name)), `import of ${name}`).toEqual(wanted);
      }
    });
  }

  test("a front end imports the engine's client and nothing else of the engine", () => {
    const allowed = FOLDER_NAMES.filter((from) => refusals(fileIn(from, "client")).length === 0);
    expect(allowed.sort()).toEqual(["app", "bench", "cli", "engine", "server", "studio"]);
    for (const from of ["app", "cli", "server", "studio"] as const) {
      expect(refusals(fileIn(from, "value-engine"))).toHaveLength(1);
    }
  });

  test("where people's work is written, no file is written, moved or copied past the one mechanism", () => {
    for (const from of DURABLE) expect(refusals(fileIn(from, "writes")), from).toEqual([DURABLE_INSTEAD]);
    expect(refusals(fileIn("weights", "writes"))).toEqual([]);
  });

  test("a test file may import any oracle", () => {
    expect(refusals(ORACLE_TEST)).toEqual([]);
  });
});

describe("house rules", () => {
  test("every rule that the configuration sets has a planted fault", () => {
    const configured = [config, ...(config.overrides ?? [])]
      .flatMap(({ rules }) => Object.entries(rules ?? {}))
      .filter(([, setting]) => setting !== "off")
      .map(([rule]) => rule);
    expect(new Set(configured)).toEqual(new Set([...Object.keys(FAULTS), "no-restricted-imports"]));
  });

  for (const rule of Object.keys(FAULTS)) {
    test(`${rule} fires`, () => {
      const fired = findings.filter(({ filename }) => filename === faultFile(rule)).map(({ code }) => code);
      expect(fired).toContain(printedRule(rule));
    });
  }

  test("a clean file passes", () => {
    expect(findings.filter(({ filename }) => filename === CLEAN)).toEqual([]);
  });
});

function lint(): readonly Finding[] {
  const oxlint = resolve("node_modules/oxlint/bin/oxlint");
  const { stdout } = spawnSync(process.execPath, [oxlint, "--format", "json"], {
    cwd: copy,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  return report.parse(JSON.parse(stdout)).diagnostics;
}

/** The ways out that the layer rules print for one planted file; a message without one is given whole. */
function refusals(file: string): readonly string[] {
  return findings
    .filter(({ filename, code }) => filename === file && code === printedRule("no-restricted-imports"))
    .map(({ help }) => INSTEAD.find((instead) => help.endsWith(`${instead}.`)) ?? help);
}

/** `typescript/no-explicit-any` is printed as `typescript(no-explicit-any)`, a core rule as `eslint(eqeqeq)`. */
function printedRule(rule: string): string {
  const [plugin, name] = rule.includes("/") ? rule.split("/") : ["eslint", rule];
  return `${plugin}(${name})`;
}

function plant(file: string, code: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), `${code}\n`);
}

function fileIn(folder: Folder, name: string): string {
  return `${FOLDERS[folder]}/${name}.ts`;
}

function packageFile(folder: Folder, name: string): string {
  return fileIn(folder, `package-${name.replace(/[^a-z]/g, "")}`);
}

function faultFile(rule: string): string {
  return FAULTS[rule]?.file ?? `src-main/engine/${rule.replace("/", "-")}.ts`;
}

function memberOf(name: string): string {
  return /[:/]$/.test(name) ? `${name}x` : name;
}

function relativePath(from: string, to: string, file = "x.ts"): string {
  const path = posix.relative(from, `${to}/${file}`);
  return path.startsWith(".") ? path : `./${path}`;
}

function importOf(path: string): string {
  return `import { x } from "${path}";\nexport const y = x;`;
}

function typeImportOf(path: string): string {
  return `import type { x } from "${path}";\nexport type Y = x;`;
}

function testCode(call: string): string {
  return `import { expect, test } from "vitest";\n${call}("x", () => { expect(1 + 1).toBe(2); });`;
}
