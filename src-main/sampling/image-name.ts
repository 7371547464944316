import type { ImageRequest } from "./draw-latents.ts";

const MOST_WORDS = 6;
/** Of a name of 255 bytes, which is all that some systems know, the rest is for the number, the seed and endings. */
const MOST_LETTERS = 120;

/** By which a person finds it among others of one folder. @param place of its prompt, from 0 @returns `003-a-red-apple-seed2`, without an ending */
export function imageName(place: number, { prompt, seed }: Pick<ImageRequest, "prompt" | "seed">): string {
  const words = prompt.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const shown = words.slice(0, MOST_WORDS).join("-").slice(0, MOST_LETTERS);
  return [`${place + 1}`.padStart(3, "0"), ...(shown === "" ? [] : [shown]), `seed${seed}`].join("-");
}
