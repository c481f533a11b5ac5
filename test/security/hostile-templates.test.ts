import {expect} from 'chai'
import {templateRenderer} from '../../src/adapters/template-renderer.js'
import {refusal} from '../support/failure.js'

const renderTemplate = templateRenderer()

const levels = (count: number, partial: (level: number) => string) =>
  Object.fromEntries(Array.from({length: count}, (_, level) => [`p${level}`, partial(level)]))
const list = Array.from({length: 100}, (_, index) => index)

describe('hostile templates', () => {
  for (const [what, template, partials] of [
    [
      'partials that include others ten times each, over forty levels',
      '{{> p0}}',
      levels(40, (level) => `x{{> p${level + 1}}}`.repeat(10)),
    ],
    ['such partials that print nothing', '{{> p0}}', levels(40, (level) => `{{> p${level + 1}}}`.repeat(10))],
    ['sections over a list within each other', `${'{{#list}}'.repeat(8)}${'{{/list}}'.repeat(8)}`, {}],
    ['indented partials, which grow with each level', '  {{> p0}}\n', levels(100, (level) => `a\n  {{> p${level + 1}}}\n`.repeat(3))],
    ['a long text repeated', '{{#list}}{{#list}}{{> p0}}{{/list}}{{/list}}', {p0: 'x'.repeat(100_000)}],
    ['a partial that includes itself', '{{> p0}}', {p0: 'x{{> p0}}'}],
  ] as const) {
    it(`stops ${what}, at once`, async () => {
      const started = performance.now()
      await refusal('ORCH_TEMPLATE', () => renderTemplate(template, {list}, partials))
      expect(performance.now() - started).to.be.below(10_000)
    })
  }

  it('lets no tag reach a constructor or run a function of the view’s prototype', () => {
    expect(renderTemplate('{{constructor.constructor}}|{{__proto__.x}}|{{toString}}', Object.create(null) as object, {})).to.equal('||')
    expect(renderTemplate('[{{a.constructor.name}}]', {a: {}}, {})).to.not.include('function')
  })
})
