// What went wrong, where, and what to do about it. The canvas, the log, the command line and the tests print the same object.

/** The smallest thing that can be pointed at. Every field narrows the one before it. */
export interface Place {
  /** A file or folder, as the user named it. */
  readonly file?: string;
  /** Inside that file: a tensor, a component, a line, a key of a recipe. */
  readonly part?: string;
  /** A node of a workflow graph, with its port or parameter. */
  readonly node?: string;
  readonly port?: string;
  readonly param?: string;
  /** A stage of a run ("unet", "vae decoder", "reward") or a command-line option. */
  readonly stage?: string;
  readonly option?: string;
}

export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** Stable kebab-case id, e.g. `safetensors-overlap`. */
  readonly code: string;
  readonly at: Place;
  /** What is wrong, with the values in question. Lower case, no full stop. */
  readonly message: string;
  /** Other places that contributed. */
  readonly notes?: readonly { readonly at: Place; readonly message: string }[];
  /** The way out, as it is for whoever reads it: without names of the command line. Only here, never in `message`. */
  readonly help?: string;
  /** The same on the command line: what to type. */
  readonly command?: string;
  /** The same in the editor: what it offers a button for. */
  readonly action?: DiagnosticAction;
}

export const DIAGNOSTIC_ACTIONS = [
  /** The run that this is about goes on from its last checkpoint. */
  "resume",
  "choose device",
  /** The user agrees that files in the folder of the path at this place are looked at. */
  "allow folder",
  /** The table in Parquet at this place is made into a folder, which takes its place. */
  "import pairs",
] as const;
export type DiagnosticAction = (typeof DIAGNOSTIC_ACTIONS)[number];

/** A fault of the input, not of the program: caught where a command or a request ends and shown as it is. */
export class Refusal extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(printDiagnostic).join("\n"));
    this.name = "Refusal";
    this.diagnostics = diagnostics;
  }
}

/** Stop with one diagnostic. */
export function refuse(diagnostic: Omit<Diagnostic, "severity">): never {
  throw new Refusal([{ severity: "error", ...diagnostic }]);
}

/** Whether nothing went wrong, but what was asked for was stopped. */
export function isCancelled(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.every(({ code }) => code === "cancelled");
}

/** As the command line says it. */
export function printDiagnostic(diagnostic: Diagnostic): string {
  const lines = [`${diagnostic.severity}: ${diagnostic.message}`, `  at ${printPlace(diagnostic.at)}`];
  for (const note of diagnostic.notes ?? []) lines.push(`  note: ${printPlace(note.at)} ${note.message}`);
  const help = [diagnostic.help, diagnostic.command].filter((part) => part !== undefined);
  if (help.length > 0) lines.push(`  help: ${help.join(": ")}`);
  return lines.join("\n");
}

function printPlace(place: Place): string {
  const { file, part, node, port, param, stage, option } = place;
  return [file, stage, node, port ?? param, part, option].filter((name) => name !== undefined).join(" › ");
}
