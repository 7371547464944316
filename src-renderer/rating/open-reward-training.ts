// A copy of the template that learns a reward, from the pairs of a folder.

import { readWorkflow } from "../../src-main/common/workflow-file.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { studio } from "../api/studio.ts";
import { openTemplate } from "../choose/open-template.ts";
import { text } from "../text/text.ts";

const TEMPLATE = "train-reward";
const PAIRS = "reward/preference-pairs";

export async function openRewardTraining(folder: string): Promise<void> {
  const template = (await studio.templates({})).find(({ id }) => id === TEMPLATE);
  if (template === undefined) throw new Error(`no template is called ${TEMPLATE}`);
  const { workflow } = readWorkflow(template.workflow, template.name);
  await openTemplate({ ...template, name: text.rating.workflow, workflow: fromFolder(workflow, folder) });
}

function fromFolder(workflow: Workflow, folder: string): Workflow {
  const nodes = Object.entries(workflow.graph.nodes).map(([id, node]) => [
    id,
    node.type === PAIRS ? { ...node, params: { ...node.params, source: folder } } : node,
  ]);
  return { ...workflow, graph: { ...workflow.graph, nodes: Object.fromEntries(nodes) } };
}
