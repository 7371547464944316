// Answers of the studio about sweeps: which runs they are made of, and what each is called.

import { randomUUID } from "node:crypto";
import { checkSweptParam } from "../../nodes/check-swept-param.ts";
import { nodeTypes } from "../../nodes/index.ts";
import { combineValues, withValues } from "../common/combine-values.ts";
import { Refusal } from "../common/diagnostic.ts";
import { printParam } from "../common/print-param.ts";
import type { StudioHandlers } from "../common/studio/studio-api.ts";
import { MOST_QUEUED_RUNS, type sweepApi } from "../common/studio/sweep.ts";
import type { SweepOfRun, SweepValue, Variation } from "../common/sweep.ts";
import { readWorkflow } from "../common/workflow-file.ts";
import { type ParamField, paramFields } from "../common/workflow-params.ts";
import { own, type Workflow } from "../common/workflow.ts";
import type { Jobs } from "./jobs.ts";

/** @param remember what a workflow names is offered where files are chosen */
export function sweepHandlers(
  jobs: Pick<Jobs, "enqueueAll" | "stopSweep" | "resumeSweep">,
  remember: (workflow: Workflow, path: string | null) => void,
): Pick<StudioHandlers, keyof typeof sweepApi> {
  return {
    async enqueueSweep({ name, workflow: given, path, device, variations, workers }) {
      const { workflow, diagnostics } = readWorkflow(given, "workflow");
      if (diagnostics.some(({ severity }) => severity === "error")) throw new Refusal(diagnostics);
      for (const one of variations) checkSweptParam(one, workflow, { name });
      const combined = combineValues({ variations, combine: "all" }, MOST_QUEUED_RUNS);
      const describe = describerOf(workflow, variations);
      const id = randomUUID();
      const inputs = combined.map((values) => {
        const sweep = { id, name, values: values.map(describe) };
        return { name: nameOfRun(sweep), workflow: withValues(workflow, values), path, device, sweep, workers };
      });
      const made = await jobs.enqueueAll(inputs);
      for (const input of inputs) remember(input.workflow, path);
      return made;
    },
    async resumeSweep({ id }) {
      jobs.resumeSweep(id);
      return {};
    },
    async stopSweep({ id }) {
      await jobs.stopSweep(id);
      return {};
    },
  };
}

/** Long ones are cut: a run can be renamed, and its table has the whole. */
const MOST_LETTERS = 200;

/** `portrait · Seed 1, Guidance scale 5` */
function nameOfRun({ name, values }: SweepOfRun): string {
  return `${name} · ${values.map(({ label, words }) => `${label} ${words}`).join(", ")}`.slice(0, MOST_LETTERS);
}

/** A label that two of the parameters have gets the name of its node. */
function describerOf(
  workflow: Workflow,
  variations: readonly Variation[],
): (value: SweepValue) => SweepOfRun["values"][number] {
  const labels = variations.map((one) => fieldOf(workflow, one).label);
  return (value) => {
    const field = fieldOf(workflow, value);
    const isShared = labels.filter((label) => label === field.label).length > 1;
    const label = isShared ? `${titleOf(workflow, value.node)} ${field.label}` : field.label;
    return { ...value, label, words: printParam(field, value.value) };
  };
}

function fieldOf({ graph }: Workflow, { node, param }: Pick<SweepValue, "node" | "param">): ParamField {
  const type = nodeTypes.get(own(graph.nodes, node)?.type ?? "");
  const field = type && paramFields(type).find(({ name }) => name === param);
  if (field === undefined) throw new Error(`${node} has no parameter ${param}`);
  return field;
}

/** Two nodes of one type are told apart by their ids, unless the user has named them. */
function titleOf({ view }: Workflow, node: string): string {
  return own(view.nodes, node)?.name ?? node;
}
