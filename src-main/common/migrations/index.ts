// How files of older formats become files of today's: one small function a version, in order. Only ever appended to.

import { version2 } from "./version-2.ts";

/**
 * Migration n (counted from 1) turns a document of format version n into one of version n + 1.
 * It is pure, knows no schema of today, and is never changed once released.
 */
export type Migration = (document: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

export const migrations: readonly Migration[] = [version2];

/** What this program writes. */
export const FORMAT_VERSION = migrations.length + 1;
