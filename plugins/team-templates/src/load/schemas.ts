import {GRANTS, type JsonSchema} from '@orch/plugin-kit'

const text = {type: 'string', minLength: 1, maxLength: 2000}
const texts = {type: 'array', items: text}
const minutes = {type: 'integer', minimum: 1, maximum: 1440}

/** The fields of a role; which of them a new role must have is checked when all sources are read. */
const roleFields = {
  title: text,
  purpose: text,
  responsibilities: texts,
  owes: {enum: ['commits', 'report', 'nothing']},
  after: texts,
  checkInMinutes: minutes,
  initialCommands: texts,
  briefing: text,
  words: texts,
  agent: {type: 'object', additionalProperties: {type: 'object'}},
  grants: {type: 'array', items: {enum: [...GRANTS]}, uniqueItems: true},
  childProjects: {
    type: 'object',
    additionalProperties: false,
    properties: {most: {type: 'integer', minimum: 1, maximum: 20}, budgetPercent: {type: 'integer', minimum: 1, maximum: 100}},
  },
}

const role = {type: 'object', additionalProperties: false, properties: roleFields}

/** A file of roles. */
export const ROLES_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'roles'],
  properties: {kind: {const: 'roles'}, roles: {type: 'object', additionalProperties: role}},
}

/** A file with one team template. */
export const TEAM_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'title'],
  properties: {
    kind: {const: 'team'},
    name: text,
    title: text,
    description: text,
    extends: text,
    abstract: {type: 'boolean'},
    roles: texts,
    optional: texts,
    priority: texts,
    indicators: {
      type: 'array',
      items: {
        type: ['string', 'object'],
        minLength: 1,
        additionalProperties: false,
        required: ['match'],
        properties: {match: text, weight: {type: 'number', minimum: 0, maximum: 100}},
      },
    },
    words: texts,
    coding: {enum: ['enforce', 'ignore']},
    overrides: {type: 'object', additionalProperties: role},
    authorizations: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['action', 'approver', 'timeoutMinutes'],
        properties: {action: text, approver: text, timeoutMinutes: minutes, default: text},
      },
    },
    hub: {
      type: ['object', 'string'],
      pattern: '^none$',
      additionalProperties: false,
      required: ['role', 'copies'],
      properties: {role: text, copies: {type: 'array', items: {enum: ['text', 'question', 'answer', 'approval', 'claim']}}},
    },
    dependencies: {type: 'object', additionalProperties: {type: 'object', additionalProperties: texts}},
  },
}
