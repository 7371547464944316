// What may be the path of a file. A path that comes with a file or a message may be meant to reach another computer or a device: Windows
// signs in to any server that a path names. What is refused is so on every system, for files travel.

import { z } from "zod";

/** Longer ones no system opens. */
const LONGEST_PATH = 4096;

/** Windows takes them for devices in whatever folder, whatever follows the first dot. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])\s*(\.|:|$)/i;

/** Why it is the path of no file that is opened, lower case and without a full stop; `undefined`: it may be one. */
export function whyNoPath(path: string): string | undefined {
  if (path.length > LONGEST_PATH) return `a path has no more than ${LONGEST_PATH} characters`;
  if (/\p{Cc}/u.test(path)) return "a path has no control characters";
  if (/^[\\/]{2}/.test(path)) return "paths of other computers and of devices are not opened";
  const name = path.split(/[\\/]/).findLast((part) => part !== "") ?? "";
  if (isDeviceName(name)) return `“${name}” is a device on Windows, and not opened anywhere`;
  if (/[^. ][. ]+$/.test(name) || /^\.{3,}$/.test(name)) return "Windows cuts dots and spaces off the end of a name";
  return undefined;
}

export function isDeviceName(name: string): boolean {
  return DEVICE.test(name);
}

/** The way out of the above. */
export const PATH_HELP = "choose a file on a drive of this computer, under a name that every system knows";

/** As a part of a message, a recipe or a workflow. */
export const filePath = z.string().superRefine((path, context) => {
  const why = whyNoPath(path);
  if (why !== undefined) context.addIssue({ code: "custom", message: why, input: path });
});
