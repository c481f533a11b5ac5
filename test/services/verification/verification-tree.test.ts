import {expect} from 'chai'
import {FakeRunner, type FakeAnswer} from '@orch/plugin-kit/testing'
import {TreeFailure} from '../../../src/services/verification/tree-failure.js'
import {passes, type VerificationTree} from '../../../src/services/verification/verification-tree.js'
import {aProject, someOptions} from '../../support/builders.js'
import {failureOf, refusal} from '../../support/failure.js'
import {aTree} from '../../support/verification.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'

const SIGNAL = new AbortController().signal
const SCRATCH = '/state/projects/p_1/scratch'
const OPTIONS = someOptions({
  acceptance: [{command: 'npm test', origin: 'flag'}],
  setup: [{command: 'npm ci', origin: 'flag'}],
  copy: ['.env'],
})

describe('VerificationTree', () => {
  let world: World
  let processes: FakeRunner
  let tree: VerificationTree
  let project: Project

  async function open(setUp: FakeAnswer = {}, test: FakeAnswer = {}): Promise<void> {
    project = aProject({options: OPTIONS})
    world = aWorld({projects: [project]})
    processes = new FakeRunner().on(['npm', 'ci'], setUp).on(['npm', 'test'], test)
    tree = aTree(world, processes)
    world.workspace.files.set('base', [{path: 'package-lock.json', id: '1'}])
    world.workspace.files.set('later', [{path: 'package-lock.json', id: '1'}])
    world.workspace.files.set('changed', [{path: 'package-lock.json', id: '2'}])
    await world.files.makeFolder(SCRATCH)
    await tree.open(project, 'base')
  }

  const check = async (at: string) => {
    await world.workspace.ensureScratch({repository: '/repo', path: SCRATCH, at})
    return tree.check(project, at, 'developer', SIGNAL)
  }
  const ran = () => processes.calls.map(({file, args}) => [file, ...args].join(' '))

  it('copies ignored files and runs the set-up before the acceptance commands, in the same place', async () => {
    await open()
    const {evidence, setUp} = await check('base')
    expect([evidence.map(({command, exitCode}) => [command, exitCode]), setUp]).to.deep.equal([[['npm test', 0]], null])
    expect(ran()).to.deep.equal(['npm ci', 'npm test'])
    expect(processes.calls.map(({options}) => options.cwd)).to.deep.equal([SCRATCH, SCRATCH])
    expect(world.workspace.calls).to.include(`copy .env into ${SCRATCH}`)
    expect(world.files.text('/state/projects/p_1/scratch-setup.log')).to.include('$ npm ci')
  })

  it('sets up again only when what the set-up depends on has changed, and removes ignored files then', async () => {
    await open()
    await check('base')
    await check('later')
    expect(ran()).to.deep.equal(['npm ci', 'npm test', 'npm test'])
    await check('changed')
    expect(ran().slice(3)).to.deep.equal(['npm ci', 'npm test'])
    expect(world.workspace.calls).to.include('scratch at changed, keep nothing')
    world.workspace.ignored = [{path: '.env', id: 'other'}]
    await check('changed')
    expect(ran().slice(5)).to.deep.equal(['npm ci', 'npm test'])
  })

  it('remembers across a restart that it is set up, and forgets it when its folder is gone', async () => {
    await open()
    await check('base')
    tree = aTree(world, processes)
    await tree.open(project, 'base')
    await check('base')
    expect(ran()).to.deep.equal(['npm ci', 'npm test', 'npm test'])
    world.files.isFolder = async () => false
    await tree.open(project, 'base')
    await check('base')
    expect(ran().slice(3)).to.deep.equal(['npm ci', 'npm test'])
  })

  it('runs no acceptance command where the set-up failed, and sets up anew the next time', async () => {
    const exits = [1, 0]
    await open(() => ({exitCode: exits.shift()!, stderr: 'no lock file'}))
    const {evidence, setUp} = await check('base')
    expect(evidence).to.deep.equal([])
    expect(setUp).to.deep.include({command: 'npm ci', exitCode: 1, output: 'no lock file', afterRole: 'developer'})
    expect((await check('base')).setUp).to.equal(null)
    expect(ran()).to.deep.equal(['npm ci', 'npm ci', 'npm test'])
  })

  it('puts tracked files back that the set-up changed', async () => {
    await open(() => {
      world.workspace.altered.set(SCRATCH, ['package-lock.json'])
      return {}
    })
    const {evidence} = await check('base')
    expect(evidence[0]).to.not.have.property('changed')
  })

  it('sets up each time where git does not ignore what was installed', async () => {
    await open(() => {
      world.workspace.untracked.set(SCRATCH, ['deps/x'])
      return {}
    })
    await check('base')
    await check('base')
    expect(ran()).to.deep.equal(['npm ci', 'npm test', 'npm ci', 'npm test'])
  })

  it('tells which tracked files a command changed, HEAD among them', async () => {
    await open({}, () => {
      world.workspace.altered.set(SCRATCH, ['lib.js'])
      return {}
    })
    expect((await check('base')).evidence[0]!.changed).to.deep.equal(['lib.js'])
  })

  describe('when it is removed or damaged meanwhile', () => {
    /** Uses it as a verification does. */
    const use = () =>
      tree.use(project, 'base', SIGNAL, async () => {
        const checked = await tree.check(project, 'base', 'developer', SIGNAL)
        if (passes(checked)) await tree.requireUnchanged(project, 'base')
        return checked
      })
    const lose = () => world.workspace.lose(SCRATCH)
    const damage = () => void world.workspace.damaged.add(SCRATCH)
    /** Does something the first times a command runs. */
    const first =
      (times: number, work: () => void): FakeAnswer =>
      () => {
        if (times-- > 0) work()
        return times >= 0 ? {exitCode: 1, stderr: 'no such file'} : {}
      }

    for (const [what, harm] of Object.entries({'its folder goes': lose, 'it is damaged': damage})) {
      it(`makes it anew and begins again: ${what} while an acceptance command runs`, async () => {
        await open({}, first(1, harm))
        expect((await use()).evidence.map(({exitCode}) => exitCode)).to.deep.equal([0])
        expect(ran()).to.deep.equal(['npm ci', 'npm test', 'npm ci', 'npm test'])
        expect(world.workspace.calls).to.include(`discard ${SCRATCH}`)
      })

      it(`blames no set-up command: ${what} while one runs`, async () => {
        await open(first(1, harm))
        expect((await use()).setUp).to.equal(null)
        expect(ran()).to.deep.equal(['npm ci', 'npm ci', 'npm test'])
      })

      it(`makes it anew: ${what} before it is opened`, async () => {
        await open()
        harm()
        expect((await use()).evidence).to.have.length(1)
      })
    }

    it('sets it up again when it was made anew under a set-up that succeeded', async () => {
      let times = 0
      await open(() => {
        if (times++ === 0) lose()
        return {}
      })
      await use()
      expect(ran()).to.deep.equal(['npm ci', 'npm ci', 'npm test'])
    })

    it('begins again when a process changed files after the last command', async () => {
      await open()
      const inspectScratch = world.workspace.inspectScratch.bind(world.workspace)
      let looks = 0
      world.workspace.inspectScratch = async (request) => {
        const facts = await inspectScratch(request)
        return ++looks === 3 || looks === 4 ? {...facts, changed: ['lib.js']} : facts
      }
      await use()
      expect(ran().filter((command) => command === 'npm test')).to.have.length(2)
    })

    it('takes files that are vanishing for no change by a command', async () => {
      await open(
        {},
        first(1, () => void world.workspace.altered.set(SCRATCH, ['a.js'])),
      )
      const inspectScratch = world.workspace.inspectScratch.bind(world.workspace)
      let looks = 0
      world.workspace.inspectScratch = async (request) => {
        const facts = await inspectScratch(request)
        if (facts.changed.length > 0 && ++looks === 1) lose()
        return facts
      }
      expect((await use()).evidence.map(({exitCode, changed}) => [exitCode, changed])).to.deep.equal([[0, undefined]])
    })

    it('takes it for the deed of a command that does it each time', async () => {
      await open({}, first(9, damage))
      expect((await use()).evidence.map(({changed}) => changed)).to.deep.equal([['the worktree itself, its folder or its `.git`']])
      expect(ran().filter((command) => command === 'npm test')).to.have.length(3)
    })

    it('asks a person when it happens each time and no command did it', async () => {
      await open()
      let tries = 0
      const error = await refusal(
        'ORCH_REFUSED',
        tree.use(project, 'base', SIGNAL, async () => {
          tries++
          lose()
          await tree.merge(project, {onto: 'base', commit: 'c', message: 'Merge'})
        }),
      )
      expect(tries).to.equal(3)
      expect(error.message).to.include('also in a worktree made anew').and.include('it is no scratch worktree')
    })

    it('does not begin again what fails for another reason, is broken off, or finds the disk full', async () => {
      await open()
      let tries = 0
      const failing = (error: Error, signal = SIGNAL) =>
        failureOf(
          tree.use(project, 'base', signal, async () => {
            tries++
            throw error
          }),
        )
      expect((await failing(new Error('vetoed'))).message).to.equal('vetoed')
      const full = Object.assign(new Error('ENOSPC'), {code: 'ENOSPC'})
      expect(await failing(new TreeFailure(full))).to.equal(full)
      expect((await failing(new TreeFailure(full), AbortSignal.abort(new Error('paused')))).message).to.equal('paused')
      expect(tries).to.equal(3)
    })
  })

  it('is removed also when it is damaged', async () => {
    await open()
    world.workspace.damaged.add(SCRATCH)
    await tree.remove(project, 'base')
    expect(world.workspace.calls.at(-1)).to.equal(`discard ${SCRATCH}`)
  })
})
