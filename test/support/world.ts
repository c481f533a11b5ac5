import {REQUIRED_PLUGIN, type AgentDriver, type OrchError} from '@orch/plugin-kit'
import {HookBus} from '@orch/plugin-kit/host'
import {
  FakeClock,
  FakeIds,
  InProcessRunner,
  MemoryLogger,
  MemoryTerminal,
  type MemoryTerminalOptions,
  type PluginHandlers,
} from '@orch/plugin-kit/testing'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import type {EventLog, LoggedEvent, PlacedEvent} from '../../src/domain/event.js'
import {findAgent} from '../../src/domain/project.js'
import {Accounts} from '../../src/services/agents/accounts.js'
import {ChangeFeed} from '../../src/services/record/change-feed.js'
import {ContractJournal} from '../../src/services/oauth/contract-journal.js'
import {ForeignPrompts} from '../../src/services/agents/foreign-prompts.js'
import {ForeignPaneWatch} from '../../src/services/screens/foreign-panes.js'
import {RunProcesses} from '../../src/services/agents/run-processes.js'
import {Limits} from '../../src/services/credits/usage-limits.js'
import {ComposerDelivery} from '../../src/services/messages/composer.js'
import {StorageWaits} from '../../src/services/recovery/storage-waits.js'
import {Recorder} from '../../src/services/record/recorder.js'
import {Attribution} from '../../src/services/repository-watch/attribution.js'
import {RenewedCredentials} from '../../src/services/credits/renewed-credentials.js'
import {RepositoryWatch} from '../../src/services/repository-watch/repository-watch.js'
import {FakeDriver} from './fake-driver.js'
import {FakeHost} from './fake-host.js'
import {FakeLedger} from './fake-ledger.js'
import {FakeWorkspace} from './fake-workspace.js'
import {MemoryFiles} from './memory-files.js'
import {MemoryStore} from './memory-store.js'
import type {Message} from '../../src/domain/model/message.js'
import type {Archive} from '../../src/domain/ports/message-archive.js'
import type {Project} from '../../src/domain/model/project.js'

/** The event log in memory. */
export class MemoryEventLog implements EventLog {
  readonly events: LoggedEvent[] = []

  async append(_project: string, events: readonly LoggedEvent[]): Promise<void> {
    this.events.push(...events)
  }

  async settled(): Promise<void> {}

  async *readOn(project: string, place: number): AsyncGenerator<PlacedEvent> {
    for (const [index, event] of this.events.entries()) if (index >= place && event.project === project) yield {event, end: index + 1}
  }

  async *read(project: string): AsyncGenerator<LoggedEvent> {
    yield* this.events.filter((event) => event.project === project)
  }
}

/** Messages outside the record, in memory. */
export class MemoryArchive implements Archive {
  readonly #messages = new Map<string, Map<string, Message>>()

  async append(project: string, messages: readonly Message[]): Promise<void> {
    const kept = this.#messages.get(project) ?? new Map<string, Message>()
    for (const message of messages) kept.set(message.id, message)
    this.#messages.set(project, kept)
  }

  async read(project: string): Promise<readonly Message[]> {
    return [...(this.#messages.get(project)?.values() ?? [])]
  }
}

/** The owner of the timing events, with nothing against anything. */
export const WILLING_OWNER: PluginHandlers = {
  awaitPort: async () => 'clear',
  mcpInit: async () => ({steps: [], verdicts: []}),
  afterWindowKill: async () => 'clear',
}

export interface WorldOptions {
  readonly projects?: readonly Project[]
  readonly drivers?: readonly AgentDriver[]
  /** Handlers by plugin, beside the owner's. */
  readonly plugins?: Readonly<Record<string, PluginHandlers>>
  readonly terminal?: MemoryTerminalOptions
}

/** Everything a service may be given, in memory. */
export function aWorld(options: WorldOptions = {}) {
  const clock = new FakeClock()
  const logger = new MemoryLogger()
  const store = new MemoryStore(clock, options.projects ?? [])
  const log = new MemoryEventLog()
  const feed = new ChangeFeed({store, clock})
  const warnings: OrchError[] = []
  const plugins = new Map(Object.entries({[REQUIRED_PLUGIN]: WILLING_OWNER, ...options.plugins}))
  const bus = new HookBus({
    runner: new InProcessRunner(plugins),
    declared: new Map([...plugins].map(([name, handlers]) => [name, Object.keys(handlers)])),
    warn: (failure) => warnings.push(failure),
    schemas: new AjvValidator(),
  })
  const archive = new MemoryArchive()
  const recorder = new Recorder({store, log, feed, bus, archive, clock, logger})
  const driver = new FakeDriver()
  const drivers = new Map((options.drivers ?? [driver]).map((each) => [each.kind, each]))
  const ledger = new FakeLedger(clock)
  const files = new MemoryFiles()
  const host = new FakeHost()
  const ids = new FakeIds()
  const accounts = new Accounts({store, recorder, drivers, files})
  const workspace = new FakeWorkspace()
  const terminal = new MemoryTerminal(options.terminal)
  const restarted: string[] = []
  const restarts = {
    restart: async (_project: string, agent: string) => void restarted.push(agent),
    takeUp: async ({agents}: Project) => void restarted.push(...agents.filter(({context}) => context?.restart).map(({id}) => id)),
  }
  return {
    restarted,
    restarts,
    credentials: new RenewedCredentials({files, drivers}),
    clock,
    logger,
    store,
    log,
    feed,
    bus,
    warnings,
    archive,
    recorder,
    driver,
    drivers,
    ids,
    terminal,
    offering: new ComposerDelivery({recorder, feed, terminal, drivers, clock}),
    ledger,
    contract: new ContractJournal({drivers, ledger, bus, recorder}),
    files,
    host,
    rooms: {prepare: async (project: string) => `/state/tmux/${project}`, end: async () => {}},
    accounts,
    leftovers: new RunProcesses({host, clock, logger}),
    panes: new ForeignPaneWatch({recorder, terminal}),
    prompts: new ForeignPrompts({store, recorder, terminal}),
    limits: new Limits({store, recorder, accounts, restarts, drivers, bus, clock, ids}),
    storage: new StorageWaits({host, clock, logger}),
    workspace,
    repositories: new RepositoryWatch({
      store,
      recorder,
      workspace,
      files,
      attribution: new Attribution(host),
      clock,
      logger,
    }),
    /** The project as it stands. */
    project: (id = 'p_1') => store.project(id)!,
    /** An agent as it stands, by role. */
    agent: (role = 'developer', id = 'p_1') => findAgent(store.project(id)!, `a_${role.replaceAll('-', '')}`)!,
    message: (id = 'm_1') => store.project('p_1')!.messages.find((message) => message.id === id)!,
  }
}

export type World = ReturnType<typeof aWorld>
