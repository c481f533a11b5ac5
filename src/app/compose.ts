/** The composition root: the only place where services meet adapters and plugins. */
import {definedOnly} from '../adapters/defined-only.js'
import {installAgentPrograms} from '../adapters/agent-programs.js'
import {CallerCheck} from '../adapters/caller-check.js'
import {DiskAwareRunner} from '../adapters/disk-aware-runner.js'
import {FileEventLog} from '../adapters/event-log.js'
import {Heap} from '../adapters/heap.js'
import {removeTempFiles} from '../adapters/remove-temp-files.js'
import {Lineages} from '../adapters/lineages.js'
import {LocalFiles} from '../adapters/local-files.js'
import {LocalHost} from '../adapters/local-host.js'
import {openFileLogger} from '../adapters/logger.js'
import {parseMarkdown} from '../adapters/markdown.js'
import {MessageArchive} from '../adapters/message-archive.js'
import {ExecaRunner} from '../adapters/process-runner.js'
import {ProjectStore} from '../adapters/project-store.js'
import {RandomIds} from '../adapters/random-ids.js'
import {AjvValidator} from '../adapters/schema-validator.js'
import {Spool} from '../adapters/spool.js'
import {SystemClock} from '../adapters/system-clock.js'
import {LocalTmuxRooms} from '../adapters/tmux-rooms.js'
import {renderTemplate} from '../adapters/template-renderer.js'
import {composeIntake} from './planning.js'
import {composeOwnFiles} from './own-files.js'
import {composeGuards} from './guards.js'
import {composeLaunch} from './launch.js'
import {composePlugins} from './plugins.js'
import {composeTalk} from './messages.js'
import {composeVerification} from './verification.js'
import {sectionOf} from '../domain/config.js'
import {recordKnownNames, recordQuick} from '../quick/record.js'
import {agentMethods} from '../rpc/methods/agents.js'
import {systemMethods} from '../rpc/methods/system.js'
import {ruleOf, withPluginMethods} from '../rpc/methods/plugins.js'
import {projectMethods} from '../rpc/methods/projects.js'
import {SocketListener} from '../rpc/listener.js'
import {RpcServer} from '../rpc/server.js'
import {Accounts} from '../services/agents/accounts.js'
import {AgentLog} from '../services/status/agent-log.js'
import {AgentSetUp} from '../services/launch/agent-set-up.js'
import {AgentEvents} from '../services/agents/agent-events.js'
import {WatchedProjects} from '../services/projects/watched-projects.js'
import {DeadlineAndBudget} from '../services/projects/deadline-and-budget.js'
import {Briefings} from '../services/briefing/write.js'
import {Doctor, agentChecks, faultCheck, pluginChecks} from '../services/doctor/checkup.js'
import {Claims} from '../services/claims/claims.js'
import {AgentControl} from '../services/projects/agent-control.js'
import {createHealth} from '../services/health/index.js'
import {createCleanup} from '../services/cleanup/index.js'
import {StaleLocks} from '../services/cleanup/stale-locks.js'
import {EventLogRepair} from '../services/recovery/event-log-repair.js'
import {RenewedCredentials} from '../services/credits/renewed-credentials.js'
import {Restarts} from '../services/agents/restarts.js'
import {badEntryNeeds} from '../services/status/supervisor-needs.js'
import {ContractJournal} from '../services/oauth/contract-journal.js'
import {ChangeFeed} from '../services/record/change-feed.js'
import {ChildProjects} from '../services/projects/child-projects.js'
import {Gate} from '../services/authority/gate.js'
import {identifyCaller} from '../services/supervisor/identify-caller.js'
import {RunProcesses} from '../services/agents/run-processes.js'
import {Limits} from '../services/credits/usage-limits.js'
import {NewRepository} from '../services/planning/new-repository.js'
import {oauthPool} from '../services/oauth/port-pool.js'
import {ComposerDelivery} from '../services/messages/composer.js'
import {PortBlocks} from '../services/projects/port-blocks.js'
import {MessageDelivery} from '../services/messages/delivery.js'
import {ProjectControl} from '../services/projects/project-control.js'
import {ScreenReactions} from '../services/screens/screen-reactions.js'
import {Reconciler} from '../services/recovery/reconciler.js'
import {Recorder} from '../services/record/recorder.js'
import {storageCheck} from '../services/recovery/storage-check.js'
import {CommandsUnderWay} from '../services/recovery/commands-under-way.js'
import {Fallbacks} from '../services/recovery/fallbacks.js'
import {UnreadableProjects} from '../services/recovery/unreadable-projects.js'
import {StorageWaits} from '../services/recovery/storage-waits.js'
import {Attribution} from '../services/repository-watch/attribution.js'
import {ProgramConsent} from '../services/repository-watch/program-consent.js'
import {RepositoryWatch} from '../services/repository-watch/repository-watch.js'
import {ProjectFinder} from '../services/status/find-project.js'
import {ProjectRunner} from '../services/projects/project-runner.js'
import {ScreenSchedule} from '../services/screens/screen-watch.js'
import {Screens} from '../services/screens/screens.js'
import {Supervisor} from '../services/supervisor/supervisor.js'
import {TeamStarter} from '../services/projects/team-starter.js'
import {AgentStopper} from '../services/agents/stop-agent.js'
import {SuspendDetector} from '../services/recovery/suspend-detector.js'
import {DeliveryRecovery} from '../services/messages/recover-deliveries.js'
import {UnfinishedRuns} from '../services/planning/unfinished-runs.js'
import {WorkLeftBehind} from '../services/verification/work-left-behind.js'
import {templateSourcesFor} from './template-sources.js'
import type {Place} from './place.js'

