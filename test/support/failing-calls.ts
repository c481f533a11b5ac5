import * as node from 'node:fs/promises'
import type {FileHandle} from 'node:fs/promises'
import type {FileCalls} from '../../src/adapters/durable-file.js'

/** How a call goes wrong: `kill` ends the process there, so that no later call happens either; `full` fails what needs room, as a full disk does. */
export type Fault =
  {readonly kind: 'kill'; readonly at: number; readonly half: boolean} | {readonly kind: 'full'; readonly isFull?: () => boolean}

/**
 * The calls of node:fs/promises with a fault in between.
 * @returns the calls, and how many were made
 */
export function failingCalls(fault: Fault | null): {calls: FileCalls; made: () => number} {
  let made = 0
  /** @param half what a killed process has done of the call */
  const step = async <T>(work: () => Promise<T>, needsRoom: boolean, half: () => Promise<unknown> = async () => {}): Promise<T> => {
    const index = made++
    if (fault?.kind === 'kill' && index >= fault.at) {
      if (index === fault.at && fault.half) await half()
      throw new Error('killed')
    }
    if (fault?.kind === 'full' && needsRoom && fault.isFull?.() !== false) {
      await half()
      throw Object.assign(new Error('ENOSPC: no space left on device'), {code: 'ENOSPC'})
    }
    return work()
  }
  const handle = (file: FileHandle): FileHandle =>
    new Proxy(file, {
      get(target, name) {
        if (name === 'close') return () => target.close()
        const method = Reflect.get(target, name) as unknown
        if (typeof method !== 'function') return method
        return (...args: unknown[]) =>
          step(
            () => Reflect.apply(method, target, args) as Promise<unknown>,
            name === 'writeFile' || name === 'appendFile',
            async () => (name === 'writeFile' || name === 'appendFile' ? target.appendFile(halfOf(args[0])) : undefined),
          )
      },
    })
  const calls = {
    open: async (...args: Parameters<typeof node.open>) => handle(await step(() => node.open(...args), false)),
    rename: (...args: Parameters<typeof node.rename>) => step(() => node.rename(...args), false),
    rm: (...args: Parameters<typeof node.rm>) => step(() => node.rm(...args), false),
    link: (...args: Parameters<typeof node.link>) => step(() => node.link(...args), false),
    stat: (...args: Parameters<typeof node.stat>) => step(() => node.stat(...args), false),
  } as unknown as FileCalls
  return {calls, made: () => made}
}

function halfOf(content: unknown): string {
  const text = String(content)
  return text.slice(0, text.length / 2)
}
