import {expect} from 'chai'
import mustache from 'mustache'
import {hasCode} from '@orch/plugin-kit'
import {templateRenderer} from '../../src/adapters/template-renderer.js'

const renderTemplate = templateRenderer()

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

  it('parses a text once, and a changed one again', () => {
    const render = templateRenderer()
    const original = Object.getOwnPropertyDescriptor(mustache.Scanner.prototype, 'scanUntil')!
    const scan = original.value as (this: mustache.Scanner, pattern: RegExp) => string
    let scans = 0
    mustache.Scanner.prototype.scanUntil = function (pattern) {
      scans += 1
      return scan.call(this, pattern)
    }
    try {
      expect(render('{{a}} {{> p}}', {a: 1}, {p: '[{{a}}]'})).to.equal('1 [1]')
      const once = scans
      expect(once).to.be.greaterThan(0)
      expect(render('{{a}} {{> p}}', {a: 2}, {p: '[{{a}}]'})).to.equal('2 [2]')
      expect(scans).to.equal(once)
      expect(render('{{a}} {{> p}}', {a: 3}, {p: '({{a}})'})).to.equal('3 (3)')
      expect(scans).to.be.greaterThan(once)
      for (let index = 0; index < 1_000; index++) expect(render(`${index} {{a}}`, {a: 1}, {})).to.equal(`${index} 1`)
    } finally {
      Object.defineProperty(mustache.Scanner.prototype, 'scanUntil', original)
    }
  })
})
