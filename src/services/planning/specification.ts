import {createHash} from 'node:crypto'
import {OrchError, hasCode} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'

/** More than any specification a person wrote; a larger file is something else. */
const MAX_BYTES = 4 * 1024 * 1024

export interface Specification {
  /** Absolute, links resolved. */
  readonly path: string
  /** Its text as it is, line ends and all. */
  readonly text: string
  /** SHA-256 of `text`: what a plan was made for. */
  readonly digest: string
}

/**
 * Reads a specification.
 * @param path absolute
 * @throws ORCH_SPEC_UNREADABLE for a missing, empty, binary or oversized file, a folder, or JSON
 */
export async function readSpecification(files: Files, path: string): Promise<Specification> {
  const refuse = (why: string) => new OrchError('ORCH_SPEC_UNREADABLE', {path, why})
  if (await files.isFolder(path)) throw refuse('it is a folder')
  const bytes = await files.readBytes(path, MAX_BYTES).catch((error: unknown) => {
    throw hasCode(error, 'ORCH_FILE') ? refuse(error.details.why) : error
  })
  if (bytes === null) throw refuse('there is no such file')
  const text = decode(bytes)
  if (text === null) throw refuse('it is not text in UTF-8 or UTF-16')
  if (text.trim() === '') throw refuse('it is empty')
  const json = kindOfJson(text)
  if (json !== null) throw refuse(json)
  return {path: await files.realPath(path), text, digest: createHash('sha256').update(text).digest('hex')}
}

/** @returns null for what is not text */
function decode(bytes: Uint8Array): string | null {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  try {
    const text = new TextDecoder(encoding, {fatal: true}).decode(bytes)
    // A NUL byte is valid UTF-8, but no text has one.
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

/** @returns why the text is no specification when it is a JSON object or list, else null */
function kindOfJson(text: string): string | null {
  // The byte order mark is not white space for JSON.parse.
  const bare = text.replace(/^\ufeff/, '').trim()
  if (!/^[[{]/.test(bare)) return null
  try {
    return describeJson(JSON.parse(bare))
  } catch {
    return null
  }
}

function describeJson(value: unknown): string {
  const {specs, specifications, outline, team} = value as Readonly<Record<string, unknown>>
  if (outline !== undefined && team !== undefined) return 'it is a plan; run one with `orch run SPEC --plan-file FILE`'
  const isBatch = Array.isArray(value) || specs !== undefined || specifications !== undefined
  return isBatch
    ? 'it is a JSON list of specifications; name them one by one: `orch run a.md b.md`'
    : 'it is JSON, which describes no work; put data into the repository and write what to build in words'
}
