/** Files of each role, by path; the result must hold them all. */
const FILES = {
  developer: {'src/one.txt': 'one', 'src/two.txt': 'two'},
  tester: {'test/one.txt': 'tested'},
} as const

/** How often an agent that lost its worktree or its turn begins its work again when it is reminded. */
const AGAIN = 8

/** A step that a fault may break; what it should have done is made up for when orch asks for it. */
const may = (step: string, args: string) => `  - ${step}: {${args}, allowFailure: true}`
const write = (path: string, text: string) => may('run', `argv: [sh, -c, 'mkdir -p "$(dirname ${path})" && printf ${text} > ${path}']`)
const commit = (message: string) => may('commit', `message: '${message}', all: true`)
const think = (ms: number) => `  - think: {text: thinking, ms: ${ms}}`
const done = may('done', "message: 'my part is there'")

const wholeWork = (files: Readonly<Record<string, string>>) => [
  ...Object.entries(files).map(([path, text]) => write(path, text)),
  commit('Make up for what was lost'),
  done,
]

/** A script that comes to its claim whatever is taken from it. */
function script(files: Readonly<Record<string, string>>, steps: readonly string[]): string {
  const again = Array.from({length: AGAIN}, () => [
    "  - expect: {contains: 'You ended your turn', timeoutMs: 86400000}",
    ...wholeWork(files),
  ])
  return ['steps:', ...steps, done, ...again.flat(), 'onRejected:', ...wholeWork(files), ''].join('\n')
}

export const SCRIPTS: Readonly<Record<string, string>> = {
  orchestrator: 'steps:\n  - say: I stay here.\n',
  developer: script(FILES.developer, [
    think(2_500),
    write('src/one.txt', 'one'),
    commit('Add one'),
    may('send', "to: tester, text: 'one is there'"),
    think(2_500),
    write('src/two.txt', 'two'),
    commit('Add two'),
    may('ask', "to: person, question: 'Is this what you want?', timeout: 10m"),
    may('send', "to: orchestrator, text: 'two is there'"),
  ]),
  tester: script(FILES.tester, [
    think(4_000),
    may('send', "to: developer, text: 'I test one'"),
    write('test/one.txt', 'tested'),
    commit('Test one'),
  ]),
}

/** What the result must hold, by path. */
export const EXPECTED: Readonly<Record<string, string>> = {...FILES.developer, ...FILES.tester}

/** Takes its time, so that a verification can be disturbed, and holds only with the work of both. */
export const ACCEPTANCE = `import {readFileSync} from 'node:fs'
await new Promise((resolve) => setTimeout(resolve, 1500))
for (const [path, text] of Object.entries(${JSON.stringify(EXPECTED)})) if (readFileSync(path, 'utf8') !== text) process.exit(1)
`
