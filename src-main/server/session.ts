// Who may use the server: a one-time token in the printed address becomes a cookie, and only pages of this very server may ask.

import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";

export interface Sessions {
  /** A new token, good for one use. */
  readonly issueToken: () => string;
  /** The cookie's value for a token; `null` if it is wrong or used up. */
  readonly redeem: (token: string) => string | null;
  readonly isKnown: (request: IncomingMessage) => boolean;
  readonly setCookie: (value: string) => string;
}

const SECRET_BYTES = 24;

/** @param port cookies do not know ports: the name tells two servers of one machine apart */
export function createSessions(port: () => number): Sessions {
  const tokens = new Set<string>();
  const sessions = new Set<string>();
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
      const session = newSecret();
      sessions.add(session);
      return session;
    },
    isKnown: (request) => cookiesOf(request, name()).some((value) => findEqual(sessions, value) !== null),
    setCookie: (value) => `${name()}=${value}; HttpOnly; SameSite=Lax; Path=/`,
  };
}

/**
 * Against names of foreign pages that were made to lead here (DNS rebinding): an address is no name, and our own names are known.
 * The port is not compared, since a tunnel may change it.
 */
export function isOwnHost(request: IncomingMessage, host: string): boolean {
  const name = hostNameOf(request.headers.host ?? "");
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
