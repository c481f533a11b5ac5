#!/usr/bin/env node
// Relays an agent's hook to the supervisor. It imports next to nothing, never blocks and never fails its agent: when the
// supervisor is away the report is spooled, and the supervisor is started again, at most once in ten seconds.
import {readFileSync, writeFileSync, mkdirSync, lstatSync, statSync, renameSync, utimesSync} from 'node:fs'
import {request} from 'node:http'
import {dirname} from 'node:path'

/** A hook that needs an answer has one second, then the agent goes on (design § 8). */
const TIMEOUT_MS = 1000
const RESTART_EVERY_MS = 10_000
/** As in src/adapters/stop-mark.ts. */
const REPLACEMENT_MS = 60_000

const {ORCH_SOCKET, ORCH_STATE, ORCH_PROJECT, ORCH_AGENT, ORCH_RUN, ORCH_TOKEN} = process.env
// Started outside an agent of ours, for instance by the same settings file in a person's own session: nothing to tell.
if (ORCH_SOCKET && ORCH_STATE && ORCH_AGENT && ORCH_RUN) relay()

function relay() {
  const report = {project: ORCH_PROJECT, agent: ORCH_AGENT, run: ORCH_RUN, event: process.argv[2] ?? '', payload: readPayload()}
  const body = JSON.stringify(report)
  const headers = {
    'content-type': 'application/json',
    'x-orch-agent': ORCH_AGENT,
    'x-orch-project': ORCH_PROJECT ?? '',
    'x-orch-token': ORCH_TOKEN ?? '',
  }
  let kept = false
  const keep = () => {
    if (kept) return
    kept = true
    spool(report)
    process.exit(0)
  }
  if (!isOurs(ORCH_SOCKET)) return keep()
  const call = request({socketPath: ORCH_SOCKET, path: '/v1/agent.report', method: 'POST', headers, timeout: TIMEOUT_MS}, (response) => {
    // The supervisor lives but cannot store the report now.
    if (response.statusCode === 503) return keep()
    response.resume()
    response.once('end', () => process.exit(0))
  })
  call.once('timeout', keep)
  call.once('error', () => {
    restartSupervisor().finally(keep)
  })
  call.end(body)
}

/** The token goes only to a socket that no other user can have put there. The supervisor checked the folders above when it began. */
function isOurs(socket) {
  const me = process.getuid?.()
  const folder = statSync(dirname(socket), {throwIfNoEntry: false})
  if (!folder || me === undefined) return true
  const uid = lstatSync(socket, {throwIfNoEntry: false})?.uid ?? me
  return folder.uid === me && (folder.mode & 0o022) === 0 && uid === me
}

function readPayload() {
  try {
    return JSON.parse(readFileSync(0, 'utf8') || '{}')
  } catch {
    return {}
  }
}

function spool(report) {
  try {
    const folder = `${ORCH_STATE}/spool`
    mkdirSync(folder, {recursive: true, mode: 0o700})
    const name = `${folder}/${Date.now()}-${String(process.hrtime.bigint()).padStart(20, '0')}-${process.pid}`
    writeFileSync(`${name}.tmp`, JSON.stringify({...report, token: ORCH_TOKEN}), {mode: 0o600})
    renameSync(`${name}.tmp`, `${name}.json`)
  } catch {
    // The agent must not suffer from our full disk.
  }
}

async function restartSupervisor() {
  try {
    // A person stopped it: it stays away until a person's command starts it.
    if (statSync(`${ORCH_STATE}/spool/.stopped`, {throwIfNoEntry: false})) return
    // A command replaces it, and has a minute for that.
    const replaced = statSync(`${ORCH_STATE}/spool/.replaced`, {throwIfNoEntry: false})
    if (replaced && Math.abs(Date.now() - replaced.mtimeMs) < REPLACEMENT_MS) return
    const marker = `${ORCH_STATE}/spool/.started`
    const last = statSync(marker, {throwIfNoEntry: false})
    if (last && Date.now() - last.mtimeMs < RESTART_EVERY_MS) return
    mkdirSync(`${ORCH_STATE}/spool`, {recursive: true, mode: 0o700})
    // Only its time counts. Whatever it is, it is not opened: a pipe would wait.
    if (last) utimesSync(marker, new Date(), new Date())
    else writeFileSync(marker, '', {flag: 'wx', mode: 0o600})
    const {readOwn} = await import('./own-file.js')
    const {argv, env} = JSON.parse(readOwn(new URL('supervisor.json', import.meta.url)))
    const {spawn} = await import('node:child_process')
    spawn(argv[0], argv.slice(1), {cwd: '/', detached: true, stdio: 'ignore', env}).unref()
  } catch {
    // Nothing more can be done from here; the next command starts it.
  }
}
