import type {FileId} from '@orch/plugin-kit'

/** Names of files that tell a set-up command what to install, by tool; `*` matches any characters. They count in every folder. */
const MANIFESTS: Readonly<Record<string, readonly string[]>> = {
  npm: ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', '.npmrc'],
  yarn: ['yarn.lock', '.yarnrc', '.yarnrc.yml'],
  pnpm: ['pnpm-lock.yaml', 'pnpm-workspace.yaml'],
  bun: ['bun.lock', 'bun.lockb', 'bunfig.toml'],
  deno: ['deno.json', 'deno.jsonc', 'deno.lock'],
  python: ['requirements*.txt', 'requirements*.in', 'constraints*.txt', 'pyproject.toml', 'setup.py', 'setup.cfg'],
  pythonLocks: ['poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile', 'Pipfile.lock', 'environment*.yml', 'environment*.yaml', 'pixi.lock'],
  ruby: ['Gemfile', 'Gemfile.lock', '*.gemspec'],
  go: ['go.mod', 'go.sum', 'go.work', 'go.work.sum'],
  rust: ['Cargo.toml', 'Cargo.lock', 'rust-toolchain', 'rust-toolchain.toml'],
  php: ['composer.json', 'composer.lock'],
  elixir: ['mix.exs', 'mix.lock'],
  jvm: ['pom.xml', 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts', 'gradle.lockfile', 'gradle.properties'],
  jvmVersions: ['libs.versions.toml', 'gradle-wrapper.properties', 'build.sbt', 'deps.edn', 'project.clj'],
  dotnet: [
    '*.csproj',
    '*.fsproj',
    '*.sln',
    'packages.lock.json',
    'packages.config',
    'Directory.Packages.props',
    'global.json',
    'nuget.config',
  ],
  dart: ['pubspec.yaml', 'pubspec.lock'],
  swift: ['Package.swift', 'Package.resolved', 'Podfile', 'Podfile.lock', 'Cartfile', 'Cartfile.resolved'],
  native: [
    'conanfile.txt',
    'conanfile.py',
    'conan.lock',
    'vcpkg.json',
    'flake.nix',
    'flake.lock',
    'stack.yaml',
    'stack.yaml.lock',
    '*.cabal',
  ],
  toolVersions: ['.tool-versions', '.mise.toml', 'mise.toml', '.nvmrc', '.node-version', '.python-version', '.ruby-version'],
  git: ['.gitmodules'],
}

const NAMES = new RegExp(
  `^(?:${Object.values(MANIFESTS)
    .flat()
    .map((name) => name.replace(/[.]/g, '\\.').replaceAll('*', '.*'))
    .join('|')})$`,
)

/** What the outcome of a set-up depends on. */
export interface SetUpInputs {
  readonly commands: readonly string[]
  /** Patterns of ignored files that are copied. */
  readonly copy: readonly string[]
  /** The files that match them. */
  readonly copied: readonly FileId[]
  /** Every file of the commit that is set up. */
  readonly tracked: readonly FileId[]
}

/** The inputs in one text, the same for the same inputs; a digest of it is kept. */
export function textOf({commands, copy, copied, tracked}: SetUpInputs): string {
  // A set-up command may check out submodules, which have a slash behind their path.
  const manifests = tracked.filter(({path}) => path.endsWith('/') || NAMES.test(path.slice(path.lastIndexOf('/') + 1)))
  return JSON.stringify([commands, copy, pairs(copied), pairs(manifests)])
}

function pairs(files: readonly FileId[]): string[][] {
  return files.map(({path, id}) => [path, id]).sort(([a], [b]) => (a! < b! ? -1 : 1))
}
