import {readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url))

/** Files that are loaded with one, by its static imports; types cost nothing. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  const text = readFileSync(file, 'utf8')
  for (const [, kind, path] of text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from '(\.[^']+)\.js'/gm)) {
    if (!kind) loadedWith(`${join(dirname(file), path!)}.ts`, found)
  }
  return found
}

describe('the MCP SDK', () => {
  it('is not loaded with the hooks, which every command imports', () => {
    for (const hook of ['register', 'mcp-init', 'await-port', 'after-window-kill']) {
      const files = loadedWith(join(SOURCES, 'hooks', `${hook}.ts`))
      expect([...files], hook).to.not.include(join(SOURCES, 'mcp', 'sdk.ts'))
    }
    const register = loadedWith(join(SOURCES, 'hooks', 'register.ts'))
    expect([...register], 'the walk gets as far as the probe').to.include(join(SOURCES, 'mcp', 'probe-server.ts'))
  })
})
