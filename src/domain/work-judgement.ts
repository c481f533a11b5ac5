import type {WorkFacts, WorkFinding} from '@orch/plugin-kit'
import {shellWord} from './shell-word.js'

export interface WorkJudgement {
  /** Why the claim does not hold, each with the command that mends it; empty when it does. */
  readonly problems: readonly string[]
  /** What a person should look at; it speaks against no claim. */
  readonly remarks: readonly string[]
}

/** Paths that a sentence names; of more it gives the number. */
const NAMED = 10
const COMMIT = 'git commit -m "what and why"'

/** What a finding means for a claim. */
interface Rule {
  readonly remark?: true
  readonly what: (items: readonly string[]) => string
  readonly mend: (items: readonly string[], branch: string) => string
}

const RULES: Readonly<Record<WorkFinding['kind'], Rule>> = {
  operation: {
    what: ([operation]) => `${operation} is under way in your worktree`,
    mend: ([operation = '']) => FINISH[operation] ?? 'git status',
  },
  changed: {what: (paths) => state(paths, 'not committed'), mend: (paths) => `${add(paths)} && ${COMMIT}`},
  untracked: {
    what: (paths) => state(paths, 'not committed (git does not track them)'),
    mend: (paths) => `${add(paths)} && ${COMMIT} (or delete what is not part of the work)`,
  },
  hidden: {
    what: (paths) => state(paths, 'changed, hidden from git by the index'),
    mend: (paths) =>
      `git update-index --no-assume-unchanged -- ${words(paths)} && git update-index --no-skip-worktree -- ${words(paths)} && ${add(paths)} && ${COMMIT}`,
  },
  nested: {
    what: (paths) => `${list(paths)}: a repository of its own, so its files are not in your commit`,
    mend: (paths) =>
      `rm -rf ${words(paths.map((path) => `${path}/.git`))} && git add --force -- ${words(paths)} && ${COMMIT} (or delete it)`,
  },
  gitlink: {
    what: (paths) => `${list(paths)}: your commit has a link to a repository there and none of its files`,
    mend: (paths) =>
      `git rm --cached -f -- ${words(paths)} && rm -rf ${words(paths.map((path) => `${path}/.git`))} && git add -- ${words(paths)} && ${COMMIT}`,
  },
  submodule: {
    what: (paths) => `${list(paths)}: the commit of the submodule is in your worktree alone, no remote has it`,
    mend: ([path = ''], branch) =>
      `orch ask person ${shellWord(`May I push the submodule ${path}?`)}; then git -C ${shellWord(path)} push origin HEAD:refs/heads/${shellWord(branch)}`,
  },
  worktree: {
    what: (paths) => `work in another worktree that you made (${list(paths)})`,
    mend: ([path = '']) =>
      `git merge "$(git -C ${shellWord(path)} rev-parse HEAD)" after committing what is left there, then git worktree remove ${shellWord(path)}`,
  },
  ref: {
    what: (names) => `commits of yours on ${list(names)}, which your branch does not have`,
    mend: (names) => `git merge ${words(names)} (or delete it: git branch -D ${words(names)})`,
  },
  left: {
    what: (shas) => `commits that you made on a detached HEAD and that no branch has: ${list(shas)}`,
    mend: (shas) => `git merge ${words(shas)} (or leave out what they change: git merge -s ours ${words(shas)})`,
  },
  stash: {
    what: (names) => `work in ${list(names)}`,
    mend: ([name = '']) => `git stash pop ${shellWord(name)} && git add -A && ${COMMIT} (or drop it: git stash drop ${shellWord(name)})`,
  },
  excluded: {
    what: (paths) => state(paths, 'hidden by an exclude file that is no part of the work and changed since the start'),
    mend: (paths) => `git add --force -- ${words(paths)} && ${COMMIT} (or delete them)`,
  },
  ignored: {
    remark: true,
    what: (paths) => `${list(paths)}: ignored by a rule that came with the work, so not in it`,
    mend: (paths) => `git add --force -- ${words(paths)}`,
  },
  pointer: {
    remark: true,
    what: (paths) => `${list(paths)}: a Git LFS pointer whose content is not in this repository`,
    mend: (paths) => `git lfs fetch && git lfs checkout ${words(paths)}`,
  },
  link: {
    remark: true,
    what: (paths) => `${list(paths)}: a symbolic link that leads out of the repository`,
    mend: (paths) => `git rm -- ${words(paths)}`,
  },
  empty: {remark: true, what: () => 'the commits change no file', mend: () => 'git log --stat'},
}

/** How each operation ends (merge/operation.ts of git-worktrees names them). */
const FINISH: Readonly<Record<string, string>> = {
  'a merge': 'git commit --no-edit (or git merge --abort)',
  'a rebase': 'git rebase --continue (or git rebase --abort)',
  'a rebase or git am': 'git rebase --continue or git am --continue (or --abort)',
  'a cherry-pick': 'git cherry-pick --continue (or --abort)',
  'a revert': 'git revert --continue (or --abort)',
  'a cherry-pick or revert': 'git cherry-pick --continue or git revert --continue (or --abort)',
  'a bisect': 'git bisect reset',
}

/** Judges what an agent left in and around its worktree. @param branch its own */
export function judgeWork({branch: current, head, ahead, findings}: WorkFacts, branch: string): WorkJudgement {
  const problems: string[] = []
  const say = (what: string, mend: string) => `${what}. Fix it with: ${mend}`
  if (current !== branch) {
    const merge = ahead.length > 0 ? ` && git merge ${head}` : ''
    problems.push(say(`the worktree is on ${current ?? 'a detached HEAD'} instead of ${branch}`, `git switch ${shellWord(branch)}${merge}`))
  }
  const remarks: string[] = []
  for (const {kind, items} of findings) {
    const {remark, what, mend} = RULES[kind]
    if (remark) remarks.push(what(items))
    else problems.push(say(what(items), mend(items, branch)))
  }
  if (problems.length === 0 && ahead.length === 0) problems.push(`there is no commit of yours on ${branch}`)
  return {problems, remarks}
}

function state(paths: readonly string[], what: string): string {
  return `${paths.length === 1 ? 'one path is' : `${paths.length} paths are`} ${what}: ${list(paths)}`
}

function list(items: readonly string[]): string {
  const more = items.length - NAMED
  return items.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function words(items: readonly string[]): string {
  return items.slice(0, NAMED).map(shellWord).join(' ') + (items.length > NAMED ? ' …' : '')
}

function add(paths: readonly string[]): string {
  return paths.length > NAMED ? 'git add -A' : `git add -- ${words(paths)}`
}
