import {existsSync, readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {ROOT} from './sandbox.js'

/** A fenced block of a document. */
export interface Block {
  readonly language: string
  readonly body: string
  /** The file that the line before the block names: "`src/settings.ts`:". */
  readonly path: string | null
  readonly line: number
}

/** Folders of documents beside those at the root; `docs` is read with its subfolders. */
const FOLDERS = ['.ci', ...readdirSync(join(ROOT, 'plugins')).map((name) => `plugins/${name}`)]

/** Every document a reader may open, by its path in the repository. */
export function documents(): string[] {
  const inDocs = readdirSync(join(ROOT, 'docs'), {recursive: true, encoding: 'utf8'}).map((name) => `docs/${name}`)
  const atRoot = readdirSync(ROOT).filter((name) => name.endsWith('.md'))
  const readmes = FOLDERS.map((folder) => `${folder}/README.md`)
  return [...atRoot, ...inDocs, ...readmes].filter((file) => file.endsWith('.md') && existsSync(join(ROOT, file))).sort()
}

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

/** The fenced blocks of a text, in order. */
export function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^( *)```(\w*)\n([^]*?)^ *```/gm)].map((match) => {
    const [, indent = '', language = '', body = ''] = match
    const before = text.slice(0, match.index)
    return {
      language,
      body: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      path: /`([^`\n]+)`[^\n]*:\n\n$/.exec(before)?.[1] ?? null,
      line: before.split('\n').length,
    }
  })
}

/** A text without its fenced blocks. */
export function proseOf(text: string): string {
  return text.replaceAll(/^ *```\w*\n[^]*?^ *```/gm, '')
}

/** The contents of code spans, as they read. */
export function spansOf(text: string): string[] {
  return [...proseOf(text).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!.replaceAll('\\|', '|'))
}
