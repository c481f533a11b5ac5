import {expect} from 'chai'
import {runLine} from '../../src/view/run-line.js'

describe('runLine', () => {
  for (const [argv, expected] of [
    [['spec.md'], 'orch run spec.md --plan-file /p.json'],
    [['my spec.md', '--agent', 'rehearsal', '--json'], "orch run 'my spec.md' --agent rehearsal --plan-file /p.json"],
    [['spec.md', '--out', 'x.json', '--accept', 'npm test'], "orch run spec.md --accept 'npm test' --plan-file /p.json"],
    [['--planner=outline', '-o', 'x.json', 'spec.md'], 'orch run spec.md --plan-file /p.json'],
    [['spec.md', '--plan-file', 'old.json', '--no-baseline'], 'orch run spec.md --no-baseline --plan-file /p.json'],
  ] as const)
    it(`runs the plan of: orch plan ${argv.join(' ')}`, () => expect(runLine(argv, '/p.json')).to.equal(expected))
})
