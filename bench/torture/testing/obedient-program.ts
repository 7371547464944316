// Answers, hangs or dies as its parent tells it.

const COMMANDS: Readonly<Record<string, () => void>> = {
  answer: () => void process.send?.({ done: "answer" }),
  // So that not even a polite signal is heard.
  hang() {
    for (;;);
  },
  die: () => void process.kill(process.pid, "SIGKILL"),
};

process.on("message", ({ command }: { readonly command: string }) => COMMANDS[command]?.());
process.send?.("ready");
