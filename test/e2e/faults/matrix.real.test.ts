import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {checkAftermath} from './checks.js'
import {FAULTS, type Fault} from './faults.js'
import {PHASES} from './phases.js'
import {Team} from './team.js'
import type {Project} from '../../../src/domain/model/project.js'

/** What fits into three minutes: every fault, and every phase. `npm run soak` runs all cells. */
const IN_CI: readonly (readonly [fault: string, phase: string])[] = [
  ['supervisor killed', 'planning'],
  ['supervisor killed', 'waiting for a receipt'],
  ['agent killed', 'starting'],
  ['window closed', 'working'],
  ['tmux server killed', 'starting'],
  ['reboot', 'merging'],
  ['sleep', 'working'],
  ['worktree deleted', 'working'],
  ['disk full', 'verifying'],
  ['state file damaged', 'waiting for a receipt'],
]
const WHOLE = process.env['ORCH_SOAK_FAULTS'] === '1'
const CELLS = WHOLE ? Object.keys(FAULTS).flatMap((fault) => Object.keys(PHASES).map((phase) => [fault, phase] as const)) : IN_CI
const PATIENCE_MS = 120_000

describe(`faults × phases, ${WHOLE ? 'whole' : `${CELLS.length} cells; npm run soak has all`}`, function () {
  this.timeout(240_000)
  const results: {fault: string; phase: string; result: string}[] = []
  let team: Team
  let fault: Fault

  afterEach(async function () {
    if (this.currentTest?.isFailed()) console.error((await team.sandbox.orch(['events', team.record()?.id ?? ''])).stdout)
    fault.cleanUp?.(team)
    await team.remove()
  })

  after(() => {
    for (const {fault: name, phase, result} of results) console.log(`      ${name.padEnd(20)} × ${phase.padEnd(22)} ${result}`)
  })

  for (const [name, phase] of CELLS) {
    const chosen = FAULTS[name]!
    const impossible =
      chosen.impossible?.() ?? (phase === 'planning' && (chosen.needsAgent || name === 'state file damaged') ? 'there is none yet' : null)
    if (impossible !== null) {
      results.push({fault: name, phase, result: `not possible: ${impossible}`})
      continue
    }
    it(`${name} while ${phase}`, async () => {
      fault = chosen
      team = new Team(fault.thinkMs)
      fault.prepare?.(team)
      const row = {fault: name, phase, result: 'FAILED'}
      results.push(row)
      team.start()
      await until(() => PHASES[phase]!(team), `it is ${phase}`)
      await fault.bringAbout(team)
      const project = await outcome(team)
      if (project.state === 'blocked') {
        expect(project.reason, 'the reason').to.match(fault.mayBlock ?? /^never$/)
        expect(team.bystandersLive()).to.equal(true)
        row.result = `blocked: ${project.reason}`
        return
      }
      expect(project.state, project.reason ?? '').to.equal('completed')
      row.result = `completed: ${await checkAftermath(team, project)}`
    })
  }

  /** A run that the fault kept from being accepted is asked for again, as a person would. */
  async function outcome(subject: Team): Promise<Project> {
    let asked = false
    await until(() => {
      const state = subject.record()?.state
      if (state === undefined && subject.commandEnded && !asked) {
        asked = true
        subject.start()
      }
      return state === 'completed' || state === 'blocked' || state === 'failed' || state === 'cancelled'
    }, 'it is over')
    return subject.record()!
  }

  async function until(holds: () => boolean, what: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS
    while (!holds()) {
      const {state, reason, agents} = team.record() ?? {}
      if (performance.now() > end)
        expect.fail(
          `${what}: not in time; ${state} ${reason} ${agents?.map(({role, state: is, evidence}) => `${role} ${is} (${evidence.what})`).join(', ')}`,
        )
      await sleep(10)
    }
  }
})
