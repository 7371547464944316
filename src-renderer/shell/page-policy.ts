// The page's share in its own policy, before any other module runs: it compiles no code, and text becomes neither markup nor the address of
// a program of another origin, whatever a library hands to the browser.

import { z } from "zod";

interface TrustedTypes {
  readonly createPolicy: (
    name: "default",
    rules: { readonly createHTML: (text: string) => string; readonly createScriptURL: (text: string) => string },
  ) => unknown;
}

declare global {
  interface Window {
    /** Not every browser has it; the others do not enforce it either. */
    readonly trustedTypes?: TrustedTypes;
  }
}

// It would compile a function for each schema.
z.config({ jitless: true });

window.trustedTypes?.createPolicy("default", {
  // The chart's library sets its texts this way. Names of runs are among them, and stay text.
  createHTML: (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
  createScriptURL(text) {
    if (new URL(text, window.location.href).origin === window.location.origin) return text;
    throw new TypeError(`no program of another origin is run: ${text}`);
  },
});
