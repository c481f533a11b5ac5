import type {SchemaValidator, TeamCatalog, Teams, TemplateSource} from '@orch/plugin-kit'
import {Catalog} from './catalog.js'
import {loadLibrary} from './load/load-library.js'
import {stampOf} from './load/stamp.js'

/** Combinations of sources that are kept: one for each repository at work. */
const KEPT = 16

/** Teams of YAML templates: the capability `teams`. A library is read once, and again when a file of it has changed: each agent's briefing asks for it. */
export class TemplateTeams implements Teams {
  readonly #schemas: SchemaValidator
  /** By their sources; the one asked for last is last. */
  readonly #catalogs = new Map<string, {readonly stamp: string; readonly catalog: Promise<TeamCatalog>}>()

  constructor(schemas: SchemaValidator) {
    this.#schemas = schemas
  }

  async load(sources: readonly TemplateSource[]): Promise<TeamCatalog> {
    const key = JSON.stringify(sources)
    // Before anything is read: what is written meanwhile makes another stamp.
    const stamp = await stampOf(sources)
    const known = this.#catalogs.get(key)
    const catalog = known?.stamp === stamp ? known.catalog : this.#read(sources)
    this.#catalogs.delete(key)
    this.#catalogs.set(key, {stamp, catalog})
    for (const oldest of [...this.#catalogs.keys()].slice(0, -KEPT)) this.#catalogs.delete(oldest)
    return catalog.catch((error: unknown) => {
      // What kept a file from being read may be over the next time.
      if (this.#catalogs.get(key)?.catalog === catalog) this.#catalogs.delete(key)
      throw error
    })
  }

  async #read(sources: readonly TemplateSource[]): Promise<TeamCatalog> {
    return new Catalog(await loadLibrary(sources, this.#schemas))
  }
}
