import {fileURLToPath} from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** First lines of a generated page. @param source where its facts are kept */
export const heading = (title: string, source: string): string =>
  `<!-- Made by \`npm run docs\` from ${source}: edit that instead. -->\n\n# ${title}\n`
/** A row of a Markdown table. */
export const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
/** A Markdown table. */
export const table = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...columns), row(...columns.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n')
export const code = (text: string): string => `\`${text}\``
