// The order in which onnxruntime runs a graph, which is not the order in which it is written.

import type { Graph, Node } from "./graph.ts";

/**
 * Depth first from the results towards the inputs. Of several inputs the one that was written last is made first.
 * (onnxruntime: `Graph::ReverseDFSFrom` with the nodes' indices compared, as `GraphViewer` calls it.)
 */
export function executionOrder(graph: Graph): Node[] {
  const producers = new Map(graph.nodes.map((node, index) => [node.output, { node, index }]));
  const used = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const order: Node[] = [];
  const visited = new Set<Node>();
  // A node is pushed once to be visited and then, below its inputs, once more to be put in order.
  const stack = graph.nodes.filter(({ output }) => !used.has(output)).map((node) => ({ node, inputsAreDone: false }));
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { node, inputsAreDone } = entry;
    if (inputsAreDone) {
      order.push(node);
      continue;
    }
    if (visited.has(node)) continue;
    visited.add(node);
    stack.push({ node, inputsAreDone: true });
    const inputs = node.inputs.flatMap((name) => {
      const producer = name === null ? undefined : producers.get(name);
      return producer === undefined ? [] : [producer];
    });
    inputs.sort((a, b) => a.index - b.index);
    for (const input of inputs) stack.push({ node: input.node, inputsAreDone: false });
  }
  return order;
}
