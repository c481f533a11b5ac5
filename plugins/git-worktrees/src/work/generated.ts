/** Folders that tools fill, by the name of any part of the path: what is in them is not an agent's work. */
const GENERATED = new Set([
  'node_modules',
  'bower_components',
  'dist',
  'build',
  'out',
  'target',
  'coverage',
  'vendor',
  'venv',
  '__pycache__',
  'Pods',
  'DerivedData',
  'bin',
  'obj',
  'tmp',
  'temp',
  'logs',
])

/** Endings of files that people write. */
const WRITTEN =
  /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|kts|scala|cs|fs|swift|m|mm|c|h|cc|cpp|hpp|php|pl|lua|r|jl|ex|exs|erl|hs|clj|sql|sh|bash|ps1|html|css|scss|less|vue|svelte|md|rst|adoc|tf|proto|graphql)$/i

/** @returns whether a path lies in a folder of tools; folders whose names begin with a dot are theirs */
export function isGenerated(path: string): boolean {
  return path.split('/').some((part) => GENERATED.has(part) || (part.startsWith('.') && part.length > 1))
}

/** @returns whether a file looks as if somebody wrote it */
export function isWritten(path: string): boolean {
  return WRITTEN.test(path) && !isGenerated(path)
}
