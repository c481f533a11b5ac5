import {OrchError, messageOf} from '@orch/plugin-kit'
import mustache from 'mustache'

/** Partials and sections within each other; the built-in briefings use five. */
const MAX_DEPTH = 50
/** Tags and pieces of text, over all repetitions; the longest built-in briefing takes 800 (measured). */
const MAX_STEPS = 20_000
/** Characters of output. A briefing over its budget is shortened long before. */
const MAX_CHARS = 4 * 1024 * 1024

/**
 * Renders a Mustache template as plain text: nothing is escaped for HTML, and values are inserted as they are, never read as templates.
 * @param template the text
 * @param view plain data: strings, numbers, booleans, lists and objects of them
 * @param partials what `{{> name}}` stands for
 * @throws ORCH_TEMPLATE when the template is broken, or repeats itself beyond all use
 */
export function renderTemplate(template: string, view: object, partials: Readonly<Record<string, string>>): string {
  try {
    return new BoundedWriter().render(template, view, {...partials}, {escape: (value: unknown) => String(value)})
  } catch (error) {
    throw new OrchError('ORCH_TEMPLATE', {problems: [messageOf(error)]}, {cause: error})
  }
}

type RenderTokens = Parameters<mustache.Writer['renderTokens']>

/** Stops templates that multiply: partials that include others ten times each, sections over lists within sections over lists. */
class BoundedWriter extends mustache.Writer {
  #depth = 0
  #steps = 0
  #chars = 0

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
