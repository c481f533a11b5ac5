/**
 * Variables that tie a git command to one repository (`git rev-parse --local-env-vars`, git 2.39) or change what it prints;
 * inherited from a git hook or alias they would send our commands into the wrong repository.
 */
const TIED = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_PREFIX',
  'GIT_NAMESPACE',
  'GIT_SHALLOW_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_QUARANTINE_PATH',
  'GIT_REFLOG_ACTION',
  'GIT_AUTHOR_DATE',
  'GIT_COMMITTER_DATE',
  'GIT_EXTERNAL_DIFF',
  'GIT_DIFF_OPTS',
  'GIT_LITERAL_PATHSPECS',
  'GIT_GLOB_PATHSPECS',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_ICASE_PATHSPECS',
  'LANGUAGE',
] as const

/**
 * Nothing asks, nothing opens an editor, messages are English, and reading never writes the index of a person. A commit is its own content: no
 * replacement objects (git-replace(1)), no grafts. git 2.39 prints a hint for any graft file it can open, and nothing for one below a file.
 */
const FIXED = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_EDITOR: 'true',
  GIT_SEQUENCE_EDITOR: 'true',
  GIT_MERGE_AUTOEDIT: 'no',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: '/dev/null/none',
  LC_ALL: 'C',
} as const

/**
 * The environment of every git command.
 * @param inherited the supervisor's own; configuration handed over by `GIT_CONFIG_GLOBAL` or `GIT_CONFIG_COUNT` stays
 */
export function gitEnvironment(inherited: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(inherited).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !isTied(pair[0]) && !pair[0].startsWith('GIT_TRACE'),
  )
  return {...Object.fromEntries(kept), ...FIXED}
}

function isTied(name: string): boolean {
  return (TIED as readonly string[]).includes(name)
}
