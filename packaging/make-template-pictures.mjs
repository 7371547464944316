// The pictures of the templates: each graph in small, and under it what such a run draws, where pictures are given.
// node packaging/make-template-pictures.mjs [SAMPLES]
// SAMPLES/NAME-before and SAMPLES/NAME-after hold pictures of the same prompts and seeds, by the same file names.

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

const WIDTH = 480;
const HEIGHT = 240;
const MARGIN = 20;
const PAPER = "#171a20";
/** Of a node on the canvas, in its pixels; notes say nothing in small. */
const NODE = { width: 200, height: 150 };
const GRAPH_HEIGHT = 96;
const SAMPLE = 50;
const GAP = 6;
/** As the canvas colours them. */
const FAMILIES = {
  input: "#8fae3c",
  model: "#8d74e8",
  sampling: "#5b94e6",
  reward: "#42b37a",
  embedding: "#de5fa8",
  learning: "#e2873c",
  view: "#4fb3bf",
  evaluation: "#b5a642",
};

const root = join(import.meta.dirname, "..");
const workflows = join(root, "resources/workflows");
const [samples] = process.argv.slice(2);
mkdirSync(join(workflows, "pictures"), { recursive: true });
for (const file of readdirSync(workflows).filter((name) => name.endsWith(".reneg.json"))) {
  const id = file.replace(".reneg.json", "");
  const workflow = JSON.parse(readFileSync(join(workflows, file), "utf8"));
  const rows = samples === undefined ? [] : ["before", "after"].map((row) => picturesIn(join(samples, `${id}-${row}`)));
  const strips = rows.filter((row) => row.length > 0);
  const room = strips.length > 0 ? GRAPH_HEIGHT : HEIGHT - 2 * MARGIN;
  await sharp(Buffer.from(drawGraph(workflow, room)))
    .composite(await layOutSamples(strips))
    .webp({ quality: 82 })
    .toFile(join(workflows, "pictures", `${id}.webp`));
}

function picturesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".png"))
    .toSorted()
    .map((name) => join(folder, name));
}

async function layOutSamples(rows) {
  const top = HEIGHT - MARGIN - rows.length * (SAMPLE + GAP) + GAP;
  const placed = rows.flatMap((files, row) =>
    files.map(async (file, column) => ({
      input: await sharp(file).resize(SAMPLE, SAMPLE).toBuffer(),
      left: Math.round((WIDTH - files.length * (SAMPLE + GAP) + GAP) / 2 + column * (SAMPLE + GAP)),
      top: top + row * (SAMPLE + GAP),
    })),
  );
  return Promise.all(placed);
}

function drawGraph({ graph, view }, room) {
  const ids = Object.keys(graph.nodes).filter((id) => !graph.nodes[id].type.startsWith("canvas/"));
  const [xs, ys] = ["x", "y"].map((axis) => ids.map((id) => view.nodes[id][axis]));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const size = { x: Math.max(...xs) + NODE.width - left, y: Math.max(...ys) + NODE.height - top };
  const scale = Math.min((WIDTH - 2 * MARGIN) / size.x, room / size.y);
  const offset = { x: (WIDTH - scale * size.x) / 2, y: MARGIN + (room - scale * size.y) / 2 };
  const at = (id) => ({
    x: offset.x + scale * (view.nodes[id].x - left),
    y: offset.y + scale * (view.nodes[id].y - top),
  });
  const colour = (id) => FAMILIES[graph.nodes[id].type.replace(/\/.*/, "")];
  const [width, height] = [scale * NODE.width, scale * NODE.height];
  const wires = Object.values(graph.edges).map(({ from, to }) => {
    const [a, b] = [at(from.node), at(to.node)];
    const start = `${a.x + width} ${a.y + height / 2}`;
    const middle = (a.x + width + b.x) / 2;
    const curve = `C ${middle} ${a.y + height / 2} ${middle} ${b.y + height / 2} ${b.x} ${b.y + height / 2}`;
    return `<path d="M ${start} ${curve}" fill="none" stroke="${colour(from.node)}" stroke-opacity="0.7"/>`;
  });
  const nodes = ids.map((id) => {
    const { x, y } = at(id);
    const box = `x="${x}" y="${y}" width="${width}"`;
    return (
      `<rect ${box} height="${height}" rx="3" fill="#262b35" stroke="#3a414e"/>` +
      `<rect ${box} height="${Math.max(3, height / 5)}" rx="2" fill="${colour(id)}"/>`
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">` +
    `<rect width="100%" height="100%" fill="${PAPER}"/>${[...wires, ...nodes].join("")}</svg>`
  );
}
