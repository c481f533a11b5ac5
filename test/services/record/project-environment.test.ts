import {expect} from 'chai'
import {projectEnvironment} from '../../../src/services/record/project-environment.js'
import {aProject} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {MemoryFiles} from '../../support/memory-files.js'

describe('the environment kept with a project', () => {
  const read = (text?: string) => {
    const files = new MemoryFiles()
    if (text !== undefined) files.put('/p/env.json', text)
    return projectEnvironment(files, aProject({directory: '/p'}))
  }

  it('is what the person had at the start, and empty without a file', async () => {
    expect(await read('{"PATH": "/bin"}')).to.deep.equal({PATH: '/bin'})
    expect(await read()).to.deep.equal({})
  })

  it('is refused when its file is damaged, with what to write and to run', async () => {
    const error = await refusal('ORCH_STATE', read('{"PATH": "/b'))
    expect(error.message).to.include('/p/env.json').and.include('damaged')
    expect(error.remedy).to.include('orch resume p_1')
  })
})
