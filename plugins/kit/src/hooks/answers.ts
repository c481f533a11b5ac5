import type {JsonSchema} from '../ports/schema-validator.js'
import type {EventName} from './events.js'
import {PROTECTED_ENV, PROTECTED_FLAGS} from './protected.js'

const text: JsonSchema = {type: 'string'}
const object = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  properties,
  required,
})
const list = (items: JsonSchema): JsonSchema => ({type: 'array', items})
const record = (value: JsonSchema, names: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  propertyNames: names,
  additionalProperties: value,
})

const GATE: JsonSchema = {
  anyOf: [
    {const: 'clear'},
    object({notBefore: {type: 'number'}, why: text, holder: {}, overBudget: {type: 'boolean'}, overridden: {type: 'boolean'}}, [
      'notBefore',
      'why',
      'holder',
    ]),
  ],
}

const STEPS = ['write', 'probe', 'start', 'gate', 'exit', 'kill', 'recreate']
const VERDICTS = ['answers', 'configured', 'needs-sign-in', 'left-out', 'failed']

/**
 * The shape of each event's answer (JSON Schema, draft 7). The bus checks every answer against it, so that a wrong one is an error with a plugin's
 * name and not a TypeError elsewhere. Functions are not data: the host checks those of a registration itself. Null: nothing is answered.
 */
export const ANSWERS: {readonly [E in EventName]: JsonSchema | null} = {
  register: object(
    {
      apiVersion: {type: 'integer'},
      capabilities: record({type: 'object'}),
      templates: list(object({name: text, path: text, within: text}, ['name', 'path'])),
      checks: list(object({name: text})),
      config: object({section: {type: 'string', pattern: '^[A-Za-z][A-Za-z0-9-]*$'}, schema: object({type: {const: 'object'}})}),
      watchers: list(
        object({name: {type: 'string', pattern: '^[\\w.-]{1,40}$'}, everyMs: {type: 'integer', minimum: 1000, maximum: 86_400_000}}),
      ),
      methods: record(object({params: {type: 'object'}, result: {type: 'object'}, authority: {type: 'object'}}, ['params', 'result'])),
    },
    ['apiVersion'],
  ),
  awaitPort: GATE,
  mcpInit: object(
    {
      steps: list(object({step: {enum: STEPS}})),
      verdicts: list(object({server: text, verdict: {enum: VERDICTS}, why: text})),
      servers: {enum: ['given', 'found']},
    },
    ['steps', 'verdicts'],
  ),
  beforeAgentSpawn: {
    ...object(
      {
        env: record(text, {not: {pattern: PROTECTED_ENV.source}}),
        args: list({type: 'string', not: {pattern: `^(?:${PROTECTED_FLAGS.join('|')})(?:=|$)`}}),
        files: record(text, {not: {pattern: '^/|\\.\\.'}}),
      },
      [],
    ),
    additionalProperties: false,
  },
  afterAgentSpawn: null,
  beforeBriefing: list(object({title: text, body: text, weight: {type: 'number'}})),
  afterWindowKill: GATE,
  agentStateChanged: null,
  messageStateChanged: null,
  projectStateChanged: null,
  needsChanged: null,
  creditsChanged: null,
  beforeMerge: null,
  afterMerge: null,
  beforeCleanup: null,
  afterCleanup: null,
}
