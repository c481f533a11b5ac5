import {expect} from 'chai'
import {repositoryWarnings} from '../../../src/services/repository-watch/repository-warnings.js'
import {aRepository} from '../../support/builders.js'

describe('repositoryWarnings', () => {
  const warnings = (changes: Parameters<typeof aRepository>[0]) => repositoryWarnings(aRepository(changes)).join('\n')

  it('has nothing to say about an ordinary repository', () => {
    expect(warnings({})).to.equal('')
  })

  it('names a merge under way, and what to do about it', () => {
    expect(warnings({operation: 'a merge'}))
      .to.contain('/repo is in the middle of a merge')
      .and.contain('Finish or abort it')
  })

  it('says what to set where commits are signed', () => {
    expect(warnings({signsCommits: true}))
      .to.contain('GPG_TTY')
      .and.contain('git config commit.gpgSign false')
  })

  it('says that trust does not cover a folder that only claims to be of a repository', () => {
    expect(warnings({tie: 'claimed'}))
      .to.contain('/repo/.git')
      .and.contain('does not cover')
  })
})
