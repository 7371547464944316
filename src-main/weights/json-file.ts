// The one reader of JSON that people give or that comes with a model: recipes, workflows, configs, vocabularies.

import { refuse } from "../common/diagnostic.ts";
import { recogniseForeignFile } from "./foreign-file.ts";
import { readTextFile } from "./text-file.ts";

/** The ways out of a file that is not there, and of one that is no JSON. */
export interface JsonHelp {
  readonly missing: string;
  readonly invalid: string;
}

/** Of the files that come with a model. */
const OF_A_MODEL: JsonHelp = {
  missing: "check the path; a model folder needs its config.json beside the weights",
  invalid: "download the file again",
};

/** @throws Refusal if the file cannot be read or is not JSON */
export function readJson(file: string, help: JsonHelp = OF_A_MODEL): unknown {
  const text = readTextFile(file, { missing: help.missing, what: "a JSON text" });
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return refuseInvalid(file, text, error, help);
  }
}

function refuseInvalid(file: string, text: string, { message }: Error, help: JsonHelp): never {
  const foreign = recogniseForeignFile(Buffer.from(text.slice(0, 1024)));
  if (foreign !== undefined && foreign.begins === undefined) {
    return refuse({
      code: "json-invalid",
      at: { file },
      message: `this is no JSON, but ${foreign.what}`,
      help: foreign.help,
    });
  }
  return refuse({ code: "json-invalid", at: { file }, message: `not valid JSON: ${message}`, help: help.invalid });
}
