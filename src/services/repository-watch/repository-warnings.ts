import type {RepositoryFacts} from '@orch/plugin-kit'

/** What a person should know about a repository before a team works in it. */
export function repositoryWarnings({root, commonDir, tie, operation, signsCommits}: RepositoryFacts): string[] {
  return [
    ...(operation === null
      ? []
      : [
          `${root} is in the middle of ${operation}: the team starts from the last commit. Finish or abort it before you merge the result.`,
        ]),
    ...(signsCommits
      ? [
          'This repository signs commits (commit.gpgSign): agents may be asked for a passphrase and wait for it, and merges by orch are not signed. ' +
            'Keep the key in an agent (GPG_TTY and SSH_AUTH_SOCK are passed on), or turn signing off: git config commit.gpgSign false',
        ]
      : []),
    ...(tie === 'claimed'
      ? [`${root} says by its .git file alone that it is of ${commonDir}: trust in that repository does not cover this folder.`]
      : []),
  ]
}
