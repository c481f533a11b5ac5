import {createHash} from 'node:crypto'
import {readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import type {Playground} from './playground.js'

export interface Look {
  /** What is the person's: every file of the checkout, HEAD, index, configuration and refs outside of `orch/`; digest by name. */
  readonly person: ReadonlyMap<string, string>
  /** Refs of orch and the commits they name. */
  readonly tips: readonly {readonly ref: string; readonly commit: string}[]
}

const GIT_FILES = ['.git/HEAD', '.git/index', '.git/config']

export function lookAtRepository({sandbox, repository}: Playground): Look {
  const refs = sandbox
    .git(repository, 'for-each-ref', '--format=%(refname) %(objectname)')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ') as [ref: string, commit: string])
  const isOurs = ([ref]: [string, string]) => ref.startsWith('refs/heads/orch/') || ref.startsWith('refs/orch/')
  const files = [...readdirSync(repository).filter((name) => name !== '.git'), ...GIT_FILES]
  return {
    person: new Map([...files.map((name) => [name, digest(join(repository, name))] as const), ...refs.filter((ref) => !isOurs(ref))]),
    tips: refs.filter(isOurs).map(([ref, commit]) => ({ref, commit})),
  }
}

/** Names of what is not as it was. */
export function differences(before: Look['person'], after: Look['person']): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name))
}

function digest(path: string): string {
  if (statSync(path).isDirectory()) return 'a folder'
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
