import {expect} from 'chai'
import {readSpecification} from '../../../src/services/planning/specification.js'
import {refusal} from '../../support/failure.js'
import {MemoryFiles} from '../../support/memory-files.js'

const read = (content: string | Uint8Array) => readSpecification(new MemoryFiles({'/s/spec.md': content}), '/s/spec.md')

describe('readSpecification', () => {
  it('keeps the text as it is, line ends and all', async () => {
    expect(await read('# Äpp\r\n\n- one\n')).to.deep.include({path: '/s/spec.md', text: '# Äpp\r\n\n- one\n'})
  })

  it('reads UTF-16 and UTF-8 with their marks', async () => {
    expect((await read(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('# Äpp', 'utf16le')]))).text).to.equal('# Äpp')
    expect((await read(Buffer.from('\ufeff# Äpp'))).text).to.equal('# Äpp')
  })

  for (const [what, content, why] of [
    ['nothing', '', 'empty'],
    ['blanks', ' \n\t\n', 'empty'],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0]), 'not text'],
    ['Latin-1', new Uint8Array([0x23, 0x20, 0xe4]), 'not text'],
    ['text with a NUL', 'a\0b', 'not text'],
    ['a batch file', '{"specs": [{"spec": "a.md"}]}', 'orch run a.md b.md'],
    ['a list in JSON, byte order mark and all', '\ufeff\n["a.md", "b.md"]\n', 'orch run a.md b.md'],
    ['a plan', '{"outline": {}, "team": {}}', '--plan-file'],
    ['other JSON', '{"name": "x"}', 'it is JSON'],
    ['more than 4 MB', 'x'.repeat(4 * 1024 * 1024 + 1), 'larger than 4 MB'],
  ] as const) {
    it(`refuses ${what}`, async () => expect((await refusal('ORCH_SPEC_UNREADABLE', read(content))).message).to.include(why))
  }

  it('takes text that only begins as JSON does', async () => {
    for (const text of ['[ ] do it\n', '{braces} in prose', '[link](x.md) says more']) expect((await read(text)).text).to.equal(text)
  })

  it('knows a text by its digest', async () => {
    expect((await read('a\n')).digest)
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.equal((await read('b\n')).digest)
  })

  it('refuses what is not there, and a folder', async () => {
    const files = new MemoryFiles({'/s/folder/file': 'x'})
    expect((await refusal('ORCH_SPEC_UNREADABLE', readSpecification(files, '/s/none'))).message).to.include('no such file')
    expect((await refusal('ORCH_SPEC_UNREADABLE', readSpecification(files, '/s/folder'))).message).to.include('folder')
  })
})
