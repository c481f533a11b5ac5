import {expect} from 'chai'
import {runPlugin} from '@orch/plugin-kit/testing'
import register from '../src/hooks/register.js'
import {BUILT_IN} from './support/sources.js'

describe('the plugin', () => {
  it('registers the capability teams', async () => {
    const {capabilities} = await runPlugin({register})
    const catalog = await capabilities.require('teams').load([BUILT_IN])
    expect(catalog.list().map(({name}) => name)).to.include('code-project')
  })
})
