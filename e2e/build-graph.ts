// Building a graph on an empty canvas by keyboard, as one who knows what to wire with what.

import { expect, type Locator, type Page } from "@playwright/test";
import { choose, nodeOf } from "./editor-app.ts";

export interface GraphNode<Id extends string> {
  /** By which the wires name it. */
  readonly id: Id;
  readonly title: string;
  /** A parameter by its label, and what is filled in. */
  readonly chosen?: readonly [label: string, value: string, ...others: string[]];
}

export type GraphWire<Id extends string> = readonly [from: Id, output: string, to: Id, input: string];

/** @returns the ids that the page has given the nodes */
export async function buildByKeyboard<Id extends string>(
  page: Page,
  nodes: readonly GraphNode<Id>[],
  wires: readonly GraphWire<Id>[],
): Promise<ReadonlyMap<Id, string>> {
  const ids = new Map<Id, string>();
  for (const { id, title, chosen } of nodes) {
    await page.keyboard.press("Tab");
    await choose(page, title);
    await page.keyboard.press("f"); // what is out of sight is not drawn
    ids.set(id, await selectedId(page));
    if (chosen !== undefined) await fillByKeyboard(page, chosen[0], chosen[1]);
    for (const [from, output, to, input] of wires.filter((wire) => wire[2] === id)) {
      const [source, target] = [ids.get(from) ?? "", ids.get(to) ?? ""];
      await page.keyboard.press("c");
      await choose(page, `input ${await labelOf(page, target, "target", input)}`);
      await expect(page.getByRole("dialog")).toContainText(`Connect ${input} to`);
      await choose(page, `${source} ${await labelOf(page, source, "source", output)}`);
    }
  }
  return ids;
}

export async function selectedId(page: Page): Promise<string> {
  const selected = page.locator(".rs-node.rs-is-selected");
  await expect(selected).toHaveCount(1);
  return (await selected.getAttribute("data-node-id")) ?? "";
}

async function labelOf(page: Page, node: string, side: "source" | "target", port: string): Promise<string> {
  // Where it is far away it is hidden, but it is the same.
  const label = nodeOf(page, node).locator(`.rs-port:has(.${side}[data-handleid="${port}"]) .rs-port-label`);
  return (await label.textContent()) ?? "";
}

/** From the canvas: to the inspector beside it, on to the field that is meant, and out of it again. */
async function fillByKeyboard(page: Page, label: string, value: string): Promise<void> {
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const goTo = async (region: Locator): Promise<void> => {
    for (let i = 0; i < 6 && (await region.and(page.locator(":focus")).count()) === 0; i++)
      await page.keyboard.press("F6");
    await expect(region).toBeFocused();
  };
  await goTo(inspector);
  const field = inspector.getByLabel(label, { exact: true });
  for (let i = 0; i < 6 && (await field.and(page.locator(":focus")).count()) === 0; i++)
    await page.keyboard.press("Tab");
  await expect(field).toBeFocused();
  await page.keyboard.insertText(value);
  await goTo(page.getByRole("region", { name: "Canvas" }));
}
