import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {isOrchError} from '@orch/plugin-kit'
import {loadLibrary} from '../../plugins/team-templates/src/load/load-library.js'
import {readConfigLayer} from '../../src/adapters/config-layer.js'
import {LocalFiles} from '../../src/adapters/local-files.js'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {parseMarkdown} from '../../plugins/outline/src/markdown/markdown.js'
import {Configuration} from '../../src/services/configuration/configuration.js'
import {PlanFiles} from '../../src/services/planning/plan-files.js'
import {aPlan} from '../support/builders.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

/** Names through which a careless copy of an object reaches what all objects share. */
const KEYS = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString']
/** What every object has, once one of them was reached. */
const polluted = () => ({}) as {polluted?: unknown}

describe('hostile keys', () => {
  const folder = useTemporaryFolder()
  const schemas = new AjvValidator()

  afterEach(() => expect(polluted().polluted).to.equal(undefined))

  /** @returns why it was refused, or null */
  const why = async (work: () => unknown) => {
    try {
      await work()
      return null
    } catch (error) {
      if (!isOrchError(error)) throw error
      return error.code
    }
  }

  for (const key of KEYS) {
    for (const [where, text] of [
      ['at the top', `${key}: {polluted: 1}\n`],
      ['in a section', `health:\n  ${key}: {polluted: 1}\n`],
      ['below constructor', `constructor: {${key}: {polluted: 1}}\n`],
    ] as const)
      it(`of a configuration are refused: ${key} ${where}`, async () => {
        await writeFile(join(folder(), 'orch.config.yaml'), text)
        const configuration = new Configuration({}, schemas)
        expect(
          await why(async () => {
            const layer = await readConfigLayer('project', folder())
            configuration.resolve([layer!])
          }),
        ).to.equal('ORCH_CONFIG')
      })

    it(`of flags in a request are refused: ${key}`, async () => {
      for (const body of [`{"${key}": {"polluted": 1}}`, `{"health": {"${key}": {"polluted": 1}}}`]) {
        const values = JSON.parse(body) as Record<string, unknown>
        const flags = {name: 'flag', values, placeOf: () => '--flag'} as const
        expect(await why(() => new Configuration({}, schemas).resolve([flags])), body).to.equal('ORCH_CONFIG')
      }
    })

    it(`of a plan are refused: ${key}`, async () => {
      const path = join(folder(), 'plan.json')
      const plan = JSON.stringify(aPlan()).replace('{', `{${JSON.stringify(key)}: {"polluted": 1},`)
      await writeFile(path, plan)
      expect(await why(() => new PlanFiles({files: new LocalFiles(), schemas, folder: folder()}).read(path))).to.equal('ORCH_PLAN_INVALID')
    })

    it(`of a team template are refused: ${key}`, async () => {
      await mkdir(join(folder(), 'teams'))
      await writeFile(join(folder(), 'teams', 'bad.yaml'), `kind: team\nname: bad\n${key}: {polluted: 1}\n`)
      const {message} = await refusal('ORCH_TEMPLATE', loadLibrary([{name: 'project', path: folder()}], schemas))
      expect(message).to.match(new RegExp(`bad\\.yaml:3: ${key}: unknown key`))
    })

    it(`of the front matter of a specification are words: ${key}`, () => {
      expect(parseMarkdown(`---\n${key}:\n  polluted: 1\n---\n\n# A thing\n`).length).to.be.greaterThan(0)
    })
  }
})
