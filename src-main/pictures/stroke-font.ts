// Lettering without fonts: each character is a path of thin strokes, so that pictures look the same on every machine.

/**
 * A glyph's width and its path. Units: capitals reach from y = 0 down to the baseline at 14, small letters start at 4,
 * descenders end at 18; x runs from 0 to the width, along the middle of the strokes.
 */
type Glyph = readonly [width: number, path: string];

const CAP_HEIGHT = 14;
/** Between the strokes of two characters. */
const GAP = 3.8;
const STROKE = { regular: 1.7, bold: 2.5 } as const;

export interface Lettering {
  /** Left end of the text, its middle, or its right end, by `anchor`; in pixels. */
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  /** Height of capital letters, in pixels. */
  readonly capHeight: number;
  readonly colour: string;
  readonly weight?: keyof typeof STROKE;
  readonly anchor?: "start" | "middle" | "end";
}

/** An SVG group that draws one line of text. A character that the font lacks becomes a box. */
export function letter(text: string, options: Lettering): string {
  const { x, y, capHeight, colour, weight = "regular", anchor = "start" } = options;
  const scale = capHeight / CAP_HEIGHT;
  const left = x - { start: 0, middle: 0.5, end: 1 }[anchor] * measureText(text, capHeight);
  const paths: string[] = [];
  let position = 0;
  for (const [width, path] of glyphsOf(text)) {
    if (path !== "") paths.push(`<path transform="translate(${round(position)})" d="${path}"/>`);
    position += width + GAP;
  }
  return (
    `<g transform="translate(${round(left)} ${round(y)}) scale(${round(scale)}) translate(0 ${-CAP_HEIGHT})" fill="none" ` +
    `stroke="${colour}" stroke-width="${STROKE[weight]}" stroke-linecap="round" stroke-linejoin="round">${paths.join("")}</g>`
  );
}

/** Width of one line of text in pixels. */
export function measureText(text: string, capHeight: number): number {
  const glyphs = glyphsOf(text);
  const units = glyphs.reduce((sum, [width]) => sum + width + GAP, 0) - (glyphs.length === 0 ? 0 : GAP);
  return (units * capHeight) / CAP_HEIGHT;
}

/** Lines no wider than `width` pixels, broken between words where possible; what does not fit into `maxLines` ends in "…". */
export function wrapText(text: string, width: number, capHeight: number, maxLines: number): readonly string[] {
  const fits = (line: string): boolean => measureText(line, capHeight) <= width;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    for (let head = cut(line, fits); head !== line; head = cut(line, fits)) {
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  if (line !== "") lines.push(line);
  if (lines.length <= maxLines) return lines;
  const last = lines.slice(maxLines - 1).join(" ");
  return [...lines.slice(0, maxLines - 1), `${cut(last, (head) => fits(`${head}…`)).trimEnd()}…`];
}

/** The longest head of a text that fits, at least one character. */
function cut(text: string, fits: (head: string) => boolean): string {
  const characters = charactersOf(text);
  let count = characters.length;
  while (count > 1 && !fits(characters.slice(0, count).join(""))) count -= 1;
  return characters.slice(0, count).join("");
}

function glyphsOf(text: string): readonly Glyph[] {
  return charactersOf(text).map((character) => GLYPHS.get(character) ?? BOX);
}

/** As a reader counts them: an emoji of several code points is one. */
function charactersOf(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text), ({ segment }) => segment);
}

