import {expect} from 'chai'
import {OrchError, toErrorBody, type ErrorBody} from '@orch/plugin-kit'
import {remoteError} from '../../src/rpc/remote-error.js'

describe('remoteError', () => {
  const over = (error: unknown) => JSON.parse(JSON.stringify(toErrorBody(error))) as ErrorBody

  it('is the error as it was raised, with code, exit, remedy and details', () => {
    const raised = new OrchError('ORCH_AMBIGUOUS', {what: 'project', name: 'ü"', matches: ['p_1', 'p_2']})
    const heard = remoteError(over(raised))
    expect(heard).to.include({code: 'ORCH_AMBIGUOUS', message: raised.message, remedy: raised.remedy, exit: raised.exit})
    expect(heard.details).to.deep.equal(raised.details)
    expect(over(heard)).to.deep.equal(over(raised))
  })

  for (const code of ['ORCH_FROM_THE_FUTURE', 'toString', 'constructor', '__proto__', '']) {
    it(`keeps its words when this client knows no code ${JSON.stringify(code)}`, () => {
      expect(remoteError({code, message: 'm', remedy: 'r', exit: 5, details: {}})).to.include({
        code: 'ORCH_VERSION',
        message: 'm',
        remedy: 'r',
      })
    })
  }

  for (const details of [undefined, null, {problem: 'one that another version tells otherwise'}]) {
    it(`keeps its words when this client can make nothing of the details ${JSON.stringify(details)}`, () => {
      const heard = remoteError({code: 'ORCH_CONFIG', message: 'line 3', remedy: 'mend it', exit: 78, details})
      expect(heard).to.include({code: 'ORCH_VERSION', message: 'line 3', remedy: 'mend it'})
    })
  }
})
