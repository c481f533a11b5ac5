import {FILL_IN} from './migrations/fill-in.js'
import {RENAME} from './migrations/rename.js'
import type {Migration, StoredRecord} from './migrations/stored-record.js'

/** Every change of the stored shape of a project, oldest first. A released one never changes. */
export const MIGRATIONS: readonly Migration[] = [FILL_IN, RENAME]

/**
 * Brings a record into the shape of this orch, one migration after the other.
 * @param record of shape 1 or later; `schema` holds the number of its shape
 * @returns the record itself when it has that shape already
 */
export function migrated(record: StoredRecord): StoredRecord {
  const due = MIGRATIONS.filter(({to}) => to > Number(record['schema']))
  return due.reduce((current, {to, migrate}) => ({...migrate(current), schema: to}), record)
}
