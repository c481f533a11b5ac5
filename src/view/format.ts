import {styleText as style} from 'node:util'
import {visible} from '@orch/plugin-kit'
import {columnsOf, cut, widthOf, wrap} from './fit.js'

type Format = Parameters<typeof style>[0]

/** Colour for a terminal that wants it: NO_COLOR (no-color.org) and pipes get plain text. */
export function paint(format: Format, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return stream.isTTY && !process.env['NO_COLOR'] ? style(format, text) : text
}

/** `18:30:05` of the local time zone, with the date when that is not today's. @param at milliseconds UTC @param now milliseconds UTC */
export function localTime(at: number, now: number): string {
  const [day, time] = dayAndTime(at)
  return day === dayAndTime(now)[0] ? time : `${day} ${time}`
}

function dayAndTime(at: number): [day: string, time: string] {
  const local = new Date(at)
  const two = (part: number) => String(part).padStart(2, '0')
  return [
    `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`,
    [local.getHours(), local.getMinutes(), local.getSeconds()].map(two).join(':'),
  ]
}

/** `3 s`, `4 min`, `2 h 5 min`. @param ms milliseconds */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The least a shortened cell is left with. */
const LEAST = 6
/** Columns below which the last cell of a row moves to the next line, and its indentation there. */
const NARROW = 60
const NARROW_INDENT = 4

/**
 * Rows under each other, columns aligned; what a specification or an agent wrote is made printable. Where they do not fit, the widest cells but the last
 * of a row are cut, and the last is continued below.
 * @param columns of the terminal
 */
export function table(rows: readonly (readonly string[])[], columns = columnsOf(process.stdout)): string[] {
  const widths = narrowed(
    (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? '')))),
    columns,
  )
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0)
  return rows.flatMap((row) => {
    const cells = row.slice(0, -1).map((cell, column) => padded(cut(cell, widths[column]!), widths[column]!))
    return wrap(
      [...cells, row.at(-1) ?? ''].join('  ').trimEnd(),
      columns,
      columns < NARROW ? NARROW_INDENT : Math.min(before, Math.floor(columns / 2)),
    )
  })
}

/** Widths of columns so that a quarter of a wide line is left to the last. */
function narrowed(widths: number[], columns: number): number[] {
  const last = columns < NARROW ? 0 : Math.min(widths.at(-1) ?? 0, Math.floor(columns / 4))
  const others = widths.slice(0, -1)
  const taken = () => others.reduce((sum, width) => sum + width + 2, last)
  while (taken() > columns && Math.max(...others) > LEAST) others[others.indexOf(Math.max(...others))]!--
  return [...others, ...widths.slice(-1)]
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - widthOf(cell)))
}

/** Colours and their like (SGR of ECMA-48), which change no meaning: test programs print them. */
const COLOURS = /(?:\u001b\[|\u009b)[\d;:]*m/g

/** One line, without anything a terminal would act on or a reader would not see. @param max characters */
export function oneLine(text: string, max = 100): string {
  const plain = visible(text.replace(COLOURS, '').replace(/\s+/g, ' ').trim())
  // A character outside the basic plane is two units; half of one is none.
  return plain.length > max ? `${plain.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…` : plain
}
