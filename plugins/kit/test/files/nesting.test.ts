import {expect} from 'chai'
import fc from 'fast-check'
import {MAX_DEPTH, isDeepJson, isDeepValue, isDeepYaml} from '../../src/index.js'

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('the bound on nesting', () => {
  it('lets exactly the deepest JSON pass', () => {
    expect([isDeepJson(nested(MAX_DEPTH)), isDeepJson(nested(MAX_DEPTH + 1))]).to.deep.equal([false, true])
    expect(isDeepJson('{"a":'.repeat(MAX_DEPTH + 1))).to.equal(true)
  })

  it('does not count brackets in strings of JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => !isDeepJson(JSON.stringify([...texts, '['.repeat(200), '\\"' + '{'.repeat(200)]))),
    )
  })

  it('agrees with the depth of what was parsed', () => {
    fc.assert(fc.property(fc.json(), (text) => isDeepJson(text) === isDeepValue(JSON.parse(text))))
  })

  it('finds deep YAML in flow and in block style', () => {
    const mappings = Array.from({length: 20}, (_, depth) => `${' '.repeat(depth)}key:`).join('\n')
    expect([nested(200_000), '- '.repeat(200) + 'x', '{a: '.repeat(150)].map(isDeepYaml)).to.deep.equal([true, true, true])
    expect([mappings, '- [a, {b: c}]\n'.repeat(500), '# ---- - - - a - - b'].map(isDeepYaml)).to.deep.equal([false, false, false])
  })

  it('takes time in proportion to the length', () => {
    const started = performance.now()
    for (const hostile of ['['.repeat(4_000_000), '"\\'.repeat(2_000_000), '- '.repeat(50).concat('x').repeat(40_000)]) {
      isDeepJson(hostile)
      isDeepYaml(hostile)
    }
    expect(performance.now() - started).to.be.below(5000)
  })

  it('looks at shared parts of a value once', () => {
    let value: unknown = []
    for (let depth = 0; depth < 60; depth++) value = [value, value]
    expect(isDeepValue(value)).to.equal(false)
    expect(isDeepValue(JSON.parse(nested(MAX_DEPTH + 2)))).to.equal(true)
  })
})
