import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {ROOT, code, heading, table} from './root.js'

/** What of a command's class the reference shows. */
interface CommandClass {
  readonly description?: string
  readonly examples?: readonly string[]
  readonly hidden?: boolean
  readonly args?: Readonly<Record<string, Argument>>
  readonly flags?: Readonly<Record<string, Flag>>
}

interface Argument {
  readonly description?: string
  readonly required?: boolean
  readonly multiple?: boolean
}

interface Flag extends Argument {
  readonly type: string
  readonly char?: string
  readonly allowNo?: boolean
  readonly hidden?: boolean
  readonly helpValue?: string | readonly string[]
  readonly options?: readonly string[]
  readonly default?: unknown
}

/** Makes the reference of every command, by topic. */
export async function commandsPage(): Promise<string> {
  const commands = await commandClasses()
  const index = commands.map(([id, {description = ''}]) => [`[\`orch ${id}\`](#${anchor(id)})`, firstSentence(description)])
  return [
    heading('Commands', 'the command classes in `src/commands` and `plugins/*/src/commands`'),
    'Every command also takes `--json`, which prints one JSON object `{"data": …, "meta": …}`, and `--help`.',
    'Exit codes: [errors](../errors.md). `orch plugins install|link|uninstall|update` are those of oclif: [plugins](../plugins.md).',
    table(['command', 'purpose'], index),
    ...commands.map(([id, command]) => section(id, command)),
  ].join('\n\n')
}

async function commandClasses(): Promise<[string, CommandClass][]> {
  const folders = ['src/commands', ...readdirSync(join(ROOT, 'plugins')).map((name) => `plugins/${name}/src/commands`)]
  const found: [string, CommandClass][] = []
  for (const folder of folders) {
    for (const file of filesBelow(join(ROOT, folder))) {
      const {default: command} = (await import(pathToFileURL(join(ROOT, folder, file)).href)) as {default: CommandClass}
      if (!command.hidden) found.push([file.replace(/(\/?index)?\.ts$/, '').replaceAll('/', ' '), command])
    }
  }
  return found.sort(([one], [other]) => (one < other ? -1 : 1))
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.ts'))
  } catch {
    return []
  }
}

function section(id: string, {description = '', args = {}, flags = {}, examples = []}: CommandClass): string {
  const own = Object.entries(flags).filter(([name, flag]) => name !== 'json' && !flag.hidden)
  const usage = ['orch', id, ...Object.entries(args).map(([name, arg]) => usageOf(name, arg)), ...(own.length > 0 ? ['[FLAGS]'] : [])]
  const rows = [
    ...Object.entries(args).map(([name, {description: text = ''}]) => [code(name.toUpperCase()), text]),
    ...own.map(([name, flag]) => [flagName(name, flag), flagText(flag)]),
  ]
  return [
    `## orch ${id}`,
    `\`\`\`text\n${usage.join(' ')}\n\`\`\``,
    description,
    ...(rows.length > 0 ? [table(['argument or flag', 'meaning'], rows)] : []),
    ...(examples.length > 0 ? [`\`\`\`sh\n${examples.map((example) => filled(example, id)).join('\n')}\n\`\`\``] : []),
  ].join('\n\n')
}

function usageOf(name: string, {required, multiple}: Argument): string {
  const word = `${name.toUpperCase()}${multiple ? '…' : ''}`
  return required ? word : `[${word}]`
}

function flagName(name: string, {type, char, allowNo, helpValue, options}: Flag): string {
  const value = type === 'boolean' ? '' : ` ${options?.join('|') ?? [helpValue ?? 'VALUE'].flat().join(' ')}`
  return code(`${char ? `-${char}, ` : ''}--${allowNo ? '[no-]' : ''}${name}${value}`)
}

function flagText({description = '', default: value, required}: Flag): string {
  const isPlain = ['string', 'number'].includes(typeof value) && !/default/i.test(description)
  return [description, ...(isPlain ? [`Default: ${String(value)}.`] : []), ...(required ? ['Required.'] : [])].join(' ')
}

function filled(example: string, id: string): string {
  return example.replaceAll('<%= config.bin %>', 'orch').replaceAll('<%= command.id %>', id)
}

const anchor = (id: string): string => `orch-${id.replaceAll(' ', '-')}`
const firstSentence = (text: string): string => /^.*?[.?](?=\s|$)/s.exec(text)?.[0] ?? text
