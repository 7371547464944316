// Brings a document of an older format version to today's; one of today's or of a newer version is left as it is.

import { type Migration, migrations as allMigrations } from "./index.ts";

export function migrate(
  document: Readonly<Record<string, unknown>>,
  migrations: readonly Migration[] = allMigrations,
): Readonly<Record<string, unknown>> {
  const { formatVersion } = document;
  if (typeof formatVersion !== "number" || !Number.isInteger(formatVersion) || formatVersion < 1) return document;
  return migrations
    .slice(formatVersion - 1)
    .reduce((older, migration, i) => ({ ...migration(older), formatVersion: formatVersion + i + 1 }), document);
}
