// Who may use the server. A one-time token in the printed address becomes two secrets: a cookie, which browsers send to every port of the
// host, and a key, which only pages of this very origin hold and which stands in every address that gives or takes anything.

import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { type Secrets, type SessionStore, UNUSED_DAYS } from "./session-store.ts";

export interface Sessions {
  /** A new token, good for one use. */
  readonly issueToken: () => string;
  /** Secrets for a token; `null` if it is wrong or used up. */
  readonly redeem: (token: string) => Secrets | null;
  readonly hasCookie: (request: IncomingMessage) => boolean;
  readonly isKey: (key: string) => boolean;
  readonly setCookie: (value: string) => string;
  /** Ends every session, in a moment. */
  readonly revoke: () => void;
  /** Whether they were ended since it was asked last; tokens that nobody has used are then void, too. */
  readonly wasRevoked: () => boolean;
}

const SECRET_BYTES = 24;

/** @param port cookies do not know ports: the name tells two servers of one machine apart */
export function createSessions(store: SessionStore, port: () => number): Sessions {
  const tokens = new Set<string>();
  const name = (): string => `reneg-${port()}`;
  return {
    issueToken() {
      const token = newSecret();
      tokens.add(token);
      return token;
    },
    redeem(given) {
      const token = findEqual(tokens, given);
      if (token === null) return null;
      tokens.delete(token);
      const secrets = { cookie: newSecret(), key: newSecret() };
      store.add(secrets);
      return secrets;
    },
    hasCookie: (request) => cookiesOf(request, name()).some((value) => store.knowsCookie(value)),
    isKey: (key) => store.knowsKey(key),
    setCookie: (value) => `${name()}=${value}; HttpOnly; SameSite=Lax; Path=/; Max-Age=${UNUSED_DAYS * 24 * 60 * 60}`,
    revoke: () => store.revoke(),
    wasRevoked() {
      if (!store.wasRevoked()) return false;
      tokens.clear();
      return true;
    },
  };
}

/** Of an address below `/k/KEY`; `null`: it has no key. */
export function keyOf(path: string): { readonly key: string | null; readonly path: string } {
  const [, key = null, rest = path] = /^\/k\/([\w-]{1,64})(\/.*)$/s.exec(path) ?? [];
  return { key, path: rest };
}

/**
 * Against names of foreign pages that were made to lead here (DNS rebinding): an address is no name, and our own names are known.
 * The port is not compared, since a tunnel may change it.
 */
export function isOwnHost(request: IncomingMessage, host: string): boolean {
  // Of several that a request names, each program on its way could take another.
  const hosts = request.rawHeaders.filter((header, i) => i % 2 === 0 && header.toLowerCase() === "host");
  const name = hosts.length === 1 ? hostNameOf(request.headers.host ?? "") : null;
  // An address is written in lower case, a machine's name, on Windows, in capitals.
  return (
    name !== null && (isIP(name) !== 0 || ["localhost", host, hostname()].some((own) => own.toLowerCase() === name))
  );
}

/** Whether a page of this server asks: browsers tell where a page came from, and cannot be made to lie. */
export function isSameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

function hostNameOf(host: string): string | null {
  const url = URL.parse(`http://${host}`);
  return url === null || url.pathname !== "/" || url.username !== "" ? null : url.hostname.replace(/^\[|\]$/g, "");
}

function cookiesOf({ headers }: IncomingMessage, name: string): string[] {
  return (headers.cookie ?? "").split(";").flatMap((part) => {
    const [key, value = ""] = part.trim().split("=", 2);
    return key === name ? [value] : [];
  });
}

/** In the same time, however much of it is right. */
function findEqual(secrets: ReadonlySet<string>, given: string): string | null {
  const bytes = Buffer.from(given);
  return [...secrets].find((one) => one.length === bytes.length && timingSafeEqual(Buffer.from(one), bytes)) ?? null;
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}
