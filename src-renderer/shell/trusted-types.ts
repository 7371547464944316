// What the page's policy on trusted types lets through when a library hands text to the browser as markup or as a program's address.

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

export function restrictTrustedTypes(): void {
  window.trustedTypes?.createPolicy("default", {
    // The chart's library sets its texts this way. Names of runs are among them, and stay text.
    createHTML: (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
    createScriptURL(text) {
      if (new URL(text, window.location.href).origin === window.location.origin) return text;
      throw new TypeError(`no program of another origin is run: ${text}`);
    },
  });
}
