import fc from 'fast-check'

/** Something that happens to a simulated machine. Times in milliseconds from the beginning. */
export type Happening = {readonly at: number} & (
  | {readonly what: 'start'; readonly agent: number; readonly prepareMs: number; readonly turnMs: number; readonly readyMs: number}
  | {readonly what: 'exit' | 'kill'; readonly agent: number}
  | {readonly what: 'hold'; readonly port: number; readonly ms: number; readonly by: 'foreign' | 'agents-server'}
  | {readonly what: 'crash'; readonly supervisor: number; readonly downMs: number}
  | {readonly what: 'jump'; readonly ms: number}
  | {readonly what: 'attend'; readonly project: number; readonly watched: boolean}
  | {readonly what: 'override'; readonly agent: number}
  | {readonly what: 'reboot'}
)

/** A machine with two supervisors of one user, their projects and agents, and what happens on it. */
export interface Story {
  /** How many ports the pool has. */
  readonly ports: number
  /** Section `oauth` of each project's configuration, as somebody may have written it; a project belongs to the supervisor `index % 2`. */
  readonly projects: readonly Readonly<Record<string, unknown>>[]
  /** How many agents each project has. */
  readonly agentsPerProject: number
  readonly happenings: readonly Happening[]
}

const PROJECTS = 3
const AGENTS_PER_PROJECT = 2
const PORTS = 2
/** What happens, happens within two minutes and a half; what follows from it may take as long as it takes. */
const SPAN_MS = 150_000

const agent = fc.nat({max: PROJECTS * AGENTS_PER_PROJECT - 1})
const at = fc.nat({max: SPAN_MS})

const start = fc.record({
  at,
  what: fc.constant('start' as const),
  agent,
  prepareMs: fc.oneof(fc.constant(0), fc.nat({max: 4_000})),
  turnMs: fc.oneof(fc.constant(0), fc.nat({max: 2_500})),
  readyMs: fc.nat({max: 15_000}),
})

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {weight: 8, arbitrary: start},
  {weight: 3, arbitrary: fc.record({at, what: fc.constant('exit' as const), agent})},
  {weight: 4, arbitrary: fc.record({at, what: fc.constant('kill' as const), agent})},
  {
    weight: 4,
    arbitrary: fc.record({
      at,
      what: fc.constant('hold' as const),
      port: fc.nat({max: PORTS - 1}),
      ms: fc.oneof(fc.nat({max: 3_000}), fc.nat({max: 120_000})),
      by: fc.constantFrom('foreign' as const, 'foreign' as const, 'agents-server' as const),
    }),
  },
  {weight: 2, arbitrary: fc.record({at, what: fc.constant('crash' as const), supervisor: fc.nat({max: 1}), downMs: fc.nat({max: 20_000})})},
  {weight: 2, arbitrary: fc.record({at, what: fc.constant('jump' as const), ms: fc.integer({min: -3_600_000, max: 3_600_000})})},
  {
    weight: 1,
    arbitrary: fc.record({at, what: fc.constant('attend' as const), project: fc.nat({max: PROJECTS - 1}), watched: fc.boolean()}),
  },
  {weight: 1, arbitrary: fc.record({at, what: fc.constant('override' as const), agent})},
  {weight: 1, arbitrary: fc.record({at: fc.integer({min: 20_000, max: SPAN_MS}), what: fc.constant('reboot' as const)})},
)

/** An agent that ended or was killed while something took its port, and is started again: what the budgets are for. */
const scene: fc.Arbitrary<Happening[]> = fc
  .record({
    at,
    agent,
    end: fc.constantFrom('exit' as const, 'kill' as const),
    laterMs: fc.nat({max: 40_000}),
    holdMs: fc.integer({min: 20_000, max: 120_000}),
    by: fc.constantFrom('foreign' as const, 'foreign' as const, 'agents-server' as const),
    watched: fc.boolean(),
    port: fc.nat({max: PORTS - 1}),
  })
  .map((each) => {
    const beginning = {what: 'start' as const, agent: each.agent, prepareMs: 0, turnMs: 0, readyMs: 0}
    const endAt = each.at + 1_000
    return [
      {...beginning, at: each.at},
      {at: endAt, what: 'attend' as const, project: Math.floor(each.agent / AGENTS_PER_PROJECT), watched: each.watched},
      {at: endAt, what: each.end, agent: each.agent},
      {at: endAt, what: 'hold' as const, port: each.port, ms: each.holdMs, by: each.by},
      {...beginning, at: endAt + each.laterMs},
    ]
  })

/** Settings as they may come past the validation: raised, lowered, or not given. */
const settings = fc.record(
  {
    onBusy: fc.constantFrom('auto', 'warn', 'hold'),
    killFloorMs: fc.constantFrom(1_000, 30_000, 34_000),
    killBudgetMs: fc.constantFrom(2_000, 45_000, 50_000),
    exitBudgetMs: fc.constantFrom(3_000, 60_000, 66_000),
    freeObservations: fc.constantFrom(1, 2, 3),
  },
  {requiredKeys: ['onBusy']},
)

export const stories: fc.Arbitrary<Story> = fc
  .record({
    ports: fc.integer({min: 1, max: PORTS}),
    projects: fc.array(settings, {minLength: PROJECTS, maxLength: PROJECTS}),
    agentsPerProject: fc.constant(AGENTS_PER_PROJECT),
    happenings: fc.array(happening, {minLength: 4, maxLength: 40, size: 'max'}),
    scenes: fc.array(scene, {maxLength: 3}),
  })
  .map(({happenings, scenes, ...story}) => ({...story, happenings: [...happenings, ...scenes.flat()].sort((a, b) => a.at - b.at)}))
