import {expect} from 'chai'
import type {PlannedCommand} from '@orch/plugin-kit'
import {consentTo} from '../../../src/services/planning/consent.js'
import {aPlan} from '../../support/builders.js'

const ORIGINS = ['flag', 'user-config', 'project-config', 'spec', 'template', 'plan-file'] as const
const commands = ORIGINS.map((origin): PlannedCommand => ({command: `from ${origin}`, origin}))
const plan = aPlan({acceptance: commands, setup: commands})
const origins = (list: readonly PlannedCommand[]) => list.map(({origin}) => origin)

describe('consentTo', () => {
  it('by a person who saw the plan covers all of it', () => {
    expect(consentTo(plan, 'person', false)).to.deep.equal({acceptance: commands, setup: commands, leftOut: []})
  })

  it('by --yes covers flags and the user’s own configuration, and lists the rest', () => {
    const {acceptance, setup, leftOut} = consentTo(plan, 'flag', false)
    expect(origins(acceptance)).to.deep.equal(['flag', 'user-config'])
    expect(origins(setup)).to.deep.equal(['flag', 'user-config'])
    expect(origins(leftOut)).to.deep.equal([...ORIGINS.slice(2), ...ORIGINS.slice(2)])
  })

  it('by --yes in a trusted repository covers all of it', () => {
    expect(consentTo(plan, 'flag', true).leftOut).to.deep.equal([])
    expect(consentTo(plan, 'flag', true).acceptance).to.deep.equal(commands)
  })
})
