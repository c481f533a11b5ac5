import type {InputOf} from '@orch/plugin-kit'
import {expect} from 'chai'
import {NeedsAnnouncer} from '../../../src/services/watchers/needs-announcer.js'
import type {Need} from '../../../src/domain/need.js'
import {aWorld} from '../../support/world.js'

const need = (what: string, project: string | null = 'p_1'): Need => ({project, agent: null, what, since: 1, commands: ['orch status']})

describe('NeedsAnnouncer', () => {
  let told: InputOf<'needsChanged'>[]
  let now: Need[]
  let kept: readonly Need[]
  let asked: number
  let isFull: boolean

  beforeEach(() => {
    told = []
    now = []
    kept = []
    asked = 0
    isFull = false
  })

  const announcer = (isHeard = true) =>
    new NeedsAnnouncer({
      ...aWorld({
        plugins: {notifier: {needsChanged: async ({input: {project, opened, settled}}) => void told.push({project, opened, settled})}},
      }),
      needs: () => (asked++, now),
      isHeard,
      announced: {
        read: async () => kept,
        write: async (needs) => {
          if (isFull) throw new Error('no space')
          kept = needs
        },
      },
    })
  const shown = ({agent, what, since, commands}: Need) => ({agent, what, since, commands})

  it('tells what came up and what is settled, by project, once', async () => {
    const one = announcer()
    now = [need('a'), need('b', 'p_2'), need('house', null)]
    await one.tick()
    await one.tick()
    expect(told).to.deep.equal([
      {project: 'p_1', opened: [shown(need('a'))], settled: []},
      {project: 'p_2', opened: [shown(need('b'))], settled: []},
      {project: null, opened: [shown(need('house'))], settled: []},
    ])
    told = []
    now = [need('c'), need('b', 'p_2'), need('house', null)]
    await one.tick()
    expect(told).to.deep.equal([{project: 'p_1', opened: [shown(need('c'))], settled: [shown(need('a'))]}])
  })

  it('tells after a restart what changed while nobody could, and nothing twice', async () => {
    kept = [need('old'), need('gone')]
    now = [need('old'), need('new')]
    await announcer().tick()
    expect(told).to.deep.equal([{project: 'p_1', opened: [shown(need('new'))], settled: [shown(need('gone'))]}])
    await announcer().tick()
    expect(told).to.have.length(1)
  })

  it('tells once in a life though the disk is full', async () => {
    const one = announcer()
    now = [need('a')]
    isFull = true
    await one.tick().catch(() => {})
    await one.tick()
    expect(told).to.have.length(1)
  })

  it('does nothing while no plugin listens', async () => {
    now = [need('a')]
    await announcer(false).tick()
    expect([asked, told]).to.deep.equal([0, []])
  })
})
