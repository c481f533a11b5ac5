import type {SchemaValidator, TeamCatalog, Teams, TemplateSource} from '@orch/plugin-kit'
import {Catalog} from './catalog.js'
import {loadLibrary} from './load/load-library.js'

/** Teams of YAML templates: the capability `teams`. */
export class TemplateTeams implements Teams {
  readonly #schemas: SchemaValidator

  constructor(schemas: SchemaValidator) {
    this.#schemas = schemas
  }

  async load(sources: readonly TemplateSource[]): Promise<TeamCatalog> {
    return new Catalog(await loadLibrary(sources, this.#schemas))
  }
}
