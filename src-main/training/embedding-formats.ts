// Embeddings in other formats than safetensors, told by their first bytes and refused by name.

import { refuse } from "../common/diagnostic.ts";
import { readRange, withOpenFile } from "../weights/byte-range.ts";

const FORMATS: readonly { readonly pattern: RegExp; readonly what: string; readonly help: string }[] = [
  {
    pattern: /^PK\x03\x04/,
    what: "a PyTorch file (.bin, .pt), as the published ReNeg embeddings are",
    help: "in Python: safetensors.torch.save_file({'conditioning': torch.load(FILE)}, 'negative.safetensors')",
  },
  {
    pattern: /^\x80[\x02-\x05]/,
    what: "an old PyTorch file or another Python pickle",
    help: "in Python: safetensors.torch.save_file({'conditioning': torch.load(FILE)}, 'negative.safetensors')",
  },
  {
    pattern: /^\x93NUMPY/,
    what: "a NumPy array (.npy)",
    help: "in Python: safetensors.numpy.save_file({'conditioning': numpy.load(FILE)}, 'negative.safetensors')",
  },
  {
    pattern: /^\x89PNG/,
    what: "an image; some programs hide textual inversions in one",
    help: "use a negative embedding that was saved as safetensors",
  },
];

const LONGEST_SIGNATURE = 8;

/** Everything else goes on to the safetensors reader, which knows the usual mix-ups. */
export function refuseOtherFormats(file: string): void {
  const head = withOpenFile(file, (opened) => readRange(opened, 0, Math.min(opened.size, LONGEST_SIGNATURE)));
  // latin1 gives each byte one character of the same code, so that patterns can name bytes.
  const text = Buffer.from(head).toString("latin1");
  const format = FORMATS.find(({ pattern }) => pattern.test(text));
  if (format === undefined) return;
  refuse({
    code: "embedding-format",
    at: { file },
    message: `this is ${format.what}; embeddings are read from safetensors only`,
    help: format.help,
  });
}
