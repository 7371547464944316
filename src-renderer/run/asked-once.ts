// Answers that many components want and that stay the same: each question is asked once.

import { create, type StoreApi, type UseBoundStore } from "zustand";

type Answers<Answer> = Readonly<Record<string, Answer>>;

export interface AskedOnce<Answer> {
  /** Those that have come, by their questions. */
  readonly answers: UseBoundStore<StoreApi<Answers<Answer>>>;
  /** Asks, unless there is an answer or one is on its way. */
  readonly ask: (question: string) => void;
}

/** A question without an answer, `null`, and one that failed are asked again the next time. */
export function askedOnce<Answer>(
  answerTo: (question: string) => Promise<Answer | null>,
  onFailure: (fault: unknown) => void,
): AskedOnce<Answer> {
  const answers = create<Answers<Answer>>(() => ({}));
  const asked = new Set<string>();
  const ask = async (question: string): Promise<void> => {
    if (asked.has(question)) return;
    asked.add(question);
    try {
      const answer = await answerTo(question);
      if (answer === null) asked.delete(question);
      else answers.setState({ [question]: answer });
    } catch (fault) {
      asked.delete(question);
      onFailure(fault);
    }
  };
  return { answers, ask: (question) => void ask(question) };
}
