import {readFileSync} from 'node:fs'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

describe('orch plugins link', function () {
  this.timeout(180_000)
  let sandbox: Sandbox

  beforeEach(() => {
    sandbox = new Sandbox()
  })
  afterEach(() => sandbox.remove())

  for (const [what, source, why] of [
    ['loops for ever', 'for (;;);\n', 'holds the process up for more than 15 s'],
    ['waits for ever', 'await new Promise(() => {})\nexport default 1\n', 'a command was not imported within 5 s'],
  ] as const) {
    it(`refuses a plugin with a command that ${what} when it is imported, and every command works on`, async () => {
      const oclif = {commands: './commands'}
      sandbox.write('plugin/package.json', JSON.stringify({name: 'orch-endless', version: '1.0.0', type: 'module', oclif}))
      sandbox.write('plugin/commands/endless.js', source)
      const {code, stderr} = await sandbox.orch(['plugins', 'link', '--no-install', sandbox.path('plugin')])
      expect(stderr)
        .to.include(`${sandbox.path('plugin')} is not linked: it`)
        .and.include(why)
        .and.include('orch plugin check')
      expect(code).to.equal(2)
      expect((await sandbox.orch(['plugins'])).stdout).not.to.include('orch-endless')
      sandbox.write(
        'plugin/commands/endless.js',
        'import {Command} from "@oclif/core"\nexport default class extends Command { async run() {} }\n',
      )
      const mended = await sandbox.orch(['plugins', 'link', '--no-install', sandbox.path('plugin')])
      expect(mended.stdout).to.include('orch-endless 1.0.0 is linked')
      expect(readFileSync(sandbox.path('data', 'package.json'), 'utf8')).to.include('orch-endless')
    })
  }
})
