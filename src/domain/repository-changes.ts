import type {RepositoryObservation} from '@orch/plugin-kit'
import type {RepositoryChange} from './model/project.js'

export type Finding = Pick<RepositoryChange, 'id' | 'what' | 'undo'>

/** Where the repository is. */
interface Place {
  readonly mainRoot: string
  readonly commonDir: string
}

type Kind = keyof RepositoryObservation

const MAX_VALUE_CHARS = 80
const MAX_PATHS = 5
/** The newest entry of the stash; the older ones are in its reflog. */
const STASH = 'refs/stash'
/** Keys whose value is a secret. */
const SECRET = /extraheader|token|passw|secret|cookie/i
/** User and password in a URL. */
const CREDENTIALS = /\/\/[^/@\s]*@/

/** What differs between two observations of a repository, in words, with the command that puts each thing back. */
export function repositoryChanges(before: RepositoryObservation, now: RepositoryObservation, place: Place): Finding[] {
  const found = [
    ...changedNames(before.config, now.config).map((key) => configChange(key, before.config[key], now.config[key], place)),
    ...changedNames(before.head, now.head).map(() => headChange(before.head['HEAD']!, now.head['HEAD']!, place)),
    ...changedNames(before.refs, now.refs)
      // A remote branch is observed after a push only: the next fetch ends that.
      .filter((ref) => !(ref.startsWith('refs/remotes/') && now.refs[ref] === undefined))
      .map((ref) => refChange(ref, before.refs[ref], now.refs[ref], now.head['HEAD']!, place)),
    ...changedNames(before.worktrees, now.worktrees).map((path) => worktreeChange(path, now.worktrees[path] !== undefined, place)),
  ]
  const tree = changedNames(before.tree, now.tree)
  const others = [...found, ...(tree.length > 0 ? [treeChange(tree, place)] : [])]
  return [...others, ...fileChanges(before, now, others, place)]
}

/** The observation that a change is measured against once it was accepted. */
export function withAccepted(before: RepositoryObservation, now: RepositoryObservation, id: string): RepositoryObservation {
  const [kind, name] = split(id)
  // What follows from a change of the tree or of a branch is accepted with it.
  const follows =
    name === STASH ? 'stash' : kind === 'config' ? 'config' : kind === 'tree' || kind === 'refs' || kind === 'head' ? 'index' : name
  const files = accepted(before.files, now.files, follows)
  if (kind === 'tree') return {...before, files, tree: now.tree}
  if (kind === 'files') return {...before, files: accepted(before.files, now.files, name)}
  return {...before, files, [kind]: accepted(before[kind], now[kind], name)}
}

/** A setting of `config` that a change is about, and what it was; null for any other change. */
export function settingBefore(before: RepositoryObservation, id: string): {key: string; values: string[]} | null {
  const [kind, key] = split(id)
  if (kind !== 'config' || key.includes(' in ')) return null
  return {key, values: valuesOf(before.config[key])}
}

/** Kinds of changes, those first that can break git for everybody. */
const BY_WEIGHT: readonly Kind[] = ['config', 'head', 'refs', 'worktrees', 'tree', 'files']

/** One line for all of them, the weightiest first, whichever was seen first. */
export function describeChanges(changes: readonly RepositoryChange[]): string {
  const weight = ({id}: RepositoryChange) => BY_WEIGHT.indexOf(split(id)[0]) * 2 + (id.startsWith('config core.') ? 0 : 1)
  const [first, ...more] = [...changes].sort((a, b) => weight(a) - weight(b))
  if (!first) return ''
  const rest = more.length > 0 ? `; and ${more.length} more: ${more.map(({id}) => split(id)[1]).join(', ')}` : ''
  return `${first.what} (${first.by})${rest}.${first.undo ? ` To put it back: ${first.undo}` : ''}`
}

function configChange(key: string, before: string | undefined, now: string | undefined, {commonDir}: Place): Finding {
  const [was, is] = [valuesOf(before), valuesOf(now)]
  const id = `config ${key}`
  const inFile = key.includes(' in ')
  const what = `git configuration: ${key} ${is.length > 0 ? `is ${shown(key, is)}` : 'is gone'}, ${was.length > 0 ? `was ${shown(key, was)}` : 'was not set'}`
  if (SECRET.test(key) || was.some((value) => CREDENTIALS.test(value))) return {id, what, undo: null}
  if (inFile) return {id, what, undo: `git config --file ${quoted(key.slice(key.indexOf(' in ') + 4))} --list`}
  const config = `git config --file ${quoted(`${commonDir}/config`)}`
  const unset = `${config} --unset-all ${quoted(key)}`
  if (was.length === 0) return {id, what, undo: unset}
  if (was.length === 1) return {id, what, undo: `${config} --replace-all ${quoted(key)} ${quoted(was[0]!)}`}
  return {id, what, undo: [unset, ...was.map((value) => `${config} --add ${quoted(key)} ${quoted(value)}`)].join(' && ')}
}

