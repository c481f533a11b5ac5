/** Width and height of a character cell and the border around the text, in pixels. */
const CELL = {width: 8.4, height: 18, border: 16}
/** Colours by name, for light and for dark pages; the terminal's own are not readable on both. */
const COLOURS = {
  text: ['#24292f', '#d0d7de'],
  page: ['#f6f8fa', '#161b22'],
  red: ['#b42318', '#ff7b72'],
  green: ['#116329', '#56d364'],
  yellow: ['#7d4e00', '#e3b341'],
  blue: ['#0550ae', '#79c0ff'],
  magenta: ['#6639ba', '#d2a8ff'],
  cyan: ['#1b6c7a', '#76e3ea'],
  grey: ['#57606a', '#8b949e'],
}
/** Names of the colours 30 to 37 and 90 to 97 of a terminal. */
const NAMES = ['grey', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', null]

/**
 * Draws what `tmux capture-pane -e -p` printed. The SVG names no font that has to be fetched, and follows the reader's light or dark page.
 * @param {readonly string[]} lines with SGR sequences; others must not occur
 * @param {number} columns
 * @param {string} title for readers who do not see the picture
 */
export function svgOfScreen(lines, columns, title) {
  const width = columns * CELL.width + 2 * CELL.border
  const height = lines.length * CELL.height + 2 * CELL.border
  const rows = rowsOf(lines).map((runs, row) => textOf(runs, CELL.border + (row + 0.75) * CELL.height))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>
${styles()}
</style>
<rect class="page" width="${width}" height="${height}" rx="8"/>
${rows.filter((row) => row !== '').join('\n')}
</svg>
`
}

/** Cuts lines into runs of one style; a style lasts beyond the end of its line. */
function rowsOf(lines) {
  let style = {colour: null, bold: false, dim: false}
  return lines.map((line) => {
    const runs = []
    let column = 0
    for (const [, codes, text] of line.matchAll(/\x1b\[([\d;]*)m|([^\x1b]+)/g)) {
      if (text === undefined) style = styled(style, codes.split(';').map(Number))
      else {
        runs.push({...style, column, text})
        column += [...text].length
      }
    }
    return runs
  })
}

function styled(before, codes) {
  return codes.reduce((style, code) => {
    if (code === 0) return {colour: null, bold: false, dim: false}
    if (code === 1) return {...style, bold: true}
    if (code === 2) return {...style, dim: true}
    if (code === 22) return {...style, bold: false, dim: false}
    if (code === 39) return {...style, colour: null}
    if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return {...style, colour: NAMES[code % 10]}
    return style
  }, before)
}

/** Each word group names its place and width, so that columns stay in line whatever font the reader has. */
function textOf(runs, y) {
  const spans = runs.flatMap(({text, column, colour, bold, dim}) =>
    [...text.matchAll(/\S+(?: \S+)*/g)].map(({0: shown, index}) => {
      const classes = [colour, bold && 'bold', dim && !colour && 'grey'].filter(Boolean).join(' ')
      const x = round(CELL.border + (column + [...text.slice(0, index)].length) * CELL.width)
      const length = round([...shown].length * CELL.width)
      return `<tspan x="${x}" textLength="${length}"${classes ? ` class="${classes}"` : ''}>${escaped(shown)}</tspan>`
    }),
  )
  return spans.length === 0 ? '' : `<text y="${round(y)}">${spans.join('')}</text>`
}

function styles() {
  const rules = (which) =>
    Object.entries(COLOURS).map(([name, colours]) => `${name === 'text' ? 'text' : `.${name}`} { fill: ${colours[which]} }`)
  return [
    'text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }',
    '.bold { font-weight: 600 }',
    ...rules(0),
    `@media (prefers-color-scheme: dark) {\n${rules(1).join('\n')}\n}`,
  ].join('\n')
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const round = (value) => Math.round(value * 100) / 100
