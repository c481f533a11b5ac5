import type {Logger, SchemaValidator} from '@orch/plugin-kit'
import type {Need} from '../domain/need.js'
import {JsonDocument} from './json-document.js'

const NEED = {
  type: 'object',
  required: ['project', 'agent', 'what', 'since', 'commands'],
  properties: {
    project: {type: ['string', 'null']},
    agent: {type: ['string', 'null']},
    what: {type: 'string'},
    since: {type: 'number'},
    commands: {type: 'array', items: {type: 'string'}},
  },
}

interface Announced {
  readonly needs: readonly Need[]
}

/** The needs that plugins were told of, in a file of its own. */
export class AnnouncedNeedsFile {
  readonly #document: JsonDocument<Announced>
  readonly #logger: Logger

  constructor(path: string, {schemas, logger}: {schemas: SchemaValidator; logger: Logger}) {
    const schema = {type: 'object', required: ['needs'], properties: {needs: {type: 'array', items: NEED}}}
    this.#document = new JsonDocument({path, schema, schemas, logger})
    this.#logger = logger
  }

  /** Without a readable file every need that is open counts as new. */
  async read(): Promise<readonly Need[]> {
    try {
      return (await this.#document.read())?.needs ?? []
    } catch (error) {
      this.#logger.warn('what plugins were told of needs cannot be read, so they are told again', {error})
      return []
    }
  }

  /** @throws ORCH_STORE_WRITE */
  async write(needs: readonly Need[]): Promise<void> {
    await this.#document.write({needs})
  }
}
