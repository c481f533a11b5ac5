import {existsSync, readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import type {Config} from '@oclif/core'
import type * as Quick from './quick/index.js'
import {isQuick} from './quick/names.js'
import {divertOutput} from './adapters/divert-output.js'
import {dataFolder} from './quick/data-folder.js'

/**
 * The process edge: loads oclif, refuses to run without the required plugin, runs the command and maps what it threw to an exit code.
 * @param argv what was typed after the program's name
 * @param url of the file in bin/
 */
export async function main(argv: readonly string[], url: string): Promise<void> {
  const root = fileURLToPath(new URL('..', url))
  endWithReader(process.stdout)
  if (asksVersion(argv)) return printVersion(root)
  if (argv[0] === 'complete' && (await import('./quick/complete.js')).completeQuickly(argv, root, process.env)) return
  if (await isDoneQuickly(argv, root)) return
  const {flush, run, settings} = await import('@oclif/core')
  // Plugins are always built: no transpiler is looked for, whatever NODE_ENV says.
  settings.enableAutoTranspile = false
  const warnings = holdWarnings()
  let config: Config | undefined
  try {
    const {withoutExit} = await import('./adapters/without-exit.js')
    // Commands of plugins are imported to list them; what one prints then is no part of an answer.
    const release = divertOutput()
    const {linkKit} = await import('./adapters/kit-folder.js')
    linkKit(dataFolder(process.env))
    const {loadOclif} = await import('./adapters/load-oclif.js')
    config = await withoutExit(() => loadOclif(root)).finally(release)
    if (!isExempt(argv, config)) {
      const {requirePlugins} = await import('./cli/required-plugins.js')
      // The refusal says it better than oclif's own words on the plugin that is not there.
      await requirePlugins(config).catch(async (error: unknown) => {
        const {REQUIRED_PLUGIN} = await import('@orch/plugin-kit')
        warnings.release((text) => !text.includes(REQUIRED_PLUGIN))
        throw error
      })
    }
    if (warnings.any()) warnings.release((await import('./adapters/plugin-warnings.js')).wantedWarning(argv, config))
    else warnings.release()
    if (argv[0] === 'plugins') await (await import('./cli/plugins-command.js')).runPluginsCommand(argv, config, asksHelp(argv, config))
    else await run([...argv], config)
  } catch (error) {
    const {reportFailure} = await import('./cli/report-failure.js')
    reportFailure(error, argv)
  } finally {
    warnings.release()
    await flush()
  }
}

/** The reader of a pipe has seen enough (`orch --help | head -1`): there is nobody left to write for, and nothing went wrong. */
function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
}

/**
 * Keeps warnings of the process back until it is known what they mean.
 * @returns how to let them go; `wanted` says which
 */
function holdWarnings(): {any: () => boolean; release: (wanted?: (text: string) => boolean) => void} {
  const printers = process.listeners('warning')
  const held: Error[] = []
  process.removeAllListeners('warning')
  const hold = (warning: Error): void => void held.push(warning)
  process.on('warning', hold)
  return {
    any: () => held.length > 0,
    release: (wanted = () => true) => {
      if (!process.listeners('warning').includes(hold)) return
      process.removeListener('warning', hold)
      for (const printer of printers) process.on('warning', printer)
      for (const warning of held.splice(0))
        if (wanted(`${warning.message}\n${warning.stack}\n${(warning as {detail?: string}).detail ?? ''}`))
          for (const print of printers) print(warning)
    },
  }
}

/** Answered without oclif, which takes twice as long to load as Node itself. */
function asksVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && ['--version', '-v', 'version'].includes(argv[0]!)
}

function printVersion(root: string): void {
  const {name, version} = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {name: string; version: string}
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
}

/** @returns false when the command has to do it */
async function isDoneQuickly(argv: readonly string[], root: string): Promise<boolean> {
  if (!isQuick(argv[0])) return false
  const {runQuickly} = await loadQuick()
  try {
    return await runQuickly(argv, root, process.env)
  } catch (error) {
    const {reportFailure} = await import('./cli/report-failure.js')
    reportFailure(error, argv)
    return true
  }
}

/** A package has them in one file (`scripts/bundle-quick.mjs`), a checkout as they were compiled. */
function loadQuick(): Promise<Pick<typeof Quick, 'runQuickly'>> {
  const bundle = new URL('quick/bundle.js', import.meta.url)
  return existsSync(bundle) ? import(bundle.href) : import('./quick/index.js')
}

/** What must work for a person to find out what is wrong, and to repair it. */
function isExempt(argv: readonly string[], config: Config): boolean {
  const [command, topic] = argv
  return (
    command === undefined ||
    command.startsWith('plugins') ||
    ['help', 'version', 'doctor', 'autocomplete', 'complete'].includes(command) ||
    // One that runs can be ended, whatever became of the plugin since.
    (command === 'daemon' && ['stop', 'status', 'logs'].includes(topic ?? '')) ||
    asksHelp(argv, config)
  )
}

/** As oclif decides it: behind `--`, and with a flag that is not declared as one for help, the command would run. */
function asksHelp(argv: readonly string[], config: Config): boolean {
  const flags = ['--help', ...(config.pjson.oclif.additionalHelpFlags ?? [])]
  const end = argv.indexOf('--')
  return argv.slice(0, end < 0 ? argv.length : end).some((word) => flags.includes(word))
}
