import { expect, test } from "vitest";
import { drawContactSheet, type ContactSheetRow } from "./contact-sheet.ts";
import type { Picture } from "./picture.ts";

function plain(width: number, height: number, colour: readonly [number, number, number]): Picture {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => colour[i % 3] ?? 0);
  return { width, height, data };
}

function countColour({ data }: Picture, colour: readonly [number, number, number]): number {
  let count = 0;
  for (let i = 0; i < data.length; i += 3) {
    if (colour.every((value, channel) => data[i + channel] === value)) count += 1;
  }
  return count;
}

const RED = [200, 10, 20] as const;
const BLUE = [10, 20, 200] as const;

function row(label: string, ...pictures: readonly Picture[]): ContactSheetRow {
  return { label, cells: pictures.map((picture) => ({ picture, note: "0.412" })) };
}

test("each picture is there with every pixel, enlarged by a whole factor, left to right", async () => {
  const sheet = await drawContactSheet({
    title: "Before and after",
    columns: ["no negative", "learned"],
    rows: [row("a red apple", plain(64, 64, RED), plain(64, 64, BLUE))],
  });
  expect(countColour(sheet, RED)).toBe(128 * 128);
  expect(countColour(sheet, BLUE)).toBe(128 * 128);
  expect(sheet.data).toHaveLength(3 * sheet.width * sheet.height);
  const firstOf = (colour: readonly [number, number, number]): number => {
    for (let i = 0; i < sheet.data.length; i += 3) {
      if (colour.every((value, channel) => sheet.data[i + channel] === value)) return (i / 3) % sheet.width;
    }
    return -1;
  };
  expect(firstOf(RED)).toBeLessThan(firstOf(BLUE));
});

test("a large picture is reduced, and a smaller one beside it keeps its own size", async () => {
  const sheet = await drawContactSheet({
    title: "Sizes",
    columns: ["large", "small"],
    rows: [row("a", plain(512, 256, RED), plain(200, 100, BLUE))],
  });
  expect(countColour(sheet, RED)).toBe(256 * 128);
  expect(countColour(sheet, BLUE)).toBe(200 * 100);
});

test("each row adds the same height", async () => {
  const heightOf = async (count: number): Promise<number> => {
    const rows = Array.from({ length: count }, () => row("a", plain(64, 64, RED)));
    return (await drawContactSheet({ title: "", columns: ["a"], rows })).height;
  };
  const [one, two, three] = [await heightOf(1), await heightOf(2), await heightOf(3)];
  expect(three - two).toBe(two - one);
});

test("a label is text, whatever markup it looks like", async () => {
  const sheet = await drawContactSheet({
    title: "<script>",
    columns: ["a & b"],
    rows: [row('</svg><image href="/etc/passwd"/>', plain(64, 64, RED))],
  });
  expect(countColour(sheet, RED)).toBe(128 * 128);
});

test("a row with another number of cells than columns is our own fault", async () => {
  const sheet = { title: "", columns: ["a", "b"], rows: [row("apple", plain(1, 1, RED))] };
  await expect(drawContactSheet(sheet)).rejects.toThrow('"apple" has 1 cells for 2 columns');
});
