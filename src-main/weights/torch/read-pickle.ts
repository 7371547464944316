// Reads a Python pickle (protocols 2 to 5) without running it: a short list of opcodes that build data, and a list of names that may occur.
// Every value costs at least one byte of input and their number is bounded, so that a hostile file costs neither time nor memory.

import type { Place } from "../../common/diagnostic.ts";
import { PickleMachine } from "./pickle-machine.ts";
import { OPCODES } from "./pickle-opcodes.ts";
import type { PickleValue } from "./pickle-value.ts";

/**
 * @param allowed classes and functions that may be named, as `module.name`
 * @throws Refusal for another name or opcode, for a pickle that is broken, and for one that is too large
 */
export function readPickle(bytes: Uint8Array, allowed: ReadonlySet<string>, at: Place): PickleValue {
  const machine: PickleMachine = new PickleMachine(bytes, allowed, at);
  while (!machine.isStopped) {
    const code = machine.readByte();
    const step = OPCODES.get(code);
    if (step === undefined) machine.refuseOpcode(code);
    step(machine);
  }
  return machine.result();
}
