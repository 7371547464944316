// The picture of an evaluation: a row a prompt, a column a negative, the training reward under each.

import { CONDITIONS, type Condition, type EvaluationScore } from "../common/evaluation-report.ts";
import type { ContactSheet, ContactSheetRow } from "../pictures/contact-sheet.ts";
import type { Picture } from "../pictures/picture.ts";

const HEADINGS: { readonly [C in Condition]: string } = {
  null: "no negative",
  handcrafted: "handwritten",
  learned: "learned",
};

export interface Comparison {
  readonly scores: readonly Pick<EvaluationScore, "condition" | "prompt" | "seed" | "train">[];
  /** In the order of the scores. */
  readonly pictures: readonly Picture[];
}

/** @param rows the most that are shown; each is of the first seed of its prompt */
export function comparisonSheet({ scores, pictures }: Comparison, handwritten: string, rows: number): ContactSheet {
  const seed = scores[0]?.seed;
  const prompts = [...new Set(scores.map(({ prompt }) => prompt))].slice(0, rows);
  return {
    title: "Before and after",
    subtitle: `the same noise across a row; training reward under each picture; handwritten: "${handwritten}"`,
    columns: CONDITIONS.map((condition) => HEADINGS[condition]),
    rows: prompts.map((prompt): ContactSheetRow => {
      const cells = CONDITIONS.map((condition) => {
        const i = scores.findIndex((s) => s.condition === condition && s.prompt === prompt && s.seed === seed);
        const [score, picture] = [scores[i], pictures[i]];
        if (score === undefined || picture === undefined) throw new Error(`no picture of ${prompt}, ${condition}`);
        return { picture, value: score.train };
      });
      const best = Math.max(...cells.map(({ value }) => value));
      return {
        label: prompt,
        cells: cells.map(({ picture, value }) => ({ picture, note: value.toFixed(3), isBest: value === best })),
      };
    }),
  };
}
