import type {JsonSchema, Outline} from '@orch/plugin-kit'

/** What the model is asked for: the outline without what orch numbers itself. */
export interface DraftOutline extends Omit<Outline, 'phases'> {
  readonly phases: readonly {readonly name: string; readonly hours: number; readonly tasks: readonly string[]}[]
}

const text = {type: 'string', minLength: 1}
const texts = {type: 'array', items: text}
const object = (properties: Record<string, unknown>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

/** Given to `claude --json-schema`, and checked again on what comes back. */
export const DRAFT_OUTLINE_SCHEMA: JsonSchema = object({
  title: text,
  summary: text,
  type: {...text, description: 'Kind of project in one or two words, e.g. web application, library, command line tool'},
  technologies: texts,
  phases: {
    type: 'array',
    minItems: 1,
    items: object({name: text, hours: {type: 'number', exclusiveMinimum: 0}, tasks: {...texts, minItems: 1}}),
  },
  criteria: {...texts, description: 'What must hold for the work to be done, as the specification says'},
  acceptance: {...texts, description: 'Commands the specification itself names as its test; empty when it names none'},
  size: object({
    size: {enum: ['small', 'medium', 'large']},
    estimatedLines: {type: 'integer', minimum: 1},
    complexity: {enum: ['low', 'medium', 'high']},
  }),
})

/** Numbers the tasks. */
export function outlineOf(draft: DraftOutline): Outline {
  let count = 0
  return {
    ...draft,
    phases: draft.phases.map(({name, hours, tasks}) => ({
      name,
      hours,
      tasks: tasks.map((title) => ({id: `t${++count}`, title, done: false, line: null})),
    })),
  }
}
