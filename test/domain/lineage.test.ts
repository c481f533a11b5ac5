import {expect} from 'chai'
import {whyOfAgents, whyOrphan, type Ancestor, type Lineage, type Sighting} from '../../src/domain/lineage.js'

const process = (pid: number, changes: Partial<Ancestor> = {}): Ancestor => ({
  ...{pid, parent: 1, uid: 1000, startedAt: pid, command: 'bash', isRun: false, isKeeper: false},
  ...changes,
})
const INIT = process(1, {parent: 0, uid: 0, command: 'init'})
const KEEPERS = [process(20, {isKeeper: true, command: 'tmux: server'}), process(19, {isKeeper: true, command: 'perl'})]
const AGENT: Lineage = [process(30, {isRun: true, isKeeper: false}), ...KEEPERS, INIT]

describe('a caller without a token', () => {
  const sight = (caller: Lineage, changes: Partial<Sighting> = {}): Sighting => ({
    ...{caller, around: [], agents: [AGENT], supervisor: 9, uid: 1000},
    ...changes,
  })
  const terminal = [process(41), process(40, {command: 'xterm'}), INIT]

  it('is outside of agents with a shell of its own', () => {
    expect(whyOfAgents(sight(terminal))).to.equal(null)
    expect(whyOfAgents(sight(terminal, {around: [terminal]}))).to.equal(null)
  })

  for (const [what, caller] of [
    ['a run of an agent is above it', [process(50), ...AGENT]],
    ['it is an orphan that orch’s keeper took in', [process(50), process(19, {isKeeper: true}), INIT]],
    ['it sits in a pane of orch that is no agent', [process(50), ...KEEPERS, INIT]],
    ['the supervisor runs it', [process(50), process(9), INIT]],
  ] as const) {
    it(`is an agent’s when ${what}`, () => expect(whyOfAgents(sight(caller))).to.equal('a process of an agent makes it'))
  }

  it('is refused when an agent shares its terminal, and when nothing is known of it', () => {
    expect(whyOfAgents(sight(terminal, {around: [terminal, AGENT]}))).to.include('shares')
    expect(whyOfAgents(sight([]))).to.include('nothing shows')
  })

  describe('that may have lost its parent', () => {
    const unkept: Lineage = [process(30, {isRun: true}), process(20, {isKeeper: true}), INIT]
    const orphan: Lineage = [process(60), process(59, {command: 'script'}), INIT]

    it('is none where a keeper takes in every orphan, or no agent runs', () => {
      expect(whyOrphan(sight(orphan))).to.equal(null)
      expect(whyOrphan(sight(orphan, {agents: []}))).to.equal(null)
    })

    it('may be one where nothing keeps orphans, and it is younger than the agents', () => {
      expect(whyOrphan(sight(orphan, {agents: [AGENT, unkept]}))).to.include('an agent could have started')
    })

    it('may be one below the user’s service manager, which takes in orphans itself', () => {
      const manager = process(5, {command: 'systemd'})
      expect(whyOrphan(sight([process(60), process(59), manager, INIT], {agents: [unkept]}))).to.include('an agent could')
      expect(whyOrphan(sight([process(60), process(12), manager, INIT], {agents: [unkept]}))).to.equal(null)
    })

    it('is none when its terminal is older than every agent, or was opened by another user', () => {
      expect(whyOrphan(sight([process(60), process(10), INIT], {agents: [unkept]}))).to.equal(null)
      const login = process(55, {uid: 0, command: 'sshd'})
      expect(whyOrphan(sight([process(60), login, INIT], {agents: [unkept]}))).to.equal(null)
    })
  })
})
