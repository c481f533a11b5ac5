import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {hasCode, messageOf, type TemplateSource} from '@orch/plugin-kit'
import {readBoundedText} from '@orch/plugin-kit/files'
import type {Problem} from './problem.js'

/** A template is written by hand; anything larger is a mistake. */
const MAX_BYTES = 256 * 1024
/** Of one folder; the built-in templates are 40. */
const MAX_FILES = 500

const [TEAMS, BRIEFINGS, PARTIALS] = [['teams'], ['briefings'], ['briefings', 'partials']] as const

/** Where the files of a source are, below its folder. */
export const FOLDERS: readonly (readonly string[])[] = [TEAMS, BRIEFINGS, PARTIALS]

export interface TextFile {
  readonly path: string
  readonly name: string
  readonly text: string
}

/** The files of one source, by name. */
export interface SourceFiles {
  readonly source: string
  readonly teams: readonly TextFile[]
  readonly briefings: readonly TextFile[]
  readonly partials: readonly TextFile[]
  readonly problems: readonly Problem[]
}

/** Reads `teams/*.yaml`, `briefings/*.md` and `briefings/partials/*.md` of a source. What cannot be read becomes a problem. */
export async function readSource(source: TemplateSource): Promise<SourceFiles> {
  const problems: Problem[] = []
  const read = (pattern: RegExp, folder: readonly string[]) => readFolder(join(source.path, ...folder), pattern, problems, source.within)
  const teams = await read(/\.ya?ml$/, TEAMS)
  const briefings = await read(/\.md$/, BRIEFINGS)
  const partials = await read(/\.md$/, PARTIALS)
  if (!teams && !briefings && problems.length === 0) {
    problems.push({file: source.path, line: 1, message: 'has neither a teams nor a briefings folder'})
  }
  return {source: source.name, teams: teams ?? [], briefings: briefings ?? [], partials: partials ?? [], problems}
}

/** @returns the files whose name matches, sorted; null when there is no such folder */
async function readFolder(folder: string, pattern: RegExp, problems: Problem[], within?: string): Promise<TextFile[] | null> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') problems.push({file: folder, line: 1, message: messageOf(error)})
    return null
  })
  if (!names) return null
  const files: TextFile[] = []
  const matching = names.filter((candidate) => pattern.test(candidate)).sort()
  if (matching.length > MAX_FILES) {
    problems.push({file: folder, line: 1, message: `holds more than ${MAX_FILES} templates`})
    return files
  }
  for (const name of matching) {
    const path = join(folder, name)
    try {
      const text = await readBoundedText(path, {maxBytes: MAX_BYTES, ...(within === undefined ? {} : {within})})
      if (text === null) throw new Error('it links to a file that is not there')
      files.push({path, name: name.replace(pattern, ''), text})
    } catch (error) {
      problems.push({file: path, line: 1, message: hasCode(error, 'ORCH_FILE') ? error.details.why : messageOf(error)})
    }
  }
  return files
}
