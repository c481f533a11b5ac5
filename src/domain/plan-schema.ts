import {GRANTS, type JsonSchema} from '@orch/plugin-kit'

const text = {type: 'string'}
const texts = {type: 'array', items: text}
const strict = (properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
  additionalProperties: false,
})
const withOptional = (optional: Readonly<Record<string, unknown>>, properties: Readonly<Record<string, unknown>>) => {
  const whole = strict(properties)
  return {...whole, properties: {...whole.properties, ...optional}}
}
const authorization = withOptional({default: text}, {action: text, approver: text, timeoutMinutes: {type: 'number', exclusiveMinimum: 0}})
const grants = {
  grants: {type: 'array', items: {enum: [...GRANTS]}},
  childProjects: strict({
    most: {type: 'integer', minimum: 1, maximum: 20},
    budgetPercent: {type: 'integer', minimum: 1, maximum: 100},
  }),
}
const command = strict({command: text, origin: {enum: ['flag', 'user-config', 'project-config', 'spec', 'template', 'plan-file']}})

/** A plan file as `orch plan --out` writes it and a person may edit it. */
export const PLAN_SCHEMA: JsonSchema = withOptional(
  {spec: strict({path: text, digest: {type: 'string', pattern: '^[0-9a-f]{64}$'}})},
  {
    schema: {const: 1},
    planner: text,
    outline: strict({
      title: text,
      summary: text,
      type: text,
      technologies: texts,
      phases: {
        type: 'array',
        items: strict({
          name: text,
          hours: {type: 'number', minimum: 0},
          tasks: {type: 'array', items: strict({id: text, title: text, done: {type: 'boolean'}, line: {type: ['integer', 'null']}})},
        }),
      },
      criteria: texts,
      acceptance: texts,
      size: strict({
        size: {enum: ['small', 'medium', 'large']},
        estimatedLines: {type: 'number'},
        complexity: {enum: ['low', 'medium', 'high']},
      }),
    }),
    team: withOptional(
      {sizing: text, hub: strict({role: text, copies: texts}), authorizations: {type: 'array', items: authorization}},
      {
        template: text,
        confidence: {type: 'number'},
        why: texts,
        cap: {type: 'integer', minimum: 1},
        roles: {
          type: 'array',
          minItems: 1,
          items: withOptional(grants, {
            key: {type: 'string', pattern: '^[a-z][a-z0-9-]*$'},
            title: text,
            purpose: text,
            responsibilities: texts,
            owes: {enum: ['commits', 'report', 'nothing']},
            after: texts,
            checkInMinutes: {type: 'number', exclusiveMinimum: 0},
            initialCommands: texts,
            briefing: text,
            tasks: texts,
            agent: {type: 'object'},
          }),
        },
        cut: texts,
      },
    ),
    acceptance: {type: 'array', items: command},
    setup: {type: 'array', items: command},
    totalHours: {type: 'number', minimum: 0},
    warnings: texts,
  },
)
