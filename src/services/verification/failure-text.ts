import {hasFailed} from '../../domain/merge.js'
import type {Checked} from './verification-tree.js'
import type {CommandEvidence} from '../../domain/model/merge.js'

/** What failed on merged work, as an agent and a person read it. */
export function describeFailure({evidence, setUp}: Pick<Checked, 'evidence' | 'setUp'>): string {
  if (setUp) return `the set-up command ${endOf(setUp)}\nThe work changed what it reads: lock files, manifests or files that are copied.`
  return evidence.filter(hasFailed).map(describe).join('\n')
}

function describe(one: CommandEvidence): string {
  const {command, exitCode, changed = []} = one
  if (changed.length === 0) return endOf(one)
  const files = `${changed.slice(0, 10).join(', ')}${changed.length > 10 ? `, and ${changed.length - 10} more` : ''}`
  const also = exitCode === 0 ? '' : ` It ended with ${exitCode ?? 'a signal'}.`
  return `a test changed tracked files: ${files} (found after \`${command}\`).${also} Tests have to leave every file that git tracks as it is in the commit: have them write to ignored or temporary files\n${one.output}`
}

function endOf({command, exitCode, notStarted, output}: CommandEvidence): string {
  return notStarted
    ? `\`${command}\` could not be started on the merged work:\n${output}`
    : `\`${command}\` ended with ${exitCode ?? 'a signal'} on the merged work:\n${output}`
}
