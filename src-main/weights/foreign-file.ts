// What a file that should hold safetensors really is: the usual mix-ups of downloads, recognised by their first bytes.

export interface ForeignFile {
  readonly what: string;
  readonly help: string;
  /** The first line of a text: messages of download sites say what went wrong. */
  readonly begins?: string;
}

/** What it is, and how it begins. */
export function printForeign({ what, begins }: ForeignFile): string {
  return begins === undefined ? what : `${what} that begins “${begins}”`;
}

const NOT_DOWNLOADED =
  "download the file itself, for instance with the site's download button or its own download tool";
const SAVE_AS_SAFETENSORS = "save the weights as safetensors, or look for a .safetensors file of the same model";

const SIGNATURES: readonly (ForeignFile & { readonly pattern: RegExp })[] = [
  {
    pattern: /^version https:\/\/git-lfs/,
    what: "a Git LFS pointer: a short text in place of the weights",
    help: "run `git lfs pull` in the folder of the model, or download the file itself",
  },
  {
    pattern: /^(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|head|error|!--)/i,
    what: "a web page, perhaps an error or a login page",
    help: NOT_DOWNLOADED,
  },
  {
    pattern: /^PK\x03\x04/,
    what: "a zip archive, perhaps a PyTorch checkpoint (.pt, .ckpt, .bin)",
    help: SAVE_AS_SAFETENSORS,
  },
  {
    pattern: /^\x80[\x02-\x05]/,
    what: "a Python pickle, perhaps an old PyTorch checkpoint",
    help: SAVE_AS_SAFETENSORS,
  },
  { pattern: /^GGUF/, what: "a GGUF file, whose numbers are packed for other programs", help: SAVE_AS_SAFETENSORS },
  { pattern: /^\x89HDF\r\n/, what: "an HDF5 file (Keras)", help: SAVE_AS_SAFETENSORS },
  { pattern: /^\x1f\x8b/, what: "a gzip archive", help: "unpack it first" },
  { pattern: /^\x28\xb5\x2f\xfd/, what: "a zstd archive", help: "unpack it first" },
  { pattern: /^(7z\xbc\xaf\x27\x1c|Rar!\x1a\x07)/, what: "a 7-Zip or RAR archive", help: "unpack it first" },
  { pattern: /^(\x89PNG|\xff\xd8\xff|GIF8)/, what: "an image", help: "choose the weight file instead" },
  { pattern: /^\0+$/, what: "a file of zero bytes, perhaps an interrupted download", help: "download the file again" },
];

const TEXTS: readonly (ForeignFile & { readonly pattern: RegExp })[] = [
  { pattern: /^\s*[{[]/, what: "a JSON text, perhaps an error message or a model's index", help: NOT_DOWNLOADED },
  { pattern: /^/, what: "a text file", help: NOT_DOWNLOADED },
];

/** How many of a file's first bytes `recogniseForeignFile` wants to see. */
export const RECOGNISED_BYTES = 256;

export function recogniseForeignFile(head: Uint8Array): ForeignFile | undefined {
  // latin1 gives each byte one character of the same code, so that patterns can name bytes.
  const bytes = head.subarray(0, RECOGNISED_BYTES);
  const text = Buffer.from(bytes).toString("latin1");
  return SIGNATURES.find(({ pattern }) => pattern.test(text)) ?? recogniseText(bytes);
}

function recogniseText(bytes: Uint8Array): ForeignFile | undefined {
  const text = decode(bytes);
  if (text === undefined || text === "" || CONTROL.test(text)) return undefined;
  const found = TEXTS.find(({ pattern }) => pattern.test(text));
  const [line = ""] = text.trim().split(/\r?\n/);
  return found && { what: found.what, help: found.help, begins: shorten(line) };
}

/** A line of a message may itself be a page long. */
function shorten(line: string): string {
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}
const LONGEST_QUOTE = 140;

/** Characters that no text has. */
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** A last character that is cut in two is left out. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
