/** A JSON object of which only the number of its shape is known. */
export type StoredRecord = Readonly<Record<string, unknown>>

/** One change of a stored shape. */
export interface Migration {
  /** The number of the shape it makes, from the one before. */
  readonly to: number
  /** @param record of shape `to - 1` @returns the same facts in shape `to`; the caller sets `schema` */
  readonly migrate: (record: StoredRecord) => StoredRecord
}

/** Changes each object in the list under `key`; a record without that list stays as it is. */
export function mapList(record: StoredRecord, key: string, change: (each: StoredRecord) => StoredRecord): StoredRecord {
  const list = record[key]
  return Array.isArray(list) ? {...record, [key]: list.map((each) => change(each as StoredRecord))} : record
}

/** Changes the object under `key`; a record without that object stays as it is. */
export function mapObject(record: StoredRecord, key: string, change: (each: StoredRecord) => StoredRecord): StoredRecord {
  const value = record[key]
  return typeof value === 'object' && value !== null ? {...record, [key]: change(value as StoredRecord)} : record
}

/** Gives fields new names and keeps their order. @param names old name → new name */
export function renameFields(record: StoredRecord, names: Readonly<Record<string, string>>): StoredRecord {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [Object.hasOwn(names, key) ? names[key]! : key, value]))
}
