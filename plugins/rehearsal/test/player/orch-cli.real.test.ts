import {chmod, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {OrchCli} from '../../src/player/orch-cli.js'
import {useTemporaryFolder} from '../../../../test/support/temporary-folder.js'

describe('OrchCli', () => {
  const folder = useTemporaryFolder()
  const {signal} = new AbortController()
  let waited: number[]

  const cli = async (script: string) => {
    waited = []
    await writeFile(join(folder(), 'orch'), `#!/bin/sh\necho "$*" >> calls\n${script}\n`)
    await chmod(join(folder(), 'orch'), 0o755)
    const stage = {log: () => {}, sleep: async (ms: number) => void waited.push(ms)}
    return new OrchCli(folder(), stage, {PATH: `${folder()}:/usr/bin:/bin`})
  }
  const calls = async () => (await readFile(join(folder(), 'calls'), 'utf8')).trim().split('\n')

  it('tries again while no supervisor runs', async () => {
    const orch = await cli('[ "$(wc -l < calls)" -gt 2 ] || exit 69')
    await orch.done('It is done', undefined, signal)
    expect(await calls()).to.deep.equal(Array(3).fill('done --message=It is done'))
    expect(waited).to.deep.equal([1_000, 1_000])
  })

  it('says what another failure printed, and tries once', async () => {
    const orch = await cli('echo "no such agent" >&2; exit 3')
    const failure = await orch.send('nobody', 'hello', signal).then(
      () => null,
      (error: Error) => error.message,
    )
    expect(failure).to.equal('orch send: no such agent')
    expect(await calls()).to.have.length(1)
  })
})
