// The queue of workers that the editor is to use: where it is, and what there is of it. No password crosses.

import { z } from "zod";
import { call, stream } from "../contract.ts";
import { queueNews } from "../queue-news.ts";

const nothing = z.object({});

export const queueSetting = z.object({
  /** `environment`: nothing is set here, and the environment of the program names one; `null`: there is none. */
  from: z.enum(["studio", "environment"]).nullable(),
  /** With asterisks in the place of a password. */
  address: z.string().nullable(),
  hasPassword: z.boolean(),
  hasToken: z.boolean(),
  /** What starts a worker of it on another machine, with words in the place of secrets. */
  workerCommand: z.string().nullable(),
  /** Of this program: workers of another one take no part in what it hands out. */
  version: z.string(),
});
export type QueueSetting = z.output<typeof queueSetting>;

export const queueApi = {
  queueSetting: call({ input: nothing, output: queueSetting, anyTime: true }),
  /** What is left out stays as it is set here. An empty token: none. */
  saveQueue: call({
    input: z.object({
      address: z.string().max(2000).exactOptional(),
      token: z.string().max(500).exactOptional(),
    }),
    output: queueSetting,
    anyTime: true,
  }),
  /** Then that of the environment counts, if it names one. */
  removeQueue: call({ input: nothing, output: queueSetting, anyTime: true }),
  /** What there is of it, again and again, until it is cancelled. Refused if it cannot be reached. */
  watchQueue: stream({ input: nothing, event: queueNews, result: nothing, anyTime: true }),
};
