import {expect} from 'chai'
import {requireUnprotected} from '../../../src/services/launch/spawn-guard.js'
import {refusal} from '../../support/failure.js'

const COMMAND = {argv: ['env', '--', 'claude'], cwd: '/w', env: {PATH: '/bin'}}

describe('requireUnprotected', () => {
  for (const additions of [
    {},
    {args: ['--verbose', '--model', 'x'], env: {LANG: 'C', MY_PORT: '1', ORCHARD: 'x'}, files: {'a.txt': 'a', 'sub/b.txt': 'b'}},
  ]) {
    it(`lets ${JSON.stringify(additions)} pass`, () => expect(() => requireUnprotected(additions, COMMAND)).not.to.throw())
  }

  for (const additions of [
    {args: ['--session-id', 'x']},
    {args: ['--resume=x']},
    {args: ['--settings', '/mine.json']},
    {args: ['--mcp-config=/mine.json']},
    {args: ['--strict-mcp-config']},
    {args: ['--permission-mode', 'bypassPermissions']},
    {args: ['--ok', '--dangerously-skip-permissions']},
    {env: {ORCH_TOKEN: 'x'}},
    {env: {ORCH_ANYTHING: 'x'}},
    {env: {CLAUDE_OAUTH_PORT: '1'}},
    {env: {MCP_OAUTH_CALLBACK_PORT: '1'}},
    {env: {PORT: '1'}},
    {files: {'/etc/passwd': ''}},
    {files: {'../settings.json': ''}},
    {files: {'a/../../b': ''}},
  ]) {
    it(`refuses ${JSON.stringify(additions)}`, async () => {
      const [touched] = [
        ...(additions.args ?? []).filter((arg) => arg !== '--ok'),
        ...Object.keys(additions.env ?? {}),
        ...Object.keys(additions.files ?? {}),
      ]
      const error = await refusal('ORCH_REFUSED', () => requireUnprotected(additions as object, COMMAND))
      expect(error.message).to.include(touched)
    })
  }
})
