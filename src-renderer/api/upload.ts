// Hands a file of the browser to the program, which keeps it for a while and says where.

import { z } from "zod";
import { refuse } from "../../src-main/common/diagnostic.ts";
import { freshId } from "../state/fresh-id.ts";
import { uploadStore } from "../state/upload-store.ts";

const answer = z.object({ path: z.string() });

/** Its progress is in `uploadStore`, where it can be stopped. @throws Refusal if the program does not take it */
export async function upload(file: File): Promise<string> {
  const url = new URL("upload", document.baseURI);
  url.search = new URLSearchParams({ name: file.name }).toString();
  const { status, text } = await send(url, file);
  if (status >= 200 && status < 300) return answer.parse(JSON.parse(text)).path;
  return refuse({
    code: "upload-refused",
    at: { file: file.name },
    message: `the file was not taken: ${text || "the program does not answer"}`,
    help: "open it through Open instead, if it lies on the machine that the program runs on",
  });
}

/** Not by `fetch`, which tells nothing of how much was sent. Status 0: it was stopped, or the program is gone. */
async function send(url: URL, file: File): Promise<{ readonly status: number; readonly text: string }> {
  const request = new XMLHttpRequest();
  const { promise, resolve } = Promise.withResolvers<void>();
  const id = freshId();
  uploadStore.begin({
    id,
    name: file.name,
    doing: "copying",
    sent: 0,
    bytes: file.size,
    since: Date.now(),
    stop: () => request.abort(),
  });
  request.upload.addEventListener("progress", ({ loaded }) => uploadStore.update(id, { sent: loaded }));
  request.addEventListener("loadend", () => resolve());
  request.open("POST", url);
  request.send(file);
  await promise;
  uploadStore.end(id);
  return { status: request.status, text: request.responseText };
}
