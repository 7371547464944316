// Reads a Python pickle (protocols 2 to 5) without running it: a short list of opcodes that build data, and a list of names that may occur.
// Every value costs at least one byte of input and their number is bounded, so that a hostile file costs neither time nor memory.

import type { Place } from "../../common/diagnostic.ts";
import { PickleMachine } from "./pickle-machine.ts";
import { OPCODES } from "./pickle-opcodes.ts";
import type { PickleValue } from "./pickle-value.ts";

/** Several pickles one after another. */
export class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #allowed: ReadonlySet<string>;
  readonly #at: Place;
  /** Where the next one begins. */
  position = 0;

  constructor(bytes: Uint8Array, allowed: ReadonlySet<string>, at: Place) {
    this.#bytes = bytes;
    this.#allowed = allowed;
    this.#at = at;
  }

  /** @throws as `readPickle` */
  next(): PickleValue {
    const machine: PickleMachine = new PickleMachine(this.#bytes.subarray(this.position), this.#allowed, this.#at);
    while (!machine.isStopped) {
      const code = machine.readByte();
      const step = OPCODES.get(code);
      if (step === undefined) machine.refuseOpcode(code);
      step(machine);
    }
    this.position += machine.position;
    return machine.result();
  }
}

/**
 * @param allowed classes and functions that may be named, as `module.name`
 * @throws Refusal for another name or opcode, for a pickle that is broken, and for one that is too large
 */
export function readPickle(bytes: Uint8Array, allowed: ReadonlySet<string>, at: Place): PickleValue {
  return new PickleReader(bytes, allowed, at).next();
}
