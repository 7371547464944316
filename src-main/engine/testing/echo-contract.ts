// A contract for the tests of the engine process; echo-engine.ts serves it.

import { z } from "zod";
import { call, stream } from "../../common/contract.ts";

export const echoContract = {
  echo: call({ input: z.object({ value: z.unknown() }), output: z.object({ value: z.unknown() }) }),
  double: call({ input: z.object({ value: z.number().max(1000) }), output: z.number() }),
  /** Counts as fast as it is let; the result is the last number it sent. */
  count: stream({
    input: z.object({ to: z.int(), size: z.int().default(0) }),
    event: z.object({ number: z.int(), bytes: z.instanceof(Uint8Array) }),
    result: z.int(),
  }),
  /** How far the last `count` has come, even while it works. */
  counted: call({ input: z.object({}), output: z.int(), anyTime: true }),
  /** Works until it is cancelled, then tells what it did. */
  untilCancelled: stream({ input: z.object({}), event: z.string(), result: z.string() }),
  giveUpWhenCancelled: call({ input: z.object({}), output: z.never() }),
  /** Resolves a little later with the order in which it was reached. */
  order: call({ input: z.object({}), output: z.int() }),
  refuseAll: call({ input: z.object({}), output: z.never() }),
  fault: call({ input: z.object({}), output: z.never() }),
  wrongAnswer: call({ input: z.object({}), output: z.number() }),
  /** Lets no event in for so long, as a network that runs. */
  block: call({ input: z.object({ seconds: z.number() }), output: z.object({}) }),
  pid: call({ input: z.object({}), output: z.int(), anyTime: true }),
  die: call({ input: z.object({ code: z.int(), log: z.string() }), output: z.never() }),
};
