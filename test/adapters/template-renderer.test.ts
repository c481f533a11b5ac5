import {expect} from 'chai'
import {hasCode} from '@orch/plugin-kit'
import {renderTemplate} from '../../src/adapters/template-renderer.js'

describe('renderTemplate', () => {
  it('escapes nothing and reads no value as a template', () => {
    expect(renderTemplate('{{a}} {{{a}}} {{> p}}', {a: '<b> & "{{c}}" {{> p}}', c: 'no'}, {p: '[{{a}}]'})).to.equal(
      '<b> & "{{c}}" {{> p}} <b> & "{{c}}" {{> p}} [<b> & "{{c}}" {{> p}}]',
    )
  })

  it('renders lists, absent values and partials', () => {
    expect(renderTemplate('{{#l}}{{.}},{{/l}}{{^m}}none{{/m}}{{x}}{{> y}}', {l: [1, 2], m: []}, {})).to.equal('1,2,none')
  })

  it('reports a broken template, and partials that call each other without end', () => {
    for (const template of ['{{#a}}', '{{> p}}']) {
      try {
        renderTemplate(template, {}, {p: '{{> p}}'})
        expect.fail('nothing was thrown')
      } catch (error) {
        expect(hasCode(error, 'ORCH_TEMPLATE'), template).to.equal(true)
      }
    }
  })
})
