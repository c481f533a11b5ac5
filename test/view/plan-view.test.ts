import {stripVTControlCharacters} from 'node:util'
import type {PlannedCommand} from '@orch/plugin-kit'
import {expect} from 'chai'
import type {PlannedRun} from '../../src/services/planning/run-request.js'
import {planLines} from '../../src/view/plan-view.js'
import {aPlan, aRole, anOutline} from '../support/builders.js'

describe('planLines', () => {
  const lines = (changes: Partial<PlannedRun> = {}) =>
    stripVTControlCharacters(
      planLines({
        plan: aPlan(),
        planDigest: 'd',
        unverified: false,
        planFile: '/plan.json',
        repository: {root: '/repo', branch: 'main', unborn: false},
        plannerUsd: null,
        usesModel: true,
        agent: 'claude',
        merge: 'integration',
        trusted: false,
        needTrust: [],
        programs: [],
        warnings: [],
        ...changes,
      }).join('\n'),
    )

  it('shows every command whole, however many there are and whatever they hold', () => {
    const tail = `sh -c '${'x'.repeat(150)} && true; touch hidden-tail'`
    const commands = [tail, 'echo \u202e\u200bturned', 'printf "a\n\tb"', ...Array.from({length: 50}, (_, index) => `echo ${index}.`)]
    const plan = aPlan({acceptance: commands.map((command) => ({command, origin: 'spec'}))})
    const text = lines({plan})
    expect(text).to.include(tail).and.include('echo <U+202E><U+200B>turned').and.include('printf "a^J^Ib"').and.include('echo 49.')
  })

  it('shows what is to be approved: repository, agents, merge, phases, team', () => {
    const text = lines()
    expect(text).to.include('/repo (main)').and.include('verified work goes to an integration branch')
    expect(text)
      .to.match(/Agents +\d+ × claude/)
      .and.include('Team')
  })

  it('shows agents and cost beside each other, with what is not known', () => {
    expect(lines({plannerUsd: 0.118})).to.match(
      /Agents +1 × claude.*\n +Cost +planning: \$0\.12; work: each agent uses tokens like a session of its own/,
    )
    expect(lines({plannerUsd: null})).to.include('planning: not known')
    expect(lines({plannerUsd: 0, usesModel: false})).to.include('planning: $0.00; work: none, these agents use no model')
  })

  it('says how large the team is and how to have another', () => {
    const plan = aPlan({team: {...aPlan().team, sizing: 'small: one developer; --size medium for more'}})
    expect(lines({plan})).to.include('Team (small: one developer; --size medium for more)')
    expect(lines()).to.match(/^Team$/m)
  })

  it('shows hours and lines only where somebody has said them', () => {
    const unknown = anOutline({
      phases: [{...anOutline().phases[0]!, hours: 0}],
      size: {size: 'small', estimatedLines: 0, complexity: 'low'},
    })
    expect(lines({plan: aPlan({outline: unknown, totalHours: 0})}))
      .to.include('small, 1 task, complexity low')
      .and.not.match(/\d h\)|lines/)
    expect(lines()).to.include('Phases (2 h)').and.include('about 100 lines')
  })

  it("names the programs of the repository's git configuration whole, and whether git runs them", () => {
    const programs = [{key: 'filter.e.clean', value: `${'x'.repeat(500)}; touch tail`}]
    expect(lines({programs})).to.include('switched off without --trust-project').and.include('; touch tail')
    expect(lines({programs, trusted: true})).to.include('git runs them')
    expect(lines()).to.not.include('git configuration')
  })

  for (const [merge, words] of [
    ['none', 'nothing is merged'],
    ['parent', 'verified work goes to main by fast-forward'],
  ] as const) {
    it(`says what --merge ${merge} means`, () => expect(lines({merge})).to.include(words))
  }

  it('says that --unverified moves the branch to any result', () =>
    expect(lines({merge: 'parent', unverified: true})).to.include('work goes to main by fast-forward, verified or not (--unverified)'))

  it('says that a repository has no commit, and that no agent can be used', () => {
    const text = lines({agent: null, repository: {root: '/repo', branch: 'main', unborn: true}})
    expect(text).to.include('(main, no commit yet)').and.include('no agent is installed and logged in')
  })

  it('lists the commands orch would run, whence they are, and which need trust', () => {
    const [own, spec]: PlannedCommand[] = [
      {command: 'npm test', origin: 'flag'},
      {command: 'make \u001b[2Jcheck', origin: 'spec'},
    ]
    const text = lines({plan: aPlan({acceptance: [own!, spec!]}), needTrust: [spec!]})
    expect(text).to.include('  - npm test  (flag)').and.include('check  (spec, needs --trust-project)').and.not.include('\u001b')
  })

  it('shortens what is long, and says by how much', () => {
    const task = (title: string) => ({...aPlan().outline.phases[0]!.tasks[0]!, title})
    const phase = {...aPlan().outline.phases[0]!, tasks: Array.from({length: 40}, (_, index) => task(`task ${index}`))}
    const outline = anOutline({
      title: 'x'.repeat(500),
      phases: Array.from({length: 20}, () => phase),
      criteria: Array.from({length: 30}, (_, index) => `criterion ${index}`),
    })
    const text = lines({plan: aPlan({outline})})
    expect(text).to.include('… 28 more').and.include('… 5 more phases').and.include('… 20 more')
    expect(Math.max(...text.split('\n').map((line) => line.length))).to.be.below(200)
  })

  it('names roles that the cap left out, and warnings', () => {
    const plan = aPlan({team: {...aPlan().team, roles: [aRole()], cut: ['designer', 'tester']}})
    expect(lines({plan, warnings: ['no acceptance']}))
      .to.include('left out by the cap: designer, tester')
      .and.include('! no acceptance')
  })
})
