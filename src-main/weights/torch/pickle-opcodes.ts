// The instructions of a pickle that build data, as PyTorch writes them. One row an instruction; Python's Lib/pickletools.py describes them all.

import type { PickleMachine } from "./pickle-machine.ts";
import { isNode, type PickleValue } from "./pickle-value.ts";

type Step = (machine: PickleMachine) => void;

const NAMED: { readonly [opcode: string]: readonly [code: number, step: Step] } = {
  PROTO: [0x80, checkProtocol],
  // Frames only help to read ahead.
  FRAME: [0x95, (m) => void m.readUint64()],
  STOP: [code("."), (m) => void (m.isStopped = true)],
  MARK: [code("("), (m) => m.pushMark()],

  NONE: [code("N"), (m) => m.push(null)],
  NEWTRUE: [0x88, (m) => m.push(true)],
  NEWFALSE: [0x89, (m) => m.push(false)],
  BININT: [code("J"), (m) => m.push(m.readInt32())],
  BININT1: [code("K"), (m) => m.push(m.readByte())],
  BININT2: [code("M"), (m) => m.push(m.readUint16())],
  LONG1: [0x8a, (m) => m.push(toInteger(m.readBytes(m.readByte())))],
  BINFLOAT: [code("G"), (m) => m.push(m.readFloat64())],
  BINUNICODE: [code("X"), (m) => m.push(m.readText(m.readUint32()))],
  SHORT_BINUNICODE: [0x8c, (m) => m.push(m.readText(m.readByte()))],
  BINUNICODE8: [0x8d, (m) => m.push(m.readText(m.readUint64()))],
  BINBYTES: [code("B"), (m) => m.push(m.readBytes(m.readUint32()))],
  SHORT_BINBYTES: [code("C"), (m) => m.push(m.readBytes(m.readByte()))],
  BINBYTES8: [0x8e, (m) => m.push(m.readBytes(m.readUint64()))],
  BYTEARRAY8: [0x96, (m) => m.push(m.readBytes(m.readUint64()))],

  EMPTY_TUPLE: [code(")"), (m) => m.push({ kind: "tuple", items: [] })],
  TUPLE1: [0x85, (m) => m.push({ kind: "tuple", items: m.popTuple(1) })],
  TUPLE2: [0x86, (m) => m.push({ kind: "tuple", items: m.popTuple(2) })],
  TUPLE3: [0x87, (m) => m.push({ kind: "tuple", items: m.popTuple(3) })],
  TUPLE: [code("t"), (m) => m.push({ kind: "tuple", items: m.popToMark() })],
  EMPTY_LIST: [code("]"), (m) => m.push({ kind: "list", items: [] })],
  EMPTY_SET: [0x8f, (m) => m.push({ kind: "list", items: [] })],
  FROZENSET: [0x91, (m) => m.push({ kind: "list", items: m.popToMark() })],
  APPEND: [code("a"), (m) => append(m, [m.pop()])],
  APPENDS: [code("e"), (m) => append(m, m.popToMark())],
  ADDITEMS: [0x90, (m) => append(m, m.popToMark())],
  EMPTY_DICT: [code("}"), (m) => m.push({ kind: "dict", entries: null })],
  SETITEM: [code("s"), (m) => setItems(m, m.popTuple(2))],
  SETITEMS: [code("u"), (m) => setItems(m, m.popToMark())],

  BINPUT: [code("q"), (m) => m.remember(m.readByte())],
  LONG_BINPUT: [code("r"), (m) => m.remember(m.readUint32())],
  MEMOIZE: [0x94, (m) => m.remember()],
  BINGET: [code("h"), (m) => m.recall(m.readByte())],
  LONG_BINGET: [code("j"), (m) => m.recall(m.readUint32())],

  GLOBAL: [code("c"), (m) => m.pushGlobal(m.readLine(), m.readLine())],
  STACK_GLOBAL: [0x93, pushGlobalFromStack],
  REDUCE: [code("R"), pushCallFromStack],
  NEWOBJ: [0x81, pushCallFromStack],
  BUILD: [code("b"), setState],
  BINPERSID: [code("Q"), (m) => m.push({ kind: "persistent", id: m.pop() })],
};

export const OPCODES: ReadonlyMap<number, Step> = new Map(Object.values(NAMED));

function code(character: string): number {
  return character.charCodeAt(0);
}

function checkProtocol(machine: PickleMachine): void {
  const protocol = machine.readByte();
  if (protocol < 2 || protocol > 5) machine.refuseBroken(`it is of protocol ${protocol}, not 2 to 5`);
}

/** Two's complement, little-endian, of any length. As a number where that is exact. */
function toInteger(bytes: Uint8Array): number | bigint {
  const digits = Buffer.from(bytes.toReversed()).toString("hex");
  const value = digits === "" ? 0n : BigInt.asIntN(8 * bytes.length, BigInt(`0x${digits}`));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function append(machine: PickleMachine, values: readonly PickleValue[]): void {
  const target = machine.top();
  if (!isNode(target) || (target.kind !== "list" && target.kind !== "object")) {
    return machine.refuseBroken("it appends to something that is not a list");
  }
  const items = target.kind === "list" ? target.items : (target.items ??= []);
  // Not as arguments of one call: there may be more values than a call can take.
  for (const value of values) items.push(value);
}

function setItems(machine: PickleMachine, keysAndValues: readonly PickleValue[]): void {
  const target = machine.top();
  if (!isNode(target) || (target.kind !== "dict" && target.kind !== "object") || keysAndValues.length % 2 !== 0) {
    return machine.refuseBroken("it sets entries of something that is not a dict");
  }
  const entries = (target.entries ??= new Map<PickleValue, PickleValue>());
  for (let index = 0; index < keysAndValues.length; index += 2) {
    entries.set(keysAndValues[index] ?? null, keysAndValues[index + 1] ?? null);
  }
}

function pushGlobalFromStack(machine: PickleMachine): void {
  const name = machine.popText();
  machine.pushGlobal(machine.popText(), name);
}

/** REDUCE calls a function, NEWOBJ a class: the record is the same. */
function pushCallFromStack(machine: PickleMachine): void {
  const args = machine.pop();
  if (!isNode(args) || args.kind !== "tuple") return machine.refuseBroken("the arguments of a call are not a tuple");
  machine.pushCall(machine.pop(), args.items);
}

function setState(machine: PickleMachine): void {
  const state = machine.pop();
  const target = machine.top();
  if (!isNode(target) || target.kind !== "object") return machine.refuseBroken("it gives a state to a plain value");
  target.state = state;
}
