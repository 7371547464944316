// Files of a case's folder: through them both sides know that they compute the same.

export const INPUTS = "inputs.safetensors";
export const OURS = "ours.safetensors";

/** The peer's results. @param place of the way among those that were asked for */
export function peerResults(place: number): string {
  return `peer-${place}.safetensors`;
}
