import {PassThrough} from 'node:stream'
import {expect} from 'chai'
import {askApproval, type Answer} from '../../src/view/approve.js'

describe('askApproval', () => {
  let own: {readonly [stream in 'stdin' | 'stderr']: PropertyDescriptor}
  let input: PassThrough
  let shown: string

  /** A terminal in the place of the process's own. */
  beforeEach(() => {
    own = {
      stdin: Object.getOwnPropertyDescriptor(process, 'stdin')!,
      stderr: Object.getOwnPropertyDescriptor(process, 'stderr')!,
    }
    input = new PassThrough()
    shown = ''
    const screen = Object.assign(new PassThrough(), {isTTY: true, columns: 80})
    screen.on('data', (chunk) => (shown += String(chunk)))
    Object.defineProperty(process, 'stdin', {value: input, configurable: true})
    Object.defineProperty(process, 'stderr', {value: screen, configurable: true})
  })
  afterEach(() => {
    for (const [name, property] of Object.entries(own)) Object.defineProperty(process, name, property)
  })

  const typed = async (keys: string, trust = true, edit = true): Promise<Answer> => {
    const asking = askApproval('Start this team?', {trust, edit})
    input.write(keys)
    return asking
  }

  for (const [keys, answer] of [
    ['y\n', 'yes'],
    [' YES \n', 'yes'],
    ['t\n', 'trust'],
    ['Trust\n', 'trust'],
    ['v\n', 'view'],
    ['e\n', 'edit'],
    ['n\n', 'no'],
    ['no\n', 'no'],
    // The capital letter is what counts without a word.
    ['\n', 'no'],
    ['yep\n', 'no'],
    ['ja\n', 'no'],
    ['y y\n', 'no'],
  ] as const) {
    it(`takes ${JSON.stringify(keys)} for ${answer}`, async () => expect(await typed(keys)).to.equal(answer))
  }

  it('takes Ctrl-C, also behind a word, for an interruption', async () => {
    expect(await typed('\u0003')).to.equal('interrupted')
    expect(await typed('y\u0003')).to.equal('interrupted')
  })

  it('takes the end of the input for an interruption', async () => {
    const asking = askApproval('Start this team?', {trust: false, edit: false})
    input.end()
    expect(await asking).to.equal('interrupted')
  })

  it('says of any other word that it counts as no', async () => {
    await typed('ja\n')
    expect(shown).to.include('"ja" is none of these')
    shown = ''
    await typed('\n')
    expect(shown).not.to.include('none of these')
  })

  it('offers an edit of one plan only', async () => {
    expect(await typed('e\n', true, false)).to.equal('no')
    expect(shown).not.to.include('[e]dit')
  })

  it('offers trust only where it is to be had', async () => {
    expect(await typed('t\n', false)).to.equal('no')
    expect(shown).to.include('Start this team?').and.not.include('rust')
    await typed('y\n')
    expect(shown).to.include('[t]rust this repository')
  })
})
