// Lint: bugs, house style, and who may import whom. The layers are two tables; the functions below turn them into rules.
import { defineConfig, type OxlintOverride } from "oxlint";

/** What the code of one folder may import besides its own. Everything that is not listed is refused. */
interface Layer {
  readonly mayImport: readonly Folder[];
  /** Folders of which it may import types, but nothing that exists at run time. */
  readonly mayImportTypesOf?: readonly Folder[];
  /** What to do instead; ends the lint message. */
  readonly instead: string;
}

type Folder = keyof typeof FOLDERS;

/** Layer name to folder, from the root of the repository. */
export const FOLDERS = {
  common: "src-main/common",
  compiler: "src-main/compiler",
  weights: "src-main/weights",
  models: "src-main/models",
  diffusion: "src-main/diffusion",
  runtime: "src-main/runtime",
  pictures: "src-main/pictures",
  embeddings: "src-main/embeddings",
  texts: "src-main/texts",
  preferences: "src-main/preferences",
  parameters: "src-main/parameters",
  program: "src-main/program",
  sampling: "src-main/sampling",
  learning: "src-main/learning",
  evaluation: "src-main/evaluation",
  queue: "src-main/queue",
  engine: "src-main/engine",
  studio: "src-main/studio",
  app: "src-main/app",
  server: "src-main/server",
  cli: "src-main/cli",
  nodes: "nodes",
  renderer: "src-renderer",
  bench: "bench",
  e2e: "e2e",
} as const;

const BELOW_SAMPLING = [
  "compiler",
  "weights",
  "models",
  "diffusion",
  "runtime",
  "pictures",
  "embeddings",
  "texts",
  "preferences",
  "parameters",
  "program",
] as const;
const BELOW_THE_ENGINE = [...BELOW_SAMPLING, "sampling", "learning", "evaluation"] as const;

export const LAYERS: Readonly<Record<Folder, Layer>> = {
  common: {
    mayImport: [],
    instead: "move the code to the folder that needs it, or take it as an argument",
  },
  compiler: {
    mayImport: ["common"],
    instead: "the compiler is pure: take what you need as an argument",
  },
  weights: {
    mayImport: ["common"],
    instead: "a weight file knows nothing of networks: put the network's side into models",
  },
  models: {
    mayImport: ["common", "compiler", "weights"],
    instead: "a network only emits a graph: leave running it to sampling or learning",
  },
  diffusion: {
    mayImport: ["common", "compiler"],
    instead: "schedules and guidance are formulas: take tensors or a graph builder as an argument",
  },
  runtime: {
    mayImport: ["common", "compiler"],
    instead: "the runtime runs any graph: give it the graph, and keep what the graph means outside",
  },
  pictures: {
    mayImport: ["common", "weights", "diffusion"],
    instead: "a picture is pixels in a file: take them as an argument",
  },
  embeddings: {
    mayImport: ["common", "weights", "models"],
    instead: "a file of an embedding is tensors with a name: leave encoding and drawing to texts and sampling",
  },
  texts: {
    mayImport: ["common", "compiler", "weights", "models", "runtime", "embeddings"],
    mayImportTypesOf: ["program"],
    instead: "a text becomes tensors here: what is drawn by them belongs to sampling",
  },
  preferences: {
    mayImport: ["common", "weights", "diffusion", "pictures", "texts"],
    instead:
      "what people said of images is rows of a table here: leave what is learned from them to program and learning",
  },
  parameters: {
    mayImport: ["common", "compiler", "weights", "models", "diffusion", "embeddings"],
    instead: "a kind of parameter says its shape, its start and its file: leave changing it to learning",
  },
  program: {
    mayImport: ["common", "compiler", "models", "diffusion", "parameters"],
    instead: "a function opens nothing itself, so that the page can know it: ask the host in program/host.ts",
  },
  sampling: {
    mayImport: ["common", ...BELOW_SAMPLING],
    instead: "sampling draws values of a program: leave changing its parameters to learning",
  },
  learning: {
    mayImport: ["common", ...BELOW_SAMPLING, "sampling"],
    instead: "learning is called by the engine: report through a callback",
  },
  evaluation: {
    mayImport: ["common", "weights", "models", "diffusion", "runtime", "pictures", "program", "sampling", "learning"],
    instead: "an evaluation reports what was drawn: leave drawing to sampling",
  },
  queue: {
    mayImport: ["common", "weights"],
    instead: "the queue carries pieces: take what computes them as an argument",
  },
  engine: {
    mayImport: ["common", ...BELOW_THE_ENGINE, "queue", "nodes"],
    instead: "the engine is a process of its own: answer through its API",
  },
  studio: {
    mayImport: ["common", "nodes", "weights"],
    instead: "what looks into a model or runs one is asked of the engine, through engine/client.ts",
  },
  app: {
    mayImport: ["common", "studio"],
    instead: "the desktop app only wires windows: call the engine through engine/client.ts",
  },
  server: {
    mayImport: ["common", "studio"],
    instead: "browser mode only serves: call the engine through engine/client.ts",
  },
  cli: {
    mayImport: ["common", "server", "queue"],
    instead: "commands only parse and print: call the engine through engine/client.ts",
  },
  nodes: {
    mayImport: ["common"],
    mayImportTypesOf: [...BELOW_THE_ENGINE, "engine"],
    instead: "import only types; a node is handed the builder as an argument",
  },
  renderer: {
    mayImport: ["common", "nodes", "program"],
    instead: "the editor is a web page: ask the engine through the API in common",
  },
  bench: {
    mayImport: ["common", ...BELOW_THE_ENGINE, "queue", "engine", "studio", "app", "server", "cli", "nodes"],
    instead: "measure the engine here, and the page in e2e",
  },
  e2e: {
    mayImport: [],
    instead: "start the built program and use it from outside, as a person does",
  },
};

