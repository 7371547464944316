// `node bench/parity/compare-files.ts OURS THEIRS`: how far the tensors of two safetensors files are from each other.

import { readTensors } from "../../src-main/weights/safetensors.ts";
import { floatsOf } from "./check-network.ts";
import { cosine, relativeError } from "./compare.ts";

const [ours, theirs] = process.argv.slice(2);
if (ours === undefined || theirs === undefined) {
  console.error("usage: node bench/parity/compare-files.ts OURS.safetensors THEIRS.safetensors");
  process.exit(2);
}

const actual = readTensors(ours);
for (const [name, expected] of Object.entries(readTensors(theirs))) {
  const pair = [floatsOf(name, actual[name], expected.shape), floatsOf(name, expected, expected.shape)] as const;
  const error = relativeError(...pair).toExponential(1);
  console.log(`${name}: relative error ${error}, cosine ${cosine(...pair).toFixed(9)}`);
}
