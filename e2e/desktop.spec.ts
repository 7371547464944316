// The desktop app in a real Electron, where there is one.

import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { findElectron, NO_ELECTRON, startDesktop } from "./electron-app.ts";

const WORKFLOWS = join(import.meta.dirname, "../resources/workflows");

test("the desktop window shows the editor, confined, with the file that it was opened with", async () => {
  const electron = findElectron();
  test.skip(electron === null, NO_ELECTRON);
  if (electron === null) return;
  const [file = ""] = readdirSync(WORKFLOWS).filter((name) => name.endsWith(".reneg.json"));
  const home = test.info().outputPath("home");
  mkdirSync(home, { recursive: true });
  const app = await startDesktop(electron, home, join(WORKFLOWS, file));
  const page = await app.firstWindow();
  await expect(page).toHaveURL("app://studio/");
  await expect(page.getByText(file.replace(".reneg.json", "")).first()).toBeVisible();
  expect(await page.evaluate("typeof require + typeof process + Object.keys(studioShell)")).toBe(
    "undefinedundefinedrequestPort",
  );
  expect(await page.evaluate("fetch('https://example.org/').then(() => 'fetched', () => 'refused')")).toBe("refused");
  await app.close();
  expect(existsSync(join(home, "lock"))).toBe(false);
  expect(existsSync(join(home, "crash.log"))).toBe(false);
});
