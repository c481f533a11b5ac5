import {expect} from 'chai'
import type {PlannedCommand} from '@orch/plugin-kit'
import {leftOutOf} from '../../src/domain/left-out.js'
import {consentTo} from '../../src/services/planning/consent.js'
import {aPlan} from '../support/builders.js'

describe('leftOutOf', () => {
  it('names each command that was not agreed to, its use, where it comes from and why', () => {
    const install: PlannedCommand = {command: 'npm ci', origin: 'project-config'}
    const acceptance: PlannedCommand[] = [
      {command: 'npm test', origin: 'flag'},
      {command: 'make check', origin: 'spec'},
    ]
    const plan = aPlan({acceptance, setup: [install]})
    const leftOut = leftOutOf(plan, consentTo(plan, 'flag', false).leftOut)
    expect(leftOut.map(({command, origin, use}) => [command, origin, use])).to.deep.equal([
      ['make check', 'spec', 'acceptance'],
      ['npm ci', 'project-config', 'setup'],
    ])
    expect(leftOut[0]!.reason).to.include('the specification').and.include('--trust-project')
  })
})