/** Builds the supervisor that holds a place. @throws ORCH_HOOK_OWNER, ORCH_CAPABILITY_MISSING, ORCH_CAPABILITY_TWICE, ORCH_PLUGIN_API, ORCH_CONFIG */
export async function compose({oclif, env, paths, claimed: {tmuxFolder, rebooted, owner}, lock}: Place): Promise<Supervisor> {
  // tmux itself reads this variable: agents of the last supervisor live where that one's said.
  if (tmuxFolder === null) delete env['TMUX_TMPDIR']
  else env['TMUX_TMPDIR'] = tmuxFolder

  const {logger, file: logFile, close: closeLog} = openFileLogger(paths.log)
  for (const note of lock.notes) logger.warn(note)
  const clock = new SystemClock()
  const ids = new RandomIds()
  const files = new LocalFiles()
  const host = new LocalHost(new ExecaRunner())
  const processes = new DiskAwareRunner(new ExecaRunner(), host)
  const schemas = new AjvValidator()
  const programs = await installAgentPrograms(paths.bin, oclif.root, definedOnly({...env, ORCH_DATA_DIR: paths.data}), paths.data)
  await files.makeFolder(paths.projects)
  await recordQuick(oclif, logger)

  const plugged = {oclif, env, paths, programs, clock, ids, logger, processes, schemas, files}
  const {
    plugins,
    isOwn,
    declared,
    digest,
    leftOut,
    hooks,
    bus,
    registrations,
    registry,
    services,
    drivers,
    driverSections,
    configuration,
    layers,
    config,
  } = await composePlugins(plugged)

  const {terminal, workspace, teams, ledger, prober} = services
  const planners = registry.family('planner')

  const store = await ProjectStore.open({folder: paths.state, clock, schemas, logger})
  const programConsent = new ProgramConsent({store, workspace})
  await programConsent.restore()
  const left = await removeTempFiles(paths, store.projects())
  if (left.length > 0) logger.info('a supervisor was killed while it wrote: its drafts are removed', {left})
  const log = new FileEventLog(paths.projects)
  const feed = new ChangeFeed({store, clock})
  const attendance = new WatchedProjects()
  const archive = new MessageArchive(paths.projects)
  const recorder = new Recorder({store, log, feed, bus, archive, clock, logger})
  const rollCall = new ProjectFinder(store)
  const templateSources = templateSourcesFor({oclif, plugins, registrations, files})
  const catalog = async (projectFolder: string | null) => teams.load(await templateSources(projectFolder))

  await recordKnownNames({drivers, planners, catalog}, paths.data, logger)

  const accounts = new Accounts({store, recorder, drivers, files})
  const leftovers = new RunProcesses({host, clock, logger})
  const contract = new ContractJournal({drivers, ledger, bus, recorder})
  const guards = composeGuards({store, recorder, terminal})
  const watch = new AgentEvents({store, recorder, terminal, drivers, contract, files, accounts, leftovers, ...guards, logger})
  const offering = new ComposerDelivery({recorder, feed, terminal, drivers, clock})
  const post = new MessageDelivery({store, recorder, offering, files, clock, ids, logger})
  const leftBehind = new WorkLeftBehind({workspace, files, clock, logger})
  const claims = new Claims({recorder, workspace, leftBehind, ids})
  const rooms = new LocalTmuxRooms(paths.data, processes)
  const terminator = new AgentStopper({store, recorder, terminal, drivers, leftovers, watch, contract, rooms})
  const briefings = new Briefings({bus, files, render: renderTemplate, catalog, drivers, budgetChars: config.briefing.budgetChars})
  const {launcher, leases, launching, startControl} = composeLaunch({
    ...{
      store,
      recorder,
      drivers,
      bus,
      watch,
      prober,
      terminal,
      terminator,
      rooms,
      ledger,
      feed,
      contract,
      briefings,
      files,
      host,
      clock,
      ids,
      logger,
    },
    context: {state: paths.data, socket: paths.socket, bin: programs.path},
    attended: (project) => attendance.isAttended(project),
  })
  const locks = new StaleLocks({store, host, files})
  const everyMs = config.health.lookSeconds * 1000
  const attribution = new Attribution(host)
  const repositories = new RepositoryWatch({store, recorder, workspace, files, attribution, clock, logger, everyMs})
  feed.subscribe(({project, events}) => {
    if (events.some(({type}) => type === 'claim')) void repositories.check(project.id)
  })
  const {setUp, baselines, verifier, unmerged, integrator} = composeVerification({
    ...{store, recorder, workspace, bus, processes, host, leftovers, watch, repositories, leftBehind, files, clock, ids, logger},
  })
  const starter = new TeamStarter({
    ...{recorder, workspace, launcher, startControl, launching, locks, agentSetUp: new AgentSetUp({files, setUp}), files, ids, logger},
  })
  const restarts = new Restarts({recorder, terminator, ids})
  const storage = new StorageWaits({host, clock, logger})
  const runner = new ProjectRunner({
    ...{store, recorder, feed, starter, claims, verifier, baselines},
    ...{integrator, terminator, unmerged, repositories, restarts, storage, clock, logger},
  })
  const screens = new Screens({terminal, drivers, logger})
  const pulse = new ScreenReactions({store, recorder, terminal, screens, drivers, watch, leftovers, clock, logger})
  const screenWatch = new ScreenSchedule({store, screens, viewer: pulse, clock, logger})
  const {health, pulses, vitals, context} = createHealth({
    ...{store, recorder, terminal, screens: screenWatch, watch, briefings, restarts, host, files, clock, ids, logger},
    everyMs,
  })
  const reconciler = new Reconciler({store, recorder, terminal, watch, restarts, launching, host, ...guards, logger})
  const control = new ProjectControl({
    ...{repositories, store, recorder, runner, reconciler, watch, context, accounts, restarts, clock, ids},
    credentials: new RenewedCredentials({files, drivers}),
  })
  const portBlocks = new PortBlocks(host)
  const agentControl = new AgentControl({
    ...{store, recorder, terminator, restarts, context, catalog, portBlocks, files, clock, ids},
    ports: () => config.ports,
  })
  const intake = composeIntake({
    ...{store, recorder, runner, workspace, terminal, drivers, driverSections, planners, teams, templateSources, layers, ledger},
    ...{portBlocks, host, files, schemas, clock, ids, paths},
    programs: programConsent,
    repositories,
    configFolder: oclif.configDir,
  })
  const talk = composeTalk({
    store,
    recorder,
    feed,
    rollCall,
    post,
    watch,
    briefings,
    claims,
    control,
    drivers,
    files,
    clock,
    ids,
    archive,
  })
  const runningPids = () => store.projects().flatMap(({agents}) => agents.flatMap(({run}) => (run?.process ? [run.process.pid] : [])))
  const callers = new CallerCheck({lineages: new Lineages({state: paths.data, keeper: terminal.socket}), agents: runningPids})
  const authority = new Gate({
    store,
    rollCall,
    ruleOf: ruleOf(registrations),
    whyNot: ({process: claim}, need) => callers.whyNot(claim, need),
  })
  const self = {running: true, pid: process.pid, socket: paths.socket}
  const spool = new Spool(paths.spool, logger)
  const listener = new SocketListener(paths.socket)
  const supervisor: Supervisor = new Supervisor({
    store,
    logKeeper: new EventLogRepair({store, recorder, log}),
    commands: new CommandsUnderWay({host, clock, logger, state: paths.data}),
    fallbacks: new Fallbacks({store, recorder, log, archive, watch, logger}),
    health,
    repositories,
    gaps: new SuspendDetector({store, recorder, pulses, clock, logger}),
    rebooted,
    feed,
    terminal,
    watch,
    post,
    limits: new Limits({store, recorder, accounts, restarts, drivers, bus, clock, ids}),
    screens: screenWatch,
    offers: new DeliveryRecovery({store, recorder, terminal, drivers, post, offering, clock}),
    sweeps: talk.sweeps,
    runner,
    reconciler,
    bounds: new DeadlineAndBudget({store, control, terminator, clock, logger}),
    leases,
    spool,
    identify: (claim) => identifyCaller(store, claim),
    server: new RpcServer({
      listener,
      state: paths.data,
      version: oclif.version,
      plugins: digest,
      schemas,
      logger,
      identify: (claim) => identifyCaller(store, claim),
      admit: (call) => authority.admit(call),
      methods: withPluginMethods(
        {
          ...projectMethods({
            store,
            workspace,
            feed,
            log,
            recorder,
            intake,
            children: new ChildProjects({recorder, intake}),
            control,
            rollCall,
            newRepository: new NewRepository({workspace, files, store, parse: parseMarkdown}),
            unfinished: new UnfinishedRuns({store, workspace, files}),
            attendance,
            leftOut: () => leftOut.list(),
            house: async () => badEntryNeeds(await spool.bad()),
            supervisor: self,
            isStopping: () => supervisor.isStopping,
            clock,
            vitals,
            storage,
            unreadable: new UnreadableProjects({store, host, files, projects: paths.projects}),
            leftovers,
            ledger,
            logger,
            terminal,
            files,
          }),
          ...agentMethods({
            watch,
            control: agentControl,
            vitals,
            rollCall,
            terminal,
            agentLog: new AgentLog({store, terminal, files, clock}),
          }),
          ...talk.methods,
          ...systemMethods({
            version: oclif.version,
            supervisor: self,
            state: paths.data,
            plugins: digest,
            stop: () => void supervisor.stopForGood(),
            retire: () => void supervisor.retire(),
            checkup: new Doctor(
              [faultCheck(() => leftOut.list()), storageCheck(paths.data, {host, files}), ...pluginChecks(registrations, isOwn)],
              {
                ...{clock, schemas},
                agents: (caller) => agentChecks(drivers, config, {...definedOnly(env), ...caller}),
                onBroken: (plugin, why) => leftOut.fails(plugin, why),
              },
            ),
            housekeeping: createCleanup({
              repositories,
              store,
              recorder,
              bus,
              host,
              clock,
              leftovers,
              terminal,
              workspace,
              files,
              locks,
              ledger,
              contract,
              oauthPorts: oauthPool(sectionOf(config, 'oauth'), definedOnly(env)),
              state: paths.data,
              projects: paths.projects,
            }),
            layers,
            schema: configuration.schema,
            intake,
            previews: briefings,
            workspace,
            declared,
            providers: registry.providers(),
            leftOut: () => leftOut.list(),
          }),
        },
        registrations,
        schemas,
      ),
    }),
    heap: new Heap(),
    ownFiles: await composeOwnFiles({
      ...{paths, host, store, programs, logger},
      others: [listener, logFile, owner, ...lock.files],
      onTaken: () => void supervisor.stop(),
    }),
    clock,
    logger,
    release: async () => {
      hooks.close()
      await closeLog()
      await lock.release()
    },
  })
  return supervisor
}
