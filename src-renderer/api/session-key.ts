// The secret that tells this page from one of another port, which gets the same cookies: the server hands it over behind the # of the
// page's first address. It is kept where only pages of this origin read it, and begins every address that the page asks for.

import { DESKTOP_ORIGIN } from "../../src-main/common/studio/desktop-port.ts";

const STORED = "reneg-key";

if (window.location.origin !== DESKTOP_ORIGIN) beginAddresses(takeKey());

/** Out of the address, so that it is in no history; else as an earlier page of this browser has kept it. */
function takeKey(): string | null {
  const given = /^#key=([\w-]{1,64})$/.exec(window.location.hash)?.[1];
  if (given === undefined) return localStorage.getItem(STORED);
  localStorage.setItem(STORED, given);
  history.replaceState(null, "", window.location.pathname);
  return given;
}

function beginAddresses(key: string | null): void {
  if (key === null) return;
  const base = document.createElement("base");
  base.href = `/k/${key}/`;
  document.head.prepend(base);
}
