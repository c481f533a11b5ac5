import type {RepositoryObservation} from '@orch/plugin-kit'
import {expect} from 'chai'
import {describeChanges, repositoryChanges, withAccepted} from '../../src/domain/repository-changes.js'

const BEFORE: RepositoryObservation = {
  config: {'core.bare': '["false"]', 'http.x.extraheader': '["AUTH secret"]', 'remote.o.url': '["https://me:pw@host/r"]'},
  head: {HEAD: 'refs/heads/main'},
  refs: {'refs/heads/main': 'a'.repeat(40), 'refs/heads/topic': 'b'.repeat(40), 'refs/stash': 'c'.repeat(40)},
  files: {config: '1', index: '1', stash: '1', 'hooks/pre-commit': '1'},
  worktrees: {'/theirs': 'linked'},
  tree: {'notes.txt': '1'},
}

describe('repositoryChanges', () => {
  const found = (changes: Partial<RepositoryObservation>) =>
    repositoryChanges(BEFORE, {...BEFORE, ...changes}, {mainRoot: "/my repo's", commonDir: '/repo/.git'})
  const without = (kind: keyof RepositoryObservation, name: string) => {
    return {[kind]: Object.fromEntries(Object.entries(BEFORE[kind]).filter(([key]) => key !== name))}
  }
  const withOne = (kind: keyof RepositoryObservation, name: string, value: string) => ({[kind]: {...BEFORE[kind], [name]: value}})

  it('finds none between equals', () => expect(found({})).to.deep.equal([]))

  for (const [what, changes, undo] of [
    [
      'a setting that changed',
      withOne('config', 'core.bare', '["true"]'),
      'git config --file /repo/.git/config --replace-all core.bare false',
    ],
    [
      'a setting that is new',
      withOne('config', 'core.hooksPath', '["x"]'),
      'git config --file /repo/.git/config --unset-all core.hooksPath',
    ],
    ['another branch checked out', withOne('head', 'HEAD', 'refs/heads/topic'), "git -C '/my repo'\\''s' switch main"],
    ['a checked-out branch that moved', withOne('refs', 'refs/heads/main', 'd'.repeat(40)), `reset --keep ${'a'.repeat(40)}`],
    ['another branch that moved', withOne('refs', 'refs/heads/topic', 'd'.repeat(40)), `update-ref refs/heads/topic ${'b'.repeat(40)}`],
    ['a branch that is gone', without('refs', 'refs/heads/topic'), `update-ref refs/heads/topic ${'b'.repeat(40)}`],
    ['a branch that is new', withOne('refs', 'refs/heads/new', 'd'), 'branch -D new'],
    [
      'a branch that may be the only name of work',
      withOne('refs', 'refs/heads/new', 'd'),
      'update-ref refs/orch/rescue/heads/new d && git',
    ],
    ['a new stash', {...withOne('refs', 'refs/stash', 'd'), files: {...BEFORE.files, stash: '2'}}, 'stash list'],
    ['a tag that is new', withOne('refs', 'refs/tags/v1', 'd'), 'tag -d v1'],
    ['a replacement object', withOne('refs', 'refs/replace/abc', 'd'), 'update-ref -d refs/replace/abc'],
    ['a worktree that is new', withOne('worktrees', '/mine', 'linked'), 'worktree remove /mine'],
    ['an edit in the main checkout', withOne('tree', 'notes.txt', '2'), 'status'],
    ['a hook that was written', withOne('files', 'hooks/pre-commit', '2'), 'cat /repo/.git/hooks/pre-commit'],
    ['an older entry of the stash', withOne('files', 'stash', '2'), 'stash list'],
    ['the index alone', withOne('files', 'index', '2'), 'status'],
    ['the configuration written without a difference', withOne('files', 'config', '2'), 'cat /repo/.git/config'],
  ] as const) {
    it(`finds ${what}, with the command`, () => {
      const [finding, ...more] = found(changes)
      expect(more).to.deep.equal([])
      expect(finding!.undo).to.contain(undo)
      const now = {...BEFORE, ...(changes as Partial<RepositoryObservation>)}
      expect(repositoryChanges(withAccepted(BEFORE, now, finding!.id), now, {mainRoot: '/', commonDir: '/'})).to.deep.equal([])
    })
  }

  it('shows no secret', () => {
    const findings = found({
      config: {'core.bare': '["false"]', 'http.x.extraheader': '["AUTH other"]', 'remote.o.url': '["https://me:new@host/r"]'},
    })
    expect(findings.map(({undo}) => undo)).to.deep.equal([null, null])
    expect(JSON.stringify(findings)).to.not.match(/AUTH|pw@|:new@/)
  })

  it('says a thing once: index and files that another change explains are left out', () => {
    expect(found({...withOne('tree', 'a', '1'), files: {...BEFORE.files, index: '2'}}).map(({id}) => id)).to.deep.equal(['tree paths'])
    expect(found({...withOne('config', 'a.b', '["1"]'), files: {...BEFORE.files, config: '2'}}).map(({id}) => id)).to.deep.equal([
      'config a.b',
    ])
  })

  it('says nothing of a remote branch that a fetch moved after a push', () => {
    const before = {...BEFORE, refs: {...BEFORE.refs, 'refs/remotes/o/main': 'd'}}
    expect(repositoryChanges(before, BEFORE, {mainRoot: '/', commonDir: '/'})).to.deep.equal([])
    expect(found(withOne('refs', 'refs/remotes/o/main', 'd'))).to.have.length(1)
  })
})

describe('describeChanges', () => {
  const change = (id: string) => ({id, what: `${id} differs`, undo: `mend ${id}`, by: 'by whom is unknown', at: 1, settled: null})

  it('begins with what can break git for everybody, in whichever order changes were seen', () => {
    const ids = ['files index', 'refs refs/heads/main', 'config user.name', 'config core.bare', 'head HEAD']
    for (const seen of [ids, [...ids].reverse()]) {
      const line = describeChanges(seen.map(change))
      expect(line).to.match(/^config core\.bare differs \(by whom is unknown\); and 4 more: user\.name, HEAD, refs\/heads\/main, index\./)
      expect(line).to.match(/To put it back: mend config core\.bare$/)
    }
  })
})
