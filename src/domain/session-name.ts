import {slugOf} from './slug.js'
import type {Project} from './model/project.js'

/** What a project's tmux session is called: its name, for people, and its id, by which the session is found. */
export function sessionNameOf({id, name}: Pick<Project, 'id' | 'name'>): string {
  return [slugOf(name), id].filter((part) => part !== '').join('-')
}

/** @returns the id of the project that a session is of; null for a session orch did not make. Earlier versions named it by the id alone. */
export function projectOfSession(name: string): string | null {
  return /^(?:.*-)?(p_[0-9a-z]+)$/.exec(name)?.[1] ?? null
}
