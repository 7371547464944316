// A text with one prompt a line, as it is written into a workflow or kept in a file.

/** What is written into a workflow: one prompt a line, or a JSON list of texts, for those that no line can hold. */
export function writtenPrompts(text: string): string[] {
  return jsonTexts(text) ?? promptLines(text);
}

/** The shortest way to write prompts so that `writtenPrompts` gives them back. */
export function writePrompts(prompts: readonly string[]): string {
  const lines = prompts.join("\n");
  const read = writtenPrompts(lines);
  const isSame = read.length === prompts.length && read.every((prompt, i) => prompt === prompts[i]);
  return isSame ? lines : JSON.stringify(prompts);
}

function jsonTexts(text: string): string[] | null {
  if (!text.trimStart().startsWith("[")) return null;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : null;
  } catch (error) {
    // A line may begin with a bracket.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Line ends of all systems; empty lines, and lines that begin with #, are left out. */
export function promptLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
