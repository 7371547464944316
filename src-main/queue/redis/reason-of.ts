/** What the last part of OpenSSL's own line says; any other message as it is, in one line. */
export function reasonOf(message: string): string {
  const [, reason = message] = /^[\dA-F]+:error:[^:]*:[^:]*:[^:]*:([^:]+):/.exec(message) ?? [];
  return reason.trim().replaceAll(/\s*\n\s*/g, "; ");
}
