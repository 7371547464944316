import { expect, test, vi } from "vitest";
import { explainFault } from "./explain-fault.ts";

const AT = { stage: "engine" };

test("what the system says of a disk names the file and the way out, and is no fault of the program", () => {
  const error = Object.assign(new Error("EIO: i/o error, scandir '/runs/one'"), { code: "EIO", path: "/runs/one" });
  expect(explainFault(error, AT)).toMatchObject([
    { code: "file-not-usable", at: { file: "/runs/one" }, message: "cannot use it: i/o error" },
  ]);
});

test("a file that the program should have made is its own fault", () => {
  const log = vi.spyOn(console, "error").mockReturnValue(undefined);
  const error = Object.assign(new Error("ENOENT: no such file, open '/x'"), { code: "ENOENT", path: "/x" });
  expect(explainFault(error, AT)).toMatchObject([{ code: "program-fault", at: AT }]);
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
});
