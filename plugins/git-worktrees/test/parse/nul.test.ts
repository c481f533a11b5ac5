import {expect} from 'chai'
import {parseIdentity} from '../../src/parse/identity.js'
import {nulSeparated, parseCommits} from '../../src/parse/nul.js'

describe('parsing of what git prints', () => {
  it('splits at NUL only', () => {
    expect(nulSeparated('a b\0c\nd\0')).to.deep.equal(['a b', 'c\nd'])
    expect(nulSeparated('')).to.deep.equal([])
  })

  it('reads commits, an empty subject and a tab in one included', () => {
    expect(parseCommits('aa\tFirst\tsecond\0bb\t\0')).to.deep.equal([
      {sha: 'aa', subject: 'First\tsecond'},
      {sha: 'bb', subject: ''},
    ])
  })

  it('reads an identity', () => {
    expect(parseIdentity('Ada K. Lovelace <ada@example.org> 1700000000 -0130\n')).to.deep.equal({
      name: 'Ada K. Lovelace',
      email: 'ada@example.org',
    })
    expect(parseIdentity('fatal: no email was given')).to.equal(null)
  })
})
