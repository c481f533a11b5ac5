import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {API_VERSION, type JsonSchema, type Ports, type Registration} from '@orch/plugin-kit'
import {testPorts} from '@orch/plugin-kit/testing'
import {CONFIG_PROPERTIES, configSchema} from '../../src/domain/config.js'
import {ROOT, code, heading, table} from './root.js'

/** Makes the reference of every key: those of orch itself, then a section a plugin. */
export async function configurationPage(): Promise<string> {
  const sections = await pluginSections()
  return [
    heading('Configuration', 'the JSON Schemas in `src/domain/config.ts` and of the plugins'),
    'Files, layers and trust: [how to configure](../how-to.md#configure). `orch config schema` prints the same as JSON Schema.',
    '## orch',
    keyTable(CONFIG_PROPERTIES),
    ...[...sections].flatMap(([section, {plugin, schema}]) => [
      `## ${section}`,
      `Section of \`${plugin}\`.`,
      keyTable({[section]: schema}),
    ]),
  ].join('\n\n')
}

/** The schema of the whole configuration, sections of built-in plugins included. */
export async function wholeSchema(): Promise<JsonSchema> {
  return configSchema(Object.fromEntries([...(await pluginSections())].map(([name, {schema}]) => [name, schema])))
}

/** What built-in plugins register, asked with fakes in place of the world. */
async function pluginSections(): Promise<Map<string, {plugin: string; schema: JsonSchema}>> {
  const sections = new Map<string, {plugin: string; schema: JsonSchema}>()
  for (const name of readdirSync(join(ROOT, 'plugins')).sort()) {
    const register = await registrationOf(join(ROOT, 'plugins', name, 'src', 'hooks', 'register.ts'))
    const config = register?.config
    if (config) sections.set(config.section, {plugin: `@orch/plugin-${name}`, schema: config.schema})
  }
  return sections
}

async function registrationOf(file: string): Promise<Registration | null> {
  type Register = (options: {input: {apiVersion: number; ports: Ports}}) => Promise<Registration>
  const module = (await import(pathToFileURL(file).href).catch((error: unknown) => {
    if ((error as {code?: string}).code === 'ERR_MODULE_NOT_FOUND' && String(error).includes(file)) return null
    throw error
  })) as {default: Register} | null
  return module && (await module.default({input: {apiVersion: API_VERSION, ports: testPorts()}}))
}

function keyTable(properties: Readonly<Record<string, JsonSchema>>): string {
  return table(['key', 'value', 'default', 'meaning'], rowsOf(properties, ''))
}

function rowsOf(properties: Readonly<Record<string, JsonSchema>>, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const key = `${prefix}${name}`
    const inner = schema['properties'] as Record<string, JsonSchema> | undefined
    const each = schema['additionalProperties']
    const of = (typeof each === 'object' && (each as JsonSchema)['properties']) as Record<string, JsonSchema> | false
    const own = !inner || schema['description'] ? [[code(key), typeOf(schema), defaultOf(schema), text(schema['description'])]] : []
    return [...own, ...(inner ? rowsOf(inner, `${key}.`) : []), ...(of ? rowsOf(of, `${key}.NAME.`) : [])]
  })
}

function typeOf(schema: JsonSchema): string {
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => code(String(value))).join(' ')
  const types = [schema['type'] ?? 'any'].flat().map(String)
  const bounds = [bound(schema, 'minimum', '≥'), bound(schema, 'exclusiveMinimum', '>'), bound(schema, 'maximum', '≤')]
  const items = schema['items'] as JsonSchema | undefined
  const name = types[0] === 'array' && items ? `list of ${typeOf(items)}` : types.join(' or ')
  return [name, ...bounds.filter((text) => text !== null)].join(' ')
}

function bound(schema: JsonSchema, key: string, sign: string): string | null {
  const value = schema[key]
  return typeof value === 'number' ? `${sign} ${value}` : null
}

function defaultOf({default: value}: JsonSchema): string {
  return value === undefined || value === null ? '–' : code(typeof value === 'string' ? value : JSON.stringify(value))
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
