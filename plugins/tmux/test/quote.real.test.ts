import {expect} from 'chai'
import fc from 'fast-check'
import {commandLine, sequence} from '../src/quote.js'
import {TestServer} from './support/tmux-server.js'

describe('quote, read by tmux', () => {
  it('gives back every word', async () => {
    const server = await TestServer.make()
    try {
      await server.terminal().open()
      const piece = fc.constantFrom(
        '\\',
        '"',
        "'",
        '$',
        '${',
        'HOME',
        '~',
        '#',
        '#{',
        '}',
        '{',
        ';',
        '\n',
        '  ',
        '\t',
        '-',
        '%',
        'é',
        '日',
        '\u001b',
        '\r',
        'n',
        '0',
        '/',
      )
      const word = fc.oneof(
        fc.array(piece, {minLength: 1, maxLength: 12}).map((pieces) => pieces.join('')),
        fc.string({minLength: 1, unit: 'grapheme'}),
      )
      await fc.assert(
        fc.asyncProperty(
          word.filter((text) => !text.includes('\0')),
          async (text) => {
            const input = sequence(commandLine('set-buffer', '-b', 'x', '--', text), commandLine('save-buffer', '-b', 'x', '-'))
            const args = ['-u', '-N', '-L', 'orch-test', 'source-file', '-']
            const result = await server.processes.run('tmux', args, {env: server.environment, input: `${input}\n`})
            expect(result.stderr).to.equal('')
            expect(result.stdout).to.equal(text)
          },
        ),
        {numRuns: 150},
      )
    } finally {
      await server.dispose()
    }
  })
})
