// `npm run picture`: runs the example in a terminal and draws what it shows into docs/images/run.svg.
import {spawnSync} from 'node:child_process'
import {copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {EXAMPLE, EXAMPLE_FLAGS, ROOT, endExample, exampleEnvironment, makeExampleRepository} from './example.mjs'
import {svgOfScreen} from './picture/ansi-svg.mjs'

const SIZE = {columns: 108, rows: 60}
/** The whole run takes about half a minute. */
const PATIENCE_MS = 180_000
const TARGET = join(ROOT, 'docs', 'images', 'run.svg')

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orch-picture-')))
const repository = join(folder, 'slugify')
const env = {...exampleEnvironment(folder), PS1: '$ ', PATH: `${join(folder, 'bin')}:${process.env.PATH}`}
const socket = join(folder, 'picture.sock')
try {
  makeExampleRepository(repository)
  copyFileSync(join(EXAMPLE, 'spec.md'), join(repository, 'spec.md'))
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin', 'orch'), `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin', 'run.js')}' "$@"\n`, {mode: 0o755})
  await draw()
} finally {
  endExample(env)
  spawnSync('tmux', ['-S', socket, 'kill-server'])
  rmSync(folder, {recursive: true, force: true})
}

async function draw() {
  const {agent, setup, accept} = EXAMPLE_FLAGS
  writeFileSync(
    join(repository, 'orch.config.yaml'),
    `agent: ${agent}\nsetup: [${setup}]\nacceptance:\n${accept.map((command) => `  - ${command}\n`).join('')}`,
  )
  const size = ['-x', String(SIZE.columns), '-y', String(SIZE.rows)]
  tmux('-f', '/dev/null', 'new-session', '-d', ...size, '-c', repository, 'sh')
  type(`clear; orch run spec.md --roles ${EXAMPLE_FLAGS.roles}`)
  await screenWith('Start this team?')
  type('y')
  const working = partOf(await screenWith(/developer +working/), /^slugify /)
  const lines = await screenWith('To merge the result')
  const [asked, ended] = [partOf(lines, /^Start this team/), partOf(lines, /is completed\./)]
  const question = asked.slice(
    0,
    asked.findIndex((line) => /^Starting the team/.test(plain(line))),
  )
  const shown = [`$ orch run spec.md --roles ${EXAMPLE_FLAGS.roles}`, ...question, '', ...working, '', ...ended]
  mkdirSync(join(TARGET, '..'), {recursive: true})
  writeFileSync(
    TARGET,
    svgOfScreen(shown.map(withoutFolder), SIZE.columns, 'A team of five agents at work in a terminal, and the verified result'),
  )
  console.log(`${TARGET}: ${shown.length} lines`)
}

/** The screen from the line that matches up to the next prompt; trailing empty lines are left out. */
function partOf(lines, start) {
  const from = lines.findIndex((line) => start.test(plain(line)))
  const part = lines.slice(from)
  const prompt = part.findIndex((line) => /^[$#]( |$)/.test(plain(line)))
  const until = part.findLastIndex((line, at) => plain(line) !== '' && (prompt === -1 || at < prompt))
  return part.slice(0, until + 1)
}

/** Waits until the screen shows a text. @returns {Promise<string[]>} its lines, with colours */
async function screenWith(text) {
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end) {
    const lines = tmux('capture-pane', '-e', '-p').split('\n')
    if (lines.some((line) => (typeof text === 'string' ? plain(line).includes(text) : text.test(plain(line))))) return lines
    await wait(100)
  }
  throw new Error(`The terminal never showed ${text}:\n${tmux('capture-pane', '-p')}`)
}

function type(line) {
  tmux('send-keys', '-l', line)
  tmux('send-keys', 'Enter')
}

function tmux(...args) {
  const {status, stdout, stderr} = spawnSync('tmux', ['-S', socket, ...args], {env, encoding: 'utf8'})
  if (status !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`)
  return stdout
}

/** A line without colours. */
function plain(line) {
  return line.replace(/\x1b\[[\d;]*m/g, '')
}

/** The folder of this run is of no interest to a reader. */
function withoutFolder(line) {
  return line.replaceAll(folder, '~')
}
