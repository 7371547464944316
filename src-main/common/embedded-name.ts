// What comes with the program goes by a name in place of a path.

/** Stands for the embedded pipeline wherever a pipeline's folder is asked for; a folder called so is `./emoji`. */
export const EMBEDDED_NAME = "emoji";

/** What comes with the program besides, and draws otherwise than that pipeline. */
export const EMBEDDED_TARGETS = [`${EMBEDDED_NAME}:controlnet`, `${EMBEDDED_NAME}:video`] as const;

/** Where in the folder of resources a named thing lies, `/` between parts. */
interface EmbeddedPlace {
  readonly folder: "emoji" | "prompts";
  readonly part: string;
}

/**
 * Of `emoji`, of something beside that pipeline, as `emoji:rewards/preference`, and of a list of prompts, as
 * `prompts:parti-prompts.txt`. `undefined`: a path like any other.
 */
export function embeddedPlace(name: string): EmbeddedPlace | undefined {
  if (name === EMBEDDED_NAME) return { folder: "emoji", part: "pipeline" };
  const beside = /^emoji:((?:[\w-]+\/)*[\w-]+(?:\.(?:txt|png))?)$/.exec(name)?.[1];
  if (beside !== undefined) return { folder: "emoji", part: beside };
  const list = /^prompts:([\w-]+\.txt)$/.exec(name)?.[1];
  return list === undefined ? undefined : { folder: "prompts", part: list };
}

export function isEmbeddedName(path: string): boolean {
  return embeddedPlace(path) !== undefined;
}

/** What can be chosen of what comes with the program, by its name, and as people call it. */
export const EMBEDDED_TITLES: Readonly<Record<string, string>> = {
  emoji: "Emoji pipeline",
  "emoji:controlnet": "Emoji ControlNet",
  "emoji:video": "Emoji video model",
  "emoji:rewards/preference": "Emoji preference",
  "emoji:rewards/held-out": "Held-out emoji preference",
  "emoji:pairs": "Emoji pairs",
  "emoji:prompts/train.txt": "Emoji prompts",
  "emoji:prompts/held-out.txt": "Held-out emoji prompts",
  "emoji:prompts/train-reworded.txt": "Emoji prompts in words that are drawn",
  "emoji:prompts/held-out-reworded.txt": "Held-out emoji prompts in other words",
  "prompts:parti-prompts.txt": "PartiPrompts",
  "emoji:controlnet/example.png": "Emoji edges",
};
