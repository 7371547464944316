/** What a text says as JSON; `null` for what is none, as a line that a crash has cut off. For what a schema judges next. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
