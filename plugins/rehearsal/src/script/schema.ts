import type {JsonSchema} from '@orch/plugin-kit'
import {CRASH_SIGNALS} from '../options.js'
import type {StepKind} from './script.js'

const TEXT = {type: 'string', minLength: 1} as const
const CONTENT = {type: 'string'} as const
const ROLE = {type: 'string', pattern: '^[A-Za-z0-9_:,-]+$'} as const
const FLAG = {type: 'boolean'} as const
const MS = {type: 'integer', minimum: 0} as const
const CODE = {type: 'integer', minimum: 0, maximum: 255} as const
const WORDS = {type: 'array', minItems: 1, items: {type: 'string'}} as const

const STEPS: Readonly<Record<Exclude<StepKind, 'repair'>, JsonSchema>> = {
  think: takes({text: TEXT, ms: MS}, ['text']),
  say: takes({text: TEXT}, ['text']),
  write: takes({path: TEXT, content: CONTENT}, ['path', 'content']),
  append: takes({path: TEXT, content: CONTENT}, ['path', 'content']),
  run: takes({argv: WORDS, allowFailure: FLAG}, ['argv']),
  commit: takes({message: TEXT, all: FLAG, paths: WORDS, allowFailure: FLAG}, ['message']),
  send: takes({to: ROLE, text: TEXT, allowFailure: FLAG}, ['to', 'text']),
  ask: takes({to: ROLE, question: TEXT, timeout: {type: 'string', pattern: '^\\d+(ms|s|m|h)?$'}, allowFailure: FLAG}, ['to', 'question']),
  expect: takes({from: ROLE, contains: TEXT, timeoutMs: MS}),
  done: takes({message: TEXT, evidence: TEXT, allowFailure: FLAG}, ['message']),
  fail: takes({reason: TEXT}, ['reason']),
  dialog: takes({text: TEXT, tool: TEXT}, ['text']),
  limit: takes({resetsInMs: MS}),
  crash: takes({signal: {enum: [...CRASH_SIGNALS]}, code: CODE}),
  hang: takes({ms: MS}),
  exit: takes({code: CODE}),
}

const LIST = {
  type: 'array',
  items: {type: 'object', additionalProperties: false, minProperties: 1, maxProperties: 1, properties: STEPS},
} as const

/** A script file, its short forms written out (`normalise`). */
export const SCRIPT_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['steps'],
  properties: {steps: LIST, onRejected: LIST},
}

function takes(properties: Readonly<Record<string, unknown>>, required: readonly string[] = []): JsonSchema {
  return {type: 'object', additionalProperties: false, required, properties}
}
