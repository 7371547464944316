// Texts as ftfy's fix_text leaves them (Speer 2019), which OpenCLIP cleans its texts with: entities, mojibake, ligatures, wide letters,
// curly quotes, line ends, control characters, and canonical composition; again until nothing changes.

import { unescapeHtmlStrictly } from "./html-entities.ts";
import { undoMojibake } from "./mojibake.ts";

/** Line by line, as ftfy does. From the first line on that holds "<", the text may be HTML itself, whose entities are then left. */
export function fixText(text: string): string {
  const marked = text.indexOf("<");
  const lineStart = marked === -1 ? text.length : text.lastIndexOf("\n", marked) + 1;
  let start = 0;
  return text
    .split(/(?<=\n)/)
    .map((line) => {
      const isBefore = start < lineStart;
      start += line.length;
      return fixLine(line, isBefore);
    })
    .join("");
}

function fixLine(line: string, hasEntities: boolean): string {
  let now = line;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = now;
    now = undoMojibake(hasEntities && !now.includes("<") ? unescapeHtmlStrictly(now) : now);
    now = fixCharacters(now).normalize("NFC");
    if (now === before) break;
  }
  return now;
}

/** Text that was escaped more often in a row was made to be: each round is a pass over all of it. */
const MOST_ROUNDS = 100;

function fixCharacters(text: string): string {
  return (
    text
      // C1 controls, which Windows-1252 has letters for.
      .replace(/[\x80-\x9f]/g, (control) =>
        new TextDecoder("windows-1252").decode(Uint8Array.of(control.charCodeAt(0))),
      )
      .replace(LIGATURES, (character) => TAKEN_APART[character] ?? character)
      .replace(/[\u3000\uff01-\uffef]/g, (wide) => wide.normalize("NFKC"))
      .replace(/[\u201c-\u201f]/g, '"')
      .replace(/[\u02bc\u2018-\u201b]/g, "'")
      .replace(/\r\n|[\r\u2028\u2029\u0085]/g, "\n")
      .replace(/\p{Surrogate}/gu, "\ufffd")
      // Colours of a terminal.
      .replace(/\x1b\[[\d;]*[a-zA-Z]/g, "")
      .replace(/[\x00-\x08\x0b\x0e-\x1f\x7f\u206a-\u206f\ufeff\ufff9-\ufffc]/g, "")
  );
}

/** Ligatures of Latin letters, and pairs of letters that were given one place for the sake of old encodings. */
const TAKEN_APART: Readonly<Record<string, string>> = {
  Ĳ: "IJ",
  ĳ: "ij",
  ŉ: "ʼn",
  Ǳ: "DZ",
  ǲ: "Dz",
  ǳ: "dz",
  Ǆ: "DŽ",
  ǅ: "Dž",
  ǆ: "dž",
  Ǉ: "LJ",
  ǈ: "Lj",
  ǉ: "lj",
  Ǌ: "NJ",
  ǋ: "Nj",
  ǌ: "nj",
  ﬀ: "ff",
  ﬁ: "fi",
  ﬂ: "fl",
  ﬃ: "ffi",
  ﬄ: "ffl",
  ﬅ: "ſt",
  ﬆ: "st",
};
const LIGATURES = new RegExp(`[${Object.keys(TAKEN_APART).join("")}]`, "gu");