function headChange(before: string, now: string, {mainRoot}: Place): Finding {
  const undo = before.startsWith('refs/heads/') ? `switch ${quoted(short(before))}` : `switch --detach ${short(before)}`
  return {id: 'head HEAD', what: `${mainRoot} has ${short(now)} checked out instead of ${short(before)}`, undo: `${git(mainRoot)} ${undo}`}
}

function refChange(ref: string, before: string | undefined, now: string | undefined, head: string, {mainRoot}: Place): Finding {
  const id = `refs ${ref}`
  const name = ref === STASH ? 'the stash' : short(ref)
  if (before === undefined) return {id, what: `${name} is new, at ${sha(now)}`, undo: removal(ref, now!, mainRoot)}
  if (now === undefined)
    return {id, what: `${name} is gone, was at ${sha(before)}`, undo: `${git(mainRoot)} update-ref ${quoted(ref)} ${before}`}
  // A branch that is checked out takes index and files along, and refuses to lose an edit.
  const back = ref === STASH ? 'stash list' : ref === head ? `reset --keep ${before}` : `update-ref ${quoted(ref)} ${before}`
  return {id, what: `${name} is at ${sha(now)}, was at ${sha(before)}`, undo: `${git(mainRoot)} ${back}`}
}

/** Takes a ref away that may be the only name of somebody's work: its commit keeps another one. */
function removal(ref: string, object: string, mainRoot: string): string {
  if (ref === STASH) return `${git(mainRoot)} stash list`
  const keep = `${git(mainRoot)} update-ref ${quoted(`refs/orch/rescue/${ref.replace(/^refs\//, '')}`)} ${object}`
  if (ref.startsWith('refs/heads/')) return `${keep} && ${git(mainRoot)} branch -D ${quoted(short(ref))}`
  if (ref.startsWith('refs/tags/')) return `${keep} && ${git(mainRoot)} tag -d ${quoted(short(ref))}`
  return `${keep} && ${git(mainRoot)} update-ref -d ${quoted(ref)}`
}

function worktreeChange(path: string, isThere: boolean, {mainRoot}: Place): Finding {
  const what = isThere ? `there is a worktree more: ${path}` : `there is a worktree less: ${path}`
  return {
    id: `worktrees ${path}`,
    what,
    undo: isThere ? `${git(mainRoot)} worktree remove ${quoted(path)}` : `${git(mainRoot)} worktree list`,
  }
}

function treeChange(paths: readonly string[], {mainRoot}: Place): Finding {
  const named = paths.slice(0, MAX_PATHS).join(', ') + (paths.length > MAX_PATHS ? ` and ${paths.length - MAX_PATHS} more` : '')
  return {id: 'tree paths', what: `uncommitted changes in ${mainRoot}: ${named}`, undo: `${git(mainRoot)} status`}
}

/** Files of git's own; those that another change explains are left out. */
function fileChanges(
  before: RepositoryObservation,
  now: RepositoryObservation,
  others: readonly Finding[],
  {mainRoot, commonDir}: Place,
): Finding[] {
  const explained = (name: string) =>
    (name === 'config' && others.some(({id}) => id.startsWith('config '))) ||
    (name === 'index' && others.some(({id}) => /^(tree|refs|head) /.test(id))) ||
    (name === 'stash' && others.some(({id}) => id === `refs ${STASH}`))
  return changedNames(before.files, now.files)
    .filter((name) => !explained(name))
    .map((name) => {
      const id = `files ${name}`
      if (name === 'index') return {id, what: `the index of ${mainRoot} changed`, undo: `${git(mainRoot)} status`}
      if (name === 'stash') return {id, what: 'entries of the stash changed', undo: `${git(mainRoot)} stash list`}
      const path = `${commonDir}/${name}`
      const verb = before.files[name] === undefined ? 'is new' : now.files[name] === undefined ? 'is gone' : 'was written'
      return {id, what: `${path} ${verb}`, undo: now.files[name] === undefined ? null : `cat ${quoted(path)}`}
    })
}

function changedNames(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => before[name] !== now[name]).sort()
}

function accepted(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>, name: string): Record<string, string> {
  const others = Object.fromEntries(Object.entries(before).filter(([key]) => key !== name))
  const value = now[name]
  return value === undefined ? others : {...others, [name]: value}
}

function split(id: string): [kind: Kind, name: string] {
  const end = id.indexOf(' ')
  return [id.slice(0, end) as Kind, id.slice(end + 1)]
}

function valuesOf(json: string | undefined): string[] {
  return json === undefined ? [] : (JSON.parse(json) as string[])
}

function shown(key: string, values: readonly string[]): string {
  if (SECRET.test(key)) return '(not shown)'
  const text = values.join(', ').replace(new RegExp(CREDENTIALS, 'g'), '//…@')
  return JSON.stringify(text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS)}…` : text)
}

function short(ref: string): string {
  return /^[0-9a-f]{40,}$/.test(ref) ? sha(ref) : ref.replace(/^refs\/(heads|tags|remotes)\//, '')
}

function sha(object: string | undefined): string {
  return (object ?? '').slice(0, 12)
}

function git(root: string): string {
  return `git -C ${quoted(root)}`
}

/** A word as a POSIX shell takes it. */
function quoted(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
