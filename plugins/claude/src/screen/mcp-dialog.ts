import {keysTo, readOptions} from './options.js'

/**
 * The questions for the servers of `.mcp.json`, as data. Measured on 2.1.197 and 2.1.330: for one server three options, `Use this …` highlighted in the one,
 * `Continue without …` in the other; for several a list of checkboxes, all checked, confirmed by Enter in the one, by a line `Enable selected` in the other.
 */
const ONE = /New MCP server found in this project: (?<name>\S+)/
const SEVERAL = /\d+ new MCP servers found in this project/
const USE = /^Use this MCP server$/
const CONTINUE = /^Continue without using this MCP server/
const CHECKBOX = /^\[(?<mark>.)\]\s+(?<name>.+)$/
const CONFIRM = /^Enable selected$/

/**
 * One step towards the right answer: keys that move or check, or what confirms once everything on the screen is as it should be.
 * @param flowing the screen's text without line ends
 * @param approve names of the servers that are approved; every other is turned down
 * @returns null when the screen asks something else; `answer` null when its options cannot be read
 */
export function readMcpDialog(
  lines: readonly string[],
  flowing: string,
  approve: readonly string[],
): {readonly answer: readonly string[] | null} | null {
  const one = ONE.exec(flowing)?.groups?.['name']
  if (one !== undefined) return {answer: keysTo(readOptions(lines), approve.includes(one) ? USE : CONTINUE)}
  return SEVERAL.test(flowing) ? {answer: answerToSeveral(lines, approve)} : null
}

function answerToSeveral(lines: readonly string[], approve: readonly string[]): readonly string[] | null {
  const options = readOptions(lines)
  if (!options) return null
  const boxes = options.texts.map((text) => CHECKBOX.exec(text)?.groups)
  const wrong = boxes.findIndex((box) => box && (box['mark'] !== ' ') !== approve.includes(box['name']!.trim()))
  if (wrong >= 0) return wrong === options.highlighted ? ['Space'] : steps(wrong - options.highlighted)
  const confirm = options.texts.findIndex((text) => CONFIRM.test(text))
  return confirm >= 0 ? keysTo(options, CONFIRM) : ['Enter']
}

function steps(distance: number): string[] {
  return Array.from({length: Math.abs(distance)}, () => (distance > 0 ? 'Down' : 'Up'))
}
