// What is sent with every answer to the page, whoever serves it: it loads its own files and nothing else, and nobody else loads them.

const POLICY: Readonly<Record<string, string>> = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  // Pictures that the page draws itself, and those that it shows before they are uploaded.
  "img-src": "'self' blob: data:",
  "font-src": "'self'",
  "connect-src": "'self'",
  "worker-src": "'self'",
  // In a browser, the page's own addresses begin with its key (src-renderer/api/session-key.ts).
  "base-uri": "'self'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
  // Text becomes markup or a program's address only through the page's own policy of that name (src-renderer/shell/page-policy.ts).
  "require-trusted-types-for": "'script'",
  "trusted-types": "default",
};

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": Object.entries(POLICY)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
