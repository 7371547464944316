// The queue of workers that this studio uses, kept in a file that only its user can read: the address may hold a password.

import { z } from "zod";
import { refuse } from "../common/diagnostic.ts";
import { addressOf, HIDDEN, shownAddress } from "../common/queue/queue-address.ts";
import type { QueueSetting } from "../common/studio/queue.ts";
import { removeFile } from "../weights/atomic-write.ts";
import type { Home } from "./home.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";

const place = z.object({
  /** With its password. */
  address: z.string(),
  /** What its workers know; empty: nothing. */
  token: z.string(),
});
export type QueuePlace = z.output<typeof place>;

export type KeptSetting = Omit<QueueSetting, "version">;

export interface QueueKeeper {
  /** `null`: none is set, neither here nor in the environment. */
  readonly place: () => QueuePlace | null;
  readonly setting: () => KeptSetting;
  /** @throws Refusal for what is no address */
  readonly save: (changes: Partial<QueuePlace>) => void;
  readonly remove: () => void;
}

/** Of files that hold secrets. */
const OWNER_ONLY = 0o600;

export function openQueueSetting({ queueFile }: Pick<Home, "queueFile">, env: NodeJS.ProcessEnv): QueueKeeper {
  const kept = (): QueuePlace | null => readJsonFile(queueFile, place.nullable(), null);
  return {
    place: () => kept() ?? placeOfEnvironment(env),
    setting() {
      const own = kept();
      const used = own ?? placeOfEnvironment(env);
      if (used === null) return NOTHING;
      const { address, hasPassword } = shownAddress(used.address);
      const hasToken = used.token !== "";
      const from = own === null ? "environment" : "studio";
      return { from, address, hasPassword, hasToken, workerCommand: commandOf(used) };
    },
    save({ address, token }) {
      const before = kept();
      const next = address?.trim() ?? before?.address ?? refuseMissing();
      refuseHidden(next);
      writeJsonFile(queueFile, { address: next, token: token ?? before?.token ?? "" } satisfies QueuePlace, OWNER_ONLY);
    },
    remove: () => removeFile(queueFile),
  };
}

const NOTHING: KeptSetting = {
  from: null,
  address: null,
  hasPassword: false,
  hasToken: false,
  workerCommand: null,
};

/** As the command line has it. An address that is none counts as none there, too: whoever uses it is told. */
function placeOfEnvironment(env: NodeJS.ProcessEnv): QueuePlace | null {
  const [address = "", token = ""] = [env["RENEG_QUEUE"], env["RENEG_QUEUE_TOKEN"]];
  return address === "" ? null : { address, token };
}

function commandOf({ address, token }: QueuePlace): string {
  const { address: shown } = shownAddress(address, "PASSWORD");
  return `reneg worker --queue '${shown}'${token === "" ? "" : " --token TOKEN"}`;
}

/** What a page was shown is no address by which anything is reached. @throws Refusal */
function refuseHidden(address: string): void {
  addressOf(address);
  if (new URL(address).password !== HIDDEN) return;
  refuse({
    code: "queue-password",
    at: { stage: "queue" },
    message: "the password of this address is hidden",
    help: "type it in the place of the asterisks",
  });
}

function refuseMissing(): never {
  refuse({
    code: "queue-unset",
    at: { stage: "queue" },
    message: "no address is kept here",
    help: "give the address of Redis or Valkey",
  });
}
