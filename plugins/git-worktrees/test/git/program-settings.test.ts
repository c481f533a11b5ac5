import {expect} from 'chai'
import {guardedSettings, programsOf} from '../../src/git/program-settings.js'
import {parseConfigList} from '../../src/parse/config-list.js'

/** `scope key value` a line, as git would list it. */
const entries = (...lines: readonly string[]) =>
  parseConfigList(
    lines
      .map((line) => {
        const [scope, key, ...value] = line.split(' ')
        return `${scope}\0file:x\0${key}\n${value.join(' ')}\0`
      })
      .join(''),
  )

describe('programsOf', () => {
  it("names programs of the repository's own files, and of no other", () => {
    const list = entries('global filter.lfs.clean lfs', 'local filter.x.clean a', 'worktree merge.y.driver b', 'command filter.z.clean c')
    expect(programsOf(list)).to.deep.equal([
      {key: 'filter.x.clean', value: 'a'},
      {key: 'merge.y.driver', value: 'b'},
    ])
  })

  it('leaves out values that run nothing', () => {
    expect(programsOf(entries('local submodule.x.update rebase', 'local protocol.file.allow never', 'local user.name x'))).to.deep.equal([])
    expect(programsOf(entries('local submodule.x.update !touch x', 'local protocol.ext.allow always'))).to.have.length(2)
  })

  it('knows names with dots, line breaks in values, and keys without a value', () => {
    const list = parseConfigList('local\0file:x\0filter.a.b=c.clean\none\ntwo\0local\0file:x\0filter.x.required\0')
    expect(programsOf(list)).to.deep.equal([
      {key: 'filter.a.b=c.clean', value: 'one\ntwo'},
      {key: 'filter.x.required', value: ''},
    ])
  })
})

describe('guardedSettings', () => {
  const guarded = (list: ReturnType<typeof entries>, permitted: [string, string][] = []) =>
    guardedSettings(
      list,
      permitted.map(([key, value]) => ({key, value})),
    ).map(({key, value}) => `${key}=${value}`)

  it('switches off what nobody agreed to', () => {
    expect(guarded(entries('local filter.x.clean a', 'local filter.x.required true', 'local diff.d.textconv b'))).to.deep.equal([
      'filter.x.clean=',
      'filter.x.required=false',
      'diff.d.textconv=cat',
    ])
  })

  it('lets what was agreed to be as it is', () => {
    expect(guarded(entries('local filter.x.clean a'), [['filter.x.clean', 'a']])).to.deep.equal([])
  })

  it('keeps the agreed value when it was changed, doubled, or taken out', () => {
    const agreed: [string, string][] = [['filter.x.clean', 'a']]
    expect(guarded(entries('local filter.x.clean b'), agreed)).to.deep.equal(['filter.x.clean=a'])
    expect(guarded(entries('local filter.x.clean a', 'local filter.x.clean b'), agreed)).to.deep.equal(['filter.x.clean=a'])
    expect(guarded(entries(), agreed)).to.deep.equal(['filter.x.clean=a'])
  })

  it("puts the person's own value in the place of the repository's", () => {
    expect(guarded(entries('global filter.lfs.clean mine', 'local filter.lfs.clean theirs'))).to.deep.equal(['filter.lfs.clean=mine'])
    expect(guarded(entries('global credential.helper mine', 'local credential.helper theirs'))).to.deep.equal([
      'credential.helper=',
      'credential.helper=mine',
    ])
  })
})
