import { expect, it, vi } from "vitest";
import { askedOnce } from "./asked-once.ts";

it("however many want to know it, a question is asked once", async () => {
  const answerTo = vi.fn<(path: string) => Promise<number>>(async (path) => path.length);
  const lengths = askedOnce(answerTo, () => undefined);
  for (let card = 0; card < 40; card++) lengths.ask("runs/a");
  lengths.ask("runs/bc");
  await expect.poll(() => lengths.answers.getState()).toEqual({ "runs/a": 6, "runs/bc": 7 });
  lengths.ask("runs/a");
  expect(answerTo).toHaveBeenCalledTimes(2);
});

it("a question that failed, or had no answer, is asked again", async () => {
  const answers = [Promise.reject(new Error("gone")), Promise.resolve(null), Promise.resolve(3)];
  const failed = vi.fn<(fault: unknown) => void>();
  const lengths = askedOnce(() => answers.shift() ?? Promise.resolve(null), failed);
  lengths.ask("runs/a");
  await expect.poll(() => failed).toHaveBeenCalledOnce();
  lengths.ask("runs/a");
  await expect.poll(() => answers).toHaveLength(1);
  await Promise.resolve();
  lengths.ask("runs/a");
  await expect.poll(() => lengths.answers.getState()).toEqual({ "runs/a": 3 });
});
