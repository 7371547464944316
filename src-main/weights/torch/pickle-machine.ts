// The stack, the memo and the input of an unpickler, each within bounds.

import { type Place, refuse } from "../../common/diagnostic.ts";
import { isNode, type PickleValue } from "./pickle-value.ts";

/** A checkpoint with its optimizer's state has some ten thousand. */
const MOST_VALUES = 1_000_000;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class PickleMachine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #allowed: ReadonlySet<string>;
  readonly #at: Place;
  readonly #memo = new Map<number, PickleValue>();
  /** The stacks below each open mark. */
  readonly #below: PickleValue[][] = [];
  #stack: PickleValue[] = [];
  #position = 0;
  #valueCount = 0;
  isStopped = false;

  constructor(bytes: Uint8Array, allowed: ReadonlySet<string>, at: Place) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#allowed = allowed;
    this.#at = at;
  }

  // Input

  /** Bytes that were read. */
  get position(): number {
    return this.#position;
  }

  readByte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  readUint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  readInt32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  readUint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A length; beyond 2^53 it is inexact, and then beyond any file. */
  readUint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Floats alone are big-endian. */
  readFloat64(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  /** A view into the input. */
  readBytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  readText(length: number): string {
    return this.#decode(this.readBytes(length));
  }

  readLine(): string {
    const end = this.#bytes.indexOf(0x0a, this.#position);
    if (end === -1) this.refuseBroken("a name has no end");
    const line = this.readBytes(end - this.#position);
    this.#position += 1;
    return this.#decode(line);
  }

  // Stack

  push(value: PickleValue): void {
    this.#valueCount += 1;
    if (this.#valueCount > MOST_VALUES) this.refuseBroken(`it holds more than ${MOST_VALUES} values`);
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.top();
    this.#stack.pop();
    return value;
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    return value === undefined ? this.refuseBroken("a value is missing") : value;
  }

  popTuple(length: number): readonly PickleValue[] {
    if (this.#stack.length < length) this.refuseBroken("a value is missing");
    return this.#stack.splice(this.#stack.length - length, length);
  }

  popText(): string {
    const value = this.pop();
    return typeof value === "string" ? value : this.refuseBroken("a name is not a text");
  }

  pushMark(): void {
    if (this.#below.length >= MOST_VALUES) this.refuseBroken(`it holds more than ${MOST_VALUES} marks`);
    this.#below.push(this.#stack);
    this.#stack = [];
  }

  /** All values above the last mark. */
  popToMark(): PickleValue[] {
    const values = this.#stack;
    this.#stack = this.#below.pop() ?? this.refuseBroken("a mark is missing");
    return values;
  }

  // Memo

  remember(index = this.#memo.size): void {
    if (this.#memo.size >= MOST_VALUES) this.refuseBroken(`it remembers more than ${MOST_VALUES} values`);
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) this.refuseBroken(`it refers to a value ${index} that it did not make`);
    this.push(value);
  }

  // Names

  pushGlobal(module: string, name: string): void {
    const full = `${module.replace(/^__builtin__$/, "builtins")}.${name}`;
    if (!this.#allowed.has(full)) {
      refuse({
        code: "pickle-name",
        at: this.#at,
        message: `it asks for the Python object ${shorten(full)}, which is not on the list of harmless ones`,
        help: "files of weights need no other code: save the tensors alone (state_dict), or as safetensors; do not open a file like this in Python unless you trust its source",
      });
    }
    this.push({ kind: "global", name: full });
  }

  /** The record of calling the value under the arguments. */
  pushCall(callee: PickleValue, args: readonly PickleValue[]): void {
    if (!isNode(callee) || callee.kind !== "global") return this.refuseBroken("it calls something that is not a name");
    this.push({ kind: "object", callee: callee.name, args, state: null, entries: null, items: null });
  }

  // End

  result(): PickleValue {
    if (this.#below.length > 0 || this.#stack.length !== 1) this.refuseBroken("it ends with values left over");
    return this.pop();
  }

  refuseOpcode(code: number): never {
    const printed = code > 0x20 && code < 0x7f ? `"${String.fromCodePoint(code)}"` : `0x${code.toString(16)}`;
    refuse({
      code: "pickle-opcode",
      at: this.#at,
      message: `the pickle uses the instruction ${printed} at byte ${this.#position - 1}, which files of weights do not need`,
      help: "the file is damaged or of another kind: save the tensors alone (state_dict), or as safetensors",
    });
  }

  refuseBroken(message: string): never {
    refuse({
      code: "pickle-damaged",
      at: this.#at,
      message: `the pickle is broken near byte ${this.#position}: ${message}`,
      help: "the file is damaged: download or write it again",
    });
  }

  #advance(length: number): number {
    const start = this.#position;
    if (length < 0 || start + length > this.#bytes.length) this.refuseBroken("it ends too early");
    this.#position = start + length;
    return start;
  }

  #decode(bytes: Uint8Array): string {
    try {
      return UTF8.decode(bytes);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return this.refuseBroken("a text is not UTF-8");
    }
  }
}

function shorten(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}
