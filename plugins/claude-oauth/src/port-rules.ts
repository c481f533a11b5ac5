/**
 * The rules of a start on a port, as a pure function.
 *
 * A start asked at T proceeds at the first t with (1) no other start lease on the port, (2) t ≥ killedAt + 30 s, (3) the port free: two
 * observations in a row at least 0.2 s apart, the newer at most 1 s old. Only (3) is ever given up: at T + 45 s; after a kill not before
 * max(T, killedAt) + 45 s; after an exit not before max(T, exitedAt) + 60 s; the latest of these. Floor and budget overlap, they never add.
 */
import type {PortLease} from '@orch/plugin-kit'
import {CONTRACT} from './contract.js'

/** The port was looked at. */
export interface Observation {
  /** Milliseconds, on the same clock as everything else in the question. */
  readonly at: number
  readonly free: boolean
}

/** What is known when a start asks. All times on one clock, in milliseconds. */
export interface StartQuestion {
  readonly port: number
  readonly run: string
  /** T of the contract. */
  readonly askedAt: number
  readonly killedAt: number | null
  readonly exitedAt: number | null
  readonly lease: PortLease | null
  readonly now: number
  /** Oldest first. */
  readonly observations: readonly Observation[]
}

/** The values that may be raised. */
export interface Limits {
  readonly killBudgetMs: number
  readonly exitBudgetMs: number
  readonly killFloorMs: number
  readonly freeObservations: number
}

export type RuleAnswer =
  | 'clear'
  | {
      readonly notBefore: number
      readonly why: string
      /** Nothing but a taken port stands in the way: (3). */
      readonly onlyPort: boolean
      /** (3) may be given up now. */
      readonly overBudget: boolean
    }

/** @returns 'clear', or when to ask again and why; `overBudget` only when a taken port is all that stands in the way and its budget is used up */
export function judgeStart(question: StartQuestion, limits: Limits = CONTRACT): RuleAnswer {
  const {port, run, lease, now, observations} = question
  if (lease && lease.run !== run) {
    return wait(now + CONTRACT.pollMs, `agent ${lease.agent} is starting on port ${port}`)
  }
  const floor = floorEnd(question.killedAt, limits)
  if (now < floor)
    return wait(
      nextLookBefore(floor, now, limits),
      `a window was killed on port ${port}; the next start waits ${limits.killFloorMs / 1000} s`,
    )
  if (isFree(observations, now, limits)) return 'clear'
  const newest = observations.at(-1)
  if (newest?.free && now - newest.at < CONTRACT.observationGapMs) {
    return wait(newest.at + CONTRACT.observationGapMs, `port ${port} is free, looking again`)
  }
  if (newest?.free) return wait(now + CONTRACT.observationGapMs, `port ${port} is free, looking again`)
  const end = budgetEnd(question, limits)
  return now < end
    ? {...wait(Math.min(now + CONTRACT.pollMs, end), `port ${port} is in use`), onlyPort: true}
    : {notBefore: now + CONTRACT.pollMs, why: `port ${port} is still in use after its budget`, onlyPort: true, overBudget: true}
}

/** @returns the first time at which a start is allowed after a kill; 0 without one */
export function floorEnd(killedAt: number | null, limits: Pick<Limits, 'killFloorMs'> = CONTRACT): number {
  return killedAt === null ? 0 : killedAt + limits.killFloorMs
}

/** @returns when waiting for a free port may be given up */
export function budgetEnd(question: Pick<StartQuestion, 'askedAt' | 'killedAt' | 'exitedAt'>, limits: Limits = CONTRACT): number {
  const {askedAt, killedAt, exitedAt} = question
  return Math.max(
    askedAt + limits.killBudgetMs,
    killedAt === null ? 0 : Math.max(askedAt, killedAt) + limits.killBudgetMs,
    exitedAt === null ? 0 : Math.max(askedAt, exitedAt) + limits.exitBudgetMs,
  )
}

/** Free as the contract means it: enough observations in a row, far enough apart, the newest young enough. */
export function isFree(observations: readonly Observation[], now: number, limits: Pick<Limits, 'freeObservations'> = CONTRACT): boolean {
  const newest = observations.at(-1)
  if (!newest || now - newest.at > CONTRACT.observationMaxAgeMs) return false
  let counted = 0
  let later = Infinity
  for (const {at, free} of [...observations].reverse()) {
    if (!free) break
    if (later - at < CONTRACT.observationGapMs) continue
    counted++
    later = at
  }
  return counted >= limits.freeObservations
}

/** Looking starts just before the floor ends, so that floor and observations overlap. */
function nextLookBefore(floor: number, now: number, limits: Limits): number {
  const firstLook = floor - (limits.freeObservations - 1) * CONTRACT.observationGapMs
  return now < firstLook ? firstLook : Math.min(floor, now + CONTRACT.observationGapMs)
}

function wait(notBefore: number, why: string): Exclude<RuleAnswer, 'clear'> {
  return {notBefore, why, onlyPort: false, overBudget: false}
}
