import type { Diagnostic } from "../../common/diagnostic.ts";
import type { PieceEvent, PieceResult } from "../../common/queue/piece-task.ts";

type Emit = (event: PieceEvent) => Promise<void>;

/** Computes a piece, and puts what it warns of beside the answer, each once: the person whom it concerns sits elsewhere. */
export async function gatherWarnings(emit: Emit, compute: (emit: Emit) => Promise<Uint8Array>): Promise<PieceResult> {
  const warnings = new Map<string, Diagnostic>();
  const bytes = await compute(async (event) => {
    if (event.type === "warning") warnings.set(JSON.stringify(event.diagnostic), event.diagnostic);
    else await emit(event);
  });
  return { bytes, warnings: [...warnings.values()] };
}
