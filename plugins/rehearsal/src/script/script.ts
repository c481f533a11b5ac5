import type {CrashSignal} from '../options.js'

/** What each step takes. A step in YAML is one of these keys with its arguments. */
export interface StepArguments {
  readonly think: {readonly text: string; readonly ms?: number}
  readonly say: {readonly text: string}
  readonly write: {readonly path: string; readonly content: string}
  readonly append: {readonly path: string; readonly content: string}
  readonly run: {readonly argv: readonly string[]; readonly allowFailure?: boolean}
  readonly commit: {readonly message: string; readonly all?: boolean; readonly paths?: readonly string[]; readonly allowFailure?: boolean}
  readonly send: {readonly to: string; readonly text: string; readonly allowFailure?: boolean}
  readonly ask: {readonly to: string; readonly question: string; readonly timeout?: string; readonly allowFailure?: boolean}
  readonly expect: {readonly from?: string; readonly contains?: string; readonly timeoutMs?: number}
  readonly done: {readonly message: string; readonly evidence?: string; readonly allowFailure?: boolean}
  readonly fail: {readonly reason: string}
  readonly dialog: {readonly text: string; readonly tool?: string}
  readonly limit: {readonly resetsInMs?: number}
  readonly crash: {readonly signal?: CrashSignal; readonly code?: number}
  readonly hang: {readonly ms?: number}
  readonly exit: {readonly code?: number}
  /** Not for scripts: what an agent does about a rejected claim when its script has no `onRejected`. */
  readonly repair: Readonly<Record<string, never>>
}
export type StepKind = keyof StepArguments

/** A step, ready to be played. */
export type Step = {
  readonly [K in StepKind]: {
    readonly kind: K
    readonly args: StepArguments[K]
    /** Line of the script it stands on, 1-based; null when orch's rehearsal made it up. */
    readonly line: number | null
  }
}[StepKind]

export interface Script {
  readonly file: string
  readonly steps: readonly Step[]
  /** Played when a claim is rejected; null: what can be repaired is repaired. */
  readonly onRejected: readonly Step[] | null
}
