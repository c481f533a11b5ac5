import {spawnSync} from 'node:child_process'
import type {Journal} from './journal.js'
import type {Playground} from './playground.js'
import {EXPECTED} from './scripts.js'
import type {Project} from '../../../src/domain/model/project.js'

/** The result holds every commit of every role exactly once, one merge a role, and the files that were asked for. */
export function checkIntegration({sandbox, repository}: Playground, journal: Journal, project: Project): void {
  const {id, base, integration} = project
  const git = (...args: string[]) => sandbox.git(repository, ...args)
  const lines = (...args: string[]) =>
    git(...args)
      .split('\n')
      .filter(Boolean)
  const inResult = lines('rev-list', '--no-merges', `${base}..${integration.branch}`)
  const roles = project.agents.filter(({owes}) => owes === 'commits')
  const ofRoles = new Set(roles.flatMap(({branch}) => lines('rev-list', '--no-merges', `${base}..${branch}`)))
  journal.count('commits merged', inResult.length)
  for (const commit of ofRoles) if (!inResult.includes(commit)) journal.violation(`${id}: ${commit} of a role is not in the result`)
  for (const commit of inResult) if (!ofRoles.has(commit)) journal.violation(`${id}: ${commit} in the result is of no role`)
  const patches = patchesOf(inResult)
  if (new Set(patches).size !== patches.length) journal.violation(`${id}: the same change is twice in the result`)
  for (const {role, claim, branch} of roles) {
    const merges = lines('log', '--merges', '--format=%s', `${base}..${integration.branch}`).filter((subject) =>
      subject.endsWith(` of ${role}`),
    )
    if (merges.length !== 1) journal.violation(`${id}: ${merges.length} merges of ${branch}`)
    if (claim?.verdict !== 'holds') journal.violation(`${id} is completed and the claim of ${role} is ${claim?.verdict}`)
  }
  for (const [path, text] of Object.entries(EXPECTED)) {
    const {stdout} = spawnSync('git', ['show', `${integration.branch}:${path}`], {cwd: repository, encoding: 'utf8', env: sandbox.env})
    if (stdout !== text) journal.violation(`${id}: ${path} in the result is ${JSON.stringify(stdout)}`)
  }
  if (git('rev-parse', integration.branch) !== integration.sha) journal.violation(`${id}: the record names another result than its branch`)
  if (project.verification?.verified !== true) journal.violation(`${id} is completed and not verified`)

  /** Ids of what commits change; the same change in two commits has one id (git-patch-id(1)). */
  function patchesOf(commits: readonly string[]): string[] {
    return commits.flatMap((commit) => {
      const {stdout: patch} = spawnSync('git', ['show', commit], {cwd: repository, env: sandbox.env})
      const {stdout} = spawnSync('git', ['patch-id', '--stable'], {cwd: repository, env: sandbox.env, input: patch, encoding: 'utf8'})
      return stdout === '' ? [] : [stdout.split(' ')[0]!]
    })
  }
}
