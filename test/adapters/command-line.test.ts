import {expect} from 'chai'
import fc from 'fast-check'
import {splitCommand} from '../../src/adapters/command-line.js'
import {refusal} from '../support/failure.js'

describe('splitCommand', () => {
  for (const [command, argv] of [
    ['npm test', ['npm', 'test']],
    ['  npm   run  build ', ['npm', 'run', 'build']],
    [`grep -c "a b" 'c d' e\\ f`, ['grep', '-c', 'a b', 'c d', 'e\\', 'f']],
    [`echo "a;b" 'c && d' "e > f"`, ['echo', 'a;b', 'c && d', 'e > f']],
    [`sh -c 'a && b | c > d'`, ['sh', '-c', 'a && b | c > d']],
    [`/bin/bash -ec 'cd x; make'`, ['/bin/bash', '-ec', 'cd x; make']],
    [`echo '$(date)' '"$(x)"' "$HOME"`, ['echo', '$(date)', '"$(x)"', '$HOME']],
    ['make -j2 CC=gcc', ['make', '-j2', 'CC=gcc']],
  ] as const) {
    it(`splits ${command}`, () => expect(splitCommand(command)).to.deep.equal(argv))
  }

  for (const command of [
    'npm test && npm run lint',
    'npm test || true',
    'npm test; rm x',
    'npm test;rm x',
    'cat a | grep b',
    'npm test > out.txt',
    'npm test 2>&1',
    'sleep 9 &',
    'echo $(date)',
    'echo `date`',
    'cat < in',
    'echo "$(date)"',
    'echo "a `date` b"',
    `echo 'a' "it's $(date)"`,
    'node -e "1" && sh -c "2"',
    'bash script.sh | tee log',
  ]) {
    it(`refuses ${command}, and says how it is meant`, async () => {
      const error = await refusal('ORCH_USAGE', () => splitCommand(command))
      expect(error.remedy).to.include('sh -c ')
      // What the hint says to write is taken.
      const hint = error.remedy.slice(error.remedy.indexOf('sh -c '))
      expect(splitCommand(hint)[0]).to.equal('sh')
    })
  }

  it('refuses a command of nothing', async () => {
    for (const command of ['', '   ', '\t\n']) await refusal('ORCH_USAGE', () => splitCommand(command))
  })

  it('brings plain words through as they are', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_./:=@%+,-]{1,12}$/)
    fc.assert(
      fc.property(fc.array(word, {minLength: 1, maxLength: 6}), (words) => {
        expect(splitCommand(words.join(' '))).to.deep.equal(words)
      }),
    )
  })
})
