// How a piece names a file without a path: words that stand where a path stood.

const MODEL = "reneg-model:";
const FILE = "reneg-file:";

export const modelWord = (identity: string): string => MODEL + identity;
export const fileWord = (hash: string): string => FILE + hash;
