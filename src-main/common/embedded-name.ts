// What comes with the program goes by a name in place of a path.

/** Stands for the embedded pipeline wherever a pipeline's folder is asked for; a folder called so is `./emoji`. */
export const EMBEDDED_NAME = "emoji";

/** What comes with the program besides, and draws otherwise than that pipeline. */
export const EMBEDDED_TARGETS = [`${EMBEDDED_NAME}:controlnet`, `${EMBEDDED_NAME}:video`] as const;

/** Also what lies beside that pipeline: `emoji:rewards/preference`. */
export function isEmbeddedName(path: string): boolean {
  return path === EMBEDDED_NAME || path.startsWith(`${EMBEDDED_NAME}:`);
}
