// A sheet of pictures side by side: a row for each prompt, a column for each way to make it.

import sharp, { type OverlayOptions } from "sharp";
import { resizeNearest, type Picture } from "./picture.ts";
import { letter, wrapText } from "./stroke-font.ts";

export interface ContactSheet {
  readonly title: string;
  /** Under the title, wrapped to at most three lines. */
  readonly subtitle?: string;
  readonly columns: readonly string[];
  readonly rows: readonly ContactSheetRow[];
}

export interface ContactSheetRow {
  readonly label: string;
  /** One for each column. */
  readonly cells: readonly ContactSheetCell[];
}

export interface ContactSheetCell {
  readonly picture: Picture;
  /** Under the picture, for instance its score. */
  readonly note?: string;
  /** Whether the note stands out, as the best of its row. */
  readonly isBest?: boolean;
}

const INK = "#1f2430";
const FAINT_INK = "#6b7280";
const ACCENT = "#0f766e";
const PAPER = "#ffffff";
const LINE = "#e5e7eb";

// All in pixels.
const MARGIN = 28;
const LABEL_WIDTH = 190;
const CELL_GAP = 14;
const ROW_GAP = 18;
/** Title and headings; each line of the subtitle comes on top. */
const HEADER_HEIGHT = 98;
const SUBTITLE_LINE_HEIGHT = 20;
const SUBTITLE_CAP_HEIGHT = 9;
const NOTE_HEIGHT = 24;
const LABEL_LINE_HEIGHT = 22;
/** Small pictures are enlarged by a whole factor to at least this, large ones reduced to at most that. */
const SMALLEST_CELL = 128;
const LARGEST_CELL = 256;

/** Draw the sheet. Pictures of different sizes are centred in cells as large as the largest. */
export async function drawContactSheet(sheet: ContactSheet): Promise<Picture> {
  const ragged = sheet.rows.find(({ cells }) => cells.length !== sheet.columns.length);
  if (ragged) throw new Error(`"${ragged.label}" has ${ragged.cells.length} cells for ${sheet.columns.length} columns`);
  const thumbnails = await Promise.all(
    sheet.rows.map(({ cells }) => Promise.all(cells.map(({ picture }) => fitPicture(picture)))),
  );
  const layout = layOut(sheet, thumbnails);
  const overlays = thumbnails.flatMap((row, rowIndex) =>
    row.map(({ data, width, height }, column): OverlayOptions => {
      const { x, y } = layout.cell(rowIndex, column);
      const left = x + Math.floor((layout.cellWidth - width) / 2);
      const top = y + Math.floor((layout.cellHeight - height) / 2);
      return { input: Buffer.from(data), raw: { width, height, channels: 3 }, left, top };
    }),
  );
  const { data, info } = await sharp(Buffer.from(drawLettering(sheet, layout)))
    .composite(overlays)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly subtitle: readonly string[];
  /** Top left corner. */
  readonly cell: (row: number, column: number) => { readonly x: number; readonly y: number };
}

function layOut({ columns, rows, subtitle = "" }: ContactSheet, thumbnails: readonly (readonly Picture[])[]): Layout {
  const cellWidth = Math.max(SMALLEST_CELL, ...thumbnails.flat().map(({ width }) => width));
  const cellHeight = Math.max(SMALLEST_CELL, ...thumbnails.flat().map(({ height }) => height));
  const hasNotes = rows.some(({ cells }) => cells.some(({ note }) => note !== undefined));
  const rowPitch = cellHeight + (hasNotes ? NOTE_HEIGHT : 0) + ROW_GAP;
  const columnPitch = cellWidth + CELL_GAP;
  const left = MARGIN + LABEL_WIDTH + CELL_GAP;
  const width = left + columns.length * columnPitch - CELL_GAP + MARGIN;
  const subtitleLines = wrapText(subtitle, width - 2 * MARGIN, SUBTITLE_CAP_HEIGHT, 3);
  const top = HEADER_HEIGHT + subtitleLines.length * SUBTITLE_LINE_HEIGHT;
  return {
    width,
    height: top + rows.length * rowPitch - ROW_GAP + MARGIN,
    cellWidth,
    cellHeight,
    subtitle: subtitleLines,
    cell: (row, column) => ({ x: left + column * columnPitch, y: top + row * rowPitch }),
  };
}

/** Everything but the pictures, as SVG. */
function drawLettering(sheet: ContactSheet, layout: Layout): string {
  const { width, height, cellWidth, cellHeight } = layout;
  const headings = sheet.columns.map((heading, column) =>
    letter(heading, {
      x: layout.cell(0, column).x + cellWidth / 2,
      y: layout.cell(0, column).y - 12,
      capHeight: 10,
      colour: INK,
      weight: "bold",
      anchor: "middle",
    }),
  );
  const rows = sheet.rows.flatMap(({ label, cells }, row) => [
    drawLabel(label, layout.cell(row, 0).y + cellHeight / 2),
    ...cells.map((cell, column) => drawFrame(cell, layout.cell(row, column), layout)),
  ]);
  const title = wrapText(sheet.title, width - 2 * MARGIN, 13, 1).join("");
  const top = [
    letter(title, { x: MARGIN, y: MARGIN + 12, capHeight: 13, colour: INK, weight: "bold" }),
    ...layout.subtitle.map((line, i) =>
      letter(line, {
        x: MARGIN,
        y: MARGIN + 36 + i * SUBTITLE_LINE_HEIGHT,
        capHeight: SUBTITLE_CAP_HEIGHT,
        colour: FAINT_INK,
      }),
    ),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<rect width="${width}" height="${height}" fill="${PAPER}"/>${[...top, ...headings, ...rows].join("")}</svg>`
  );
}

function drawLabel(label: string, middle: number): string {
  const capHeight = 10;
  const maxLines = 5;
  const lines = wrapText(label, LABEL_WIDTH, capHeight, maxLines);
  const firstBaseline = middle - ((lines.length - 1) * LABEL_LINE_HEIGHT) / 2 + capHeight / 2;
  return lines
    .map((line, i) => letter(line, { x: MARGIN, y: firstBaseline + i * LABEL_LINE_HEIGHT, capHeight, colour: INK }))
    .join("");
}

/** The frame of a picture, and what stands under it. */
function drawFrame(
  { note = "", isBest = false }: ContactSheetCell,
  { x, y }: { readonly x: number; readonly y: number },
  { cellWidth, cellHeight }: Layout,
): string {
  const frame = `<rect x="${x - 1}" y="${y - 1}" width="${cellWidth + 2}" height="${cellHeight + 2}" fill="${LINE}"/>`;
  return (
    frame +
    letter(note, {
      x: x + cellWidth / 2,
      y: y + cellHeight + 18,
      capHeight: 9,
      colour: isBest ? ACCENT : FAINT_INK,
      weight: isBest ? "bold" : "regular",
      anchor: "middle",
    })
  );
}

async function fitPicture(picture: Picture): Promise<Picture> {
  const longer = Math.max(picture.width, picture.height);
  if (longer <= LARGEST_CELL) return resizeNearest(picture, Math.ceil(SMALLEST_CELL / longer));
  const { width, height } = picture;
  const { data, info } = await sharp(picture.data, { raw: { width, height, channels: 3 } })
    .resize(LARGEST_CELL, LARGEST_CELL, { fit: "inside" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}
