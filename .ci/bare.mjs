// Runs a line of the shell as on a machine on which nothing was installed yet: commands find Node, npm, git and coreutils, and a home with
// nothing in it. What the network needs stays, for it belongs to the machine.
// node .ci/bare.mjs LINE, in the folder that it is for; not on Windows

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** `sh` runs what npm is told to, and `env` finds the interpreter of a script. */
const COMMANDS = ["node", "npm", "npx", "git", "sh", "env"].concat(
  ["basename", "cat", "chmod", "cp", "cut", "date", "dirname", "echo", "head", "id", "ln", "ls", "mkdir", "mkfifo"],
  [
    "mktemp",
    "mv",
    "pwd",
    "readlink",
    "realpath",
    "rm",
    "rmdir",
    "sleep",
    "sort",
    "tail",
    "test",
    "touch",
    "tr",
    "uname",
    "wc",
  ],
);
const KEPT = /^(https?_proxy|no_proxy|all_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|ci)$/i;

const machine = mkdtempSync(join(tmpdir(), "reneg-bare-"));
const [bin, home] = [join(machine, "bin"), join(machine, "home")];
for (const folder of [bin, home]) mkdirSync(folder);
for (const name of COMMANDS) {
  const file = findCommand(name);
  if (file !== null) symlinkSync(file, join(bin, name));
}

const kept = Object.entries(process.env).filter(([name]) => KEPT.test(name));
const child = spawn(join(bin, "sh"), ["-c", process.argv[2] ?? ""], {
  env: { ...Object.fromEntries(kept), PATH: bin, HOME: home },
  stdio: "inherit",
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => {
  rmSync(machine, { recursive: true, force: true });
  process.exit(code ?? 1);
});

/** Of the system: npm puts those of packages before them, a newer Node among them. @param {string} name */
function findCommand(name) {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  return found === undefined ? null : realpathSync(found);
}
