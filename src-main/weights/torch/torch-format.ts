// PyTorch files that are not archives of tensors, told by their first bytes or by what lies in them, and refused by name.

import { refuse } from "../../common/diagnostic.ts";
import { type OpenFile, readRange } from "../byte-range.ts";
import { printForeign, recogniseForeignFile, RECOGNISED_BYTES } from "../foreign-file.ts";

const SAVE_AGAIN = "load it with PyTorch 1.6 or later and save its state_dict again, or as safetensors";

/** The mark of a tar archive, and where it stands. */
const [TAR_MARK, TAR_OFFSET] = ["ustar", 257];

/** @throws Refusal unless the file begins as a zip archive does */
export function refuseOtherFormats(opened: OpenFile): void {
  const head = readRange(opened, 0, Math.min(opened.size, TAR_OFFSET + TAR_MARK.length));
  // latin1 gives each byte one character of the same code, so that patterns can name bytes.
  const text = Buffer.from(head).toString("latin1");
  if (text.startsWith("PK\x03\x04")) return;
  const at = { file: opened.file };
  if (text.slice(TAR_OFFSET) === TAR_MARK) {
    refuse({
      code: "torch-legacy",
      at,
      message: "this is a tar archive, as the first versions of PyTorch wrote",
      help: SAVE_AGAIN,
    });
  }
  const foreign = recogniseForeignFile(head.subarray(0, RECOGNISED_BYTES));
  refuse({
    code: "torch-foreign",
    at,
    message: `this is not a PyTorch file, but ${foreign === undefined ? "one of an unknown kind" : printForeign(foreign)}`,
    help: foreign?.help ?? "the file is incomplete or damaged: download it again",
  });
}

/** @param names of all that the archive holds */
export function refuseOtherContents({ file }: OpenFile, names: readonly string[]): void {
  const at = { file };
  if (names.some((name) => /^([^/]*\/)?(constants\.pkl|code\/)/.test(name))) {
    refuse({
      code: "torch-script",
      at,
      message: "this is a TorchScript program, code and weights together",
      help: "save the state_dict of the model, or use its safetensors file",
    });
  }
  if (names.length > 0 && names.every((name) => name.endsWith(".npy"))) {
    refuse({
      code: "torch-not-torch",
      at,
      message: "this is an archive of NumPy arrays (.npz)",
      help: "save the one array as .npy, or as safetensors",
    });
  }
}
