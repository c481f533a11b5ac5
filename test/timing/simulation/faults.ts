import {
  CONTRACT,
  FileLedger,
  judgeStart,
  type FileLedgerOptions,
  type RuleAnswer,
  type StartQuestion,
} from '../../../plugins/claude-oauth/src/index.js'
import type {Machine} from './machine.js'

type Judge = typeof judgeStart
type Limits = Parameters<Judge>[1]

/** What is broken on purpose, in the harness: no product code knows of it. */
export interface Faults {
  readonly judge?: Judge
  readonly ledger?: (options: FileLedgerOptions, machine: Machine) => FileLedger
  /** T stays what it was before the supervisor died. */
  readonly keepsT?: boolean
  /** Spawns however old the last look is. */
  readonly ignoresAge?: boolean
  /** A start that is broken off gives its lease back though its agent is on its way up. */
  readonly dropsLease?: boolean
  /** Everybody is taken for watched. */
  readonly alwaysWatched?: boolean
  /** Holders are not known to be agents' own servers. */
  readonly forgetsRuns?: boolean
  /** Ages are taken from the wall clock. */
  readonly wallClockAges?: boolean
  readonly ignoresReboot?: boolean
}

const limited = (changes: Partial<NonNullable<Limits>>): Judge => {
  return (question, limits = CONTRACT) => judgeStart(question, {...limits, ...changes})
}

/** A judge that answers otherwise where the real one makes a start wait. */
const waiting = (other: (question: StartQuestion, answer: Exclude<RuleAnswer, 'clear'>) => RuleAnswer): Judge => {
  return (question, limits) => {
    const answer = judgeStart(question, limits)
    return answer === 'clear' ? answer : other(question, answer)
  }
}

class SharedLeases extends FileLedger {
  override async takeLease(port: number, lease: {run: string; agent: string}): Promise<boolean> {
    const held = (await this.history(port)).lease
    if (held && held.run !== lease.run) await this.releaseLease(port, held.run)
    return super.takeLease(port, lease)
  }
}

class ExpiringLeases extends FileLedger {
  override async takeLease(port: number, lease: {run: string; agent: string}): Promise<boolean> {
    const held = (await this.history(port)).lease
    if (held && held.run !== lease.run && (await this.holderAlive(port)) === false) await this.releaseLease(port, held.run)
    return super.takeLease(port, lease)
  }
}

class NoKills extends FileLedger {
  override async recordKill(): Promise<void> {}
}

class NoExits extends FileLedger {
  override async recordExit(): Promise<void> {}
}

/** Each rule of the contract, broken. */
export const FAULTS: Readonly<Record<string, Faults>> = {
  'the start lease is exclusive': {ledger: (options) => new SharedLeases(options)},
  'a lease is inherited, not expired, when its supervisor dies': {ledger: (options) => new ExpiringLeases(options)},
  'a lease lasts until ready, exit or time-out': {dropsLease: true},
  '30 s from a kill to the next start': {judge: limited({killFloorMs: 29_000})},
  'a kill by anyone is recorded': {ledger: (options) => new NoKills(options)},
  'an exit is recorded': {ledger: (options) => new NoExits(options)},
  'two observations': {judge: limited({freeObservations: 1})},
  'observations 0.2 s apart': {
    judge: waiting(({observations, now}, answer) => {
      if (!answer.why.includes('looking again')) return answer
      return observations.filter(({free}) => free).length > 1 ? 'clear' : {...answer, notBefore: now + 100}
    }),
  },
  'the newer at most 1 s before the spawn': {ignoresAge: true},
  'a budget of 45 s': {judge: limited({killBudgetMs: 40_000})},
  'a budget of 60 s after an exit': {judge: limited({exitBudgetMs: 46_000})},
  'a taken port is given up at the end of its budget': {
    judge: waiting((_question, answer) => ({...answer, overBudget: false, notBefore: answer.notBefore})),
  },
  'floor and budget never add': {
    judge: (question, limits = CONTRACT) =>
      judgeStart({...question, askedAt: Math.max(question.askedAt, (question.killedAt ?? -Infinity) + limits.killFloorMs)}, limits),
  },
  'only a taken port is ever given up': {
    judge: waiting((question, answer) => (question.now - question.askedAt >= 20_000 ? {...answer, overBudget: true} : answer)),
  },
  'a start goes on at the first possible moment': {
    judge: waiting((_question, answer) => ({...answer, notBefore: answer.notBefore + 2_000})),
  },
  'T is now after a supervisor restart': {keepsT: true},
  'configuration raises only': {judge: limited({killFloorMs: 1_000})},
  'unattended starts are held': {alwaysWatched: true},
  "an agent's own server makes nobody wait for ever": {forgetsRuns: true},
  'a clock that is set shortens nothing': {wallClockAges: true},
  'a reboot voids the floors': {ignoresReboot: true},
}
