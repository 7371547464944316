/** How the names of files of weights end. */
export const WEIGHT_ENDINGS: ReadonlySet<string> = new Set([".safetensors", ".ckpt", ".pth", ".pt", ".bin"]);
