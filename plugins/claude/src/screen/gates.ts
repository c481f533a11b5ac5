/** A dialog of Claude Code that can stand between start and work, as data: the texts change with its versions, so each says where it was seen. */
export interface Gate {
  readonly name: string
  /** Text that only this dialog shows. */
  readonly shows: RegExp
  /** The option that leads on, by its own text; null when only a person may choose. */
  readonly choose: RegExp | null
  /** Versions it was measured on. */
  readonly seen: readonly string[]
}

/**
 * The options' texts held in every version; their order, their numbers and which one is highlighted did not: 2.1.197 offers trust with
 * `1. Yes, I trust this folder` highlighted, 2.1.330 with `No, exit`. So keys are worked out from what the screen shows, never fixed.
 */
export const GATES: readonly Gate[] = [
  {
    // Trust is seeded before the start, with consent; the dialog is left over when a version keeps it elsewhere.
    name: 'trust',
    shows: /Quick safety check: Is this a project you created or one you trust\?|Do you trust the files in this folder\?/,
    choose: /^Yes, (?:I trust this folder|proceed)/,
    seen: ['2.1.120', '2.1.197', '2.1.240', '2.1.330'],
  },
  {
    name: 'bypass',
    shows: /WARNING: Claude Code running in Bypass Permissions mode/,
    choose: /^Yes, I accept/,
    seen: ['2.0.60', '2.1.50', '2.1.120', '2.1.197', '2.1.240', '2.1.330'],
  },
  {
    // Whether a key in the environment shall be used and billed is not for orch to say.
    name: 'api-key',
    shows: /Detected a custom API key in your environment/,
    choose: null,
    seen: ['2.1.197', '2.1.330'],
  },
  {
    name: 'onboarding',
    shows: /Welcome to Claude Code v|Select login method|Choose the text style that looks best/,
    choose: null,
    seen: ['2.1.330'],
  },
  {
    // Opens by itself after a limit, by a command of Claude Code's own, and keeps every message out until it is answered.
    name: 'limit-options',
    shows: /What do you want to do\?.*Stop and wait for limit to reset/,
    choose: /^Stop and wait for limit to reset/,
    seen: ['2.1.197'],
  },
  {
    name: 'permission',
    shows: /Do you want to (?:proceed|make this edit|create|allow)/,
    choose: null,
    seen: ['2.1.197', '2.1.330'],
  },
]
