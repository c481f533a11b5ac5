import {randomUUID} from 'node:crypto'
import {open, rename, unlink} from 'node:fs/promises'
import {dirname} from 'node:path'
import {readOwn} from './read-own.js'
import type {ProcessIdentity} from '@orch/plugin-kit'
import type {Stamp} from './host.js'

/** A start lease as the ledger keeps it. */
export interface LeaseRecord {
  readonly run: string
  readonly agent: string
  readonly taken: Stamp
  /** The supervisor that took it, or inherited it. */
  readonly supervisor: ProcessIdentity
  /** State directory of that supervisor: the next one of it goes on with the start or gives the lease back. */
  readonly home: string
}

export interface PortRecord {
  readonly killed: Stamp | null
  readonly exited: Stamp | null
  readonly lease: LeaseRecord | null
}

/**
 * Number of the ledger's shape. Supervisors of several versions share the file, so a change needs a migration here, and ends the use of
 * earlier versions on the machine.
 */
const LEDGER_SCHEMA = 1

export interface LedgerDocument {
  readonly schema: typeof LEDGER_SCHEMA
  readonly ports: Readonly<Record<string, PortRecord>>
}

/** Where the ledger lies. */
export interface LedgerStorage {
  read(): Promise<LedgerDocument>
  /** Runs `work` while no other process of this user does. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
  write(document: LedgerDocument): Promise<void>
}

/** @returns the ledger; an empty one when there is no file yet. @throws Error when it is damaged or of a newer version: nothing may be assumed then */
export async function readLedger(path: string): Promise<LedgerDocument> {
  const text = await readOwn(path)
  if (text === null) return {schema: LEDGER_SCHEMA, ports: {}}
  const document = parse(text)
  const schema: number | undefined = document?.schema
  // Moved away, it would take the starts and ends of agents with it that other supervisors wait for.
  if (Number.isInteger(schema) && schema! > LEDGER_SCHEMA)
    throw new Error(`it was written by a newer orch (schema ${schema}, this one knows ${LEDGER_SCHEMA}); install that version again`)
  if (schema !== LEDGER_SCHEMA || !isObject(document?.ports)) throw new Error('it is damaged; move it away')
  return document as LedgerDocument
}

/** Replaces the ledger in one step: a reader sees the old or the new one, also after a power cut. */
export async function writeLedger(path: string, document: LedgerDocument): Promise<void> {
  const draft = `${path}.${randomUUID()}`
  try {
    await writeDurably(draft, JSON.stringify(document, null, 2))
    await rename(draft, path)
  } catch (error) {
    await unlink(draft).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function parse(text: string): Partial<LedgerDocument> | null {
  try {
    return JSON.parse(text) as Partial<LedgerDocument> | null
  } catch {
    return null
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
