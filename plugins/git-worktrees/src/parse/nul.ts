/** @returns the items of NUL-separated output (`-z`) */
export function nulSeparated(output: string): string[] {
  return output.split('\0').filter((item) => item !== '')
}

/** Parses `git log -z --format=%H%x09%s`. */
export function parseCommits(output: string): {sha: string; subject: string}[] {
  return nulSeparated(output).map((line) => {
    const tab = line.indexOf('\t')
    return {sha: line.slice(0, tab), subject: line.slice(tab + 1)}
  })
}
