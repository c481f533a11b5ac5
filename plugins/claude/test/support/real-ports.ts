import {spawn} from 'node:child_process'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Ports, ProcessRunner, RunResult} from '@orch/plugin-kit'
import {testPorts} from '@orch/plugin-kit/testing'

/** Starts programs in earnest, as the host's own runner does. */
export const realRunner: Pick<ProcessRunner, 'run'> = {
  run: (file, args, {cwd, env, input, timeoutMs, signal} = {}) =>
    new Promise<RunResult>((resolve) => {
      const child = spawn(file, [...args], {cwd, ...(env ? {env: {...env}} : {}), signal, timeout: timeoutMs})
      let stdout = ''
      let stderr = ''
      child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part))
      child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part))
      child.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') resolve({exitCode: null, signal: null, stdout, stderr, timedOut: false, notStarted: true})
      })
      child.on('close', (exitCode, ended) =>
        resolve({exitCode, signal: ended, stdout, stderr, timedOut: ended === 'SIGTERM', notStarted: false}),
      )
      child.stdin.on('error', () => undefined).end(input ?? '')
    }),
}

/** Ports with real programs and real time. */
export function realPorts(over: {hookCommand?: readonly string[]} = {}): Ports {
  const base = testPorts()
  return testPorts({
    processes: realRunner as ProcessRunner,
    clock: {now: () => Date.now(), monotonic: () => performance.now(), sleep: (ms, signal) => sleep(ms, undefined, signal ? {signal} : {})},
    paths: {...base.paths, hookCommand: over.hookCommand ?? base.paths.hookCommand},
  })
}
