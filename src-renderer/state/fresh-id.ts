// A name that nothing else has. Not `crypto.randomUUID`: pages that come over plain HTTP from another machine have none.

export function freshId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
