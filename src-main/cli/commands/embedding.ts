// `reneg embedding`: converts, combines and describes negative embeddings.

import { InvalidArgumentError, type Command } from "commander";
import { printDiagnostic, type Diagnostic } from "../../common/diagnostic.ts";
import type { CombineInput, CombineResult, ConcatResult } from "../../common/embedding-combination.ts";
import type { Inspection } from "../../common/inspection.ts";
import {
  deviceOption,
  jsonOption,
  readNumber,
  verboseOption,
  type CommonOptions,
  type DeviceOption,
} from "../options.ts";
import { runCommand } from "../run-command.ts";
import { addUnderstanding } from "./embedding-understanding.ts";
import { hasErrors, printInspection } from "./inspect.ts";

const FORMATS = `
Reads safetensors, PyTorch's .bin and .pt (the published ReNeg embeddings among them), .npy, and textual inversions, which
go through the text encoder of a pipeline. Writes by the end of the name:
  .safetensors  with its recipe; ComfyUI's Load Conditioning opens it
  .bin, .pt     a bare tensor; diffusers takes torch.load(FILE) as negative_prompt_embeds
  .npy          a NumPy array`;

const CONVERT_EXAMPLES = `${FORMATS}

Examples:
  $ reneg embedding convert sd1.5_neg_emb.bin -o negative.safetensors
  $ reneg embedding convert negative.safetensors -o negative.bin
  $ reneg embedding convert EasyNegative.pt --pipeline path/to/stable-diffusion-v1-5 -o easy.safetensors`;

const COMBINE_EXAMPLES = `
The result is  start + strength · (average − start),  where start is what the embeddings were learned from, as their files tell it:
the empty text, if nothing else. Of a text it is the empty text.
A strength below 1 acts less, above 1 more; two parts at strength 2 add up, so that each acts in full.

Examples:
  $ reneg embedding combine a.safetensors b.safetensors -o both.safetensors
  $ reneg embedding combine a.safetensors b.safetensors --weights 3,1 -o mostly-a.safetensors
  $ reneg embedding combine a.safetensors --strength 0.5 --pipeline emoji -o half.safetensors
  $ reneg embedding combine a.safetensors --text "blurry, low quality" --pipeline emoji -o with-text.safetensors`;

const CONCAT_EXAMPLES = `
Examples:
  $ reneg embedding concat EasyNegative.pt learned.safetensors --name both -o both.safetensors`;

interface MakeOptions extends CommonOptions, DeviceOption {
  readonly out: string;
  readonly pipeline?: string;
  readonly tokenizer?: string;
}

interface CombineOptions extends MakeOptions {
  readonly weights?: readonly number[];
  readonly strength: number;
  readonly text?: string;
}

export function addEmbedding(program: Command): void {
  const embedding = program
    .command("embedding")
    .description("Convert, combine, describe and look into negative embeddings.");
  addMakeOptions(
    embedding
      .command("convert")
      .description("Write an embedding in another format.")
      .argument("<file>", "the embedding")
      .option("--pipeline <path>", "whose text encoder word vectors go through; an embedding is checked to fit it"),
    CONVERT_EXAMPLES,
  ).action((file: string, { out, pipeline, tokenizer, device, ...options }: MakeOptions) =>
    make(options, { parts: [{ file, weight: 1 }], strength: 1, pipeline, tokenizer, out, device }),
  );

  addMakeOptions(
    embedding
      .command("combine")
      .description("Average embeddings and a text, and change how strongly the result acts.")
      .argument("<files...>", "the embeddings")
      .option(
        "--weights <list>",
        "one for each file and then the text, with commas between; relative to their sum",
        readWeights,
      )
      .option("--text <text>", "a handwritten negative prompt as one more part")
      .option("--strength <number>", "1: the average itself, 0: what it was learned from", readNumber, 1)
      .option("--pipeline <path>", "needed for a text, word vectors, or a strength other than 1"),
    COMBINE_EXAMPLES,
  ).action(
    (
      files: string[],
      { out, pipeline, tokenizer, device, weights, text, strength, ...options }: CombineOptions,
      command: Command,
    ) => {
      const parts = [...files.map((file) => ({ file })), ...(text === undefined ? [] : [{ text }])];
      if (weights !== undefined && weights.length !== parts.length) {
        command.error(`error: ${weights.length} weights were given for ${parts.length} parts`);
      }
      const weighed = parts.map((part, i) => ({ ...part, weight: weights?.[i] ?? 1 }));
      return make(options, { parts: weighed, strength, pipeline, tokenizer, out, device });
    },
  );

  embedding
    .command("concat")
    .description("Join textual inversions: their word vectors one behind the other, in one file.")
    .argument("<files...>", "two or more, for one text encoder")
    .option("--name <word>", "what stands for all of them: embedding:NAME", "negative")
    .requiredOption("-o, --out <file>", "the .safetensors file to write")
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", CONCAT_EXAMPLES)
    .action((files: string[], { name, out, ...options }: CommonOptions & { name: string; out: string }) =>
      runCommand(
        options,
        ({ api, signal }) => api.concatEmbeddings({ files, name, out }, { signal }),
        ({ file, vectors, widths }: ConcatResult) =>
          `${vectors} word vectors of width ${widths.join(" and ")} written to ${file}`,
      ),
    );

  addUnderstanding(embedding);

  embedding
    .command("show")
    .description("Say what an embedding is, how it was learned, and what it fits.")
    .argument("<file>", "the embedding")
    .addOption(jsonOption())
    .addOption(verboseOption())
    .action((path: string, options: CommonOptions) =>
      runCommand(
        options,
        async ({ api, signal }) => onlyEmbedding(await api.inspect({ path }, { signal })),
        printInspection,
        hasErrors,
      ),
    );
}

/** A bare array may be one; what it is used with must know. */
const EMBEDDING_KINDS: ReadonlySet<string> = new Set(["embedding", "array"]);

function onlyEmbedding(inspection: Inspection): Inspection {
  const { kind, title, path, problems } = inspection;
  if (EMBEDDING_KINDS.has(kind) || hasErrors(inspection)) return inspection;
  const other: Diagnostic = {
    severity: "error",
    code: "wrong-kind",
    at: { file: path },
    message: `this is no embedding, but: ${title}`,
    help: "name an embedding's file",
  };
  return { ...inspection, problems: [...problems, other] };
}

function addMakeOptions(command: Command, examples: string): Command {
  return command
    .requiredOption("-o, --out <file>", "the file to write: .safetensors, .bin, .pt or .npy")
    .option("--tokenizer <folder>", "a CLIP tokenizer in place of the pipeline's own")
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", examples);
}

function make(options: CommonOptions, input: CombineInput): Promise<void> {
  return runCommand(options, ({ api, signal }) => api.combineEmbeddings(input, { signal }), printResult);
}

function readWeights(text: string): readonly number[] {
  const weights = text.split(",").map(readNumber);
  if (weights.some((weight) => weight <= 0)) throw new InvalidArgumentError("every weight must be above 0.");
  return weights;
}

function printResult({ file, tokens, width, warnings }: CombineResult): string {
  return [...warnings.map(printDiagnostic), `${tokens}×${width} numbers written to ${file}`].join("\n");
}
