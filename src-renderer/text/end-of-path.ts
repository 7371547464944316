/** The last part of a path, by which people and rewards call a file: `emoji:prompts/train.txt` is `train.txt`. */
export function endOfPath(path: string): string {
  return path.replace(/^.*[/\\](?=[^/\\]+$)/, "");
}
