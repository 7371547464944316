// What a pickle holds, as inert data: classes and functions are only names, and calling one is only a record of the call.

export type PickleValue = null | boolean | number | bigint | string | Uint8Array | PickleNode;

export type PickleNode = PickleTuple | PickleList | PickleDict | PickleGlobal | PickleObject | PicklePersistent;

export interface PickleTuple {
  readonly kind: "tuple";
  readonly items: readonly PickleValue[];
}

/** A set is a list here. */
export interface PickleList {
  readonly kind: "list";
  readonly items: PickleValue[];
}

export interface PickleDict {
  readonly kind: "dict";
  /** `null` while it is empty: a map for each of a million empty dicts would fill the memory. */
  entries: Map<PickleValue, PickleValue> | null;
}

/** A class or a function, `module.name`. */
export interface PickleGlobal {
  readonly kind: "global";
  readonly name: string;
}

/** What calling `callee` with these arguments would make. It is never called. */
export interface PickleObject {
  readonly kind: "object";
  readonly callee: string;
  readonly args: readonly PickleValue[];
  /** What the object was given after it was made. */
  state: PickleValue;
  /** For subclasses of dict and list. */
  entries: Map<PickleValue, PickleValue> | null;
  items: PickleValue[] | null;
}

/** Something outside the pickle: in PyTorch's files, a storage. */
export interface PicklePersistent {
  readonly kind: "persistent";
  readonly id: PickleValue;
}

export function isNode(value: PickleValue | undefined): value is PickleNode {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

const NO_ENTRIES: ReadonlyMap<PickleValue, PickleValue> = new Map();
const DICT_CLASSES = new Set(["collections.OrderedDict", "collections.defaultdict"]);

/** The entries of a dict, of Python's variants of it, and of a `torch.nn.ParameterDict`; `undefined` for anything else. */
export function entriesOf(value: PickleValue | undefined): ReadonlyMap<PickleValue, PickleValue> | undefined {
  if (!isNode(value)) return undefined;
  if (value.kind === "dict") return value.entries ?? NO_ENTRIES;
  if (value.kind !== "object") return undefined;
  if (DICT_CLASSES.has(value.callee)) return value.entries ?? NO_ENTRIES;
  if (value.callee !== "torch.nn.modules.container.ParameterDict") return undefined;
  const state = value.state;
  const parameters = isNode(state) && state.kind === "dict" ? state.entries?.get("_parameters") : undefined;
  // One level only: an object whose state holds itself must not be followed for ever.
  if (!isNode(parameters)) return undefined;
  return parameters.kind === "dict" || parameters.kind === "object" ? (parameters.entries ?? undefined) : undefined;
}
