// What a person sees of ports and wires, and where one aims with the mouse: in points of the screen, and in its pixels.

import { expect, type Page } from "@playwright/test";
import sharp from "sharp";
import { z } from "zod";

export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}
export type Side = "input" | "output";

const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const ports = z.array(
  z.object({
    name: z.string(),
    box,
    /** Of the node, as red, green and blue. */
    background: z.tuple([z.number(), z.number(), z.number()]),
  }),
);
const wires = z.array(
  z.object({ name: z.string(), end: z.enum(["from", "to"]), distance: z.number(), size: z.number() }),
);

/** Smaller dots are not seen. */
const LEAST_SIZE = 2;
/** Of a colour's 256 steps, in the channel that differs most. */
const LEAST_CONTRAST = 24;
/** Of the pixels in the middle of a dot: some shapes have a hole. */
const LEAST_SHARE = 0.4;
/** In points of the screen. */
const FURTHEST = 3;

/** Every port on the canvas has a size, and its pixels are not those of its node. */
export async function expectPortsSeen(page: Page, state: string): Promise<void> {
  const found = ports.parse(
    await page.evaluate(`(() => {
      const pane = document.querySelector(".react-flow").getBoundingClientRect();
      const map = document.querySelector(".react-flow__minimap")?.getBoundingClientRect();
      const isIn = (frame, x, y) => frame && x > frame.left && x < frame.right && y > frame.top && y < frame.bottom;
      return [...document.querySelectorAll(".rs-port-handle")].flatMap((handle) => {
        const { x, y, width, height } = handle.querySelector("svg").getBoundingClientRect();
        const [left, top] = [x + width / 2, y + height / 2];
        if (!isIn(pane, left, top) || isIn(map, left, top)) return [];
        const card = handle.closest(".rs-node");
        // Under another node it is hidden as nodes are.
        if (document.elementFromPoint(left, top)?.closest(".rs-node") !== card) return [];
        const background = getComputedStyle(card).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number);
        const name = card.dataset.nodeId + " " + handle.dataset.handleid;
        return [{ name, box: { x, y, width, height }, background }];
      });
    })()`),
  );
  expect(found.length, `${state}: ports are in view`).toBeGreaterThan(0);
  const picture = sharp(await page.screenshot({ animations: "disabled" }));
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const unseen = found.filter((port) => {
    if (port.box.width < LEAST_SIZE || port.box.height < LEAST_SIZE) return true;
    const pixels = middleOf(port.box);
    const differing = pixels.filter(({ x, y }) => {
      const at = (y * info.width + x) * info.channels;
      return port.background.some((value, i) => Math.abs((data[at + i] ?? value) - value) >= LEAST_CONTRAST);
    });
    return differing.length < LEAST_SHARE * pixels.length;
  });
  expect(
    unseen.map(({ name }) => name),
    `${state}: each port is seen`,
  ).toEqual([]);
}

/** Every wire that is drawn begins and ends in the middle of its ports. */
export async function expectWiresOnPorts(page: Page, state: string): Promise<void> {
  const ends = wires.parse(
    await page.evaluate(`(() => {
      const dotOf = (end, side) => {
        const split = end.lastIndexOf(" ");
        const [node, port] = [end.slice(0, split), end.slice(split + 1)];
        const card = document.querySelector('.rs-node[data-node-id="' + CSS.escape(node) + '"]');
        return card?.querySelector('.rs-port[data-side="' + side + '"][data-port="' + port + '"] svg');
      };
      return [...document.querySelectorAll(".react-flow__edge [data-from]")].flatMap((wire) => {
        const path = wire.querySelector(".react-flow__edge-path");
        const matrix = path.getScreenCTM();
        const name = wire.dataset.from + " → " + wire.dataset.to;
        const ends = [["from", 0, dotOf(wire.dataset.from, "output")], ["to", path.getTotalLength(), dotOf(wire.dataset.to, "input")]];
        return ends.flatMap(([end, length, dot]) => {
          if (!dot) return [];
          const at = path.getPointAtLength(length).matrixTransform(matrix);
          const { x, y, width, height } = dot.getBoundingClientRect();
          return [{ name, end, size: Math.min(width, height), distance: Math.hypot(at.x - x - width / 2, at.y - y - height / 2) }];
        });
      });
    })()`),
  );
  expect(ends.length, `${state}: wires are drawn`).toBeGreaterThan(0);
  const astray = ends.filter(({ distance, size }) => distance > FURTHEST || size < LEAST_SIZE);
  expect(astray, `${state}: each wire ends on its ports`).toEqual([]);
}

/** The pixels of the inner half of a box: at least one. */
function middleOf({ x, y, width, height }: z.output<typeof box>): ScreenPoint[] {
  const range = (from: number, size: number): number[] => {
    const first = Math.floor(from + size / 4);
    const last = Math.max(first + 1, Math.ceil(from + (3 * size) / 4));
    return Array.from({ length: last - first }, (_, i) => first + i);
  };
  return range(y, height).flatMap((row) => range(x, width).map((column) => ({ x: column, y: row })));
}

/** Until the canvas neither glides nor is measured anew: who aims before that misses. */
export async function canvasAtRest(page: Page): Promise<void> {
  const place = (): Promise<string> =>
    page.evaluate(`(() => {
      const boxes = [...document.querySelectorAll(".react-flow__viewport, .rs-node")].map((e) => e.getBoundingClientRect());
      return boxes.map(({ x, y, width, height }) => [x, y, width, height].join(" ")).join("\\n");
    })()`);
  let last = "";
  await expect
    .poll(async () => {
      const before = last;
      last = await place();
      return last === before;
    }, "the canvas comes to rest")
    .toBe(true);
}

/** Where one aims for a port: its dot, what is written beside it, or a little beside the dot. */
export async function aimAtPort(
  page: Page,
  node: string,
  side: Side,
  port: string,
  aim: "dot" | "label" | "near miss" = "dot",
): Promise<ScreenPoint> {
  await canvasAtRest(page);
  const row = page.locator(`.rs-node[data-node-id="${node}"] .rs-port[data-side="${side}"][data-port="${port}"]`);
  const label = row.locator(".rs-port-label");
  // From some way off nobody sees a label to aim at.
  const isAimedAtLabel = aim === "label" && (await label.isVisible());
  const found = await (isAimedAtLabel ? label : row.locator("svg")).boundingBox();
  if (found === null) throw new Error(`${node} shows no ${side} ${port}`);
  const middle = { x: found.x + found.width / 2, y: found.y + found.height / 2 };
  return aim === "near miss" ? { x: middle.x + (side === "input" ? -12 : 12), y: middle.y } : middle;
}

/** In the middle of a node, where no port is. */
export async function aimAtBody(page: Page, node: string): Promise<ScreenPoint> {
  await canvasAtRest(page);
  const found = await page.locator(`.rs-node[data-node-id="${node}"]`).boundingBox();
  if (found === null) throw new Error(`${node} is not shown`);
  return { x: found.x + found.width / 2, y: found.y + found.height / 2 };
}

/** Presses at one place, and moves to the other as a hand does. The button stays down. */
export async function pull(page: Page, from: ScreenPoint, to: ScreenPoint): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  // The first move only tells that it is a drag.
  await page.mouse.move(from.x + 3, from.y + 3);
  await page.mouse.move(to.x, to.y, { steps: 8 });
}

export async function dragTo(page: Page, from: ScreenPoint, to: ScreenPoint): Promise<void> {
  await pull(page, from, to);
  await page.mouse.up();
}
