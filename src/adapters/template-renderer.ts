import {OrchError, messageOf} from '@orch/plugin-kit'
import mustache from 'mustache'

/** Partials and sections within each other; the built-in briefings use five. */
const MAX_DEPTH = 50
/** Tags and pieces of text, over all repetitions; the longest built-in briefing takes 800 (measured). */
const MAX_STEPS = 20_000
/** Characters of output. A briefing over its budget is shortened long before. */
const MAX_CHARS = 4 * 1024 * 1024

/** Templates that are kept parsed; a library with the briefings of all roles has 40. */
const MAX_KEPT = 200

/**
 * Renders a Mustache template as plain text: nothing is escaped for HTML, and values are inserted as they are, never read as templates.
 * @param template the text
 * @param view plain data: strings, numbers, booleans, lists and objects of them
 * @param partials what `{{> name}}` stands for
 * @throws ORCH_TEMPLATE when the template is broken, or repeats itself beyond all use
 */
export type RenderTemplate = (template: string, view: object, partials: Readonly<Record<string, string>>) => string

/** Makes a renderer that parses a text once for all the briefings of a team. */
export function templateRenderer(): RenderTemplate {
  const kept = new ParsedTemplates()
  return (template, view, partials) => {
    try {
      return new BoundedWriter(kept).render(template, view, {...partials}, {escape: (value: unknown) => String(value)})
    } catch (error) {
      throw new OrchError('ORCH_TEMPLATE', {problems: [messageOf(error)]}, {cause: error})
    }
  }
}

/** By text and tags. Texts that changed are never asked for again: with many of them all are forgotten. */
class ParsedTemplates {
  readonly #parsed = new Map<string, unknown>()

  get(key: string): unknown {
    return this.#parsed.get(key)
  }

  set(key: string, tokens: unknown): void {
    if (this.#parsed.size >= MAX_KEPT) this.#parsed.clear()
    this.#parsed.set(key, tokens)
  }

  clear(): void {
    this.#parsed.clear()
  }
}

type RenderTokens = Parameters<mustache.Writer['renderTokens']>

/** Stops templates that multiply: partials that include others ten times each, sections over lists within sections over lists. */
class BoundedWriter extends mustache.Writer {
  /** Where Mustache looks before it parses; its types leave it out. */
  readonly templateCache: ParsedTemplates
  #depth = 0
  #steps = 0
  #chars = 0

  constructor(kept: ParsedTemplates) {
    super()
    this.templateCache = kept
  }

  override renderTokens(...[tokens, ...rest]: RenderTokens): string {
    if (++this.#depth > MAX_DEPTH) throw new Error(`partials and sections are nested deeper than ${MAX_DEPTH} levels`)
    this.#steps += tokens.length
    if (this.#steps > MAX_STEPS) throw new Error(`rendering takes more than ${MAX_STEPS} steps`)
    const text = super.renderTokens(tokens, ...rest)
    this.#depth--
    // Text of an inner level is counted again by each level around it, which is what it costs to copy.
    this.#chars += text.length
    if (this.#chars > MAX_CHARS) throw new Error(`it renders to more than ${MAX_CHARS / 1024 / 1024} MB`)
    return text
  }
}
