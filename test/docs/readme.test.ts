import {expect} from 'chai'
import {blocksOf, textOf} from '../support/documents.js'

describe('the two commands of the README', () => {
  const [, section = ''] = /^## Try it: two commands\n([^]*?)^## /m.exec(textOf('README.md')) ?? []
  const commands = blocksOf(section).flatMap(({body}) => body.split('\n').map((line) => line.replace(/\s*#.*/, '')))
  const gate = textOf('.ci/run')

  it('are one that runs the example and one that runs the tests', () => {
    expect(commands.filter((line) => line !== '')).to.deep.equal(['npm ci && npm start', 'npm ci && npm test'])
  })

  for (const part of ['npm ci', 'npm start', 'npm test']) {
    it(`are what the gate runs: ${part}`, () => {
      expect(gate).to.match(new RegExp(`^[^#\\n]*\\b${part}( --.*)?$`, 'm'))
    })
  }
})

describe('the picture of the README', () => {
  const picture = textOf('docs/images/run.svg')

  it('fetches nothing and runs nothing', () => {
    expect(picture).not.to.match(/@import|@font-face|url\(|href|<script|<image|<foreignObject|on\w+=/)
  })

  it('is readable on a light and on a dark page', () => {
    const [light = '', dark = ''] = picture.split('@media (prefers-color-scheme: dark)')
    const fills = (styles: string) => [...styles.matchAll(/^(\S+) \{ fill: (#\w{6}) \}/gm)]
    expect(fills(light).map(([, name]) => name)).to.deep.equal(fills(dark).map(([, name]) => name))
    for (const styles of [light, dark]) {
      const colours = new Map(fills(styles).map(([, name, colour]) => [name!, colour!]))
      const page = colours.get('.page')!
      for (const [name, colour] of colours) if (name !== '.page') expect(contrast(colour, page), `${name} ${colour}`).to.be.at.least(4.5)
    }
  })

  it('shows a run to its verified result, and no folder of the machine that drew it', () => {
    expect(picture).to.include('Start this team?').and.include('Verified:').and.include('git merge orch/')
    expect(picture).not.to.match(/\/(tmp|home|root|Users|var)\//)
  })
})

/** Contrast of two colours (WCAG 2.1, § 1.4.3: 4.5 for text). */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
