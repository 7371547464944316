// A workflow that is written by the program, with what each of its parameters was said by.

import { FORMAT_VERSION } from "../src-main/common/migrations/index.ts";
import { idsBeside } from "../src-main/common/workflow-edits.ts";
import {
  type PortEnd,
  type Workflow,
  WORKFLOW_FORMAT,
  type WorkflowEdge,
  type WorkflowNode,
} from "../src-main/common/workflow.ts";
import { nodeTypes } from "./index.ts";

/** A parameter, and the key that says it. */
export interface Said {
  readonly value: unknown;
  readonly key: string;
}

const COLUMN_WIDTH = 320;
const ROW_HEIGHT = 260;

export interface NodeDraft {
  /** If it is free. */
  readonly id: string;
  readonly type: string;
  /** Left to right. */
  readonly column: number;
  /** What is said of the node as a whole. */
  readonly key: string;
  /** By name; `undefined` values are left out. */
  readonly params?: Readonly<Record<string, Said>>;
}

export class WorkflowDraft {
  readonly #nodes: Record<string, WorkflowNode> = {};
  readonly #edges: Record<string, WorkflowEdge> = {};
  readonly #views: Record<string, { readonly x: number; readonly y: number }> = {};
  readonly #rows = new Map<number, number>();
  readonly #freeNode = idsBeside({});
  readonly #freeEdge = idsBeside({});
  /** By `node`, `node.param` and `node.port`. */
  readonly keys = new Map<string, string>();

  /** @returns its id */
  add({ id: wanted, type, column, key, params = {} }: NodeDraft): string {
    const id = this.#freeNode(/^[A-Za-z0-9]/.test(wanted) ? wanted : `n${wanted}`);
    const given = Object.entries(params).filter(([, { value }]) => value !== undefined);
    this.#nodes[id] = {
      type,
      version: nodeTypes.get(type)?.version ?? 1,
      params: Object.fromEntries(given.map(([name, { value }]) => [name, value])),
    };
    const row = this.#rows.get(column) ?? 0;
    this.#rows.set(column, row + 1);
    this.#views[id] = { x: column * COLUMN_WIDTH, y: row * ROW_HEIGHT };
    this.keys.set(id, key);
    for (const [name, said] of given) this.keys.set(`${id}.${name}`, said.key);
    return id;
  }

  /** From `node.port` to `node.port`. */
  wire(from: string, to: string): void {
    const target = endOf(to);
    this.#edges[this.#freeEdge(`${target.node}-${target.port}`)] = { from: endOf(from), to: target };
  }

  workflow(): Workflow {
    return {
      format: WORKFLOW_FORMAT,
      formatVersion: FORMAT_VERSION,
      graph: { nodes: this.#nodes, edges: this.#edges },
      view: { nodes: this.#views },
    };
  }
}

function endOf(text: string): PortEnd {
  const [node = "", port = ""] = text.split(".");
  return { node, port };
}
