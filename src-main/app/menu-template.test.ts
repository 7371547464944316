import type { MenuItemConstructorOptions } from "electron";
import { describe, expect, test } from "vitest";
import { menuCommand, type MenuCommand } from "../common/studio/menu-command.ts";
import { mayOpenExternally } from "./external-links.ts";
import { menuTemplate } from "./menu-template.ts";

function menuOf(platform: NodeJS.Platform) {
  const chosen: MenuCommand[] = [];
  const links: string[] = [];
  const template = menuTemplate(platform, {
    command: (command) => chosen.push(command),
    showLog: () => undefined,
    showFolder: () => undefined,
    openLink: (link) => links.push(link),
  });
  const items = template.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  return { template, items, chosen, links };
}

/** Our items take no notice of what Electron hands to them. */
function choose({ click }: MenuItemConstructorOptions): void {
  (click as (() => void) | undefined)?.();
}

describe.each<NodeJS.Platform>(["linux", "win32", "darwin"])("the menus of %s", (platform) => {
  test("name every command of the page once", () => {
    const { items, chosen } = menuOf(platform);
    items.forEach(choose);
    expect(chosen.toSorted()).toEqual(menuCommand.options.toSorted());
  });

  test("leave every shortcut to the page", () => {
    const { items } = menuOf(platform);
    const shown = items.filter(({ accelerator }) => accelerator !== undefined);
    expect(shown.length).toBeGreaterThan(8);
    expect(shown.filter(({ registerAccelerator }) => registerAccelerator !== false)).toEqual([]);
  });

  test("have no role that would undo text behind the page's back", () => {
    expect(menuOf(platform).items.map(({ role }) => role)).not.toContain("undo");
  });

  test("use no shortcut twice", () => {
    const shortcuts = menuOf(platform).items.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });

  test("link only to where the browser may be sent", () => {
    const { items, links } = menuOf(platform);
    items.forEach(choose);
    expect(links.every(mayOpenExternally)).toBe(true);
    expect(links).not.toEqual([]);
  });
});

test("only macOS has a menu of the app", () => {
  expect(menuOf("darwin").template[0]?.role).toBe("appMenu");
  expect(menuOf("linux").template[0]?.role).toBeUndefined();
});