/** The one file of the engine that a front end may import: it starts the process and talks to it. */
const ENGINE_CLIENT = "engine/client.ts";
const FRONT_ENDS: readonly Folder[] = ["studio", "app", "server", "cli"];

interface ReservedPackage {
  readonly folders: readonly Folder[];
  readonly instead: string;
}

/** Packages that only some folders may import. A name that ends in `:` or `/` is a prefix. */
export const RESERVED_PACKAGES: Readonly<Record<string, ReservedPackage>> = {
  "onnxruntime-node": { folders: ["runtime"], instead: "run graphs through src-main/runtime" },
  "@tensorflow/": { folders: ["runtime"], instead: "update parameters through src-main/runtime" },
  "onnx-buf": { folders: ["compiler"], instead: "read and write models through src-main/compiler" },
  "@bufbuild/": { folders: ["compiler"], instead: "read and write models through src-main/compiler" },
  bullmq: { folders: ["queue"], instead: "speak to workers through src-main/queue" },
  ioredis: { folders: ["queue"], instead: "speak to workers through src-main/queue" },
  ws: { folders: ["server"], instead: "speak through a Channel of src-main/common/wire" },
  hyparquet: { folders: ["preferences"], instead: "import tables through src-main/preferences" },
  fflate: { folders: ["studio"], instead: "read and write bundles through src-main/studio" },
  commander: { folders: ["cli"], instead: "take parsed arguments" },
  electron: { folders: ["app"], instead: "ask through the API in src-main/common" },
  "@playwright/": { folders: ["e2e"], instead: "test code with vitest, and the built program in e2e" },
  "node:": {
    folders: [
      "weights",
      "models",
      "runtime",
      "pictures",
      "embeddings",
      "texts",
      "preferences",
      "parameters",
      "sampling",
      "learning",
      "evaluation",
      "queue",
      "engine",
      "studio",
      "app",
      "server",
      "cli",
      "bench",
      "e2e",
    ],
    instead: "this code must run in any JavaScript: take contents, times and settings as arguments",
  },
};

/** Folders in which people's work is written, and how. */
export const DURABLE: readonly Folder[] = [
  "models",
  "pictures",
  "embeddings",
  "sampling",
  "learning",
  "evaluation",
  "engine",
  "studio",
];
const WRITERS = ["writeFileSync", "copyFileSync", "cpSync", "mkdirSync", "renameSync"];
export const DURABLE_INSTEAD = "write, copy and move files, and make folders, through src-main/weights/atomic-write.ts";

/** What would make two runs of the compiler differ. */
const CLOCKS = ["Date", "performance", "process", "setTimeout", "setInterval", "setImmediate"] as const;