/** Of SVG numbers; a thousandth of a pixel cannot be seen. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

const BOX: Glyph = [8, "M0 0h8v14h-8z"];
const BOWL = "a4.5 5 0 1 0 9 0a4.5 5 0 1 0-9 0";

const GLYPHS: ReadonlyMap<string, Glyph> = new Map<string, Glyph>([
  [" ", [2.4, ""]],
  ["!", [0, "M0 0v9.4M0 14h.01"]],
  ['"', [3.4, "M0 0v3.6M3.4 0v3.6"]],
  ["#", [9, "M3.2 1l-1.6 12M7.4 1l-1.6 12M.4 4.8h8.6M0 9.2h8.6"]],
  [
    "$",
    [
      8.4,
      "M8 3.4c-.8-1.3-2.2-2-3.9-2c-2.2 0-3.7 1.1-3.7 2.7c0 4.2 8 1.6 8 5.8c0 1.7-1.8 2.7-4 2.7c-2 0-3.6-.8-4.3-2.3M4.2-1v16",
    ],
  ],
  ["%", [12, "M0 3a2.5 3 0 1 0 5 0a2.5 3 0 1 0-5 0M7 11a2.5 3 0 1 0 5 0a2.5 3 0 1 0-5 0M10.4 0l-8.8 14"]],
  ["&", [10.6, "M10.4 14L2.8 5.2c-2-2.6-.6-5.2 2-5.2c3.6 0 4 4 .6 5.8l-2 1.1c-5 2.6-4 7.1.4 7.1c3.6 0 6-3 6.4-6.6"]],
  ["'", [0, "M0 0v3.6"]],
  ["(", [3.2, "M3.2-1.4q-6.4 8.6 0 17.2"]],
  [")", [3.2, "M0-1.4q6.4 8.6 0 17.2"]],
  ["*", [6, "M3 0v6.6M.2 1.6l5.6 3.4M5.8 1.6l-5.6 3.4"]],
  ["+", [8.4, "M0 8h8.4M4.2 3.8v8.4"]],
  [",", [1, "M1 13.6q.2 2-1 3.4"]],
  ["-", [4.6, "M0 8.8h4.6"]],
  [".", [0, "M0 14h.01"]],
  ["/", [6, "M6-1l-6 16.4"]],
  ["0", [8.6, "M0 7a4.3 7 0 1 0 8.6 0a4.3 7 0 1 0-8.6 0"]],
  ["1", [8.6, "M1.6 2.8l3.6-2.8v14"]],
  ["2", [8.6, "M.4 3.6a4.1 3.9 0 0 1 8 .4c0 3.4-3.6 5-8.2 10h8.4"]],
  ["3", [8.6, "M.6 2.2q1.2-2.2 3.6-2.2a3.6 3.3 0 0 1 0 6.6h-1.4M4.2 6.6a4.2 3.7 0 0 1 0 7.4q-2.8 0-4-2.4"]],
  ["4", [8.6, "M6.4 14v-14l-6.4 10h8.6"]],
  ["5", [8.6, "M7.8 0h-6.2l-.8 6.2q1.6-1.4 3.6-1.4a4.2 4.6 0 0 1 0 9.2q-2.8 0-4.2-2.2"]],
  ["6", [8.6, "M7.6 1.6q-1-1.6-3-1.6c-3.4 0-4.6 4.4-4.6 9.4a4.3 4.6 0 1 0 8.6 0a4.3 4.6 0 0 0-8.6 0"]],
  ["7", [8.6, "M0 0h8.6l-5.4 14"]],
  ["8", [8.6, "M.8 3.4a3.5 3.4 0 1 0 7 0a3.5 3.4 0 1 0-7 0M0 10.4a4.3 3.6 0 1 0 8.6 0a4.3 3.6 0 1 0-8.6 0"]],
  ["9", [8.6, "M1 12.4q1 1.6 3 1.6c3.4 0 4.6-4.4 4.6-9.4a4.3 4.6 0 1 0-8.6 0a4.3 4.6 0 0 0 8.6 0"]],
  [":", [0, "M0 6h.01M0 13.6h.01"]],
  [";", [1, "M1 6h.01M1 13.6q.2 2-1 3.4"]],
  ["<", [7, "M7 3.6l-7 4.4l7 4.4"]],
  ["=", [8.4, "M0 5.8h8.4M0 10.2h8.4"]],
  [">", [7, "M0 3.6l7 4.4l-7 4.4"]],
  ["?", [7.4, "M0 2.8a3.7 3.3 0 0 1 7.4.6c0 3.2-3.6 3.2-3.6 6.4M3.8 14h.01"]],
  [
    "@",
    [
      13.4,
      "M9.6 4.6v5.2q.2 1.8 1.8 1.8c2.8-1 2.4-9.8-4.4-10.2a6.7 6.9 0 1 0 3 13.2M9.6 8a2.8 3.2 0 1 0-5.6 0a2.8 3.2 0 1 0 5.6 0",
    ],
  ],
  ["A", [11, "M0 14l5.5-14l5.5 14M2 9.2h7"]],
  ["B", [8.8, "M0 0v14h5a3.7 3.7 0 0 0 0-7.4h-5M0 0h4.4a3.3 3.3 0 0 1 0 6.6"]],
  ["C", [11, "M11 2.6a6.2 7 0 1 0 0 8.8"]],
  ["D", [11, "M0 0v14h4a7 7 0 0 0 0-14z"]],
  ["E", [8, "M8 0h-8v14h8M0 6.8h7"]],
  ["F", [7.6, "M7.6 0h-7.6v14M0 6.8h6.6"]],
  ["G", [12.2, "M10.8 2.4a6.2 7 0 1 0 1.4 5h-4.8"]],
  ["H", [10, "M0 0v14M10 0v14M0 6.8h10"]],
  ["I", [0, "M0 0v14"]],
  ["J", [6, "M6 0v10a3.2 4 0 0 1-6 1.4"]],
  ["K", [9.6, "M0 0v14M9.2 0l-9.2 8.8M3.6 5.4l6 8.6"]],
  ["L", [7.4, "M0 0v14h7.4"]],
  ["M", [12, "M0 14v-14l6 9l6-9v14"]],
  ["N", [10, "M0 14v-14l10 14v-14"]],
  ["O", [12.6, "M0 7a6.3 7 0 1 0 12.6 0a6.3 7 0 1 0-12.6 0"]],
  ["P", [8.8, "M0 14v-14h4.9a3.9 3.9 0 0 1 0 7.8h-4.9"]],
  ["Q", [12.6, "M0 7a6.3 7 0 1 0 12.6 0a6.3 7 0 1 0-12.6 0M8.2 10.2l4 4.6"]],
  ["R", [9.2, "M0 14v-14h4.9a3.9 3.9 0 0 1 0 7.8h-4.9M4.6 7.8l4.6 6.2"]],
  [
    "S",
    [
      9,
      "M8.6 2.4c-1-1.6-2.6-2.4-4.3-2.4c-2.4 0-4 1.5-4 3.5c0 4.8 8.6 2 8.6 6.9c0 2.2-1.9 3.6-4.4 3.6c-2.1 0-3.7-.9-4.5-2.7",
    ],
  ],
  ["T", [9.6, "M0 0h9.6M4.8 0v14"]],
  ["U", [10, "M0 0v9a5 5 0 0 0 10 0v-9"]],
  ["V", [10.6, "M0 0l5.3 14l5.3-14"]],
  ["W", [16, "M0 0l4 14l4-14l4 14l4-14"]],
  ["X", [9.6, "M0 0l9.6 14M9.6 0l-9.6 14"]],
  ["Y", [10, "M0 0l5 7.4l5-7.4M5 7.4v6.6"]],
  ["Z", [9.4, "M0 0h9.4l-9.4 14h9.4"]],
  ["[", [3.2, "M3.2-1.4h-3.2v17.2h3.2"]],
  ["\\", [6, "M0-1l6 16.4"]],
  ["]", [3.2, "M0-1.4h3.2v17.2h-3.2"]],
  ["^", [7, "M0 5l3.5-5l3.5 5"]],
  ["_", [8.4, "M0 16h8.4"]],
  ["`", [2.6, "M0 0l2.6 2.4"]],
  ["a", [9, `M9 4v10M0 9${BOWL}`]],
  ["b", [9, `M0-.6v14.6M0 9${BOWL}`]],
  ["c", [8, "M8 6a4.7 5 0 1 0 0 6"]],
  ["d", [9, `M9-.6v14.6M0 9${BOWL}`]],
  ["e", [9, "M0 9h9a4.5 5 0 1 0-1.6 3.8"]],
  ["f", [5.4, "M5.4-.6h-.6a2.9 2.9 0 0 0-2.9 2.9v11.7M0 4h5"]],
  ["g", [9, `M9 4v9.8a4.4 4.4 0 0 1-4.4 4.4q-2.2 0-3.6-1.1M0 9${BOWL}`]],
  ["h", [8.2, "M0-.6v14.6M0 8.2a4.1 4.2 0 0 1 8.2 0v5.8"]],
  ["i", [0, "M0 4v10M0 0h.01"]],
  ["j", [2.6, "M2.6 4v11.4a2.7 2.7 0 0 1-2.6 2.8M2.6 0h.01"]],
  ["k", [7.6, "M0-.6v14.6M7.2 4l-7.2 6.6M2.8 8l4.8 6"]],
  ["l", [2, "M0-.6v12.2q0 2.4 2 2.4"]],
  ["m", [13.6, "M0 4v10M0 7.8a3.4 3.8 0 0 1 6.8 0v6.2M6.8 7.8a3.4 3.8 0 0 1 6.8 0v6.2"]],
  ["n", [8.2, "M0 4v10M0 8.2a4.1 4.2 0 0 1 8.2 0v5.8"]],
  ["o", [9, `M0 9${BOWL}`]],
  ["p", [9, `M0 4v14.2M0 9${BOWL}`]],
  ["q", [9, `M9 4v14.2M0 9${BOWL}`]],
  ["r", [4.8, "M0 4v10M0 8.4q.4-4.4 4.8-4.2"]],
  [
    "s",
    [
      7.2,
      "M6.9 5.7c-.9-1.1-2.1-1.7-3.4-1.7c-2 0-3.2 1.1-3.2 2.5c0 3.5 6.9 1.4 6.9 5c0 1.5-1.5 2.5-3.5 2.5c-1.7 0-2.9-.6-3.7-1.8",
    ],
  ],
  ["t", [5.4, "M1.9.6v10.4a3 3 0 0 0 3 3h.5M0 4h5.2"]],
  ["u", [8.2, "M0 4v5.8a4.1 4.2 0 0 0 8.2 0M8.2 4v10"]],
  ["v", [8, "M0 4l4 10l4-10"]],
  ["w", [12.4, "M0 4l3.1 10l3.1-10l3.1 10l3.1-10"]],
  ["x", [7.4, "M0 4l7.4 10M7.4 4l-7.4 10"]],
  ["y", [8, "M0 4l4.1 9.8M8 4l-5.2 12.3q-.8 1.9-2.4 1.9"]],
  ["z", [7.2, "M0 4h7.2l-7.2 10h7.2"]],
  ["{", [4.4, "M4.4-1.4q-2.6 0-2.6 2.6v3.4q0 2.4-1.8 2.6q1.8.2 1.8 2.6v3.4q0 2.6 2.6 2.6"]],
  ["|", [0, "M0-1.4v17.2"]],
  ["}", [4.4, "M0-1.4q2.6 0 2.6 2.6v3.4q0 2.4 1.8 2.6q-1.8.2-1.8 2.6v3.4q0 2.6-2.6 2.6"]],
  ["~", [8.4, "M0 9.2c1.4-3.4 3.4-2.6 4.4-1.4c1.2 1.4 3 1.6 4-1.2"]],
  // Beyond ASCII: what our own reports and common prompts use.
  ["…", [9, "M0 14h.01M4.5 14h.01M9 14h.01"]],
  ["−", [8.4, "M0 8h8.4"]],
  ["–", [7.4, "M0 8.8h7.4"]],
  ["·", [0, "M0 8h.01"]],
  ["±", [8.4, "M0 6.4h8.4M4.2 2.2v8.4M0 13.6h8.4"]],
  ["×", [6.4, "M0 4.8l6.4 6.4M6.4 4.8l-6.4 6.4"]],
  ["→", [11.4, "M0 8h11.4M7.6 4.2l3.8 3.8l-3.8 3.8"]],
  ["’", [1, "M1 0q.2 2-1 3.4"]],
  ["“", [4.6, "M1.2 0q-1.4 1.4-1.2 3.4M4.6 0q-1.4 1.4-1.2 3.4"]],
  ["”", [4.6, "M1.2 0q.2 2-1.2 3.4M4.6 0q.2 2-1.2 3.4"]],
]);
