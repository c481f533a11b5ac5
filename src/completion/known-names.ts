import {join} from 'node:path'
import {replaceFile} from '../adapters/durable-file.js'
import {readRegularSync} from '../adapters/read-regular-sync.js'

/** What plugins and templates bring, as a supervisor last knew it. */
export interface KnownNames {
  /** Of agents. */
  readonly kinds: readonly string[]
  readonly planners: readonly string[]
  /** Templates of teams. */
  readonly teams: readonly string[]
  readonly roles: readonly string[]
}

const NAME = 'names.json'
const LONGEST = 1024 * 1024
const NONE: KnownNames = {kinds: [], planners: [], teams: [], roles: []}

/** @param data the state directory */
export async function recordNames(data: string, names: KnownNames): Promise<void> {
  await replaceFile(join(data, NAME), JSON.stringify(names))
}

/** @returns none before the first supervisor */
export function readNames(data: string): KnownNames {
  try {
    return {...NONE, ...(JSON.parse(readRegularSync(join(data, NAME), LONGEST)) as Partial<KnownNames>)}
  } catch {
    return NONE
  }
}
