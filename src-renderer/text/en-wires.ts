// Words about wires: what they do while they are drawn, and the gestures of the mouse.

export const enWires = {
  noInput: (node: string, kind: string) => `${node} has no input that takes ${kind}`,
  noOutput: (node: string, kind: string) => `${node} has no output that gives ${kind}`,
  otherNode: "let go on the empty canvas to add a node that fits",
  choosePort: (node: string) => `Which port of ${node}?`,
  carries: (kind: string, from: string, to: string) => `${kind}: ${from} → ${to}`,
  connect: (from: string, to: string) => `Connect ${from} to ${to}`,
  reconnect: (from: string, to: string) => `Move a wire: ${from} to ${to}`,
  moveAll: (count: number, port: string) => `Move ${count} wires to ${port}`,
  insert: (node: string) => `Insert ${node} into a wire`,
  insertTitle: (kind: string) => `Insert a node into a wire of ${kind}`,
  noneToInsert: "No node takes this and gives it on.",
  gestures: {
    title: "By mouse",
    list: [
      ["Drag from a port", "Draw a wire: let go on a port, its label, or anywhere on a node with one port that fits"],
      ["Drag from a wired input", "Take its wire off; let go on another port to move it, on the canvas to remove it"],
      ["Shift-drag from a wired output", "Take all of its wires along to another output"],
      ["Let go on the empty canvas", "Search for a node that fits"],
      ["Escape while drawing", "Everything stays as it was"],
      ["Double-click on the canvas", "Search for any node"],
      ["Drag a node onto a wire", "Insert it, if it has no wires yet and takes what the wire carries"],
      ["Double-click on a wire", "Bend it there"],
      ["Right-click", "Menu of what is under the pointer"],
    ] as readonly (readonly [gesture: string, meaning: string])[],
  },
};

export const enConnect = {
  title: "Connect",
  noNode: "Select a node first.",
  choosePort: (node: string) => `Which port of ${node}?`,
  chooseTarget: (port: string) => `Connect ${port} to`,
  search: "Search",
  none: "Nothing here fits that port.",
  create: (title: string) => `New ${title}`,
  there: "On the canvas",
  added: "New nodes",
};

export const enMessages = {
  past: "Messages before",
  clear: "Clear",
  times: (count: number) => `× ${count}`,
};
