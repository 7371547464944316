// What the files in a run's folder are called that receive what was learned.

import { z } from "zod";
import { isDeviceName } from "../path-name.ts";

/** How the name ends; "" for a folder. */
export type SavedEnding = ".safetensors" | ".pt" | "";

const NO_DEVICE = [(name: string): boolean => !isDeviceName(name), "Windows takes this name for a device"] as const;

export const savedName = z
  .string()
  .regex(/^\w[\w .-]{0,99}\.safetensors$/, "a file's name that ends in .safetensors, without a folder")
  .refine(...NO_DEVICE);

/** Of what is saved of any kind of parameter: a file, or a folder. */
export const savedPlace = z
  .string()
  .regex(/^\w[\w .-]{0,111}$/, "the name of a file or a folder, without a folder that it lies in")
  .refine(...NO_DEVICE);
