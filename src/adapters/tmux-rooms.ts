import {createHash} from 'node:crypto'
import {lstat, readdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {OrchError, type ProcessRunner} from '@orch/plugin-kit'
import type {TmuxRooms} from '../domain/tmux-rooms.js'

/** sun_path holds 104 bytes on macOS; what is left for the name of a socket after `tmux -L`. */
const LONGEST_FOLDER = 104 - 32
/** A server that stands still does not hold up the end of a project, milliseconds. */
const PATIENCE_MS = 5_000

/** A folder for tmux's sockets (`TMUX_TMPDIR`, tmux(1)) for each project: plain `tmux` in an agent reaches no server of anyone else. */
export class LocalTmuxRooms implements TmuxRooms {
  readonly #state: string
  readonly #processes: ProcessRunner
  readonly #uid = process.getuid?.() ?? 0

  /** @param state the state directory */
  constructor(state: string, processes: ProcessRunner) {
    this.#state = state
    this.#processes = processes
  }

  async prepare(project: string): Promise<string> {
    const folder = this.#folderOf(project)
    await makeFolder(folder)
    const {uid, mode} = await lstat(folder)
    if ((mode & 0o170077) === 0o040000 && uid === this.#uid) return folder
    const remedy = 'Remove it, then resume the project.'
    throw new OrchError('ORCH_REFUSED', {what: `The folder ${folder}`, why: 'it is not a private folder of this user', remedy})
  }

  async end(project: string): Promise<void> {
    const folder = this.#folderOf(project)
    const sockets = join(folder, `tmux-${this.#uid}`)
    const names = await readdir(sockets).catch(() => [])
    await Promise.all(
      names.map((name) => this.#processes.run('tmux', ['-N', '-S', join(sockets, name), 'kill-server'], {timeoutMs: PATIENCE_MS})),
    )
    await rm(folder, {recursive: true, force: true})
  }

  #folderOf(project: string): string {
    const beside = join(this.#state, 'tmux', project)
    if (Buffer.byteLength(beside) + `/tmux-${this.#uid}/`.length <= LONGEST_FOLDER) return beside
    return join('/tmp', `orch-tmux-${this.#uid}-${createHash('sha256').update(beside).digest('hex').slice(0, 12)}`)
  }
}
