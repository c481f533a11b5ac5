import {execFileSync} from 'node:child_process'
import {mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, rmdir, stat, symlink, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {hasCode} from '@orch/plugin-kit'
import {ClaudeDriver} from '../../src/driver.js'
import {realPorts} from '../support/real-ports.js'

describe('trust seeding', () => {
  let folder: string
  let file: string
  let repository: string
  const driver = new ClaudeDriver(realPorts())
  const env = (over: Record<string, string> = {}) => ({HOME: join(folder, 'home'), PATH: process.env['PATH'] ?? '', ...over})
  const seed = (from = repository, over = {}) => driver.prepareRepository({repository: from, env: env(over)})
  const config = async (path = file) => JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'orch trust ')))
    repository = join(folder, 'the repository')
    file = join(folder, 'home', '.claude.json')
    await mkdir(join(folder, 'home'))
    await mkdir(repository)
    const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], {env: env()})
    git('init', '-q')
    git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '--allow-empty', '-m', 'first')
    git('worktree', 'add', '-q', '-b', 'other', join(folder, 'elsewhere'))
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('makes the file of a fresh home, private', async () => {
    await seed()
    expect(await config()).to.deep.equal({hasCompletedOnboarding: true, projects: {[repository]: {hasTrustDialogAccepted: true}}})
    expect((await stat(file)).mode & 0o777).to.equal(0o600)
    expect(await readdir(join(folder, 'home'))).to.deep.equal(['.claude.json'])
  })

  it('trusts the main checkout by its real path, from a worktree, a folder in it or a link to it', async () => {
    await mkdir(join(repository, 'src'))
    await symlink(repository, join(folder, 'link'))
    for (const from of [join(folder, 'elsewhere'), join(repository, 'src'), join(folder, 'link')]) {
      await rm(file, {force: true})
      await seed(from)
      expect(Object.keys((await config())['projects'] as object), from).to.deep.equal([repository])
    }
  })

  it('keeps everything else, the mode and a link, and puts a copy where Claude Code keeps its own', async () => {
    const before = {
      hasCompletedOnboarding: false,
      oauthAccount: {emailAddress: 'a@example.org'},
      projects: {'/other': {hasTrustDialogAccepted: false}, [repository]: {allowedTools: ['x'], hasTrustDialogAccepted: false}},
    }
    const target = join(folder, 'dotfiles.json')
    await writeFile(target, JSON.stringify(before), {mode: 0o640})
    await symlink(target, file)
    await seed()
    expect(await config()).to.deep.equal({
      ...before,
      projects: {'/other': {hasTrustDialogAccepted: false}, [repository]: {allowedTools: ['x'], hasTrustDialogAccepted: true}},
    })
    expect(await readlink(file)).to.equal(target)
    expect((await stat(target)).mode & 0o777).to.equal(0o640)
    const backups = join(folder, 'home', '.claude', 'backups')
    const [copy, ...more] = await readdir(backups)
    expect(more).to.deep.equal([])
    expect(copy).to.match(/^\.claude\.json\.backup\.\d+$/)
    expect(await config(join(backups, copy!))).to.deep.equal(before)
  })

  it('writes nothing when the trust is there', async () => {
    await seed()
    const before = await stat(file)
    await seed()
    expect((await stat(file)).mtimeMs).to.equal(before.mtimeMs)
    expect((await stat(file)).ino).to.equal(before.ino)
  })

  it('follows CLAUDE_CONFIG_DIR', async () => {
    const elsewhere = join(folder, 'config')
    await seed(repository, {CLAUDE_CONFIG_DIR: elsewhere})
    expect(await config(join(elsewhere, '.claude.json'))).to.have.property('hasCompletedOnboarding', true)
    expect(await readdir(join(folder, 'home'))).to.deep.equal([])
  })

  it('leaves a file it cannot understand as it is', async () => {
    for (const content of ['{"projects": {', '[]', '']) {
      await writeFile(file, content)
      const error: unknown = await seed().catch((reason: unknown) => reason)
      expect(hasCode(error, 'ORCH_STATE'), content).to.equal(true)
      expect(await readFile(file, 'utf8')).to.equal(content)
    }
  })

  it('waits for a Claude Code that holds the lock, and loses nothing that it writes', async () => {
    await writeFile(file, '{"numStartups": 1}')
    await mkdir(`${file}.lock`)
    const seeding = seed()
    const early = await Promise.race([seeding.then(() => 'done'), new Promise((done) => setTimeout(() => done('waiting'), 300))])
    expect(early).to.equal('waiting')
    await writeFile(file, '{"numStartups": 2}')
    await rmdir(`${file}.lock`)
    await seeding
    expect(await config()).to.include({numStartups: 2, hasCompletedOnboarding: true})
  })

  it('breaks a lock that was left behind', async () => {
    await mkdir(`${file}.lock`)
    const longAgo = new Date(Date.now() - 11_000)
    await utimes(`${file}.lock`, longAgo, longAgo)
    await seed()
    expect(await config()).to.have.property('hasCompletedOnboarding', true)
    expect(await readdir(join(folder, 'home'))).to.deep.equal(['.claude.json'])
  })

  it('loses no entry of several at once', async () => {
    const repositories = await Promise.all(
      [1, 2, 3, 4].map(async (number) => {
        const path = join(folder, `repository ${number}`)
        await mkdir(path)
        execFileSync('git', ['-C', path, 'init', '-q'], {env: env()})
        return path
      }),
    )
    await Promise.all(repositories.map((path) => seed(path)))
    expect(Object.keys((await config())['projects'] as object)).to.have.members(repositories)
  })
})
