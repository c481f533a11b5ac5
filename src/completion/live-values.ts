import {readdirSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {readRegularSync} from '../adapters/read-regular-sync.js'
import type {Completion, LiveValues} from './completions.js'
import {readNames} from './known-names.js'

/** Finished projects that are offered: the newest. */
const FINISHED = 10
/** Bytes of a record at most: what takes longer than a key press to read is not offered. */
const LONGEST = 32 * 1024 * 1024

/** What is read of a project's record. It is not checked: a wrong word in a list of suggestions does no harm. */
interface ProjectFacts {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly agents: readonly {readonly id: string; readonly role: string; readonly state: string}[]
  readonly requests: readonly {readonly id: string; readonly question: string; readonly asker: string; readonly state: string}[]
  readonly checkIns: readonly {readonly id: string; readonly note?: string}[]
}

/** Reads the records themselves, so that no supervisor is started for a key press. @param dataDir the state directory */
export function liveValues(dataDir: string, env: NodeJS.ProcessEnv): LiveValues {
  const running = once(() => projectsIn(join(dataDir, 'state', 'projects'), Infinity))
  const finished = once(() => projectsIn(join(dataDir, 'state', 'finished'), FINISHED))
  const names = once(() => readNames(dataDir))
  return {
    projects: () => named([...running(), ...finished()]),
    roles: (project) => unique(meant(project ?? env['ORCH_PROJECT'] ?? null, running(), finished).flatMap(rolesOf)),
    questions: () =>
      running().flatMap(({requests}) =>
        requests.filter(({state}) => state === 'pending').map(({id, asker, question}) => ({word: id, about: `${asker}: ${question}`})),
      ),
    checkIns: () => running().flatMap(({checkIns}) => checkIns.map(({id, note = ''}) => ({word: id, about: note}))),
    names: (which) => names()[which],
  }
}

/** By name; by id where a name is shared. */
function named(projects: readonly ProjectFacts[]): Completion[] {
  const count = (name: string) => projects.filter((project) => project.name === name).length
  return projects.map(({id, name, state}) => (count(name) === 1 ? {word: name, about: state} : {word: id, about: `${name}, ${state}`}))
}

function meant(name: string | null, running: readonly ProjectFacts[], finished: () => readonly ProjectFacts[]): readonly ProjectFacts[] {
  if (name === null) return running
  return [...running, ...finished()].filter((project) => project.name === name || project.id.startsWith(name))
}

function rolesOf({agents}: ProjectFacts): Completion[] {
  return agents.map(({role, state}) => ({word: role, about: state}))
}

function unique(all: readonly Completion[]): Completion[] {
  return [...new Map(all.map((each) => [each.word, each])).values()]
}

/** @returns newest first; records that cannot be read are left out */
function projectsIn(folder: string, limit: number): ProjectFacts[] {
  const files = attempt(() => readdirSync(folder), [])
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name))
    .map((path) => ({path, at: statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? 0}))
    .sort((a, b) => b.at - a.at)
  return files.slice(0, limit).flatMap(({path}) => {
    const facts = attempt(() => JSON.parse(readRegularSync(path, LONGEST)) as Partial<ProjectFacts>, null)
    if (typeof facts?.id !== 'string' || typeof facts.name !== 'string') return []
    const {id, name, state = '', agents = [], requests = [], checkIns = []} = facts
    return [{id, name, state, agents, requests, checkIns}]
  })
}

function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}

function once<T>(read: () => T): () => T {
  let kept: {readonly value: T} | undefined
  return () => (kept ??= {value: read()}).value
}
