// The first few of some prompts.

import type { PromptSource } from "./fragments.ts";

export function firstOf(prompts: PromptSource, count: number): PromptSource {
  if (Array.isArray(prompts)) return prompts.slice(0, count);
  return { ...prompts, first: Math.min(count, prompts.first ?? count) };
}
