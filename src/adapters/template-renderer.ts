import {OrchError, messageOf} from '@orch/plugin-kit'
import mustache from 'mustache'

/**
 * Renders a Mustache template as plain text: nothing is escaped for HTML, and values are inserted as they are, never read as templates.
 * @param template the text
 * @param view plain data: strings, numbers, booleans, lists and objects of them
 * @param partials what `{{> name}}` stands for
 * @throws ORCH_TEMPLATE when the template itself is broken
 */
export function renderTemplate(template: string, view: object, partials: Readonly<Record<string, string>>): string {
  try {
    return new mustache.Writer().render(template, view, {...partials}, {escape: (value: unknown) => String(value)})
  } catch (error) {
    throw new OrchError('ORCH_TEMPLATE', {problems: [messageOf(error)]}, {cause: error})
  }
}
