import {stripVTControlCharacters} from 'node:util'
import {expect} from 'chai'
import {outcomeOf} from '../../src/services/status/outcome.js'
import {projectStatus} from '../../src/services/status/status.js'
import {reportLines} from '../../src/view/report-view.js'
import type {Coverage} from '../../src/domain/coverage.js'
import {EPOCH, aClaim, aMerge, aProject, anAgent, someOptions, someUsage} from '../support/builders.js'
import type {Project} from '../../src/domain/model/project.js'

describe('reportLines', () => {
  const lines = (project: Project, coverage: Coverage | null = null, now = EPOCH) =>
    stripVTControlCharacters(
      reportLines(
        {
          ...outcomeOf(project),
          size: null,
          status: projectStatus(project),
          merges: project.merges,
          verification: project.verification,
          claims: project.agents.map(({role, claim, rejections}) => ({role, claim, rejections})),
          messages: 7,
          coverage,
        },
        now,
      ).join('\n'),
    )
  const evidence = {command: 'npm test', exitCode: 0, tookMs: 61_000, output: ''}

  it('says what came of it, by what evidence, and where the work is', () => {
    const text = lines(
      aProject({
        state: 'completed',
        startedAt: EPOCH,
        finishedAt: EPOCH + 125_000,
        agents: [anAgent({claim: aClaim({verdict: 'holds', message: 'all\nof it'}), rejections: 1})],
        merges: [aMerge({role: 'developer', state: 'merged', sha: 'a'.repeat(40)})],
        verification: {verified: true, evidence: [evidence], at: EPOCH} as unknown as Project['verification'],
        integration: {branch: 'orch/demo/integration', sha: 'b'.repeat(40)},
      }),
    )
    expect(text).to.include('is completed.').and.include('Verified: `npm test` exit 0.')
    expect(text).to.include('Merged into orch/demo/integration (bbbbbbbbbbbb): developer.')
    expect(text).to.include('Took 2 min').and.include('1 agent, 7 messages.')
    expect(text).to.match(/developer +holds +rejected 1 time on the way +all of it/)
    expect(text).to.match(/developer +merged +aaaaaaaaaaaa/)
    expect(text).to.include('  npm test: exit 0 (1 min)')
    expect(text).to.include('/state/projects/p_1/worktrees/developer')
  })

  it('says how long a project has run by now, and what it has cost', () => {
    const agents = [anAgent({usage: someUsage({costUsd: 0.7, contextPercent: 12})})]
    const project = aProject({startedAt: EPOCH, updatedAt: EPOCH + 46_000, agents, options: someOptions({plannerUsd: 0.1})})
    const text = lines(project, null, EPOCH + 240_000)
    expect(text).to.include('1 agent, started 4 min ago, 7 messages.').and.include('cost $0.80')
    expect(text).to.match(/worktrees\/developer +\$0\.70, 12% context/)
  })

  it('shows what agents gave as evidence of their claims', () => {
    const claim = {...aClaim(), evidence: ['npm test: 12 passed', 'seen\u001b[2J in the browser']}
    const text = lines(aProject({agents: [anAgent({claim})]}))
    expect(text).to.include('evidence of developer: npm test: 12 passed')
    expect(text).to.include('evidence of developer: seen^[[2J in the browser')
  })

  it('says what speaks for each criterion and task', () => {
    const text = lines(aProject({state: 'completed'}), {
      criteria: [
        {text: 'tests pass', by: 'command', what: 'npm test'},
        {text: 'it is fast', by: 'nothing', what: null},
      ],
      tasks: [{id: 't1', title: 'Do it', roles: ['developer'], by: 'claim', what: 'developer'}],
    })
    expect(text)
      .to.match(/✓ tests pass +checked by `npm test`/)
      .and.match(/· it is fast +not checked/)
      .and.match(/t1 Do it +developer +word of developer/)
  })

  it('shows what to look at and what was not run', () => {
    const leftOut = [{command: 'make check', origin: 'spec', use: 'acceptance', reason: 'no trust'}] as const
    const flags = [{kind: 'no-tests', what: '`npm test` ran no test'}] as const
    const text = lines(aProject({state: 'completed', flags, options: someOptions({leftOut})}))
    expect(text).to.include('To look at: `npm test` ran no test.').and.include('make check (acceptance): no trust')
  })

  it('shows the set-up command that failed, and the tracked files that a test changed', () => {
    const setUp = {...evidence, command: 'npm ci', exitCode: 1, output: 'no lock file'}
    const verification = {verified: false, evidence: [{...evidence, changed: ['a.txt', 'b\n.txt']}], candidate: 'c', setUp}
    const text = lines(aProject({state: 'blocked', verification: verification as unknown as Project['verification']}))
    expect(text).to.include('  npm ci (set-up): exit 1').and.include('    no lock file')
    expect(text).to.match(/npm test: changed tracked files: a\.txt, b.*\.txt \(1 min\)/)
  })

  it('shows the end of the output of a command that failed, made printable', () => {
    const output = [...Array.from({length: 20}, (_, index) => `line ${index}`), '\u001b[31mred\u001b[0m'].join('\n')
    const text = lines(
      aProject({
        state: 'blocked',
        reason: 'the acceptance failed',
        verification: {verified: false, evidence: [{...evidence, exitCode: 1, output}], at: EPOCH} as unknown as Project['verification'],
      }),
    )
    expect(text).to.include('    line 19').and.include('    red').and.not.include('line 9\n')
    expect(text).to.include('After fixing that: orch resume p_1')
  })

  it('says when nothing proves it, and when nothing was claimed or merged', () => {
    const text = lines(aProject({state: 'completed', agents: [anAgent()]}))
    expect(text).to.include('Not verified: there was no acceptance command.')
    expect(text)
      .to.match(/developer +none/)
      .and.not.include('Merges')
  })
})
