// One component makes the buttons that are an icon alone, so that none lacks a name, a tooltip or its keys.

import { expect, test } from "vitest";

const COMPONENTS = import.meta.glob<string>("../**/*.tsx", { query: "?raw", import: "default", eager: true });
const MAKER = "./IconButton.tsx";

/** Buttons and links that hold nothing but an icon. */
function bareIcons(source: string): string[] {
  const buttons = source.matchAll(/<(button|a)\b(?:(?!<\/\1>)[^])*<\/\1>/g);
  return [...buttons].flatMap(([button]) =>
    />\s*<[A-Z]\w* size=\{\d+\}[^<>]*\/>\s*<\/\w+>$/.test(button) ? [button] : [],
  );
}

test("no other component makes icon buttons of that look", () => {
  const makers = Object.entries(COMPONENTS).flatMap(([file, source]) =>
    source.includes("rs-icon-button") ? [file] : [],
  );
  expect(makers).toEqual([MAKER]);
});

test.each(Object.entries(COMPONENTS))(
  "%s names each icon in a button of another look, also for the pointer",
  (_, source) => {
    for (const button of bareIcons(source)) {
      expect(button).toContain("aria-label=");
      expect(button).toContain("title=");
    }
  },
);

test("an icon alone is found, and one with words is not", () => {
  expect(bareIcons('<button type="button" onClick={close}>\n  <X size={13} aria-hidden />\n</button>')).toHaveLength(1);
  expect(bareIcons('<button type="button"><X size={13} /> {words.close}</button>')).toEqual([]);
  expect(bareIcons("<a href={url}>{name} <ExternalLink size={11} /></a>")).toEqual([]);
});
