import {nearest} from '@orch/plugin-kit'

/**
 * What to say of words that are no command.
 * @param typed what was typed after the program's name
 * @param ids of all commands, `topic:command`
 * @returns what is wrong, and what was probably meant
 */
export function unknownCommand(typed: readonly string[], ids: readonly string[]): {readonly what: string; readonly hint: string} {
  const end = typed.findIndex((word) => word.startsWith('-'))
  const words = end === 0 ? typed.slice(0, 1) : typed.slice(0, end < 0 ? typed.length : end)
  const topic = ids.some((id) => id.startsWith(`${words[0]}:`)) ? words[0] : undefined
  const meant = meantBy(words, ids)
  const command = commandIn(words, ids, meant)
  if (command) {
    const what = `orch ${command} takes no argument, and ${JSON.stringify(words[command.split(' ').length])} is one.`
    return {what, hint: `orch ${command} --help says what it takes.`}
  }
  const list = topic ? `orch help ${topic} lists its commands.` : 'orch help lists the commands.'
  return {
    what: `"${words.slice(0, topic ? 2 : 1).join(' ')}" is not an orch command.`,
    hint: meant ? `Did you mean orch ${meant}? ${list}` : list,
  }
}

interface KnownCommands {
  readonly commandIDs: readonly string[]
  readonly plugins: ReadonlyMap<string, {readonly name: string; readonly commandIDs: readonly string[]}>
}

/**
 * oclif leaves out a command whose module cannot be loaded.
 * @param typed what was typed after the program's name
 * @returns what to say of it; null when the word is no such command
 */
export function brokenCommand([word]: readonly string[], known: KnownCommands): {readonly what: string; readonly hint: string} | null {
  const owner = [...known.plugins.values()].find(({commandIDs}) => commandIDs.some((id) => id.split(':')[0] === word))
  if (!owner || word === undefined || known.commandIDs.some((id) => id.split(':')[0] === word)) return null
  return {what: `orch ${word} is a command of the plugin ${owner.name} and cannot be loaded.`, hint: 'orch doctor says why.'}
}

/** A command without arguments that was given one: oclif takes the argument for a part of its name. A sub-command with a typing error is none. */
function commandIn(words: readonly string[], ids: readonly string[], meant: string | undefined): string | undefined {
  const found = [2, 1].map((length) => words.slice(0, length)).find((part) => part.length < words.length && ids.includes(part.join(':')))
  const command = found?.join(' ')
  return meant?.startsWith(`${command} `) ? undefined : command
}

/** Commands of two words first: the second of them may be what is wrong. */
function meantBy(words: readonly string[], ids: readonly string[]): string | undefined {
  const commands = ids.map((id) => id.replaceAll(':', ' '))
  for (const length of [2, 1]) {
    if (words.length < length) continue
    const known = commands.filter((command) => command.split(' ').length === length)
    const found = nearest(words.slice(0, length).join(' '), known)
    if (found) return found
  }
  return undefined
}
