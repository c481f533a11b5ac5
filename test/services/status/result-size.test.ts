import {expect} from 'chai'
import {resultSize} from '../../../src/services/status/result-size.js'
import {aProject} from '../../support/builders.js'

const merged = aProject({integration: {branch: 'b', sha: 's'}})
const sizeOf = (stat: string) => resultSize({diff: async () => stat}, merged)

describe('resultSize', () => {
  it('reads what git says, with and without insertions and deletions', async () => {
    expect(await sizeOf(' a | 2 ++\n b | 1 -\n 2 files changed, 12 insertions(+), 1 deletion(-)\n')).to.deep.equal({
      files: 2,
      insertions: 12,
      deletions: 1,
    })
    expect(await sizeOf(' a | 1 -\n 1 file changed, 1 deletion(-)\n')).to.deep.equal({files: 1, insertions: 0, deletions: 1})
    expect(await sizeOf('')).to.deep.equal({files: 0, insertions: 0, deletions: 0})
  })

  it('measures from the commit the project began with', async () => {
    const asked: unknown[] = []
    await resultSize({diff: async (request) => (asked.push(request), '')}, merged)
    expect(asked).to.deep.equal([{repository: merged.repository.root, from: merged.base, to: 's', stat: true}])
  })

  it('is unknown while nothing is merged, and when the commits are gone', async () => {
    expect(await resultSize({diff: async () => expect.fail('asked')}, aProject())).to.equal(null)
    const gone = async (): Promise<string> => {
      throw new Error('no such commit')
    }
    expect(await resultSize({diff: gone}, merged)).to.equal(null)
  })
})