export default defineConfig({
  plugins: ["typescript", "import", "unicorn", "oxc", "vitest"],
  options: { typeAware: true, reportUnusedDisableDirectives: "error" },
  categories: { correctness: "error" },
  ignorePatterns: ["node_modules", "out", "runs", "resources", "e2e/results"],
  rules: {
    eqeqeq: "error",
    "no-empty": "error",
    "no-var": "error",
    "prefer-const": "error",
    "typescript/no-explicit-any": "error",
    "typescript/ban-ts-comment": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/only-throw-error": "error",
    "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    "typescript/consistent-type-imports": "error",
    "import/no-cycle": "error",
    "import/no-default-export": "error",
    "unicorn/prefer-node-protocol": "error",
    "unicorn/filename-case": ["error", { cases: { kebabCase: true, pascalCase: true } }],
    "vitest/no-focused-tests": "error",
    "vitest/no-disabled-tests": "error",
    // A helper that holds the expectations of many cases is named expectSomething.
    "vitest/expect-expect": ["error", { assertFunctionNames: ["expect", "expect*"] }],
    // File signatures are full of control characters.
    "no-control-regex": "off",
    // It takes a typed array for an array: spreading one is how it becomes a list.
    "unicorn/no-useless-spread": "off",
    // One helper serves a table of cases, and may expect different things of them.
    "vitest/no-conditional-expect": "off",
    // The second argument is the message of a failure.
    "vitest/valid-expect": ["error", { maxArgs: 2 }],
    // A table of cases names its tests.
    "vitest/valid-title": ["error", { ignoreTypeOfTestName: true }],
    "max-lines": ["warn", { max: 400, skipBlankLines: true, skipComments: true }],
    "max-lines-per-function": ["warn", { max: 80, skipBlankLines: true, skipComments: true }],
    "no-restricted-properties": [
      "error",
      { object: "Math", property: "random", message: "Runs repeat from a seed: draw from a seeded generator." },
      { object: "crypto", property: "randomUUID", message: "Pages over plain HTTP have none: use freshId." },
    ],
  },
  overrides: [
    ...namesOf(FOLDERS).map(layerOverride),
    {
      files: ["src-main/compiler/**"],
      rules: {
        "no-restricted-globals": [
          "error",
          ...CLOCKS.map((name) => ({ name, message: "The compiler is pure: take it as an argument." })),
        ],
      },
    },
    {
      files: ["**/*.test.ts", "**/testing/**"],
      rules: {
        // A test may hold any layer against an independent oracle, and its table of cases may be long.
        "no-restricted-imports": "off",
        "no-restricted-globals": "off",
        "max-lines-per-function": "off",
      },
    },
    // Tools find their configuration as the default export.
    { files: ["*.config.ts", "**/*.config.{ts,mjs}"], rules: { "import/no-default-export": "off" } },
  ],
});

function layerOverride(from: Folder): OxlintOverride {
  const { mayImport, mayImportTypesOf = [], instead } = LAYERS[from];
  const refused = namesOf(FOLDERS).filter((to) => to !== from && !mayImport.includes(to));
  const refusedAltogether = refused.filter((to) => !mayImportTypesOf.includes(to) && !isReachedByClient(from, to));
  const message = `${FOLDERS[from]} may import only ${printAllowed(from)}: ${instead}.`;
  const patterns = [
    ...refusedAltogether.map((to) => ({ regex: pathInto(to), message })),
    ...mayImportTypesOf.map((to) => ({ regex: pathInto(to), allowTypeImports: true, message })),
    ...(FRONT_ENDS.includes(from) ? [{ group: ["**/engine/**", `!**/${ENGINE_CLIENT}`], message }] : []),
    ...Object.entries(RESERVED_PACKAGES)
      .filter(([, { folders }]) => !folders.includes(from))
      .map(([name, reserved]) => ({ regex: packagePattern(name), message: `${reserved.instead}.` })),
  ];
  const paths = DURABLE.includes(from)
    ? [{ name: "node:fs", importNames: WRITERS, message: `${DURABLE_INSTEAD}.` }]
    : [];
  return { files: [`${FOLDERS[from]}/**`], rules: { "no-restricted-imports": ["error", { paths, patterns }] } };
}

function isReachedByClient(from: Folder, to: Folder): boolean {
  return to === "engine" && FRONT_ENDS.includes(from);
}

/** A relative path that leaves the own folder: `../runtime/…` beside it, `../../src-main/runtime/…` from another root. */
function pathInto(to: Folder): string {
  return `^(\\.\\./)+${FOLDERS[to].replace("src-main/", "(src-main/)?")}/`;
}

function packagePattern(name: string): string {
  return /[:/]$/.test(name) ? `^${name}` : `^${name}(/|$)`;
}

function printAllowed(from: Folder): string {
  const { mayImport, mayImportTypesOf = [] } = LAYERS[from];
  const values = mayImport.map((to) => FOLDERS[to]);
  const client = FRONT_ENDS.includes(from) ? [`src-main/${ENGINE_CLIENT}`] : [];
  const types = mayImportTypesOf.map((to) => `types of ${FOLDERS[to]}`);
  return ["its own code", ...values, ...client, ...types].join(", ");
}

function namesOf<T extends object>(table: T): readonly (keyof T)[] {
  // Object.keys is typed string[]; these tables are constants with exactly their own keys.
  return Object.keys(table) as (keyof T)[];
}
