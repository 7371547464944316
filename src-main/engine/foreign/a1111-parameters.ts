// The text that the stable-diffusion-webui and its kin write into images: the prompt, a line `Negative prompt: …`, and a line of settings.

import { embeddingsIn, type MadeSettings } from "./made-settings.ts";

const NEGATIVE = "Negative prompt: ";
const SETTINGS = /^Steps: \d+, /;

/** @returns `undefined` if the text is none of these */
export function readA1111Parameters(text: string): MadeSettings | undefined {
  const lines = text.split(/\r?\n/);
  const last = lines.findLastIndex((line) => SETTINGS.test(line));
  if (last === -1) return undefined;
  const settings = settingsOf(lines[last] ?? "");
  const before = lines.slice(0, last);
  const start = before.findIndex((line) => line.startsWith(NEGATIVE));
  const prompt = join(start === -1 ? before : before.slice(0, start));
  const negative = start === -1 ? "" : join(before.slice(start)).slice(NEGATIVE.trim().length).trim();
  const [width, height] = (settings.get("Size") ?? "").split("x").map(Number);
  const loras = [...prompt.matchAll(/<(?:lora|lyco|hypernet):([^:<>]+)(?::[^<>]*)?>/g)].map(([, name = ""]) => name);
  return {
    source: "image of the stable-diffusion-webui, or one that describes itself as its images do",
    prompts: prompt === "" ? [] : [prompt.replace(/<(?:lora|lyco|hypernet):[^<>]+>/g, "").trim()],
    negatives: negative === "" ? [] : [negative],
    model: settings.get("Model"),
    loras,
    embeddings: [...new Set([...embeddingsIn([prompt, negative]), ...namesIn(settings.get("TI hashes"))])],
    sampler: settings.get("Sampler"),
    steps: number(settings.get("Steps")),
    guidance: number(settings.get("CFG scale")),
    seed: number(settings.get("Seed")),
    size: width !== undefined && height !== undefined && width > 0 && height > 0 ? { width, height } : undefined,
  };
}

function join(lines: readonly string[]): string {
  return lines.join("\n").trim();
}

/** `Name: value, Name: "value, with a comma"` */
function settingsOf(line: string): ReadonlyMap<string, string> {
  const pairs = line.matchAll(/(?:^|,)\s*([\w/-][\w /-]*):\s*("(?:\\.|[^\\"])*"|[^,]*)(?=,|$)/g);
  return new Map([...pairs].map(([, name = "", value = ""]) => [name, value.replace(/^"(.*)"$/, "$1").trim()]));
}

function namesIn(hashes: string | undefined): readonly string[] {
  return (hashes ?? "").split(",").flatMap((pair) => pair.split(":")[0]?.trim() || []);
}

function number(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || text === "" || !Number.isFinite(value) ? undefined : value;
}
