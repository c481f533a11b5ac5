import type {Authorization, HubPolicy} from '@orch/plugin-kit'
import {GENERIC_BRIEFING, type Dependencies, type Indicator, type RoleDefinition, type TeamDefinition} from '../model.js'
import {toKey} from '../role-key.js'
import type {YamlFile} from './yaml-file.js'

/** A role as a file writes it: any part of it. */
export type RoleFields = Partial<Omit<RoleDefinition, 'key'>>

/** A team template as a file writes it. */
export interface TeamFields {
  readonly name?: string
  readonly title: string
  readonly description?: string
  readonly extends?: string
  readonly abstract?: boolean
  readonly roles?: readonly string[]
  readonly optional?: readonly string[]
  readonly priority?: readonly string[]
  readonly indicators?: readonly (string | {readonly match: string; readonly weight?: number})[]
  readonly words?: readonly string[]
  readonly coding?: 'enforce' | 'ignore'
  readonly overrides?: Readonly<Record<string, RoleFields>>
  readonly authorizations?: readonly Authorization[]
  readonly dependencies?: Dependencies
  readonly hub?: HubPolicy | 'none'
}

/** The original's weights: a file or folder by name is twice the evidence of a pattern. */
const EXACT_WEIGHT = 40
const PATTERN_WEIGHT = 20

/** Minutes between two check-ins of a role that says nothing (the original's fallback). */
const DEFAULT_CHECK_IN_MINUTES = 30

/** A role of everything the sources say about it, the later source last. */
export function toRole(key: string, fields: RoleFields, briefings: ReadonlyMap<string, string>): RoleDefinition {
  return {
    key,
    title: fields.title ?? key,
    purpose: fields.purpose ?? '',
    responsibilities: fields.responsibilities ?? [],
    owes: fields.owes ?? 'commits',
    after: (fields.after ?? []).map(toKey),
    checkInMinutes: fields.checkInMinutes ?? DEFAULT_CHECK_IN_MINUTES,
    initialCommands: fields.initialCommands ?? [],
    briefing: fields.briefing ?? (briefings.has(key) ? key : GENERIC_BRIEFING),
    words: fields.words ?? [],
    agent: fields.agent ?? {},
    grants: fields.grants ?? [],
    childProjects: fields.childProjects ?? {},
  }
}

/** A team template of a checked file. Keys are kebab-case from here on. */
export function toTeam(file: YamlFile, fileName: string): TeamDefinition {
  const fields = file.value as TeamFields
  return {
    name: toKey(fields.name ?? fileName),
    title: fields.title,
    description: fields.description ?? '',
    extends: fields.extends === undefined ? null : toKey(fields.extends),
    abstract: fields.abstract ?? false,
    roles: (fields.roles ?? []).map(toKey),
    optional: (fields.optional ?? []).map(toKey),
    priority: fields.priority?.map(toKey) ?? null,
    indicators: (fields.indicators ?? []).map(toIndicator),
    words: fields.words ?? [],
    coding: fields.coding ?? null,
    overrides: mapEntries(fields.overrides ?? {}, (role) => (role.after ? {...role, after: role.after.map(toKey)} : role)),
    authorizations: (fields.authorizations ?? []).map((entry) => ({...entry, approver: toKey(entry.approver)})),
    dependencies: mapEntries(fields.dependencies ?? {}, (needs) => mapEntries(needs, (things) => things)),
    hub: typeof fields.hub === 'object' ? {...fields.hub, role: toKey(fields.hub.role)} : (fields.hub ?? null),
    source: file.source,
    file: file.path,
  }
}

function toIndicator(written: string | {readonly match: string; readonly weight?: number}): Indicator {
  const match = typeof written === 'string' ? written : written.match
  const weight = typeof written === 'string' ? undefined : written.weight
  return {match, weight: weight ?? (match.includes('*') ? PATTERN_WEIGHT : EXACT_WEIGHT)}
}

function mapEntries<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [toKey(key), change(value)]))
}
