import {access, readdir} from 'node:fs/promises'
import {homedir} from 'node:os'
import {basename, join} from 'node:path'
import type {ConversationPlace, ConversationRefusal} from '@orch/plugin-kit'

/** The pane keeps what earlier runs wrote, so only its end is news of this one: the message, wrapped, and tmux's line below it. */
const LAST_LINES = 8

/**
 * Claude Code keeps a conversation as `projects/<folder>/<id>.jsonl` and makes the file with the first prompt (measured on 2.1.197 and 2.1.330). How it names
 * the folder has changed between versions, and ids are unique, so every folder is looked in.
 */
export async function hasConversation({conversation, transcript, env}: ConversationPlace): Promise<boolean> {
  const name = `${conversation}.jsonl`
  if (transcript !== null && basename(transcript) === name && (await exists(transcript))) return true
  const projects = join(env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? homedir(), '.claude'), 'projects')
  const folders = await readdir(projects).catch(() => [])
  const found = await Promise.all(folders.map((folder) => exists(join(projects, folder, name))))
  return found.includes(true)
}

/** The two refusals of `--session-id` and `--resume`. */
export function refusalOf(screen: string): ConversationRefusal | null {
  const lines = screen.split('\n').filter((line) => line.trim() !== '')
  const end = lines.slice(-LAST_LINES).join(' ')
  if (/Session ID \S+ is already in use/.test(end)) return 'exists'
  return /No conversation found with session ID/.test(end) ? 'missing' : null
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
