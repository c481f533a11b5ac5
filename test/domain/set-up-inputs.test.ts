import {expect} from 'chai'
import {textOf, type SetUpInputs} from '../../src/domain/set-up-inputs.js'

const INPUTS: SetUpInputs = {commands: ['npm ci'], copy: ['.env'], copied: [{path: '.env', id: '1'}], tracked: []}
const withFile = (path: string, id = '1') => textOf({...INPUTS, tracked: [{path, id}]})

describe('the inputs of a set-up', () => {
  it('are its commands, the patterns of copied files and what those hold', () => {
    const texts = [
      textOf(INPUTS),
      textOf({...INPUTS, commands: ['npm install']}),
      textOf({...INPUTS, copy: []}),
      textOf({...INPUTS, copied: [{path: '.env', id: '2'}]}),
    ]
    expect(new Set(texts).size).to.equal(texts.length)
  })

  for (const path of [
    ...['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'],
    ...['requirements.txt', 'requirements-dev.txt', 'poetry.lock', 'uv.lock', 'Pipfile.lock', 'pyproject.toml', 'Gemfile.lock'],
    ...['go.mod', 'go.sum', 'Cargo.toml', 'Cargo.lock', 'composer.lock', 'mix.lock', '.gitmodules', 'apps/web/package.json'],
  ])
    it(`are ${path}, by content`, () => {
      expect(withFile(path)).not.to.equal(textOf(INPUTS))
      expect(withFile(path, '2')).not.to.equal(withFile(path))
    })

  it('are the commits that submodules are pinned to', () => {
    expect(withFile('lib/', '2')).not.to.equal(withFile('lib/', '1'))
  })

  it('are no other file', () => {
    for (const path of ['src/index.js', 'notpackage.json', 'package.json.bak', 'package.json/readme', 'goxmod'])
      expect(withFile(path), path).to.equal(textOf(INPUTS))
  })

  it('are the same in whichever order files are listed', () => {
    const files = [
      {path: 'a/package.json', id: '1'},
      {path: 'package.json', id: '2'},
    ]
    expect(textOf({...INPUTS, tracked: files})).to.equal(textOf({...INPUTS, tracked: files.toReversed()}))
  })
})
