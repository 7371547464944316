// What a file that should hold safetensors really is: the usual mix-ups of downloads, recognised by their first bytes.

export interface ForeignFile {
  readonly what: string;
  readonly help: string;
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
    pattern: /^\s*<(!doctype|html|\?xml|head|error)/i,
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
  { pattern: /^GGUF/, what: "a GGUF file", help: SAVE_AS_SAFETENSORS },
  { pattern: /^\x89HDF\r\n/, what: "an HDF5 file (Keras)", help: SAVE_AS_SAFETENSORS },
  { pattern: /^\x1f\x8b/, what: "a gzip archive", help: "unpack it first" },
  { pattern: /^\x28\xb5\x2f\xfd/, what: "a zstd archive", help: "unpack it first" },
  { pattern: /^(\x89PNG|\xff\xd8\xff|GIF8)/, what: "an image", help: "choose the weight file instead" },
  { pattern: /^\0+$/, what: "a file of zero bytes, perhaps an interrupted download", help: "download the file again" },
  { pattern: /^\s*[{[]/, what: "a JSON text, perhaps an error message or a model's index", help: NOT_DOWNLOADED },
  { pattern: /^[\t\n\r\x20-\x7e]+$/, what: "a text file", help: NOT_DOWNLOADED },
];

/** How many of a file's first bytes `recogniseForeignFile` wants to see. */
export const RECOGNISED_BYTES = 64;

export function recogniseForeignFile(head: Uint8Array): ForeignFile | undefined {
  // latin1 gives each byte one character of the same code, so that patterns can name bytes.
  const text = Buffer.from(head.subarray(0, RECOGNISED_BYTES)).toString("latin1");
  return SIGNATURES.find(({ pattern }) => pattern.test(text));
}
