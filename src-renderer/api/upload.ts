// Hands a file of the browser to the program, which keeps it for a while and says where.

import { z } from "zod";
import { refuse } from "../../src-main/common/diagnostic.ts";

const answer = z.object({ path: z.string() });

/** @throws Refusal if the program does not take it */
export async function upload(file: File): Promise<string> {
  const url = new URL("upload", window.location.href);
  url.search = new URLSearchParams({ name: file.name }).toString();
  const response = await fetch(url, { method: "POST", body: file });
  if (response.ok) return answer.parse(await response.json()).path;
  return refuse({
    code: "upload-refused",
    at: { file: file.name },
    message: `the file was not taken: ${(await response.text()) || response.statusText}`,
    help: "open it through Open instead, if it lies on the machine that the program runs on",
  });
}
