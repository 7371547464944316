// The sessions of browsers, as a file of the home folder: whoever may write there can end them all by removing it. It holds hashes of
// secrets, and none of them.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeJsonFile } from "../studio/json-file.ts";

const DAY_MS = 24 * 60 * 60_000;
/** So long a session lasts that nobody uses. */
export const UNUSED_DAYS = 30;
/** Uses closer together are not written down. */
const LEAST_MS_BETWEEN = 60 * 60_000;
/** The oldest goes when there are more. */
const MOST_SESSIONS = 1000;

const stored = z.array(z.object({ cookie: z.string(), key: z.string(), usedAt: z.number() }));
type Stored = z.output<typeof stored>[number];

export interface Secrets {
  readonly cookie: string;
  readonly key: string;
}

export interface SessionStore {
  readonly add: (secrets: Secrets) => void;
  /** Also counts as a use. */
  readonly knowsCookie: (cookie: string) => boolean;
  readonly knowsKey: (key: string) => boolean;
  /** Whether the file was taken away, and all sessions with it; then it is there again. */
  readonly wasRevoked: () => boolean;
  readonly revoke: () => void;
}

const fileOf = (home: string): string => join(home, "sessions.json");

/** Ends the sessions of a server that runs, and of those that were kept for a later one. */
export function revokeSessions(home: string): void {
  rmSync(fileOf(home), { force: true });
}

/** @param kept whether those of an earlier server count */
export function openSessionStore(home: string, kept: boolean, now: () => number = Date.now): SessionStore {
  const file = fileOf(home);
  let sessions: readonly Stored[] = kept ? read(file) : [];
  const write = (): void => writeJsonFile(file, sessions);
  const fresh = (): readonly Stored[] => sessions.filter(({ usedAt }) => now() - usedAt < UNUSED_DAYS * DAY_MS);
  write();
  return {
    add({ cookie, key }) {
      sessions = [...fresh(), { cookie: hashOf(cookie), key: hashOf(key), usedAt: now() }].slice(-MOST_SESSIONS);
      write();
    },
    knowsCookie(cookie) {
      const hash = hashOf(cookie);
      const found = fresh().find((session) => session.cookie === hash);
      if (found === undefined) return false;
      if (now() - found.usedAt > LEAST_MS_BETWEEN && existsSync(file)) {
        sessions = fresh().map((session) => (session === found ? { ...session, usedAt: now() } : session));
        write();
      }
      return true;
    },
    knowsKey(key) {
      const hash = hashOf(key);
      return fresh().some((session) => session.key === hash);
    },
    wasRevoked() {
      if (existsSync(file)) return false;
      sessions = [];
      write();
      return true;
    },
    revoke: () => revokeSessions(home),
  };
}

/** What cannot be read is no session: people open the printed address again. */
function read(file: string): readonly Stored[] {
  try {
    return stored.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return [];
  }
}

/** Secrets are compared by it, so that the time that it takes tells nothing of them. */
function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
