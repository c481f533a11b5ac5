import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {ROOT, Sandbox} from '../support/sandbox.js'
import {seededRandom} from '../support/seeded-random.js'

interface Outcome {
  readonly id: string
  readonly state: string
  readonly verified: boolean
  readonly merged: readonly {readonly role: string}[]
  readonly reason: string | null
}

interface Status {
  readonly projects: readonly {
    readonly id: string
    readonly state: string
    readonly agents: readonly {readonly role: string; readonly pid: number | null; readonly restarts: number}[]
  }[]
}

/** Moments at which the supervisor is killed; the whole is `npm run soak`. */
const KILLS = Number(process.env['ORCH_SOAK_KILLS'] ?? 5)

describe('a supervisor killed with SIGKILL', function () {
  this.timeout(300_000)
  let sandbox: Sandbox
  let id: string | undefined

  beforeEach(() => {
    sandbox = new Sandbox({ORCH_CONFIG_REHEARSAL__SCRIPTS: join(ROOT, 'examples/quickstart/scripts')})
  })

  afterEach(async function () {
    if (this.currentTest?.isFailed()) console.error((await sandbox.orch(['events', ...(id ? [id] : [])])).stdout)
    await sandbox.remove()
  })

  it(`finishes the run after ${KILLS} kills at random moments, and disturbs no agent`, async () => {
    const random = seededRandom('kills')
    let kills = 0
    await survive(async (over) => {
      while (!over() && kills < KILLS) {
        await sleep(random.between(200, 1_400))
        if (!over() && (await kill())) kills += 1
      }
    })
    expect(kills).to.be.greaterThan(0)
  })

  it('finishes the run after a kill at each boundary between steps', async () => {
    const seen = new Set<string>()
    await survive(async (over) => {
      while (!over()) {
        const fresh = boundaries(sandbox.path('data')).find((boundary) => !seen.has(boundary))
        if (fresh === undefined) await sleep(5)
        else {
          seen.add(fresh)
          await kill()
        }
      }
    })
    expect([...seen]).to.include.members([
      'project.state starting',
      'agent.state ready',
      'message.state offered',
      'claim ',
      'project.state verifying',
    ])
  })

  async function kill(): Promise<boolean> {
    const pid = supervisorPid(sandbox.path('data'))
    if (pid === null) return false
    process.kill(pid, 'SIGKILL')
    return true
  }

  /** Runs the example while `disturb` does its worst, and looks at what came of it. */
  async function survive(disturb: (over: () => boolean) => Promise<void>): Promise<void> {
    const repository = sandbox.repository('repo', join(ROOT, 'examples/quickstart/repository'))
    const spec = join(ROOT, 'examples/quickstart/spec.md')
    let over = false
    const running = sandbox
      .json<Outcome>([
        'run',
        spec,
        '--project',
        repository,
        '--agent',
        'rehearsal',
        '--roles',
        'project-manager,developer,tester',
        '--accept',
        'node test/acceptance.js',
        '--yes',
        '--wait',
      ])
      .finally(() => (over = true))
    await disturb(() => over)
    const {data, error, code, stderr} = await running
    id = data?.id
    expect(data?.state, `${JSON.stringify(data ?? error)} ${stderr}`).to.equal('completed')
    expect(code).to.equal(0)
    expect(data.verified).to.equal(true)
    const {data: status} = await sandbox.json<Status>(['status', data.id])
    expect(status.projects[0]!.agents.map(({restarts}) => restarts)).to.deep.equal([0, 0, 0, 0])
    const {data: messages} = await sandbox.json<{to: string; text: string}[]>(['messages', data.id])
    const said = messages.map(({to, text}) => `to ${to}: ${text}`)
    expect(new Set(said).size, said.join('\n')).to.equal(said.length)
    expect(sandbox.git(repository, 'fsck', '--strict')).to.equal('')
  }
})

/**
 * What happened so far: the type of each event with the state it led to. A supervisor killed between a commit and its line in the log
 * leaves the record behind, so both are read.
 */
function boundaries(data: string): string[] {
  return [...logged(join(data, 'projects')), ...recorded(join(data, 'state', 'projects'))]
}

function logged(projects: string): string[] {
  if (!existsSync(projects)) return []
  const logs = readdirSync(projects).map((project) => join(projects, project, 'events.jsonl'))
  return logs
    .filter((log) => existsSync(log))
    .flatMap((log) =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}')),
    )
    .map((line) => JSON.parse(line) as {type: string; data: {to?: string}})
    .map(({type, data}) => `${type} ${data.to ?? ''}`)
}

interface RecordedProject {
  readonly state: string
  readonly agents: readonly {readonly state: string; readonly claim: object | null}[]
  readonly messages: readonly {readonly state: string}[]
}

function recorded(folder: string): string[] {
  if (!existsSync(folder)) return []
  const records = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return records.flatMap((name) => {
    // A finished project's record is put away while we look.
    if (!existsSync(join(folder, name))) return []
    const {state, agents, messages} = JSON.parse(readFileSync(join(folder, name), 'utf8')) as RecordedProject
    return [
      `project.state ${state}`,
      ...agents.flatMap((agent) => [`agent.state ${agent.state}`, ...(agent.claim ? ['claim '] : [])]),
      ...messages.map((message) => `message.state ${message.state}`),
    ]
  })
}

/** The process that listens on the state directory's socket: asked without starting another. */
function supervisorPid(data: string): number | null {
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isSupervisor(name, data))
  return found.length > 0 ? Number(found[0]) : null
}

function isSupervisor(pid: string, data: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return (
      words.includes('daemon') &&
      words.includes('run') &&
      readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`ORCH_DATA_DIR=${data}`)
    )
  } catch {
    return false
  }
}
