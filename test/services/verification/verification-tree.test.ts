import {expect} from 'chai'
import {FakeRunner, type FakeAnswer} from '@orch/plugin-kit/testing'
import type {Project} from '../../../src/domain/project.js'
import type {VerificationTree} from '../../../src/services/verification/verification-tree.js'
import {aProject, someOptions} from '../../support/builders.js'
import {aTree} from '../../support/verification.js'
import {aWorld, type World} from '../../support/world.js'

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
})
